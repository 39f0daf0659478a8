"""Introspection (RFC 7662): who is told what a token stands for, and who is told nothing."""

import pytest
from mounts import included, root, unique
from rp import FORM, RelyingParty

DEAD = {"active": False}


def introspect(rp, token, *, status=200, **changes):
    return rp.post("introspect", {"token": token} | changes, status=status).json


@pytest.fixture(params=[root, included])
def with_settings(request, tmp_path, put_keys):
    """A relying party of a provider with these settings."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda **settings: RelyingParty(stack.enter_context(request.param(tmp_path, put_keys, **settings)))


def another(rp, **described):
    """Another client of the same provider: a resource server, say."""
    return RelyingParty(rp.mount, described)


def test_a_client_is_told_of_its_own_token(rp):
    tokens = rp.tokens(scope="openid email")
    now = rp.mount.clock()
    reply = rp.post("introspect", {"token": tokens["access_token"]})
    assert (reply.header("Content-Type"), reply.header("Cache-Control")) == ("application/json", "no-store")
    assert reply.json == {
        "active": True,
        "client_id": rp.client_id,
        "sub": rp.claims(tokens["id_token"])["sub"],
        "exp": now + 3600,
        "iat": now,
        "iss": rp.mount.issuer,
        "aud": rp.mount.issuer,
        "scope": "openid email",
        "token_type": "Bearer",
    }


def test_the_moment_of_a_token_is_its_own(rp):
    tokens = rp.tokens()
    began = rp.mount.clock()
    rp.mount.clock.move(100)
    later = rp.refresh(tokens["refresh_token"])
    assert introspect(rp, tokens["access_token"])["iat"] == began
    assert introspect(rp, later["access_token"])["iat"] == began + 100
    assert introspect(rp, later["refresh_token"])["iat"] == began + 100


def test_its_own_refresh_token_is_told_too_and_looks_like_no_access_token(rp):
    tokens = rp.tokens()
    told = introspect(rp, tokens["refresh_token"])
    assert (told["active"], told["client_id"], told["aud"]) == (True, rp.client_id, rp.mount.issuer)
    assert "token_type" not in told
    assert told["exp"] == rp.mount.clock() + 14 * 86400  # with the session that it hangs from


def test_a_refresh_token_that_was_used_is_dead(rp):
    tokens = rp.tokens()
    rp.refresh(tokens["refresh_token"])
    assert introspect(rp, tokens["refresh_token"]) == DEAD


def test_nobody_else_is_told_anything(rp):
    tokens, stranger = rp.tokens(), another(rp)
    assert introspect(stranger, tokens["access_token"]) == DEAD
    assert introspect(stranger, tokens["refresh_token"]) == DEAD


@pytest.mark.parametrize("token", ["x", "A" * 44, "eyJhbGciOiJub25lIn0.e30.", "ä €", "a b", "{}", "%", "A" * 60_000])
def test_what_is_no_token_is_not_active(rp, token):
    assert introspect(rp, token) == DEAD


def test_neither_a_code_nor_an_id_token_is_active(rp):
    code = rp.authorize().code
    assert introspect(rp, code) == DEAD
    assert introspect(rp, rp.redeem(code)["id_token"]) == DEAD


def test_a_token_that_has_expired_is_not_active(rp):
    tokens = rp.tokens()
    rp.mount.clock.move(3599)
    assert introspect(rp, tokens["access_token"])["active"]
    rp.mount.clock.move(2)
    assert introspect(rp, tokens["access_token"]) == DEAD


def test_what_a_replayed_code_gave_is_not_active(rp):
    code = rp.authorize().code
    tokens = rp.redeem(code)
    rp.redeem(code, status=400)
    assert introspect(rp, tokens["access_token"]) == introspect(rp, tokens["refresh_token"]) == DEAD


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "made up", ""])
def test_a_hint_is_taken_and_never_trusted(rp, hint):
    tokens = rp.tokens()
    assert introspect(rp, tokens["access_token"], token_type_hint=hint)["active"]
    assert introspect(rp, tokens["refresh_token"], token_type_hint=hint)["active"]


def test_the_client_proves_who_it_is(rp, make_rp):
    token = rp.tokens()["access_token"]
    public = make_rp({"token_endpoint_auth_method": "none"})
    for reply in (
        rp.post("introspect", {"token": token}, basic=False, status=401),
        rp.post("introspect", {"token": token, "client_id": rp.client_id}, basic=False, status=401),
        rp.mount.send(
            "POST", rp.url("introspect"), [("Content-Type", FORM), ("Authorization", rp.basic(secret="w" * 43))], f"token={token}".encode()
        ),
        rp.mount.send("POST", rp.url("introspect"), [("Content-Type", FORM), ("Authorization", f"Bearer {token}")], b"token=x"),
        public.post("introspect", {"token": public.tokens()["access_token"]}, status=401),
    ):
        assert (reply.status, reply.json["error"]) == (401, "invalid_client")
        assert reply.header("WWW-Authenticate") == f'Basic realm="{rp.mount.issuer}"'
    in_the_body = {"token": token, "client_id": rp.client_id, "client_secret": rp.client_secret}
    assert rp.post("introspect", in_the_body, basic=False).json["active"]


def test_scripts_of_other_sites_may_not_ask(mount):
    reply = mount.send("OPTIONS", f"{mount.issuer}/introspect", [("Origin", "https://spa.example")])
    assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (405, None)


def test_the_document_says_where_and_how(mount):
    document = mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json
    assert document["introspection_endpoint"] == f"{mount.issuer}/introspect"
    assert document["introspection_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]


# resource servers

AUDIENCE = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.resources"}


def test_a_resource_server_is_told_of_tokens_that_are_meant_for_it(with_settings):
    rp = with_settings(**AUDIENCE)
    rp.mount.apply({"clients": [rp.described | {"scope": "openid books.read books.write films.read"}]})
    books, films = (another(rp, client_id=name) for name in ("books-api", "films-api"))
    for_books = rp.tokens(scope="openid books.read books.write")["access_token"]
    assert introspect(books, for_books)["aud"] == [rp.mount.issuer, "books-api"]  # openid is the provider's own
    assert introspect(films, for_books) == DEAD
    for_both = rp.tokens(scope="openid films.read books.read")["access_token"]
    assert introspect(books, for_both) == introspect(films, for_both) == introspect(rp, for_both)
    assert introspect(books, for_both)["aud"] == [rp.mount.issuer, "films-api", "books-api"]
    assert introspect(rp, rp.tokens(scope="openid")["access_token"])["aud"] == rp.mount.issuer
    assert introspect(rp, rp.tokens(scope="books.read")["access_token"])["aud"] == "books-api"


def test_a_refresh_token_is_told_to_no_resource_server(with_settings):
    rp = with_settings(**AUDIENCE)
    rp.mount.apply({"clients": [rp.described | {"scope": "openid books.read"}]})
    assert introspect(another(rp, client_id="books-api"), rp.tokens(scope="openid books.read")["refresh_token"]) == DEAD


def test_people_are_called_what_the_tokens_client_calls_them(with_settings):
    rp = with_settings(**AUDIENCE, **{"oidc.idtoken_sub_generator": "pkgs.resources.pairwise"})
    rp.mount.apply({"clients": [rp.described | {"scope": "openid books.read"}]})
    tokens = rp.tokens(scope="openid books.read")
    told = introspect(another(rp, client_id="books-api"), tokens["access_token"])
    assert told["sub"] == rp.claims(tokens["id_token"])["sub"]
    assert told["sub"].startswith(f"{rp.client_id}/")


def test_one_registered_for_introspection_asks_about_the_clients_that_its_scope_names(rp):
    other = another(rp)
    tokens, others = rp.tokens()["access_token"], other.tokens()["access_token"]
    gateway = another(rp, scope=f"token_introspection {rp.client_id}")
    assert introspect(gateway, tokens)["client_id"] == rp.client_id
    assert introspect(gateway, others) == DEAD
    assert introspect(another(rp, scope=rp.client_id), tokens) == DEAD


def test_introspection_validate_audience_scope(with_settings):
    rp = with_settings(**{"oidc.introspection_validate_audience_scope": "false"})
    token = rp.tokens()["access_token"]
    assert introspect(another(rp, scope="token_introspection"), token)["client_id"] == rp.client_id
    assert introspect(another(rp), token) == DEAD


def test_introspection_response_scope_enable(with_settings):
    silent = with_settings(**{"oidc.introspection_response_scope_enable": "false"})
    assert "scope" not in introspect(silent, silent.tokens()["access_token"])
    rp = with_settings()
    tokens = rp.tokens(scope="openid email")
    assert introspect(rp, tokens["access_token"])["scope"] == "openid email"
    narrow = rp.refresh(tokens["refresh_token"], scope="openid")
    assert introspect(rp, narrow["access_token"])["scope"] == "openid"
    assert introspect(rp, narrow["refresh_token"])["scope"] == "openid email"


# hooks


def test_hooks_come_one_or_many_with_the_seeds_signature_and_with_ours(with_settings):
    names = ("seeds_hook", "seeds_hook_with_more", "our_hook")
    rp = with_settings(**{"oidc.introspection_processing_hook": " ".join(f"pkgs.resources.{name}" for name in names)})
    told = introspect(rp, rp.tokens(scope="openid email")["access_token"])
    assert (told["asked_by"], told["nonce"], told["id_token_aud"]) == (rp.client_id, "the nonce", rp.client_id)
    assert told["keywords"] == ["client", "id_token"]
    assert (told["username"], told["scopes"]) == (rp.username, ["openid", "email"])
    without = introspect(rp, rp.tokens(scope="email")["access_token"])
    assert (without["nonce"], without["id_token_aud"]) == (None, None)


def test_id_token_hooks_are_heard_before(with_settings):
    settings = {"oidc.introspection_processing_hook": "pkgs.resources.whole", "oidc.idtoken_processing_hook": "pkgs.extended.two_arguments"}
    rp = with_settings(**settings)
    assert introspect(rp, rp.tokens()["access_token"])["id_token"]["two"] == rp.username


def test_a_hook_can_withhold_everything(with_settings):
    rp = with_settings(**{"oidc.introspection_processing_hook": "pkgs.resources.no"})
    assert introspect(rp, rp.tokens()["access_token"]) == DEAD


def test_hooks_hear_nothing_of_tokens_that_are_not_told(with_settings):
    from pkgs import resources

    resources.HEARD.clear()
    rp = with_settings(**{"oidc.introspection_processing_hook": "pkgs.resources.whole"})
    introspect(another(rp, client_id=unique("stranger")), rp.tokens()["access_token"])
    introspect(rp, "A" * 44)
    assert resources.HEARD == []
