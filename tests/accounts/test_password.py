"""Passwords: what they cost to guess, and what is done when that changes."""

import threading

import pytest
from argon2 import extract_parameters

from oidc_op.accounts.password import LONGEST, PasswordHasher, checked_password, normalized_password
from oidc_op.process.limits import LimitReached

CHEAP = {"time_cost": 1, "memory_cost": 8}


@pytest.fixture(scope="module")
def cheap():
    """A hasher that takes no time."""
    return PasswordHasher(2, **CHEAP)


def test_the_parameters_are_owasps():
    parameters = extract_parameters(PasswordHasher(1).hash("correct horse"))
    assert (parameters.type.name, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == ("ID", 19456, 2, 1)


def test_a_password_is_itself_and_no_other(cheap):
    hashed = cheap.hash("correct horse")
    assert cheap.verify(hashed, "correct horse")
    assert not cheap.verify(hashed, "Correct horse")
    assert cheap.hash("correct horse") != hashed


@pytest.mark.parametrize("password", ["", "x" * (LONGEST + 1)])
def test_what_is_no_password(cheap, password):
    with pytest.raises(ValueError, match="1 to 1024 characters"):
        cheap.hash(password)


@pytest.mark.parametrize("hashed", ["", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$AAAA"])
@pytest.mark.parametrize("password", ["", "nobody's password", "x" * (LONGEST + 1), "\ud800"])
def test_what_is_no_hash_fits_no_password(cheap, hashed, password):
    assert not cheap.verify(hashed, password)


def test_a_password_that_was_cut_is_another(cheap):
    assert not cheap.verify(cheap.hash("x" * LONGEST), "x" * (LONGEST + 1))


def test_a_hash_of_another_cost_is_outdated(cheap):
    assert PasswordHasher(1, time_cost=2, memory_cost=8).is_outdated(cheap.hash("correct horse"))
    assert not cheap.is_outdated(cheap.hash("correct horse"))


def test_no_more_run_at_once_than_was_said(monkeypatch):
    hasher, running, most = PasswordHasher(2, **CHEAP), 0, 0
    lock, two_are_in = threading.Lock(), threading.Barrier(2)

    def counted(password):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        two_are_in.wait(5)
        with lock:
            running -= 1
        return password

    hasher._argon2 = type("Counting", (), {"hash": staticmethod(counted)})
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 2


@pytest.mark.parametrize(
    "password", ["", "seven77", "x" * (LONGEST + 1), "pass word 123\r", "pass\0word 123", "tab\tin the middle", "\ud800" * 8]
)
def test_what_no_new_password_may_be(password):
    with pytest.raises(ValueError, match="a password has"):
        checked_password(password)


def test_however_a_keyboard_composes_a_password_it_is_the_same():
    assert checked_password("Z\u006f\u0308e sings") == checked_password("Z\u00f6e sings") == normalized_password("Z\u00f6e sings")


def test_more_than_may_wait_are_refused_at_once():
    hasher, may_go_on, begun = PasswordHasher(1, 1, **CHEAP), threading.Event(), threading.Barrier(2)

    def waits(password):
        if password == "first":
            begun.wait(5)
        may_go_on.wait(5)
        return password

    hasher._argon2 = type("Waiting", (), {"hash": staticmethod(waits)})
    threads = [threading.Thread(target=hasher.hash, args=(name,)) for name in ("first", "second")]
    threads[0].start()
    begun.wait(5)
    threads[1].start()
    while hasher._threads._work_queue.qsize() < 1:
        pass
    with pytest.raises(LimitReached) as refused:
        hasher.hash("third")
    assert refused.value.retry_after == 2
    may_go_on.set()
    for thread in threads:
        thread.join(5)
