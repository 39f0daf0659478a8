"""A balancer in front of several servers: each connection goes to the next one that listens."""

import contextlib
import itertools
import socket
import socketserver
import threading
from contextlib import contextmanager

PIECE = 65536


class Handler(socketserver.BaseRequestHandler):
    """Hands a connection on, both ways, until one side ends it."""

    turns = iter(())
    servers = 0

    def handle(self):
        for port in itertools.islice(self.turns, self.servers):
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)) as there:
                back = threading.Thread(target=_pass_on, args=(there, self.request))
                back.start()
                _pass_on(self.request, there)
                back.join()
                return


def _pass_on(one, other):
    with contextlib.suppress(OSError):
        other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else an answer in two pieces waits 40 ms
        while piece := one.recv(PIECE):
            other.sendall(piece)
    for each in (one, other):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


@contextmanager
def balanced(front, ports):
    """Meanwhile, what comes to ``front`` goes to ``ports`` in turn."""
    server = Server(("127.0.0.1", front), type("Handler", (Handler,), {"turns": itertools.cycle(ports), "servers": len(ports)}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
