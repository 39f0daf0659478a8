"""oidc-op apply: the state of a file, in one transaction, again and again."""

import json

import pytest
import requests

YAML = """
clients:
  - client_id: shop
    client_secret: a-secret-that-was-known-before-now
    client_name: The shop
    redirect_uris: [https://shop.example.com/callback]
  - client_id: app
    client_name: The app
    redirect_uris: [https://app.example.com/callback]
accounts:
  - username: ann
    password: correct horse battery staple
    claims: {name: Ann Example, email: ann@example.com, email_verified: true}
  - username: bo
    roles: [admin]
"""


@pytest.fixture
def apply(op, tmp_path):
    """Applies a text."""

    def apply(text, *options, name="state.yaml"):
        file = tmp_path / name
        file.write_text(text)
        return op("apply", str(file), *options)

    return apply


def test_new_secrets_are_printed_once(op, apply):
    out = apply(YAML)
    assert out.count("(not shown again)") == 2  # of app and of bo
    assert "a-secret-that-was-known-before-now" not in out
    assert "correct horse" not in out
    assert [each["client_id"] for each in op.json("client list")] == ["app", "shop"]
    assert [each["username"] for each in op.json("account list")] == ["ann", "bo"]


def test_again_it_changes_nothing(apply):
    apply(YAML)
    assert apply(YAML) == "Nothing to change.\n"


def test_a_dry_run_says_the_difference_and_writes_nothing(op, apply):
    assert "add client shop" in apply(YAML, "--dry-run")
    assert op.json("client list") == []
    apply(YAML)
    changed = apply(YAML.replace("The shop", "The new shop"), "--dry-run")
    assert changed.splitlines() == ["change client shop", "    client_name: The shop -> The new shop"]


def test_what_is_named_is_replaced_whole_and_what_is_not_stays(op, apply):
    apply(YAML)
    apply("clients: [{client_id: app, redirect_uris: ['https://app.example.com/other']}]")
    app = op.json("client show", "app")
    assert app.get("client_name", "") != "The app"
    assert app["redirect_uris"] == ["https://app.example.com/other"]
    assert op.json("client show", "shop")["client_name"] == "The shop"


def test_an_absent_secret_and_password_stay(op, apply):
    apply(YAML)
    lines = ("    client_secret: a-secret-that-was-known-before-now", "    password: correct horse battery staple")
    out = apply("\n".join(line for line in YAML.splitlines() if line not in lines))
    assert out == "Nothing to change.\n"


def test_json(apply):
    state = {"clients": [{"client_id": "shop", "redirect_uris": ["https://shop.example.com/callback"]}]}
    assert "add client shop" in apply(json.dumps(state), name="state.json")


def test_standard_input(op):
    op("apply", "-", stdin=YAML)
    assert len(op.json("client list")) == 2


def test_for_programs(op, tmp_path):
    (tmp_path / "state.yaml").write_text(YAML)
    told = op.json("apply", str(tmp_path / "state.yaml"))
    assert [change["verb"] for change in told["changes"]] == ["add"] * 4
    assert told["changes"][1]["client_secret"]
    assert told["changes"][3]["password"]


def test_members_that_are_not_supported_are_kept_with_a_warning(op, apply):
    apply("clients: [{client_id: shop, redirect_uris: ['https://shop.example.com/cb'], software_id: '4711'}]")
    assert "warning: client shop: software_id" in op.err
    assert op.json("client show", "shop")["software_id"] == "4711"


NAMED = "clients: [{client_name: The shop, redirect_uris: ['https://shop.example.com/cb']}]"


def test_a_client_without_client_id_is_the_one_of_that_name(op, apply):
    assert "add client" in apply(NAMED)
    assert apply(NAMED) == "Nothing to change.\n"
    apply(NAMED.replace("/cb", "/other"))
    assert [each["redirect_uris"] for each in op.json("client list")] == [["https://shop.example.com/other"]]


def test_where_several_have_that_name_none_is_changed(op, apply):
    made = [op.json("client add", "--name", "The shop", "--redirect-uri", "https://shop.example.com/cb") for _ in range(2)]
    apply(NAMED.replace("/cb", "/other"))
    assert op.status == 1
    assert "state.yaml: clients[0] (The shop): client_name: there are several clients called The shop; say which by" in op.err
    assert all(each["client_id"] in op.err for each in made)
    assert {each["redirect_uris"][0] for each in op.json("client list")} == {"https://shop.example.com/cb"}


def test_a_user_name_that_another_account_has_is_refused(op, apply):
    apply("accounts: [{username: ann, sub: '1'}, {username: bo, sub: '2'}]")
    apply("accounts: [{username: bo, sub: '1'}]")
    assert op.status == 1
    assert {each["username"] for each in op.json("account list")} == {"ann", "bo"}


FAULTS = {
    "clients: [{clientId: shop}]": "clientId: there is no such member; did you mean client_id?",
    "clients: [{client_id: a, redirect_uris: ['', 'http://a.example/', 'https://b.example/#x']}]": (
        "redirect_uris: has an empty string in it; 'http://a.example/' must be https; http is for a loopback host only; "
        "'https://b.example/#x' "
    ),
    "accounts: [{username: ann, password: 'pbkdf2_sha256$870000$salt$hash'}]": "password is a hash of Django's",
    "accounts: [{username: ann, password: 'argon2$argon2id$v=19$m=102400'}]": "password is a hash of Django's",
    "clients: [{client_id: shop, redirect_uri: 'https://shop.example.com/cb'}]": "clients[0] (shop): redirect_uri: ",
    "clients: [{client_id: shop, redirect_uris: ['http://shop.example.com/cb']}]": "clients[0] (shop): redirect_uris: ",
    "accounts: [{username: ann, passwort: x}]": "accounts[0] (ann): passwort: there is no such member; did you mean password?",
    "accounts: [{username: ann, claims: {email_verified: 3}}]": "accounts[0] (ann): claims.email_verified: ",
    "accounts: [{username: ann, claims: {website: not a url}}]": "accounts[0] (ann): claims.website: ",
    "accounts: [{username: ann, claims: {birthdate: '2020-13-45'}}]": "accounts[0] (ann): claims.birthdate: ",
    "accounts: [{claims: {}}]": "accounts[0] (unnamed): username: is missing",
    "clients: [&a {client_id: shop, redirect_uris: ['https://shop.example.com/cb']}, *a]": "aliases are not accepted",
    "clients: [{redirect_uris: ['https://shop.example.com/cb']}]": "clients[0] (unnamed): client_id: is missing; without it, client_name",
}
TWICE = {
    "usernames": ("{username: Ann}, {username: ann}", "accounts[1] (ann): the account ann is described twice"),
    "subs": ("{username: ann, sub: '1'}, {username: bo, sub: '1'}", "accounts[1] (bo): the account bo is described twice"),
    "names": (
        "{client_name: A, redirect_uris: ['https://a.example/']}, {client_name: A, redirect_uris: ['https://b.example/']}",
        "clients[1] (A): several clients are called A; give each of them a client_id",
    ),
    "a name and an id": (
        "{client_name: A, redirect_uris: ['https://a.example/']}, {client_id: a, client_name: A, redirect_uris: ['https://b.example/']}",
        "clients[1] (a): several clients are called A; give each of them a client_id",
    ),
}


@pytest.mark.parametrize(("entries", "reason"), TWICE.values(), ids=TWICE)
def test_what_a_file_describes_twice_is_refused(op, apply, entries, reason):
    apply(f"{'clients' if 'client' in entries else 'accounts'}: [{entries}]")
    assert op.status == 1
    assert f"state.yaml: {reason}" in op.err
    assert op.json("client list") == [] == op.json("account list")


def test_two_clients_may_have_one_name_if_each_has_an_id(op, apply):
    one = "{client_id: a, client_name: A, redirect_uris: ['https://a.example/']}"
    apply(f"clients: [{one}, {one.replace('client_id: a', 'client_id: b')}]")
    assert len(op.json("client list")) == 2


@pytest.mark.parametrize(("text", "reason"), FAULTS.items())
def test_a_fault_names_file_entry_and_member_and_nothing_is_written(op, apply, text, reason):
    other = "clients: [{client_id: other, redirect_uris: ['https://other.example.com/cb']}, "
    apply(text.replace("clients: [", other) if text.startswith("clients") else text)
    assert op.status == 1
    assert "state.yaml" in op.err
    assert reason.replace("[0]", "[1]" if text.startswith("clients") else "[0]") in op.err
    assert op.json("client list") == [] == op.json("account list")


@pytest.mark.parametrize("text", ["", "[]", "nonsense: []", "clients: 3", "clients: [3]", "clients: [", "clients: {a: b}"])
def test_what_is_no_such_file(op, apply, text):
    apply(text)
    assert op.status == 1
    assert "state.yaml" in op.err


def test_a_file_that_there_is_not(op, tmp_path):
    op("apply", str(tmp_path / "nowhere.yaml"))
    assert op.status == 2
    assert "cannot read" in op.err


def test_a_running_server_knows_at_once(op, apply, provider):
    apply(YAML)
    if provider.process is None:
        provider.start()
    request = {"client_id": "shop", "redirect_uri": "https://shop.example.com/callback", "response_type": "code"}
    request |= {"scope": "openid", "nonce": "n"}
    answer = requests.get(f"{provider.issuer}/authorize", request, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{provider.issuer}/login?")


def test_what_is_wrong_at_the_top_is_named_with_all_the_rest(op, apply):
    apply("acounts: []\nclients: [{client_id: shop, redirect_uri: x}, 3]\n")
    assert op.status == 1
    assert "state.yaml: acounts: there is no such section; did you mean accounts?" in op.err
    assert "state.yaml: clients[1]: must be a mapping" in op.err
    assert "state.yaml: clients[0] (shop): redirect_uri: there is no such member" in op.err


def test_what_is_described_twice_is_told_though_another_entry_has_faults(op, apply):
    apply("accounts: [{username: ann, nonsense: 1}, {username: Ann}]\nclients: [{client_id: a, x: 1}, {client_id: a, y: 1}]")
    assert "accounts[1] (Ann): the account Ann is described twice" in op.err
    assert "clients[1] (a): the client a is described twice" in op.err


TWICE_IN_ONE = [
    ("state.yaml", "accounts:\n  - username: ann\n    username: bo\n", "username is there twice"),
    ("state.json", '{"accounts": [{"username": "ann", "username": "bo"}]}', "username is there twice in one object"),
    ("state.yaml", "accounts: [{username: ann, 5: x}]", "the name 5 must be a string; quote it"),
]


@pytest.mark.parametrize(("name", "text", "reason"), TWICE_IN_ONE)
def test_a_name_is_a_string_that_stands_once_in_its_mapping(op, apply, name, text, reason):
    apply(text, name=name)
    assert op.status == 1
    assert reason in op.err
    assert op.json("account list") == []


NUMBERS = {
    "accounts: [{username: ann, claims: {phone_number: +4930123456}}]": "claims.phone_number: must be a string; quote it",
    "accounts: [{username: ann, claims: {address: {postal_code: 01234}}}]": "claims.address: must be a string; quote it",
    "accounts: [{username: ann, sub: 5}]": "sub: must be a string; quote it",
    "accounts: [{username: ann, claims: {born: 1990-01-01}}]": "claims.born: must be something that JSON has; quote it",
    "clients: [{client_id: 5}]": "client_id: must be a string; quote it\n",
    "clients: [{client_id: a, client_name: 1.0}]": "client_name: must be a string; quote it\n",
    "clients: [{client_id: a, software_id: 1990-01-01}]": "software_id: must be something that JSON has; quote it",
}


@pytest.mark.parametrize(("text", "reason"), NUMBERS.items())
def test_what_yaml_makes_of_what_was_meant_as_a_string_is_a_fault(op, apply, text, reason):
    apply(text)
    assert op.status == 1
    assert reason in op.err


def test_a_birthdate_and_numbers_that_are_numbers_are_taken(op, apply):
    apply("accounts: [{username: ann, claims: {birthdate: 1990-01-01, updated_at: 1700000000, level: 3}}]")
    assert op.json("account list")[0]["claims"] == {"birthdate": "1990-01-01", "level": 3, "updated_at": 1700000000}


def test_a_dry_run_does_not_show_what_will_be_drawn_anew(apply):
    text = "accounts: [{username: ann, roles: [admin]}]\nclients: [{client_name: A, redirect_uris: ['https://a.example/']}]"
    told = apply(text, "--dry-run").splitlines()
    assert told[0] == "add client (drawn)"
    assert "    sub: (drawn)" in told
    assert '    redirect_uris: ["https://a.example/"]' in told
    assert '    roles: ["admin"]' in told
    assert json.loads(apply(text, "--dry-run", "--json"))["changes"][1]["difference"]["sub"] == {"before": None, "after": "(drawn)"}


def test_roles_and_claims_that_nobody_asks_for_are_doubted(op, apply):
    apply("accounts: [{username: ann, roles: [admim, chief], claims: {famly_name: Example, shoe_size: 40}}]")
    assert op.status == 0
    assert "the role admim; did you mean admin?" in op.err
    assert "the role chief; there are admin and auditor" in op.err
    assert "famly_name is no standard claim; did you mean family_name?" in op.err
    assert "shoe_size" not in op.err


def test_what_is_too_large_for_a_running_server_is_told(op, apply, provider):
    apply("accounts: [{username: ann}] #" + "x" * 17 * 1024 * 1024)
    if provider.process:
        assert op.status == 1
        assert "a running server takes 16 MiB at once, and" in op.err
        assert "is more: divide it, or stop the server first" in op.err
    else:
        assert op.status == 0
