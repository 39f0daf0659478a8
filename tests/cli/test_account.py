"""oidc-op account."""

import io

import pytest

from oidc_op.cli.console import Console

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ann(op):
    """An account, as it was made."""
    return op.json("account add", "ann", "name=Ann Example", "email=ann@example.com", "email_verified=true", stdin=PASSWORD)


def test_claims_have_the_types_of_the_specification(ann):
    assert ann["claims"] == {"name": "Ann Example", "email": "ann@example.com", "email_verified": True}
    assert "password" not in ann
    assert ann["sub"]


def test_a_drawn_password_is_printed_once(op):
    made = op.json("account add", "root", "--generate", "--role", "admin")
    assert len(made["password"]) >= 16
    assert made["roles"] == ["admin"]
    assert made["password"] not in op("account list")


def test_a_sub_may_be_given(op):
    assert op.json("account add", "bo", "--sub", "4711", "--generate")["sub"] == "4711"
    assert "there is an account with the sub 4711 already" in op.refused("account add", "cy", "--sub", "4711", "--generate")


def test_a_password_is_changed(op, ann):
    op("account password", "ann", stdin="another good passphrase\n")
    assert op.out == "ann has a new password, and is signed out everywhere.\n"
    assert op.json("account password", "ann", "--generate")["password"]


def test_list_and_remove(op, ann):
    assert op("account list").splitlines()[1].split() == ["ann", ann["sub"], "Ann", "Example", "ann@example.com"]
    assert op("account remove", "ann") == "Removed ann; all that they granted is dead.\n"
    assert op("account list") == "There are no accounts.\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ann"], "there is an account ann already"),
        (["bo", "email_verified=perhaps"], "email_verified = 'perhaps' must be true or false (OpenID Connect Core §5.1)"),
        (["bo", "website=not a url"], "website = 'not a url' must be an https or http URL (OpenID Connect Core §5.1)"),
        (["bo", "--sub", "a\tb"], "sub "),
    ],
    ids=["twice", "type", "form", "sub"],
)
def test_what_cannot_be_added(op, ann, arguments, reason):
    assert reason in op.refused("account add", *arguments, stdin=PASSWORD)
    assert [each["username"] for each in op.json("account list")] == ["ann"]


@pytest.mark.parametrize(
    ("password", "reason"),
    [("a\n", "8 to 1024 characters"), ("pass\0word 123\n", "no control characters"), ("pass\tword 123\n", "no control characters")],
)
def test_what_is_no_password(op, password, reason):
    assert reason in op.refused("account add", "ann", stdin=password)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_end_of_the_line_is_not_part_of_the_password(end):
    console = Console(io.StringIO(f" pass word 123 {end}"), io.StringIO(), io.StringIO())
    assert console.read_password("Password") == " pass word 123 "


def test_an_empty_password_is_refused(op):
    assert "no password was given" in op.refused("account add", "ann", stdin="")


@pytest.mark.parametrize("command", ["password", "remove"])
def test_an_account_that_there_is_not(op, command):
    assert "there is no account nobody; oidc-op account list shows those there are" in op.refused(
        f"account {command}", "nobody", stdin=PASSWORD
    )


def test_what_is_empty_is_not_shown(op):
    assert "claims" not in op("account add", "bo", "--generate")


def test_a_role_and_a_claim_that_nobody_asks_for_are_doubted(op):
    op("account add", "bo", "--generate", "--role", "admim", "famly_name=Example")
    assert "the role admim; did you mean admin?" in op.err
    assert "famly_name is no standard claim; did you mean family_name?" in op.err


def test_where_the_people_are_the_hosts_there_are_no_accounts_here(op, provider, tmp_path):
    if provider.process:
        provider.stop()
    ini = provider.ini.read_text()
    provider.ini.write_text(ini.replace("oidc.sign_in_throttle", "oidc.accounts = pkgs.host.Users\noidc.sign_in_throttle"))
    assert "the application has accounts of its own" in op.refused("account list")
    (tmp_path / "a.yaml").write_text("accounts: [{username: ann}]")
    assert "the application has accounts of its own" in op.refused("apply", str(tmp_path / "a.yaml"))
