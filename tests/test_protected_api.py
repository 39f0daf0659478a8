"""The example of a protected API, as its README says to run it: two processes, and an application that calls the API."""

import pytest
from protected_site import EXAMPLE, protected_site

pytestmark = pytest.mark.xdist_group("protected_api")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with protected_site(tmp_path_factory.mktemp("protected_api")) as site:
        yield site


def test_the_api_serves_those_whom_a_person_allowed_it(site):
    answer = site.books(site.tokens()["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"books": ["Emma", "Persuasion"], "read_by": "reader"})


def test_without_a_token_it_asks_for_one(site):
    for answer in (site.books(), site.books(Authorization="Basic eDp5"), site.books(Authorization="Bearer ")):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="books"')


def test_other_tokens_do_not_do(site):
    tokens = site.tokens()
    for token in ("x", "A" * 44, tokens["refresh_token"], tokens["id_token"], site.tokens("openid")["access_token"]):
        answer = site.books(token)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="books", error="invalid_token"')


def test_a_token_that_is_given_back_opens_nothing_more(site):
    token = site.tokens()["access_token"]
    assert site.books(token).ok
    site.asks("revoke", {"token": token})
    assert site.books(token).status_code == 401


def test_a_scope_that_is_missing_is_named(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api.tokens import NotAllowed, Tokens

    tokens = Tokens("https://id.example", "books-api", "secret")
    told = {"active": True, "iss": "https://id.example", "aud": ["films-api", "books-api"], "token_type": "Bearer", "scope": "books.write"}
    monkeypatch.setattr(tokens, "introspect", lambda token: told)
    with pytest.raises(NotAllowed) as refused:
        tokens.demand("Bearer x", "books.read")
    assert refused.value.status == 403
    assert refused.value.challenge == 'Bearer realm="books", error="insufficient_scope", scope="books.read"'
    assert tokens.demand("bearer x", "books.write") == told


@pytest.mark.parametrize(
    "change", [{"active": False}, {"iss": "https://other.example"}, {"aud": "https://id.example"}, {"aud": []}, {"token_type": None}]
)
def test_what_the_provider_says_is_judged(monkeypatch, change):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api.tokens import NotAllowed, Tokens

    tokens = Tokens("https://id.example", "books-api", "secret")
    told = {"active": True, "iss": "https://id.example", "aud": "books-api", "token_type": "Bearer", "scope": "books.read"} | change
    monkeypatch.setattr(tokens, "introspect", lambda token: told if told["active"] else {"active": False})
    with pytest.raises(NotAllowed) as refused:
        tokens.demand("Bearer x", "books.read")
    assert (refused.value.status, refused.value.challenge) == (401, 'Bearer realm="books", error="invalid_token"')


def test_while_the_provider_is_away_nobody_is_blamed(site):
    token = site.tokens()["access_token"]
    provider, *others = site.processes
    provider.terminate()
    provider.wait(15)
    site.processes[:] = others
    assert site.books(token).status_code == 503
    site.serve("protected_api/provider.ini")
    assert site.books(token).ok


def test_signed_tokens_are_checked_without_asking(site):
    tokens = site.tokens(client="signed-reader")
    token = tokens["access_token"]
    answer = site.books(token, at=site.by_itself)
    assert (answer.status_code, answer.json()["read_by"]) == (200, "signed-reader")
    assert site.books(token).ok  # introspection knows them too
    header, claims, signature = token.split(".")
    forged = f"{header}.{claims}.{signature[:-8]}AAAAAAAA"
    elsewhere = site.tokens("openid", client="signed-reader")["access_token"]
    for other in (forged, tokens["id_token"], elsewhere, "x", site.tokens()["access_token"]):
        assert site.books(other, at=site.by_itself).status_code == 401


def test_a_signed_token_ends_and_a_new_key_is_fetched(site, monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api import signed

    tokens = signed.SignedTokens(site.issuer, "books-api", None)
    token = site.tokens(client="signed-reader")["access_token"]
    assert tokens.demand(f"Bearer {token}", "books.read")["client_id"] == "signed-reader"
    with monkeypatch.context() as later:
        later.setattr(signed.time, "time", lambda: 4e9)
        assert tokens.introspect(token) == {"active": False}
    tokens._keys, tokens._fetched_at = signed.KeySet([]), float("-inf")
    assert tokens.introspect(token)["active"] is True
