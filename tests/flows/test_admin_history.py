"""The history: whichever way something is changed, it says who did it, when, why and what."""

from dataclasses import replace
from functools import partial

import pytest
from argon2 import PasswordHasher
from console import words
from inside import provider_of
from mounts import root, unique
from pyramid.scripting import prepare
from rp import PASSWORD, RelyingParty
from webob.multidict import MultiDict
from zope.interface.verify import verifyObject

from oidc_op.forms import ClientForm
from oidc_op.interfaces import IMasterSecret, IStore
from oidc_op.model.change import Change
from oidc_op.secret import MasterSecret
from oidc_op.store import AlreadyExists, Conflict


@pytest.fixture
def provided(tmp_path, put_keys):
    """A provider in this process."""
    with root(tmp_path, put_keys) as mount:
        yield mount


@pytest.fixture
def session(provided):
    """Opens transactions; each gives the provider in it."""
    return partial(provider_of, provided.registry)


def history(mount, *name):
    return mount.command("history", *name)


def test_what_is_changed_in_the_console_says_who_and_why(op, rp):
    op.press(f"/clients/{rp.client_id}/edit", "save", client_name="By hand", why="they asked for it")
    told = history(op.mount, "client", rp.client_id)[-1]
    assert (told["by"], told["author"], told["why"]) == (op.sub, op.username, "they asked for it")
    assert told["difference"] == {"client_name": {"before": "The Relying Party", "after": "By hand"}}
    op.press(f"/clients/{rp.client_id}/secret", "secret-make", 200, why="it leaked")
    op.press(f"/clients/{rp.client_id}/delete", "delete")
    assert [(each["verb"], each["why"]) for each in history(op.mount, "client", rp.client_id)[-2:]] == [
        ("changed", "it leaked"),
        ("removed", ""),
    ]


def test_the_console_shows_the_history(op, rp):
    op.press(f"/clients/{rp.client_id}/edit", "save", client_name="By <hand>", why="<b>why</b>")
    page = op.get(f"/clients/{rp.client_id}/history")
    row = words(page, "tbody tr")
    assert op.username in row
    assert "<b>why</b>" in row
    assert "client_name: The Relying Party -> By <hand>" in row
    kid = op.mount.command("key list")[0]["kid"]
    assert op.get(f"/keys/{kid}/history")
    assert op.username in words(op.get(f"/accounts/{op.sub}/history"), "tbody")


def test_the_history_of_a_deleted_client_can_still_be_read(op, make_op, rp):
    rp.tokens(scope="openid offline_access", prompt="consent")
    place = f"/clients/{rp.client_id}"
    op.press(f"{place}/delete", "delete", why="the shop closed")
    page = op.get(f"{place}/history")
    assert words(page, "#removed").startswith("This client was removed.")
    assert f"oidc-op undo X.ini client {rp.client_id} 2" in words(page)
    assert "the shop closed" in words(page, "tbody tr")
    op.get(place, 404)
    op.get(f"{place}/edit", 404)
    op.get("/clients/there-never-was-one/history", 404)
    (consent,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    assert op.links(consent, "/history") == [op.url(f"{place}/history")]
    make_op().get(f"{place}/history", 403)


def test_deleting_a_client_says_that_it_can_be_brought_back(op, rp):
    page = words(op.get(f"/clients/{rp.client_id}/delete"))
    assert "cannot be undone" not in page
    assert "oidc-op undo" in page
    op.press(f"/clients/{rp.client_id}/delete", "delete")
    op.mount.command("undo", "client", rp.client_id, "2")
    assert op.get(f"/clients/{rp.client_id}")


def test_the_history_calls_people_by_the_name_that_other_pages_show(rp, op):
    op.mount.apply({"accounts": [{"username": op.username, "sub": op.sub, "roles": ["admin"], "claims": {"name": "Rosa Root"}}]})
    op.press(f"/clients/{rp.client_id}/edit", "save", client_name="By hand")
    assert words(op.get(), ".admin-me .name") == "Rosa Root"
    assert f"Rosa Root {op.username}" in words(op.get(f"/clients/{rp.client_id}/history"), "tbody tr")


def test_the_history_is_for_those_who_may_look(rp, make_op):
    auditor, nobody = make_op("auditor"), make_op()
    assert auditor.get(f"/clients/{rp.client_id}/history")
    assert nobody.get(f"/clients/{rp.client_id}/history", 403)


def test_a_rotation_in_the_console_is_told_of_each_key(op):
    op.press("/keys/+rotate", "rotate", alg="ES256", why="the yearly one")
    told = [history(op.mount, "key", each["kid"])[-1] for each in op.mount.command("key list") if each["alg"] == "ES256"]
    assert [each["by"] for each in told if each["why"] == "the yearly one"] == [op.sub] * 2


def test_a_host_that_says_who_it_is_is_the_author(provided, session):
    with session() as provider:
        fields = MultiDict(client_name="The shop", redirect_uris="https://shop.example/cb", response_types="code")
        fields.update({"grant_types": "authorization_code", "id_token_signed_response_alg": "RS256", "application_type": "web"})
        form = ClientForm(fields, provider=provider, by="the host")
        assert form.validate(), form.errors
        client = form.save().client
    with session() as provider:
        changes = provider.store.changes
        assert [changes.get(key).by for key in changes.of("clients", client.client_id)] == ["the host"]
        assert provider.store.clients.get(client.client_id).updated_by == "the host"


def test_whoever_writes_to_the_store_cannot_forget_it(provided, session):
    rp = RelyingParty(provided)
    with session() as provider:
        provider.by, provider.why = "a script", "  of\nmine  "
        clients = provider.store.clients
        clients.put(replace(clients.get(rp.client_id), client_name="By a script"))
        clients.put(clients.get(rp.client_id))
    told = history(provided, "client", rp.client_id)
    assert [(each["number"], each["by"], each["why"]) for each in told][1:] == [(2, "a script", "of mine")]


def test_a_store_that_keeps_a_history_is_a_store(session):
    with session() as provider:
        assert verifyObject(IStore, provider.store)
        assert provider.store.clients.get is provider.store.clients.get, "reading is the store's own method"


def test_packing_keeps_the_history(provided):
    rp = RelyingParty(provided)
    provided.command("client set", rp.client_id, "client_name=Renamed")
    provided.command("client remove", rp.client_id)
    before = history(provided, "client", rp.client_id)
    provided.registry._zodb_databases[""].pack()
    assert history(provided, "client", rp.client_id) == before
    assert len(before) == 3


def test_a_change_that_is_aborted_leaves_nothing(provided, session):
    rp = RelyingParty(provided)
    with session() as provider:
        provider.store.clients.remove(rp.client_id)
        provider.request.tm.abort()
        provider.request.tm.begin()
    assert len(history(provided, "client", rp.client_id)) == 1


def test_a_secret_that_is_only_kept_otherwise_is_no_change(provided, session):
    """A newer line of the master secret, and a cheaper hash: nothing means anything else."""
    rp = RelyingParty(provided, {"id_token_signed_response_alg": "HS256"})
    sub = provided.command("account list")[-1]["sub"]
    with session() as provider:
        accounts = provider.store.without_history.accounts
        accounts.put(replace(accounts.get(sub), password=PasswordHasher(1, 64, 1).hash(PASSWORD)))
        digest, password = provider.store.clients.get(rp.client_id).client_secret_digest, accounts.get(sub).password
    before = provided.registry.getUtility(IMasterSecret)
    provided.registry.registerUtility(MasterSecret(("a newer line of the master secret, of 32 characters", *before._lines)), IMasterSecret)
    assert rp.tokens()
    provided.command("init")
    with session() as provider:
        assert provider.store.clients.get(rp.client_id).client_secret_digest != digest
        assert provider.store.accounts.get(sub).password != password
    assert len(history(provided, "client", rp.client_id)) == len(history(provided, "account", sub)) == 1


def test_consents_are_peoples_own_and_are_not_told(provided, session):
    rp = RelyingParty(provided)
    rp.tokens()
    with session() as provider:
        assert {key.partition("\t")[0] for key in provider.store.changes} == {"clients", "accounts", "keys"}


def test_a_change_whose_number_was_taken_meanwhile_is_run_again(provided, session, monkeypatch):
    rp = RelyingParty(provided)
    with session() as provider:
        clients, changes = provider.store.clients, provider.store.changes
        with pytest.raises(AlreadyExists):
            changes.add(changes.last("clients", rp.client_id))
        monkeypatch.setattr(type(changes), "last", lambda *_: None)  # as another transaction sees it that began before
        with pytest.raises(Conflict):
            clients.put(replace(clients.get(rp.client_id), client_name="Renamed"))


def test_a_gap_in_the_numbers_of_changes_stops_nobody(provided, session):
    rp = RelyingParty(provided)
    with session() as provider:
        clients, changes = provider.store.clients, provider.store.changes
        changes.add(Change("clients", rp.client_id, 7))
        for name in ("Renamed", "Renamed again"):
            clients.put(replace(clients.get(rp.client_id), client_name=name))
        assert changes.last("clients", rp.client_id).number == 9


def test_pshell_is_an_author(provided):
    from oidc_op.cli.shell import setup

    env = prepare(registry=provided.registry)
    name = unique("client")
    for _ in setup(env):
        env["new_client"](client_id=name, redirect_uris=["https://rp.example/cb"])
        env["tm"].commit()
    env["closer"]()
    assert history(provided, "client", name)[0]["by"] == "pshell"


# what undoing does not bring back


def test_a_client_that_comes_back_has_nothing_that_it_was_granted(provided):
    rp = RelyingParty(provided)
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    code = rp.authorize().code
    provided.command("client remove", rp.client_id)
    rp.client_secret = provided.command("undo", "client", rp.client_id, "2")["client_secret"]
    rp.redeem(code, status=400)
    rp.refresh(tokens["refresh_token"], status=400)
    rp.userinfo(tokens["access_token"], status=401)
    assert "consent" in rp.authorize().pages, "the person is asked anew"
    assert rp.tokens()


def test_an_account_that_comes_back_has_nothing_that_it_granted(provided):
    rp = RelyingParty(provided)
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    provided.command("account remove", rp.username)
    provided.command("undo", "account", rp.username, "2")
    rp.refresh(tokens["refresh_token"], status=400)
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.authorize(prompt="none").error == "login_required"
    rp.browser.password = "battery staple"
    provided.command("account password", rp.username, stdin="battery staple\n")
    assert rp.authorize().pages == ["login", "consent"]
