"""Export and import: what was begun at a provider goes on at another one, whatever their stores are."""

import itertools
import json
from dataclasses import replace

import pytest
from inside import provider_of
from mounts import MEMORY, root
from moves import exported, held, imported
from rp import RelyingParty

from oidc_op.interfaces import IMasterSecret
from oidc_op.model.account import Account
from oidc_op.model.records import RECORDS
from oidc_op.secret import MasterSecret
from oidc_op.store import make_ready
from oidc_op.testing.contract.samples import DIGEST, NOW, SAMPLES, client, grant, redeemed, session
from oidc_op.transfer import json_records, source
from oidc_op.transfer.file_format import Faulty, Writer
from oidc_op.transfer.importer import NotImported

STORES = ("dictionary", "memory", "file", "sqlite", "postgresql")  # fixtures called {name}_settings
MOVES = [pair for pair in itertools.product(STORES, STORES) if pair[0] != pair[1] or pair[0] in ("dictionary", "file")]


@pytest.fixture
def dictionary_settings():
    return {"oidc.store": "memory"}


@pytest.fixture
def memory_settings():
    return MEMORY


@pytest.fixture
def opened(request, tmp_path, put_keys):
    """Opens a provider on a store; one that is to be moved to has no keys."""
    opened = []

    def open_on(name, **settings):
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        settings = request.getfixturevalue(f"{name}_settings") | settings
        settings = {key: value.replace(str(tmp_path), str(folder)) for key, value in settings.items()}
        make_ready(settings)
        opened.append(root(folder, (lambda registry: None) if opened else put_keys, **settings))
        return opened[-1].__enter__()

    yield open_on
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_what_was_begun_before_the_move_ends_after_it(opened, before, after):
    old, new = opened(before), opened(after)
    rp = RelyingParty(old)
    tokens = rp.tokens(scope="openid email offline_access", prompt="consent")
    code = rp.authorize(scope="openid email").code
    work = imported(new.registry, exported(old.registry))
    assert work.counts == work.written
    assert held(new.registry) == held(old.registry)
    rp.mount = rp.browser.mount = new
    assert rp.redeem(code)["scope"] == "openid email"
    assert rp.userinfo(tokens["access_token"])["email"] == "ann@example.com"
    again = rp.refresh(tokens["refresh_token"])
    assert rp.claims(again["id_token"])["sub"]
    answer = rp.authorize(scope="openid email", prompt="none")
    assert (answer.pages, answer.error) == ([], None)
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"


def test_sessions_may_stay_behind(opened):
    old, new = opened("dictionary"), opened("dictionary")
    rp = RelyingParty(old)
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    imported(new.registry, exported(old.registry, without=["sessions", "tickets"]))
    rp.mount = rp.browser.mount = new
    assert rp.authorize(prompt="none").error == "login_required"
    assert rp.refresh(tokens["refresh_token"])


def test_configuration_may_go_alone(opened):
    old, new = opened("dictionary"), opened("dictionary")
    rp = RelyingParty(old)
    rp.tokens()
    everything = exported(old.registry)
    imported(new.registry, everything, "configuration")
    assert {kind: len(records) for kind, records in held(new.registry, "grants", "sessions").items()} == {"grants": 0, "sessions": 0}
    assert held(new.registry, "clients", "accounts", "keys", "consents", "changes") == held(
        old.registry, "clients", "accounts", "keys", "consents", "changes"
    )


def as_json(record):
    return json.loads(json.dumps(json_records.write(record)))


@pytest.mark.parametrize("kind", list(RECORDS))
def test_each_record_comes_back_equal(kind):
    for record in (SAMPLES[kind].make(1), SAMPLES[kind].change(SAMPLES[kind].make(1))):
        assert json_records.read(RECORDS[kind], as_json(record)) == record


def test_a_record_of_an_older_version_has_the_defaults_of_fields_that_came_later():
    written = as_json(client())
    del written["updated_by"], written["access_token_format"]
    assert json_records.read(type(client()), written) == client()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nickname": "x"}, "there is no nickname"),
        ({"client_id": 1}, "client_id: must be str"),
        ({"redirect_uris": "https://rp.example/cb"}, "redirect_uris: must be list"),
        ({"require_consent": 1}, "require_consent: must be bool"),
        ({"created_at": True}, "created_at: must be int"),
    ],
)
def test_what_is_no_record_is_not_read(change, reason):
    with pytest.raises(json_records.Misshapen, match=reason):
        json_records.read(type(client()), as_json(client()) | change)


def test_what_has_expired_stays_behind(opened):
    old, new = opened("dictionary"), opened("dictionary")
    rp = RelyingParty(old)
    rp.tokens()
    old.clock.move(86400 * 365 * 2)
    imported(new.registry, exported(old.registry))
    assert not any(held(new.registry, "grants", "sessions", "consents").values())
    assert held(new.registry, "clients") == held(old.registry, "clients")


def test_a_refresh_token_that_was_taken_back_stays_so(opened):
    old, new = opened("dictionary"), opened("memory")
    with provider_of(old.registry) as provider:
        grants, moment = provider.store.grants, provider.now + 3600
        for number in range(2):
            made = replace(grant(number, expires_at=moment, client_id=f"client-{number}"), created_at=provider.now)
            grants.add(made)
            grants.put(redeemed(made))
        grants.unlist("sub-1", "client-1")
    imported(new.registry, exported(old.registry))
    with provider_of(new.registry) as provider:
        grants = provider.store.grants
        assert [grants.get(key).client_id for key in grants.of_account("sub-1")] == ["client-0"]


def test_nothing_secret_is_in_clear(opened):
    old = opened("dictionary")
    rp = RelyingParty(old, {"id_token_signed_response_alg": "HS256"})
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    code = rp.authorize().code
    content = exported(old.registry).decode()
    secrets = [tokens["access_token"], tokens["refresh_token"], code, rp.client_secret, *rp.browser.cookies.values()]
    assert not [each for each in secrets if each in content or each[16:] in content]
    assert rp.browser.password not in content
    assert '"d"' not in content  # of a private JWK


# into a store that holds something


def test_an_interrupted_import_goes_on_where_it_ended(opened, monkeypatch):
    old, new = opened("dictionary"), opened("file")
    RelyingParty(old).tokens()
    content = exported(old.registry)

    def interrupt(doing, count):
        if (doing, count) == ("imported", 3):
            raise KeyboardInterrupt

    monkeypatch.setattr(source, "BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        imported(new.registry, content, tell=interrupt)
    assert sum(map(len, held(new.registry).values())) == 3
    work = imported(new.registry, content)
    assert work.written.total() == work.counts.total() - 3
    assert held(new.registry) == held(old.registry)
    assert not imported(new.registry, content).written


def test_of_many_faults_the_first_are_told(opened):
    old, new = opened("dictionary"), opened("dictionary")
    for mount, moment in ((old, NOW), (new, NOW + 1)):
        with provider_of(mount.registry) as provider:
            for number in range(15):
                provider.store.without_history.clients.add(replace(client(number), created_at=moment))
    with pytest.raises(NotImported) as refused:
        imported(new.registry, exported(old.registry))
    assert len(refused.value.lines) == 12
    assert refused.value.lines[-1] == "and 5 more"


def renamed_since(opened):
    """Two providers, what the old one exported and the new one has imported, and the client that is called otherwise there since."""
    old, new = opened("dictionary"), opened("file")
    RelyingParty(old)
    content = exported(old.registry)
    imported(new.registry, content)
    name = next(iter(held(old.registry)["clients"]))
    with provider_of(new.registry) as provider:
        provider.store.clients.put(replace(provider.store.clients.get(name), client_name="Of this store"))
    return old, new, content, name


def test_a_record_that_is_there_and_differs_is_in_the_way(opened):
    _, new, content, name = renamed_since(opened)
    before = held(new.registry)
    with pytest.raises(NotImported, match=f"clients: {name} is here already, and differs; --replace takes"):
        imported(new.registry, content)
    assert held(new.registry) == before


def test_what_is_replaced_leaves_a_change_in_the_history(opened):
    old, new, content, name = renamed_since(opened)
    imported(new.registry, content, may_replace=True)
    assert held(new.registry, "clients") == held(old.registry, "clients")
    with provider_of(new.registry) as provider:
        changes = provider.store.changes
        assert [changes.get(key).number for key in changes.of("clients", name)] == [1, 2, 3]
        assert "Of this store" in changes.get(changes.of("clients", name)[-1]).before


def test_a_user_name_that_is_anothers_is_in_the_way(opened):
    old, new = opened("dictionary"), opened("dictionary")
    RelyingParty(old, account={"username": "ann"})
    new.apply({"accounts": [{"username": "Ann", "password": "correct horse"}]})
    with pytest.raises(NotImported, match="accounts: ann is another account here"):
        imported(new.registry, exported(old.registry))


def test_a_record_that_is_twice_in_the_file_is_refused(opened):
    new = opened("dictionary")
    writer = Writer(new.registry.getUtility(IMasterSecret), "", NOW, ("accounts",))
    records = [writer.record("accounts", Account(sub, "ann")) for sub in "12"]
    with pytest.raises(NotImported, match="ann is twice in the file"):
        imported(new.registry, "".join([writer.header, *records, writer.footer()]).encode())


def test_keys_that_the_master_secret_does_not_open_are_not_imported(opened, monkeypatch):
    old, new = opened("dictionary"), opened("dictionary")
    RelyingParty(old)
    content = exported(old.registry)
    new.registry.registerUtility(MasterSecret(("another master secret, of 32 characters and more",)), IMasterSecret)
    with pytest.raises(Faulty, match="belongs to another master secret: bring the master secret along"):
        imported(new.registry, content)
    assert not any(held(new.registry).values())


def test_a_key_that_was_made_beforehand_is_told_of(opened, put_keys):
    old, new = opened("dictionary"), opened("dictionary")
    RelyingParty(old)
    with provider_of(new.registry) as provider:
        kid = provider.keys.create("ES256").kid
    assert imported(new.registry, exported(old.registry)).strange == [kid]


def test_a_session_of_the_far_future_is_moved(opened):
    """Slices are in no order of writing."""
    old, new = opened("dictionary"), opened("file")
    with provider_of(old.registry) as provider:
        for days in (400, 1, 30):
            provider.store.sessions.add(replace(session(days, expires_at=NOW + days * 86400 + 86400 * 400), digest=DIGEST))
    imported(new.registry, exported(old.registry))
    assert held(new.registry, "sessions") == held(old.registry, "sessions")
    assert len(held(new.registry, "sessions")["sessions"]) == 3
