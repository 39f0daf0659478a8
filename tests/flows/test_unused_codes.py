"""Codes that nobody redeems: a page that asks with prompt=none again and again does not fill the store."""

import pytest
from rp import RelyingParty

MOST = {"oidc.max_unused_codes": "5", "oidc.includes": "pkgs.clock"}


@pytest.fixture(params=["root", "included"])
def mount(request, open_mount):
    with open_mount(request.param, **MOST) as made:
        yield made


def test_so_many_are_kept_and_no_more(mount):
    rp = RelyingParty(mount)
    rp.tokens()
    codes = [rp.authorize(prompt="none").code for _ in range(5)]
    with mount.unchanged():
        answer = rp.authorize(prompt="none")
    assert answer.error == "temporarily_unavailable"
    other = RelyingParty(mount)
    assert other.authorize().code  # another client, another account
    assert rp.authorize().code  # the person sees it
    assert rp.redeem(codes[0])["access_token"]
    assert rp.authorize(prompt="none").code
    assert rp.authorize(prompt="none").error == "temporarily_unavailable"
    mount.clock.move(600)
    assert rp.authorize(prompt="none").code


def test_those_that_are_redeemed_do_not_count(mount):
    rp = RelyingParty(mount)
    rp.tokens()
    for _ in range(8):
        assert rp.tokens(prompt="none")["access_token"]
