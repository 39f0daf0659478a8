"""Views for the bearers of access tokens, in a host's application and in the provider's own (RFC 6750)."""

import pytest
from mounts import included, root
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError, ConfigurationExecutionError
from rp import FORM, RelyingParty

from oidc_op.protect import protected_resource_view

OWN = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.guarded"}
SCOPES = "openid email testscope"
GUARDED = "openid email guarded"


@pytest.fixture(params=["opaque", "jwt"])
def host(request, open_mount):
    with open_mount("included", **{"oidc.access_token_format": request.param}) as made:
        yield made


@pytest.fixture
def rp(host):
    return RelyingParty(host, {"scope": SCOPES})


def get(host, path, token=None, *headers):
    sent = [("Authorization", f"Bearer {token}")] if token else []
    return host.send("GET", host.origin + path, [*sent, *headers])


RESOURCES = {"oidc.includes": "pkgs.clock pkgs.resources pkgs.guarded"}


def is_refused(reply, host, status, error, *, scope=None):
    challenge = reply.header("WWW-Authenticate")
    assert reply.status == status
    assert reply.header("Cache-Control") == "no-store"
    assert challenge.startswith(f'Bearer realm="{host.issuer}", error="{error}", error_description="')
    assert reply.json["error"] == error
    assert f'error_description="{reply.json["error_description"]}"' in challenge
    assert (f', scope="{scope}"' in challenge) if scope else ("scope=" not in challenge)
    return True


def test_the_bearer_of_a_token_with_the_scope_is_let_in(rp, host):
    tokens = rp.tokens(scope="openid testscope")
    told = get(host, "/api", tokens["access_token"]).json
    assert told == {
        "client": rp.client_id,
        "sub": rp.claims(tokens["id_token"])["sub"],
        "scopes": ["openid", "testscope"],
        "account": rp.username,
    }
    assert get(host, "/routed/somewhere", tokens["access_token"]).json == told
    assert host.send("POST", f"{host.origin}/api", [("Authorization", f"bearer {tokens['access_token']}")]).json == told
    in_a_form = host.send("POST", f"{host.origin}/api", [("Content-Type", FORM)], f"access_token={tokens['access_token']}".encode())
    assert in_a_form.json == told


@pytest.mark.parametrize("path", ["/api", "/api-of-two", "/api-of-any", "/decorated", "/routed/x"])
def test_without_a_token_the_challenge_names_no_error(host, path):
    reply = get(host, path)
    assert (reply.status, reply.json) == (401, {})
    assert reply.header("WWW-Authenticate") == f'Bearer realm="{host.issuer}"'
    assert get(host, path, None, ("Authorization", "Basic eDp5")).status == 401


@pytest.mark.parametrize("path", ["/api", "/api-of-any", "/decorated", "/routed/x"])
@pytest.mark.parametrize("token", ["x", "A" * 44, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_invalid_token(host, path, token):
    assert is_refused(get(host, path, token), host, 401, "invalid_token")


def test_a_token_ends_here_too(rp, host):
    tokens = rp.tokens(scope=SCOPES)
    revoked = rp.refresh(tokens["refresh_token"])["access_token"]
    rp.post("revoke", {"token": revoked})
    assert is_refused(get(host, "/api", revoked), host, 401, "invalid_token")
    assert get(host, "/api", tokens["access_token"]).status == 200
    host.clock.move(3601)
    assert is_refused(get(host, "/api", tokens["access_token"]), host, 401, "invalid_token")


def test_a_token_without_the_scope_is_told_which(rp, host):
    email, test = (rp.tokens(scope=f"openid {scope}")["access_token"] for scope in ("email", "testscope"))
    assert is_refused(get(host, "/api", email), host, 403, "insufficient_scope", scope="testscope")
    assert is_refused(get(host, "/decorated", email), host, 403, "insufficient_scope", scope="testscope")
    for token in (email, test):
        assert is_refused(get(host, "/api-of-two", token), host, 403, "insufficient_scope", scope="testscope email")
        assert get(host, "/api-of-any", token).status == 200
    assert get(host, "/api-of-two", rp.tokens(scope="email testscope")["access_token"]).status == 200


def test_not_in_the_query_and_not_twice(rp, host):
    token = rp.tokens(scope="testscope")["access_token"]
    bearer, form = ("Authorization", f"Bearer {token}"), ("Content-Type", FORM)
    for path in ("/api", "/decorated"):
        for reply in (
            get(host, f"{path}?access_token={token}"),
            get(host, f"{path}?access_token={token}", token),
            host.send("POST", host.origin + path, [form, bearer], f"access_token={token}".encode()),
            host.send("POST", host.origin + path, [form], f"access_token={token}&access_token={token}".encode()),
            host.send("POST", host.origin + path, [form], b"access_token=%00"),
            host.send("POST", host.origin + path, [form], b"access_token=%ff"),
        ):
            assert is_refused(reply, host, 400, "invalid_request")
        for malformed in (f"{token} {token}", f"{token}, Bearer {token}"):
            assert is_refused(get(host, path, malformed), host, 401, "invalid_token")  # RFC 6750 §3.1


@pytest.mark.parametrize("body", [b"a=1&a=2", b"a=%ff%00", b"a=" + b"b" * 100_000, b"&".join(b"f%d=1" % n for n in range(500))])
def test_forms_are_the_hosts_own(rp, host, body):
    token = rp.tokens(scope="testscope")["access_token"]
    reply = host.send("POST", f"{host.origin}/api", [("Authorization", f"Bearer {token}"), ("Content-Type", FORM)], body)
    assert reply.status == 200
    assert host.send("POST", f"{host.origin}/api", [("Content-Type", FORM)], body).status == 401


def test_the_decorator_does_for_views_of_one_argument_and_of_two(rp, host):
    token = rp.tokens(scope="testscope")["access_token"]
    assert get(host, "/decorated", token).json == {"protected": "information", "client": rp.client_id}
    assert get(host, "/decorated-with-context", token).json == {"context": "Root"}


def test_a_view_that_is_not_protected_is_as_it_was(rp, host):
    token = rp.tokens(scope="testscope")["access_token"]
    assert get(host, "/").text == get(host, "/", "A" * 44).text == "the host's home"
    assert get(host, "/open").json == get(host, "/open", token).json == {"token": None}
    assert get(host, "/nothing", token).text == "the host has no such thing"


def test_the_hosts_policy_may_go_by_the_token(rp, host):
    token = rp.tokens(scope="testscope")["access_token"]
    assert get(host, "/by-policy", token).json["client"] == rp.client_id
    assert get(host, "/by-policy").status == 401  # the challenge comes first
    assert get(host, "/by-policy-alone", token).status == 403


def test_nothing_is_kept_of_a_request_that_is_refused(rp, host):
    token, other = rp.tokens(scope="testscope")["access_token"], RelyingParty(host)
    before = host.content()
    assert get(host, f"/careless?client_id={other.client_id}", token).status == 403
    assert host.content() == before
    assert get(host, "/api", token).status == 200


def test_another_providers_token_is_none(rp, tmp_path, put_keys):
    (tmp_path / "other").mkdir()
    with included(tmp_path / "other", put_keys) as other:
        token = RelyingParty(other, {"scope": SCOPES}).tokens(scope="testscope")["access_token"]
    assert get(rp.mount, "/api", token).status == 401


# in the provider's own application, on an endpoint of an extension


@pytest.mark.parametrize("mount", [root, included])
def test_an_endpoint_of_an_extension_is_protected_in_the_same_way(tmp_path, put_keys, mount):
    with mount(tmp_path, put_keys, **OWN) as made:
        rp = RelyingParty(made, {"scope": GUARDED})
        url, token = rp.url("guarded"), rp.tokens(scope="guarded")["access_token"]
        assert made.send("GET", url, [("Authorization", f"Bearer {token}")]).json == {"client": rp.client_id}
        reply = made.send("GET", url)
        assert (reply.status, reply.header("WWW-Authenticate")) == (401, f'Bearer realm="{made.issuer}"')
        assert reply.all("Access-Control-Allow-Origin") == ["*"]
        other = made.send("GET", url, [("Authorization", f"Bearer {rp.tokens(scope='email')['access_token']}")])
        assert is_refused(other, made, 403, "insufficient_scope", scope="guarded")


@pytest.mark.parametrize("form", ["opaque", "jwt"])
def test_a_revoked_token_is_dead_everywhere_at_once(tmp_path, put_keys, form):
    with root(tmp_path, put_keys, **OWN, **{"oidc.access_token_format": form}) as made:
        rp = RelyingParty(made, {"scope": GUARDED})
        token = rp.tokens(scope=GUARDED)["access_token"]

        def everywhere():
            shown = [("Authorization", f"Bearer {token}")]
            introspected = rp.post("introspect", {"token": token}).json["active"]
            return made.send("GET", rp.url("userinfo"), shown).status, introspected, made.send("GET", rp.url("guarded"), shown).status

        assert everywhere() == (200, True, 200)
        rp.post("revoke", {"token": token})
        assert everywhere() == (401, False, 401)


# at start-up


def test_the_scope_stands_in_the_introspector(host):
    views = [item["introspectable"] for item in host.registry.introspector.get_category("views")]
    assert {view["name"]: view["scope"] for view in views if view.get("scope") is not None} == {
        "api": "testscope",
        "api-of-two": ("testscope", "email"),
        "api-of-any": (),
        "by-policy": "testscope",
        "": "testscope",
    }


@pytest.mark.parametrize("scope", [7, 'a"b', ("a b\n",), (1,)])
def test_a_scope_that_is_none_stops_the_start(scope):
    config = Configurator()
    config.include("oidc_op.protect")
    config.add_view(lambda request: None, scope=scope)
    with pytest.raises((ConfigurationError, ConfigurationExecutionError), match="must be scope values"):
        config.commit()
    with pytest.raises(ConfigurationError, match="must be scope values"):
        protected_resource_view(scope)


@pytest.mark.parametrize("form", ["opaque", "jwt"])
def test_a_token_for_another_resource_alone_does_not_do(open_mount, form):
    """RFC 9068 §4: who serves a resource looks whether the token is meant for it."""
    settings = RESOURCES | {"oidc.access_token_format": form}
    robot = {"scope": "books.read films.read guarded", "grant_types": ["client_credentials"]}
    grant = {"grant_type": "client_credentials"}
    with open_mount("root", **settings) as mount:
        rp = RelyingParty(mount, robot)
        for scope, status in (("books.read", 401), ("books.read guarded", 200), ("guarded", 200)):
            token = rp.post("token", grant | {"scope": scope}).json["access_token"]
            reply = mount.send("GET", rp.url("guarded"), [("Authorization", f"Bearer {token}")])
            assert reply.status == status, scope
    with open_mount("root", **settings, **{"oidc.protect_audience": "books-api"}) as mount:
        rp = RelyingParty(mount, robot)
        for scope, status, error in (("books.read", 403, "insufficient_scope"), ("films.read", 401, "invalid_token")):
            token = rp.post("token", grant | {"scope": scope}).json["access_token"]
            reply = mount.send("GET", rp.url("guarded"), [("Authorization", f"Bearer {token}")])
            assert (reply.status, reply.json["error"]) == (status, error)
