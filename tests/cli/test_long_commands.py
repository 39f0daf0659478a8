"""Commands that take long, handed over to a server: it says how far it is, or only that it is at work, and others go on."""

import json
import socket
import threading
from dataclasses import replace

import pytest

from oidc_op.cli import control, handover, pack

WAIT = 10  # seconds


@pytest.fixture
def registry(open_mount):
    with open_mount("root") as mount:
        yield mount.registry


@pytest.fixture
def say(registry, tmp_path):
    """Sends a server's control socket a request; a file of the lines that come back."""
    with handover.short_address(tmp_path / "control.sock") as address:
        listener, opened = control.Listener(address, registry), []

    threading.Thread(target=listener.serve_forever, daemon=True).start()

    def send(*argv, **more):
        ours = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with handover.short_address(tmp_path / "control.sock") as address:
            ours.connect(address)
        ours.settimeout(WAIT)
        ours.sendall(json.dumps({"argv": argv, "files": {}, "password": None} | more).encode() + b"\n")
        opened.append(ours)
        opened.append(ours.makefile("r"))
        return opened[-1]

    yield send
    for each in opened:
        each.close()
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def long_one(monkeypatch):
    """A pack that has said something and waits for the event."""
    end = threading.Event()

    def run(args, provider, console):
        console.tell("packing")
        assert end.wait(WAIT)
        return lambda console: console.say("Packed")

    monkeypatch.setattr(pack, "COMMAND", replace(pack.COMMAND, run=run))
    return end


def test_how_far_it_is_is_said_at_once(say, long_one):
    answer = say("pack", "x.ini", streams=True)
    assert json.loads(answer.readline()) == {"told": "packing"}
    long_one.set()
    assert json.loads(answer.readline())["stdout"] == "Packed\n"


def test_there_is_a_word_now_and_then(say, long_one, monkeypatch):
    monkeypatch.setattr(control, "BEAT", 0.01)
    answer = say("pack", "x.ini", streams=True)
    answer.readline()
    assert [json.loads(answer.readline()) for _ in range(3)] == [{}] * 3
    long_one.set()


def test_whoever_does_not_ask_for_it_gets_one_line(say, long_one):
    answer = say("pack", "x.ini")
    long_one.set()
    reply = json.loads(answer.readline())
    assert (reply["status"], reply["stdout"]) == (0, "Packed\n")
    assert reply["stderr"].startswith("packing\n")


def test_other_commands_are_carried_out_meanwhile(say, long_one):
    long = say("pack", "x.ini", streams=True)
    long.readline()
    assert json.loads(say("client", "list", "x.ini", "--json").readline())["status"] == 0
    long_one.set()
    assert json.loads(long.readline())["status"] == 0


def test_it_is_done_to_the_end_where_nobody_listens_any_more(say, long_one, monkeypatch):
    done, answered = threading.Event(), pack.COMMAND.run

    def run(args, provider, console):
        answer = answered(args, provider, console)
        console.tell("to nobody")
        done.set()
        return answer

    monkeypatch.setattr(pack, "COMMAND", replace(pack.COMMAND, run=run))
    answer = say("pack", "x.ini", streams=True)
    answer.readline()
    answer.buffer.raw._sock.shutdown(socket.SHUT_RDWR)
    long_one.set()
    assert done.wait(WAIT)
