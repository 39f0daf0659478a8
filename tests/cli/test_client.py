"""oidc-op client."""

import re

import pytest

CB = "https://app.example.com/callback"


@pytest.fixture
def app(op):
    """A client, as it was registered."""
    return op.json("client add", "--id", "app", "--name", "My application", "--redirect-uri", CB)


def test_a_secret_is_printed_once(op, app):
    assert (app["client_id"], app["client_name"], app["redirect_uris"]) == ("app", "My application", [CB])
    assert len(app["client_secret"]) >= 32
    op("client show", "app")
    assert CB in op.out
    assert app["client_secret"] not in op.out
    assert "client_secret" not in op.out


def test_for_people_it_says_that_the_secret_is_not_shown_again(op):
    assert "The secret is not shown again." in op("client add", "--name", "My application", "--redirect-uri", CB)


def test_a_public_client_has_no_secret(op):
    made = op.json("client add", "--public", "--native", "--redirect-uri", "com.example.app:/callback")
    assert "client_secret" not in made
    assert (made["token_endpoint_auth_method"], made["application_type"]) == ("none", "native")


def test_members_may_stand_among_the_options(op):
    made = op.json("client add", "client_uri=https://app.example.com/", "--redirect-uri", CB, "require_consent=false")
    assert (made["client_uri"], made["require_consent"]) == ("https://app.example.com/", False)


def test_lists_are_lengthened_and_shortened(op, app):
    other = "https://app.example.com/other"
    assert op.json("client set", "app", f"redirect_uris+={other}")["redirect_uris"] == [CB, other]
    assert op.json("client set", "app", f"redirect_uris-={CB}", "client_name=Renamed")["redirect_uris"] == [other]
    shown = op.json("client show", "app")
    assert (shown["client_name"], shown["redirect_uris"]) == ("Renamed", [other])


def test_changing_a_member_keeps_the_secret(op, app):
    assert "client_secret" not in op.json("client set", "app", "client_name=Renamed")


def test_it_shows_when_a_client_was_registered_and_by_whom_it_was_changed_last(op, app):
    shown = op.json("client show", "app")
    assert shown["created_at"] == shown["updated_at"] > 0
    assert shown["updated_by"].endswith(" at the command line")
    lines = [line.split(maxsplit=1) for line in op("client show", "app").splitlines()]
    told = dict(each for each in lines if len(each) > 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", told["created_at"])
    assert told["updated_at"] == f"{told['created_at']} by {shown['updated_by']}"


def test_a_new_secret(op, app):
    again = op.json("client secret", "app")
    assert again["client_id"] == "app"
    assert again["client_secret"] != app["client_secret"]


def test_list_and_remove(op, app):
    assert op("client list").split() == ["client_id", "name", "kind", "redirect_uris", *f"app My application confidential web {CB}".split()]
    assert [each["client_id"] for each in op.json("client list")] == ["app"]
    assert "Removed My application" in op("client remove", "app")
    assert op("client list") == "There are no clients.\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--redirect-uri", "http://app.example.com/cb"], "redirect_uris: 'http://app.example.com/cb' must be https"),
        (["--redirect-uri", CB, "redirect_uri=x"], "redirect_uri: there is no such member; did you mean redirect_uris?"),
        (["--redirect-uri", CB, "--id", "app"], "there is a client app already"),
    ],
    ids=["URI", "member", "twice"],
)
def test_what_cannot_be_registered(op, app, arguments, reason):
    assert reason in op.refused("client add", *arguments)
    assert [each["client_id"] for each in op.json("client list")] == ["app"]


@pytest.mark.parametrize("command", ["show", "set", "remove", "secret"])
def test_a_client_that_there_is_not(op, command):
    more = ["client_name=x"] if command == "set" else []
    assert (
        op.refused(f"client {command}", "nobody", *more)
        == "oidc-op: there is no client nobody; oidc-op client list shows those there are\n"
    )


def test_a_client_id_never_changes(op):
    op("client add", "--id", "shop", "--redirect-uri", "https://shop.example.com/callback")
    assert "client_id: never changes" in op.refused("client set", "shop", "client_id=abc")
    assert op.json("client show", "shop")["client_id"] == "shop"


def test_a_scope_that_nothing_describes_is_said(op, app):
    op("client set", "app", "scope=openid emial nonesuch")
    assert "warning: scope: nothing here describes emial; did you mean email?" in op.err
    assert "warning: scope: nothing here describes nonesuch\n" in op.err
    op("client add", "--id", "api", "--redirect-uri", CB, "--scope", "token_introspection app openid")
    assert "describes" not in op.err


def test_what_was_taken_back_is_as_it_was(op, app):
    """The response types follow the grant types, there and back."""
    op("client set", "app", "grant_types=client_credentials")
    assert "response_types" not in op.json("client show", "app")
    op("client set", "app", "grant_types=")
    again = op.json("client show", "app")
    assert not {"grant_types", "response_types"} & set(again)
    op("client set", "app", "grant_types=refresh_token")
    op("client set", "app", "grant_types=", "client_name=Again")
    assert op("client show", "app").count("(empty)") == 0
