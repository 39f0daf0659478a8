"""What is bounded: the oldest goes where it may, the next is refused where nothing may go early, and the log says so."""

import logging
from contextlib import contextmanager

import pytest
from inside import provider_of
from mounts import unique
from rp import RelyingParty

from oidc_op.model.handle import DAY, draw_key
from oidc_op.model.ticket import Ticket
from oidc_op.process import limits
from oidc_op.protocol.clients import new_client
from oidc_op.protocol.dynamic_clients import add_dynamic, purge

CALLBACK = "https://dynamic.example/cb"
JWT = {"oidc.access_token_format": "jwt"}


@pytest.fixture(params=["zodb", "memory"])
def open_rp(request, open_mount):
    """Opens a provider with bounds, on each of the stores that are in memory."""

    @contextmanager
    def opened(client=None, **settings):
        given = {f"oidc.{name}": str(value) for name, value in settings.items()}
        with open_mount("root", **{"oidc.store": request.param}, **given) as mount:
            yield RelyingParty(mount, client)

    return opened


@pytest.fixture
def said(caplog, monkeypatch):
    """The lines of the log that are about bounds, in a process that has just begun."""
    monkeypatch.setattr(limits, "_times", type(limits._times)())
    caplog.set_level(logging.INFO, "oidc_op.process.limits")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "oidc_op.process.limits"]


def test_a_grant_has_no_more_than_so_many_live_access_tokens_and_the_oldest_go(open_rp, said):
    with open_rp(max_access_tokens_per_grant=3) as rp:
        answers = [rp.tokens()]
        for _ in range(4):
            rp.mount.clock.move(1)
            answers.append(rp.refresh(answers[-1]["refresh_token"]))
        for number, answer in enumerate(answers):
            rp.userinfo(answer["access_token"], status=401 if number < 2 else 200)
    first, second = said()
    assert first.startswith("bound oidc.max_access_tokens_per_grant reached (number 1 since the start): ")
    assert "(number 2 since the start)" in second


def test_an_account_has_no_more_than_so_many_refresh_tokens_with_a_client_and_the_oldest_go(open_rp, said):
    with open_rp(max_grants_per_client=2) as rp:
        tokens = []
        for _ in range(3):
            rp.mount.clock.move(1)
            tokens.append(rp.tokens()["refresh_token"])
        assert rp.refresh(tokens[0], status=400)["error"] == "invalid_grant"
        assert all(rp.refresh(token)["access_token"] for token in tokens[1:])
    assert len([line for line in said() if line.startswith("bound oidc.max_grants_per_client reached (number 1 ")]) == 1


def test_an_attempt_that_is_run_again_struck_no_bound(open_rp, said):
    with open_rp(max_grants_per_client=1, includes="pkgs.clock pkgs.conflicting") as rp:
        rp.tokens()
        code = rp.authorize().code
        rp.mount.notes.add("conflicts", 3)
        rp.redeem(code)
        assert rp.mount.notes.last("conflicts", None) == 0
    assert len(said()) == 1


def fill(rp, number):
    """Remember so many things more."""
    with provider_of(rp.mount.registry) as provider:
        for _ in range(number):
            expires_at = provider.now + 3600
            provider.store.tickets.add(Ticket(draw_key(expires_at), "", expires_at))


def test_a_revocation_that_cannot_be_remembered_is_refused_and_none_is_forgotten(open_rp, said):
    with open_rp(max_tickets=4, access_token_format="jwt") as rp:
        first, second = rp.tokens()["access_token"], rp.tokens()["access_token"]
        rp.post("revoke", {"token": first}, status=200)
        fill(rp, 3)
        for _ in range(4):  # how many there are is looked at again once half of the room is used up
            reply = rp.post("revoke", {"token": second}, status=None)
            if reply.status == 503:
                break
            second = rp.tokens()["access_token"]
        assert reply.status == 503
        assert reply.json == {"error": "temporarily_unavailable", "error_description": "the provider is busy"}
        assert int(reply.header("Retry-After")) > 0
        rp.userinfo(first, status=401)
        rp.userinfo(second, status=200)
        rp.post("revoke", {"token": first}, status=200)  # which needs no room
    assert said()[0].startswith("bound oidc.max_tickets reached (number 1 since the start): ")


def test_there_is_room_again_once_what_was_remembered_has_ended(open_rp, monkeypatch):
    with open_rp(max_tickets=2, access_token_format="jwt") as rp:
        token = rp.tokens()["access_token"]
        fill(rp, 2)
        limits._rooms._made.clear()
        rp.post("revoke", {"token": token}, status=503)
        rp.mount.clock.move(3 * 3600)  # their slice ends up to an hour later than they, and some minutes
        rp.mount.command("purge")
        token = rp.tokens()["access_token"]
        rp.post("revoke", {"token": token}, status=503)  # it does not look again before a minute has passed
        monkeypatch.setattr(limits, "RECOUNT", 0)
        limits._rooms._made.clear()
        rp.post("revoke", {"token": token}, status=200)


def test_tickets_that_are_all_taken_close_the_sign_in_to_nobody_and_wrong_passwords_still_count(open_rp):
    with open_rp(max_tickets=2, sign_in_throttle="true", includes="pkgs.clock pkgs.counting") as rp:
        fill(rp, 2)
        limits._rooms._made.clear()
        page = rp.authorize(stop_at="login")
        for _ in range(5):
            assert rp.browser.fill_in(page.url, page.reply, "login-submit", password="wrong").status == 400
        assert rp.browser.fill_in(page.url, page.reply, "login-submit").status == 429
        rp.mount.clock.move(30)
        assert rp.browser.fill_in(page.url, page.reply, "login-submit").status == 303


def register(rp, number=1):
    """Clients that register themselves, each a second after the one before; their ids."""
    made = []
    for _ in range(number):
        rp.mount.clock.move(1)
        with provider_of(rp.mount.registry) as provider:
            metadata = {"client_id": unique("dynamic"), "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
            made.append(add_dynamic(provider, new_client(provider, metadata).client).client_id)
    return made


def kept(rp, made):
    with provider_of(rp.mount.registry) as provider:
        return [client_id for client_id in made if provider.store.clients.get(client_id) is not None]


def test_unused_clients_have_so_many_slots_and_the_oldest_goes(open_rp, said):
    with open_rp(max_unused_clients=3) as rp:
        made = register(rp, 5)
        assert kept(rp, made) == made[2:]
    first, second = said()
    began = "bound oidc.max_unused_clients reached (number 1 since the start): "
    assert first == f"{began}the client {made[0]}, registered and never used, was removed"
    assert made[1] in second


def used(rp, client_id):
    """The person at a client that registered itself."""
    other = RelyingParty(rp.mount, {"client_id": unique("shape"), "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"})
    other.client_id = client_id
    return other


def test_a_client_that_got_a_token_stays_and_its_slot_is_free(open_rp, said):
    with open_rp(max_unused_clients=2) as rp:
        (first,) = register(rp)
        assert used(rp, first).tokens()["access_token"]
        made = [first, *register(rp, 3)]
        rp.mount.clock.move(30 * DAY)
        assert kept(rp, made) == [first, *made[2:]]
        assert used(rp, first).authorize().code
    assert len(said()) == 1


def test_a_client_that_was_not_used_for_days_has_ended(open_rp, said):
    with open_rp(unused_client_expire=2, max_unused_clients=4) as rp:
        made = register(rp, 2)
        rp.mount.clock.move(2 * DAY)
        assert used(rp, made[0]).authorize().error == "page"
        later = register(rp, 4)  # for which there is room
        assert len(kept(rp, later)) == 4
        assert said() == []


def test_ended_ones_can_be_removed_at_once(open_rp):
    with open_rp(unused_client_expire=2, max_unused_clients=9) as rp:
        made = register(rp, 2)
        rp.mount.clock.move(2 * DAY)
        later = register(rp, 1)
        with provider_of(rp.mount.registry) as provider:
            gone = [each for each in made if provider.store.clients.get(each) is None]  # whose slot was found for the last
            assert purge(provider) == 2 - len(gone)
            assert purge(provider) == 0
        assert kept(rp, [*made, *later]) == later


def test_clients_that_others_registered_have_no_bound(open_rp):
    with open_rp(max_unused_clients=1, unused_client_expire=1) as rp:
        register(rp, 2)
        rp.mount.clock.move(9 * DAY)
        register(rp, 2)
        assert rp.tokens()["access_token"]
