"""Each hook of django-oidc-provider is called where it says, with what it says, and its answer counts."""

import logging

import pytest
from mounts import included, root
from pkgs import seed
from pyramid.interfaces import IRequest
from pyramid.request import Request
from pyramid.response import Response
from zope.interface.verify import verifyObject

AFTER_LOGIN = {"OIDC_AFTER_USERLOGIN_HOOK": "pkgs.seed.after_userlogin"}


def id_token_with(provide, hook, **changes):
    rp = provide(OIDC_IDTOKEN_PROCESSING_HOOK=hook)
    return rp, rp.claims(rp.tokens(**changes)["id_token"])


def asks_for_terms(request):
    return Response(f"accept, then go on at {request.path_qs}")


def goes_on(rp):
    """Where the browser is led that follows what the hook was shown."""
    return rp.browser.open("GET", rp.mount.origin + seed.CALLS[-1][0].path_qs)


# OIDC_AFTER_USERLOGIN_HOOK


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_hook_is_shown_the_parameters_the_person_and_the_client_each_time_that_it_is_decided(provide, method):
    rp = provide(**AFTER_LOGIN)
    assert rp.authorize(method=method).pages == ["login", "consent"]
    assert len(seed.CALLS) == 2  # after the sign-in, and after the consent
    for request, user, client in seed.CALLS:
        assert dict(request.params) == dict(request.GET) == rp.parameters()
        assert not request.POST
        assert request.method == "GET"
        assert (user.username, client.client_id) == (rp.username, rp.client_id)


def test_it_is_not_called_for_nobody(provide):
    rp = provide(**AFTER_LOGIN)
    rp.authorize(prompt="none")
    rp.authorize(stop_at="login")
    assert seed.CALLS == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("changes", [{}, {"prompt": "login"}, {"prompt": "consent"}, {"max_age": "0"}])
def test_a_person_who_is_sent_elsewhere_comes_back_by_path_qs_and_is_asked_nothing_again(provide, method, changes):
    rp = provide(**AFTER_LOGIN)
    rp.authorize()
    pages = rp.authorize(method=method, **changes).pages
    decisions = len(seed.CALLS)
    seed.CALLS.clear()
    seed.RESPONSES.extend([lambda request: None] * len(pages) + [asks_for_terms])  # once the pages are behind them
    assert decisions
    sent = rp.authorize(method=method, **changes)
    assert sent.pages == pages
    assert sent.reply.text.startswith("accept, then go on at ")
    reply = goes_on(rp)
    assert reply.status == 303
    assert reply.header("Location").startswith(f"{rp.redirect_uri}?code=")
    assert "state=the%20state" in reply.header("Location")


def test_a_response_is_what_the_browser_gets(provide):
    rp = provide(**AFTER_LOGIN)
    seed.RESPONSES.append(lambda request: Response(status=302, location="https://host.example/terms", headerlist=[("X-Terms", "yes")]))
    reply = rp.browser.fill_in(*_at(rp.authorize(stop_at="login")), "login-submit")
    reply = rp.browser.open("GET", reply.header("Location"))
    assert (reply.status, reply.header("Location"), reply.header("X-Terms")) == (302, "https://host.example/terms", "yes")


def test_what_the_hook_writes_with_a_response_is_kept(provide):
    rp = provide(**AFTER_LOGIN)

    def note(request):
        store = request.oidc_provider.store
        store.consents.add(_consent(rp, request.oidc_provider))
        return Response("noted")

    seed.RESPONSES.append(note)
    assert rp.authorize().reply.text == "noted"
    assert rp.authorize().pages == []  # the consent that the hook gave


def test_consenting_does_not_lead_past_it(provide):
    rp = provide(**AFTER_LOGIN)
    shown = rp.authorize(stop_at="consent")
    seed.RESPONSES.append(seed.denied)
    reply = rp.browser.fill_in(*_at(shown), "consent-accept")
    reply = rp.browser.open("GET", reply.header("Location"))
    assert (reply.status, reply.text) == (403, "not you")


def test_where_nobody_may_be_asked_a_response_is_interaction_required(provide):
    rp = provide(**AFTER_LOGIN)
    rp.authorize()
    seed.RESPONSES.append(asks_for_terms)
    assert rp.authorize(prompt="none").error == "interaction_required"
    assert rp.authorize(prompt="none").code


def test_of_several_the_first_response_counts_and_the_others_are_not_asked(provide):
    rp = provide(OIDC_AFTER_USERLOGIN_HOOK=["pkgs.seed.after_userlogin", "pkgs.seed.second_after_userlogin"])
    rp.authorize()
    assert seed.CALLS[-1] == ("second", ["client", "request", "user"])
    seed.CALLS.clear()
    seed.RESPONSES.append(seed.denied)
    assert rp.authorize().reply.status == 403
    assert len(seed.CALLS) == 1


def test_the_request_is_pyramids_and_shares_what_the_real_one_has(provide):
    rp = provide(**AFTER_LOGIN)

    def look(request):
        assert isinstance(request, Request)
        assert verifyObject(IRequest, request, tentative=True)
        real = request.oidc_provider.request
        assert request.registry is real.registry
        assert request.tm is real.tm
        request.put_there = "by the hook"
        assert real.put_there == "by the hook"
        real.put_there_later = "by us"
        assert request.put_there_later == "by us"
        assert request.url == rp.mount.origin + request.path_qs
        assert request.path_qs.startswith(f"{rp.url('authorize').removeprefix(rp.mount.origin)}?resume=")
        assert request.copy().GET["resume"]  # a copy is a request of its own
        request.add_response_callback(lambda _, response: response.headers.update({"X-Hook": "was here"}))

    rp.authorize()
    seed.RESPONSES.append(look)
    answer = rp.authorize()
    assert answer.code
    assert answer.reply.header("X-Hook") == "was here"


def test_something_that_is_no_response_is_a_server_error_for_the_client_and_the_log_says_whose(provide, caplog):
    rp = provide(**AFTER_LOGIN)
    seed.RESPONSES.append(lambda request: "a string")
    with caplog.at_level(logging.ERROR, "oidc_op"):
        assert rp.authorize().error == "server_error"
    assert "pkgs.seed.after_userlogin returned str where a response or None was wanted" in caplog.text


def test_path_qs_is_below_the_path_that_a_server_adds(tmp_path, put_keys):
    from rp import RelyingParty

    def below(app):
        def prefixed(environ, start_response):
            path = environ["PATH_INFO"].removeprefix("/id")
            return app(environ | {"SCRIPT_NAME": "/id", "PATH_INFO": path}, start_response)

        return prefixed

    seed.forget()
    with root(tmp_path, put_keys, **AFTER_LOGIN, **{"oidc.issuer": "https://id.example.com/id"}) as mount:
        mount.app = below(mount.app)
        rp = RelyingParty(mount)
        rp.authorize()
        seed.RESPONSES.append(asks_for_terms)
        rp.authorize()
        request = seed.CALLS[-1][0]
        assert (request.script_name, request.path) == ("/id", "/id/authorize")
        assert goes_on(rp).header("Location").startswith(f"{rp.redirect_uri}?code=")


def test_a_host_may_add_it_by_a_directive(tmp_path, put_keys):
    from rp import RelyingParty

    seed.forget()
    with root(tmp_path, put_keys, **{"oidc.includes": "pkgs.clock pkgs.hasty pkgs.seed_directives"}) as mount:
        rp = RelyingParty(mount, {"scope": "openid foo"})
        assert "Some description for the scope." in rp.authorize(scope="openid foo", stop_at="consent").reply.text
        assert len(seed.CALLS) == 1


# OIDC_IDTOKEN_PROCESSING_HOOK


@pytest.mark.parametrize(
    ("hook", "name", "value"),
    [
        ("two", "two", "{0.username}"),
        ("four", "four", ["{0.username}", "{0.client_id}", "authorization_code", []]),
        ("only_keywords", "keywords", ["{0.username}", "POST"]),
        ("any_keywords", "any", ["request", "token", "user"]),
        ("any_arguments", "arguments", 4),
        ("stateful", "instance", "{0.username}"),
    ],
)
def test_id_token_hooks_of_every_signature(provide, hook, name, value):
    rp, claims = id_token_with(provide, f"pkgs.seed.{hook}")
    wanted = [part.format(rp) if isinstance(part, str) else part for part in value] if isinstance(value, list) else value
    assert claims[name] == (wanted.format(rp) if isinstance(wanted, str) else wanted)


def test_they_are_called_in_order_each_with_what_the_one_before_made(provide):
    _, claims = id_token_with(provide, ["pkgs.seed.two", "pkgs.extended.two_arguments", "pkgs.seed.any_arguments"])
    assert {"two", "arguments"} <= set(claims)


def test_they_are_called_for_refreshed_tokens_too(provide):
    rp = provide(OIDC_IDTOKEN_PROCESSING_HOOK="pkgs.seed.four")
    refreshed = rp.refresh(rp.tokens()["refresh_token"])
    assert rp.claims(refreshed["id_token"])["four"][2] == "refresh_token"


def test_one_that_returns_no_dictionary_is_a_server_error_and_the_log_says_whose(provide, caplog):
    rp = provide(OIDC_IDTOKEN_PROCESSING_HOOK="pkgs.seed.returns_nothing")
    code = rp.authorize().code
    with caplog.at_level(logging.ERROR, "oidc_op"):
        error = rp.redeem(code, status=500)
    assert error == {"error": "server_error", "error_description": "the provider failed; its log says why"}
    assert "pkgs.seed.returns_nothing returned NoneType where a dictionary was wanted" in caplog.text


# OIDC_IDTOKEN_SUB_GENERATOR


def test_the_sub_generator_is_called_with_the_user_and_makes_every_sub(provide):
    rp = provide(OIDC_IDTOKEN_SUB_GENERATOR="pkgs.seed.sub")
    tokens = rp.tokens()
    assert rp.claims(tokens["id_token"])["sub"] == f"sub-{rp.username}"
    assert rp.userinfo(tokens["access_token"])["sub"] == f"sub-{rp.username}"


# OIDC_USERINFO


def test_the_userinfo_hook_gets_every_standard_claim_empty_and_the_user(provide):
    from oidc_op.model.scope import ADDRESS_CLAIMS, STANDARD_CLAIMS

    rp = provide(OIDC_USERINFO="pkgs.seed.userinfo")
    tokens = rp.tokens(scope="openid profile email address phone")
    found = rp.userinfo(tokens["access_token"])
    names = {name for names in STANDARD_CLAIMS.values() for name in names}
    assert seed.SEEN["claims"] == dict.fromkeys(names, "") | {"address": dict.fromkeys(ADDRESS_CLAIMS, "")}
    assert seed.SEEN["user"].username == rp.username
    assert found["name"] == f"Mx {rp.username}"
    assert found["address"] == {"country": "AR"}
    assert found["email_verified"] is True  # it left it empty: the account has it
    assert not {"email", "shoe_size", "nickname"} & set(found)


def test_one_that_forgets_to_return_them_is_a_server_error(provide):
    rp = provide(OIDC_USERINFO="pkgs.seed.forgetful_userinfo")
    assert rp.userinfo(rp.tokens(scope="openid profile")["access_token"], status=500)["error"] == "server_error"


@pytest.mark.parametrize("mounted", [root, included])
def test_the_user_is_what_the_accounts_of_the_host_give(tmp_path, put_keys, mounted):
    from pkgs.host import User
    from rp import RelyingParty

    seed.forget()
    with mounted(tmp_path, put_keys, **{"OIDC_USERINFO": "pkgs.seed.userinfo", "oidc.accounts": "pkgs.host.Users"}) as mount:
        rp = RelyingParty(mount, person="user-ann")
        found = rp.userinfo(rp.tokens(scope="openid profile email")["access_token"])
    assert isinstance(seed.SEEN["user"], User)
    assert found["name"] == "Mx user-ann"


def _at(shown):
    return shown.url, shown.reply


def _consent(rp, provider):
    from oidc_op.model.consent import Consent

    sub = provider.session.sub
    return Consent(sub, rp.client_id, ("openid",), provider.now, provider.now + 86400)
