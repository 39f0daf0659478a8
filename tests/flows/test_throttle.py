"""Guessing passwords: after some failures the next attempts are not looked at, for ever longer."""

import itertools

import pytest
from mounts import root, unique
from rp import PASSWORD, RelyingParty

HOUR = 3600
COUNTED = {"oidc.includes": "pkgs.clock pkgs.counting"}
LATER = itertools.count(step=6 * HOUR)  # than the test before, whose failures are forgotten then


@pytest.fixture(params=["root", "included", "extended"])
def made(request, open_mount):
    with open_mount(request.param, **COUNTED) as mount:
        mount.clock.move(next(LATER))
        yield mount


@pytest.fixture
def rp(made):
    return RelyingParty(made)


class Guesser:
    """Somebody at an address, with the sign-in page open."""

    def __init__(self, rp, address="198.51.100.7"):
        self.rp, self.address = rp, address
        self.page = rp.authorize(stop_at="login")

    def guess(self, password="wrong", **changes):
        self.rp.mount.address = self.address
        return self.rp.browser.fill_in(self.page.url, self.page.reply, "login-submit", password=password, **changes)

    def fail(self, times, **changes):
        assert [self.guess(**changes).status for _ in range(times)] == [400] * times


def test_after_five_failures_for_an_account_from_an_address_it_has_to_wait(rp):
    guesser = Guesser(rp)
    guesser.fail(5)
    reply = guesser.guess(PASSWORD)
    assert (reply.status, reply.header("Retry-After")) == (429, "30")
    assert "too many attempts" in reply.text
    assert not [name for name in rp.browser.cookies if "session" in name]
    rp.mount.clock.move(30)
    assert guesser.guess(PASSWORD).status == 303


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(rp):
    guesser = Guesser(rp)
    guesser.fail(5)
    waits = []
    for _ in range(8):
        waits.append(int(guesser.guess().header("Retry-After")))
        rp.mount.clock.move(waits[-1])
        guesser.page = rp.authorize(stop_at="login")
        guesser.fail(1)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_nothing_is_hashed_while_it_has_to_wait(rp):
    guesser = Guesser(rp)
    guesser.fail(5)
    assert len(rp.mount.notes.all("hashed")) == 5
    assert [guesser.guess().status for _ in range(3)] == [429] * 3
    assert len(rp.mount.notes.all("hashed")) == 5


def test_attempts_that_were_not_looked_at_do_not_count(rp):
    guesser = Guesser(rp)
    guesser.fail(5)
    for _ in range(5):
        guesser.guess()
    assert guesser.guess().header("Retry-After") == "30"


def test_the_same_person_signs_in_from_elsewhere_and_another_from_there(rp):
    Guesser(rp).fail(5)
    assert Guesser(rp, "203.0.113.9").guess(PASSWORD).status == 303
    other = RelyingParty(rp.mount)
    assert Guesser(other).guess(PASSWORD).status == 303


def test_other_spellings_of_the_name_are_the_same_name(rp):
    guesser = Guesser(rp)
    for username in (rp.username, rp.username.upper(), f" {rp.username} ", rp.username, rp.username.title()):
        guesser.fail(1, username=username)
    assert guesser.guess(PASSWORD).status == 429


@pytest.mark.parametrize("form", ["::ffff:{}", "64:ff9b::{}"])
def test_ipv4_addresses_are_no_household_however_they_are_written(rp, form):
    for last in range(50):
        Guesser(rp, form.format(f"198.51.100.{last}")).fail(1, username=unique("nobody"))
    assert Guesser(rp, form.format("203.0.113.9")).guess(PASSWORD).status == 303


def test_a_name_that_looks_like_a_name_and_an_address_is_neither(rp):
    address = "198.51.100.77"
    for _ in range(4):
        Guesser(rp, "203.0.113.9").fail(1, username=f"{rp.username}\t{address}")
    Guesser(rp, address).fail(1)
    assert Guesser(rp, address).guess(PASSWORD).status == 303


def test_the_addresses_of_one_household_are_one_address(rp):
    for last in range(5):
        Guesser(rp, f"2001:db8:1:2::{last}").fail(1)
    assert Guesser(rp, "2001:db8:1:2:ffff::1").guess(PASSWORD).status == 429
    assert Guesser(rp, "2001:db8:1:3::1").guess(PASSWORD).status == 303


def test_a_success_forgets_the_failures_of_that_account_there(rp):
    guesser = Guesser(rp)
    guesser.fail(4)
    assert guesser.guess(PASSWORD).status == 303
    rp.browser.cookies.clear()
    guesser = Guesser(rp)
    guesser.fail(4)
    assert guesser.guess(PASSWORD).status == 303


def test_after_fifty_failures_an_address_has_to_wait_whomever_it_tries(rp):
    guesser = Guesser(rp)
    for _ in range(50):
        guesser.fail(1, username=unique("nobody"))
    reply = guesser.guess(PASSWORD)
    assert (reply.status, reply.header("Retry-After")) == (429, "30")
    assert Guesser(rp, "203.0.113.9").guess(PASSWORD).status == 303


def test_after_a_hundred_failures_an_account_has_to_wait_wherever_it_is_tried_from(rp):
    for last in range(20):
        Guesser(rp, f"198.51.100.{last}").fail(5)
    reply = Guesser(rp, "203.0.113.9").guess(PASSWORD)
    assert (reply.status, reply.header("Retry-After")) == (429, "30")
    other = RelyingParty(rp.mount)
    assert Guesser(other, "203.0.113.9").guess(PASSWORD).status == 303


def test_an_account_that_does_not_exist_is_throttled_as_one_that_does(rp):
    guesser = Guesser(rp)
    guesser.fail(5, username="nobody")
    assert guesser.guess(username="nobody").status == 429


def test_failures_are_forgotten_within_two_hours(rp):
    guesser = Guesser(rp)
    guesser.fail(4)
    rp.mount.clock.move(2 * HOUR)
    guesser = Guesser(rp)
    guesser.fail(4)
    assert guesser.guess(PASSWORD).status == 303


def test_failures_are_not_forgotten_at_the_full_hour(rp):
    Guesser(rp).fail(4)
    rp.mount.clock.move(HOUR)
    guesser = Guesser(rp)
    guesser.fail(1)
    assert guesser.guess(PASSWORD).status == 429


def device(rp):
    """The browser's cookies that last: it has signed in, and is not signed in any more."""
    return {name: value for name, value in rp.browser.cookies.items() if "device" in name}


def test_strangers_cannot_lock_a_person_out_of_a_browser_they_have_signed_in_with(rp):
    assert Guesser(rp).guess(PASSWORD).status == 303
    rp.browser.cookies = known = device(rp)
    assert len(known) == 1
    stranger = RelyingParty(rp.mount)
    for last in range(20):
        Guesser(stranger, f"198.51.100.{last}").fail(5, username=rp.username)
    assert Guesser(stranger, "203.0.113.9").guess(PASSWORD, username=rp.username).status == 429
    rp.browser.cookies = known
    assert Guesser(rp, "203.0.113.9").guess(PASSWORD).status == 303


def test_a_known_browser_has_failures_of_its_own(rp):
    Guesser(rp).guess(PASSWORD)
    rp.browser.cookies = device(rp)
    guesser = Guesser(rp)
    guesser.fail(5)
    assert guesser.guess(PASSWORD).status == 429
    stranger = RelyingParty(rp.mount)
    assert Guesser(stranger).guess(PASSWORD, username=rp.username).status == 303  # none of them counts for others


def test_a_browser_is_known_for_the_account_that_signed_in_with_it_and_no_other(rp):
    Guesser(rp).guess(PASSWORD)
    rp.browser.cookies = device(rp)
    other = RelyingParty(rp.mount)
    Guesser(other).fail(5)
    assert Guesser(rp).guess(PASSWORD, username=other.username).status == 429


@pytest.mark.parametrize("change", [lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"), lambda value: "", lambda value: "x"])
def test_a_device_cookie_that_was_not_sealed_here_is_none(rp, change):
    Guesser(rp).guess(PASSWORD)
    rp.browser.cookies = {name: change(value) for name, value in device(rp).items()}
    stranger = RelyingParty(rp.mount)
    Guesser(stranger).fail(5, username=rp.username)
    assert Guesser(rp).guess(PASSWORD).status == 429


def test_a_browser_is_known_for_ninety_days(rp):
    Guesser(rp).guess(PASSWORD)
    rp.browser.cookies = device(rp)
    rp.mount.clock.move(90 * 24 * HOUR)
    Guesser(RelyingParty(rp.mount)).fail(5, username=rp.username)
    assert Guesser(rp).guess(PASSWORD).status == 429


def test_who_signs_in_in_the_end_leaves_no_failures_to_others_at_that_address(rp):
    guesser = Guesser(rp)
    guesser.fail(4)
    for _ in range(45):
        Guesser(rp).fail(1, username=unique("nobody"))
    assert guesser.guess(PASSWORD).status == 303
    rp.browser.cookies.clear()
    Guesser(rp).fail(4, username=unique("somebody"))
    assert Guesser(RelyingParty(rp.mount)).guess(PASSWORD).status == 303


@pytest.mark.parametrize(
    "form", ["[2001:db8:1:3::5]:4000{}", "[2001:db8:1:3::{}]", "2001:db8:1:3::5%eth{}", "198.51.100.3:4000{}", "no address {}"]
)
def test_a_port_or_a_zone_makes_no_other_address(rp, form):
    for last in range(5):
        Guesser(rp, form.format(last)).fail(1)
    assert Guesser(rp, form.format(7)).guess(PASSWORD).status == 429


def test_a_site_with_many_households_is_slowed_down_as_one(rp):
    for household in range(200):
        Guesser(rp, f"2001:db8:1:{household:x}::1").fail(1, username=unique("nobody"))
    assert Guesser(rp, "2001:db8:1:ffff::1").guess(PASSWORD).status == 429
    assert Guesser(rp, "2001:db8:2::1").guess(PASSWORD).status == 303


def test_tests_may_do_without(tmp_path, put_keys):
    with root(tmp_path, put_keys, **{"oidc.sign_in_throttle": "false"}) as mount:
        guesser = Guesser(RelyingParty(mount))
        guesser.fail(7)
        assert guesser.guess(PASSWORD).status == 303
