"""The embedded accounts when the cost of hashing has changed: a sign-in renews the hash, and nothing else."""

from dataclasses import replace

import pytest
from argon2 import extract_parameters
from inside import provider_of
from mounts import root
from rp import RelyingParty

from oidc_op.accounts.password import PasswordHasher
from oidc_op.interfaces import IPasswordHasher


@pytest.fixture
def rp(tmp_path, put_keys):
    """Somebody whose password was hashed before the cost was raised to two passes."""
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount)
        mount.registry.registerUtility(PasswordHasher(2, time_cost=2, memory_cost=8), IPasswordHasher)
        yield rp


def account(rp):
    return next(each for each in rp.mount.content()["accounts"].values() if each.username == rp.username)


def passes(rp):
    return extract_parameters(account(rp).password).time_cost


def test_a_sign_in_renews_a_hash_of_another_cost(rp):
    before = account(rp)
    assert passes(rp) == 1
    tokens = rp.tokens()
    assert passes(rp) == 2
    assert account(rp) == replace(before, password=account(rp).password)
    rp.userinfo(tokens["access_token"])  # it is the same password: what was granted with it stays


def test_it_is_renewed_once_and_remains_the_password(rp):
    rp.authorize()
    renewed = account(rp)
    rp.mount.clock.move(1)
    assert rp.authorize(prompt="login").pages == ["login"]
    assert rp.authorize(prompt="none").code
    assert account(rp) == renewed


def test_a_wrong_password_renews_nothing(rp):
    before = account(rp)
    shown = rp.authorize(stop_at="login")
    assert rp.browser.fill_in(shown.url, shown.reply, "login-submit", password="wrong").status == 400
    assert account(rp) == before


def test_a_hash_of_a_password_as_one_keyboard_composed_it_opens_and_is_renewed_for_all(rp):
    decomposed, composed = "scho\u0308ne Gru\u0308\u00dfe", "sch\u00f6ne Gr\u00fc\u00dfe"
    hashed = PasswordHasher(1, time_cost=2, memory_cost=8).hash(decomposed)
    with provider_of(rp.mount.registry) as provider:
        accounts = provider.store.accounts
        accounts.put(replace(accounts.named(rp.username), password=hashed))
    rp.browser.password = decomposed
    assert rp.authorize().code
    assert account(rp).password != hashed
    rp.browser.cookies.clear()
    rp.browser.password = composed
    assert rp.authorize().code
