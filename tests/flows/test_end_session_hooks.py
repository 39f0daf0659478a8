"""Who takes part when a session ends at the end-session endpoint: hooks, subscribers, a host, and the token that is a hint."""

from urllib.parse import urlsplit

import pytest
from mounts import included, root
from pyramid.scripting import prepare
from rp import RelyingParty

GOODBYE = "https://rp.example/goodbye"
REGISTERED = {"post_logout_redirect_uris": [GOODBYE]}


def hint(rp, **changes):
    return rp.tokens(**changes)["id_token"]


def is_signed_in(rp):
    return rp.authorize(prompt="none").error is None


@pytest.fixture(params=[root, included])
def leaving(request, tmp_path, put_keys):
    """A relying party of a provider with an extension that takes part, and that extension."""
    from pkgs import leaving

    leaving.forget()
    settings = {
        "oidc.includes": "pkgs.clock pkgs.hasty pkgs.leaving",
        "oidc.after_end_session_hook": "pkgs.leaving.after_end_session pkgs.leaving.another",
    }
    with request.param(tmp_path, put_keys, **settings) as mount:
        yield RelyingParty(mount, REGISTERED), leaving


def test_the_hook_is_called_just_before_the_session_ends_with_what_the_seed_gives_it(leaving):
    rp, leaving = leaving
    token = hint(rp)
    sid = rp.claims(token)["sid"]
    rp.end_session(id_token_hint=token, post_logout_redirect_uri=GOODBYE, state="s")
    called, names = leaving.CALLED
    assert called | {"path_qs": None} == {
        "id_token": token,
        "post_logout_redirect_uri": GOODBYE,
        "state": "s",
        "client": rp.client_id,
        "next_page": f"{GOODBYE}?state=s",
        "sid": sid,
        "path_qs": None,
    }
    assert names == ["client", "id_token", "next_page", "post_logout_redirect_uri", "state"]


def test_the_hook_is_called_after_a_question_and_for_posted_requests_too(leaving):
    rp, leaving = leaving
    rp.authorize()
    rp.end_session(press="logout-cancel")
    assert leaving.CALLED == []
    rp.end_session(id_token_hint="forged", state="s")
    assert leaving.CALLED[0]["id_token"] is None
    assert leaving.CALLED[0]["next_page"] == rp.url("end-session")
    leaving.forget()
    rp.end_session(method="POST", id_token_hint=hint(rp))
    assert len(leaving.CALLED) == 2
    leaving.forget()
    rp.end_session()
    assert leaving.CALLED == []  # nobody is signed in any more


def test_somebody_who_signs_in_where_another_is_signed_in_ends_their_session(leaving):
    rp, leaving = leaving
    sid, sub = (rp.claims(hint(rp))[name] for name in ("sid", "sub"))
    other = RelyingParty(rp.mount)
    rp.browser.username = other.username
    rp.authorize(prompt="login")
    assert leaving.TOLD.pop() == (sub, sid, None)
    rp.authorize(prompt="login")  # again, but the same person
    assert leaving.TOLD == []


@pytest.mark.parametrize("params", [{}, {"client_id": True, "post_logout_redirect_uri": GOODBYE}])
def test_a_response_of_the_hook_takes_over_and_its_address_resumes(leaving, params):
    rp, leaving = leaving
    rp.authorize()
    params = {name: rp.client_id if value is True else value for name, value in params.items()}
    leaving.RESPONSE.append("https://host.example/survey")
    assert rp.end_session(**params).url == "https://host.example/survey"
    assert is_signed_in(rp)
    (called,) = leaving.CALLED
    reply = rp.browser.open("GET", rp.mount.origin + called["path_qs"])
    assert reply.header("Location") == (GOODBYE if params else None)
    assert not is_signed_in(rp)


def test_the_end_of_a_session_is_told_with_who_asked_for_it(leaving):
    rp, leaving = leaving
    claims = rp.claims(hint(rp))
    rp.end_session(client_id=rp.client_id)
    rp.authorize()
    rp.end_session()
    first, second = leaving.TOLD
    assert first == (claims["sub"], claims["sid"], rp.client_id)
    assert (second[0], second[2]) == (claims["sub"], None)


def test_a_subscriber_that_fails_keeps_the_session(leaving):
    rp, _ = leaving
    rp = RelyingParty(rp.mount, REGISTERED | {"client_name": "Mallory"})
    rp.authorize()
    cookies = dict(rp.browser.cookies)
    assert rp.end_session(client_id=rp.client_id).reply.status == 500
    rp.browser.cookies = cookies
    assert is_signed_in(rp)


# a host with a sign-in of its own


def test_the_hosts_own_session_is_the_hosts_to_end(tmp_path, put_keys):
    with included(tmp_path, put_keys, **{"oidc.login_url": "/host-login"}) as mount:
        rp = RelyingParty(mount, REGISTERED, person="user-ann")
        tokens = rp.tokens()
        assert rp.end_session(id_token_hint=tokens["id_token"], post_logout_redirect_uri=GOODBYE).url == GOODBYE
        rp.userinfo(tokens["access_token"], status=401)
        again = hint(rp, prompt="none")  # who is signed in at the host is signed in
        assert rp.claims(again)["sid"] != rp.claims(tokens["id_token"])["sid"]


def test_a_host_that_hears_of_it_can_end_its_own(tmp_path, put_keys):
    settings = {"oidc.login_url": "/host-login", "oidc.includes": "pkgs.clock pkgs.hasty pkgs.leaving.for_hosts"}
    with included(tmp_path, put_keys, **settings) as mount:
        rp = RelyingParty(mount, REGISTERED, person="user-ann")
        assert rp.end_session(id_token_hint=hint(rp), post_logout_redirect_uri=GOODBYE).url == GOODBYE
        assert not is_signed_in(rp)


def test_a_host_can_take_over_by_the_hook(tmp_path, put_keys):
    from pkgs import leaving

    leaving.forget()
    settings = {"oidc.login_url": "/host-login", "host.tells": True, "oidc.after_end_session_hook": "pkgs.leaving.after_end_session"}
    with included(tmp_path, put_keys, **settings) as mount:
        rp = RelyingParty(mount, REGISTERED, person="user-ann")
        token = hint(rp)
        leaving.RESPONSE.append("/host-logout")
        reply = rp.browser.open("GET", rp.url("end-session", id_token_hint=token))
        assert urlsplit(reply.header("Location")).path == "/host-logout"
        rp.browser.open("GET", f"{mount.origin}/host-logout")
        assert not is_signed_in(rp)


# what counts as a hint


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://other.example"}, {"sub": 7}, {"sub": None}, {"aud": None}, {"aud": []}, {"aud": 7}, {"aud": ["x"]}, {"azp": ["x"]}],
)
def test_a_token_of_ours_that_is_no_id_token_is_no_hint(tmp_path, put_keys, change):
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount, REGISTERED)
        assert rp.end_session(id_token_hint=signed(mount, rp.claims(hint(rp)) | change)).pages == ["end-session"]


def test_an_access_token_is_no_hint(tmp_path, put_keys):
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount, REGISTERED)
        claims = rp.claims(hint(rp))
        assert rp.end_session(press=None, id_token_hint=signed(mount, claims, typ="at+jwt")).reply.status == 200
        assert is_signed_in(rp)
        rp.end_session(id_token_hint=signed(mount, claims, typ="JWT"))
        assert not is_signed_in(rp)


def test_a_token_for_several_names_its_client_or_is_told_it(tmp_path, put_keys):
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount, REGISTERED)
        several = rp.claims(hint(rp)) | {"aud": [rp.client_id, "another"]}
        assert rp.end_session(press=None, id_token_hint=signed(mount, several)).reply.status == 200
        assert is_signed_in(rp)
        rp.end_session(id_token_hint=signed(mount, several | {"azp": rp.client_id}))
        assert not is_signed_in(rp)
        several["sid"] = rp.claims(hint(rp))["sid"]
        assert rp.end_session(id_token_hint=signed(mount, several), client_id=rp.client_id).pages == []


def signed(mount, claims, **header):
    """A token that this provider signs."""
    env = prepare(registry=mount.registry)
    with env["request"].tm:
        token = env["request"].oidc_provider.keys.sign("RS256", claims, **header)
    env["closer"]()
    return token
