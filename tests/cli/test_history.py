"""oidc-op history and undo: who changed what, when and why, and back again without what was revoked."""

import json

import pytest

CB, OTHER = "https://app.example.com/callback", "https://app.example.com/other"
SECRETS = ("client_secret_digest", "client_secret_sealed", "$argon2", "sealed")


@pytest.fixture
def app(op):
    """A client, as it was registered."""
    return op.json("client add", "--id", "app", "--name", "My application", "--redirect-uri", CB, "--why", "ticket 17")


def history(op, *name):
    return op.json("history", *name)


def test_every_change_says_who_when_and_why(op, app):
    op("client set", "app", "client_name=Renamed", "--why", "it moved")
    op("client secret", "app")
    op("client remove", "app")
    told = history(op, "client", "app")
    assert [(each["number"], each["verb"], each["why"]) for each in told] == [
        (1, "added", "ticket 17"),
        (2, "changed", "it moved"),
        (3, "changed", ""),
        (4, "removed", ""),
    ]
    assert all(each["by"].endswith(" at the command line") and each["at"] for each in told)
    assert told[1]["difference"] == {"client_name": {"before": "My application", "after": "Renamed"}}
    assert told[2]["difference"] == {"client_secret": {"before": "set", "after": "replaced"}}


def test_for_people_a_change_is_a_few_lines(op, app):
    op("client set", "app", f"redirect_uris+={OTHER}")
    lines = op("history", "client", "app").splitlines()
    assert lines[0].startswith("1  ")
    assert lines[0].endswith(": ticket 17")
    assert f'     redirect_uris: ["{CB}"] -> ["{CB}", "{OTHER}"]' in lines


def test_accounts_and_keys_have_a_history_too(op):
    op("account add", "ann", "name=Ann", stdin="correct horse\n")
    op("account password", "ann", "--why", "she forgot it", stdin="battery staple\n")
    sub = op.json("account list")[-1]["sub"]
    told = history(op, "account", "ann")
    assert told == history(op, "account", sub)
    assert told[0]["difference"]["claims.name"] == {"before": None, "after": "Ann"}
    assert told[1]["difference"].keys() == {"password", "valid_after"}
    assert told[1]["difference"]["password"] == {"before": "set", "after": "replaced"}
    kid = op.json("key create", "--alg", "ES256")["kid"]
    op("key retire", kid, "--why", "it was seen on a screen")
    assert [each["why"] for each in history(op, "key", kid)] == ["", "it was seen on a screen"]


def test_what_an_apply_file_changes_is_told(op, app, tmp_path):
    file = tmp_path / "described.json"
    file.write_text(json.dumps({"clients": [{"client_id": "app", "client_name": "Applied", "redirect_uris": [CB]}]}))
    op("apply", str(file), "--why", "the new file")
    assert history(op, "client", "app")[-1]["difference"]["client_name"]["after"] == "Applied"
    assert history(op, "client", "app")[-1]["why"] == "the new file"
    op("apply", str(file))
    assert len(history(op, "client", "app")) == 2, "nothing was changed"


def test_no_secret_is_in_the_history(op, app):
    op("client secret", "app", "--readable")
    op("account add", "ann", stdin="correct horse\n")
    told = json.dumps([history(op, "client", "app"), history(op, "account", "ann")])
    assert app["client_secret"] not in told
    assert not [each for each in SECRETS if each in told]


def test_what_was_never_there_has_no_history(op):
    assert "there never was a client nobody" in op.refused("history", "client", "nobody")
    assert "there never was an account nobody" in op.refused("history", "account", "nobody")


# undo


def test_a_change_is_undone_by_a_change_of_its_own(op, app):
    op("client set", "app", "client_name=Renamed", f"redirect_uris+={OTHER}")
    op("client set", "app", "contacts=ann@example.com")
    undone = op.json("undo", "client", "app", "2", "--why", "they were not ready")
    assert (undone["number"], undone["why"]) == (4, "undo of 2: they were not ready")
    shown = op.json("client show", "app")
    assert (shown["client_name"], shown["redirect_uris"], shown["contacts"]) == ("My application", [CB], ["ann@example.com"])
    op("undo", "client", "app", "4")
    assert op.json("client show", "app")["client_name"] == "Renamed"


def test_a_change_is_not_undone_over_a_later_one(op, app):
    op("client set", "app", "client_name=Renamed")
    op("client set", "app", "client_name=Renamed again")
    assert "client_name: changed again since, by 3; undo that first" in op.refused("undo", "client", "app", "2")
    op("undo", "client", "app", "3")
    op("undo", "client", "app", "2")
    assert op.json("client show", "app")["client_name"] == "My application"
    assert "all that it changed is as it was before" in op.refused("undo", "client", "app", "2")


def test_a_secret_that_was_replaced_stays_so(op, app):
    op("client secret", "app")
    assert "neither comes back" in op.refused("undo", "client", "app", "2")
    assert len(history(op, "client", "app")) == 2


def test_what_is_undone_is_judged_like_every_change(op, app):
    op("client set", "app", "id_token_signed_response_alg=ES256")
    op("client set", "app", "token_endpoint_auth_method=none")
    made = op.json("undo", "client", "app", "3")
    assert made["client_secret"] != app["client_secret"], "the old one is gone for good"
    op("client secret", "app", "--readable")
    op("client set", "app", "id_token_signed_response_alg=HS256")
    op("client set", "app", "id_token_signed_response_alg=RS256")
    number = str(len(history(op, "client", "app")))
    assert "HS256 signs with the client's secret, of which only a digest is kept" in op.refused("undo", "client", "app", number)


def test_a_client_that_was_removed_comes_back_with_another_secret(op, app):
    op("client remove", "app")
    made = op.json("undo", "client", "app", "2")
    assert made["client_secret"] not in ("", app["client_secret"])
    assert op.json("client show", "app")["redirect_uris"] == [CB]
    assert "app is there again" in op.refused("undo", "client", "app", "2")


def test_a_client_that_was_new_goes_unless_it_was_changed_since(op, app):
    op("client set", "app", "client_name=Renamed")
    assert "client_name: changed again since, by 2" in op.refused("undo", "client", "app", "1")
    op("undo", "client", "app", "2")
    op("undo", "client", "app", "1")
    assert "app" not in [each["client_id"] for each in op.json("client list")]


def test_an_account_that_was_removed_comes_back_without_a_password(op):
    op("account add", "ann", "--role", "auditor", "name=Ann", stdin="correct horse\n")
    before = op.json("account list")[-1]
    op("account remove", "ann")
    op("undo", "account", "ann", "2")
    assert "it has no password; give it one: oidc-op account password" in op.err
    assert op.json("account list")[-1] == before
    told = history(op, "account", "ann")
    assert "password" not in told[-1]["difference"]
    op("account password", "ann", stdin="battery staple\n")
    assert "neither comes back" in op.refused("undo", "account", "ann", "4")


def test_a_user_name_that_is_anothers_by_now_is_not_taken_back(op):
    op("account add", "ann", stdin="correct horse\n")
    sub = op.json("account list")[-1]["sub"]
    op("account remove", "ann")
    op("account add", "ann", stdin="correct horse\n")
    assert "another account is called ann by now" in op.refused("undo", "account", sub, "2")


def test_a_retired_key_stays_retired(op):
    kid = op.json("key create", "--alg", "ES256")["kid"]
    op("key retire", kid)
    assert "a retired one stays retired" in op.refused("undo", "key", kid, "2")


def test_there_is_no_such_change(op, app):
    assert "there is no change 7 of app" in op.refused("undo", "client", "app", "7")
