"""What an extension can add: the tables, the tree, and what it is told; each shows wherever it should."""

import base64

import pytest
from mounts import root
from rp import RelyingParty

SETTINGS = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.furnished"}


@pytest.fixture(params=["root", "included", "extended"])
def made(request, open_mount):
    with open_mount(request.param, **SETTINGS) as mount:
        yield mount


@pytest.fixture
def rp(made):
    return RelyingParty(made)


def metadata(mount):
    return mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json


def test_a_reason_to_ask_the_person_leads_to_its_page_and_back(rp):
    assert rp.authorize().code
    assert len(rp.mount.notes.all("accepted")) == 1
    rp.mount.notes.forget()
    assert rp.authorize(prompt="none").error == "interaction_required"
    assert rp.authorize().pages == []
    assert rp.authorize(prompt="none").code


def test_an_endpoint_hangs_in_the_tree_and_is_advertised(made):
    url = metadata(made)["status_endpoint"]
    assert url == f"{made.issuer}/status"
    reply = made.send("GET", url, [("Origin", "https://spa.example")])
    assert (reply.status, reply.json) == (200, {"issuer": made.issuer})
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert made.send("OPTIONS", url).status == 204
    wrong = made.send("POST", url)
    assert (wrong.status, wrong.header("Allow")) == (405, "GET, HEAD, OPTIONS")
    assert "report" not in str(metadata(made))


def test_a_permission_is_judged_by_our_own_tree_whatever_the_host_allows(rp):
    report = rp.url("report")
    assert rp.browser.open("GET", report).status == 403
    rp.authorize()
    assert rp.browser.open("GET", report).status == 403
    admin = RelyingParty(rp.mount, account={"roles": ["admin"]})
    admin.authorize()
    assert admin.browser.open("GET", report).status == 200


def test_a_grant_type_is_offered_to_those_who_registered_it(made):
    rp = RelyingParty(made, {"grant_types": ["authorization_code", "urn:example:echo"]})
    assert "urn:example:echo" in metadata(made)["grant_types_supported"]
    assert rp.post("token", {"grant_type": "urn:example:echo"}).json == {"echo": rp.client_id}
    refused = RelyingParty(made).post("token", {"grant_type": "urn:example:echo"}, status=400)
    assert refused.json["error"] == "unauthorized_client"


def test_a_way_to_authenticate_is_advertised_and_may_be_registered(made):
    assert "secret_scheme" in metadata(made)["token_endpoint_auth_methods_supported"]
    rp = RelyingParty(made, {"token_endpoint_auth_method": "secret_scheme"})
    pair = base64.b64encode(f"{rp.client_id}:{rp.client_secret}".encode()).decode()
    header = [("Authorization", f"Secret {pair}")]
    fields = {
        "grant_type": "authorization_code",
        "code": rp.authorize().code,
        "redirect_uri": rp.redirect_uri,
        "code_verifier": rp.verifier,
    }
    assert rp.post("token", fields, status=401).json["error"] == "invalid_client"  # with basic
    assert rp.post("token", fields, basic=False, headers=header).json["access_token"]


def test_news_is_told_in_the_course_of_what_happens_and_again_once_it_is_certain(rp):
    shown = rp.authorize(stop_at="login")
    rp.browser.fill_in(shown.url, shown.reply, "login-submit", password="wrong")
    code = rp.authorize().code
    rp.redeem(code)
    rp.redeem(code, status=400)
    told, expected = rp.mount.notes.all("told"), ["SignInFailed", "SignedIn", "TokenIssued", "GrantRevoked"]
    assert [each["event"] for each in told] == expected
    assert rp.mount.notes.all("certain") == expected
    failed, signed_in, issued, revoked = told
    assert (failed["login"], failed["address"]) == (rp.username, rp.mount.address)
    assert signed_in["amr"] == ["pwd"]
    assert (issued["client"], issued["grant_type"]) == (rp.client_id, "authorization_code")
    assert revoked["grant"] == issued["grant"]
    assert "twice" in revoked["reason"]


def test_a_subscriber_that_fails_vetoes_and_what_depended_on_it_never_was(made):
    rp = RelyingParty(made, {"client_name": "Mallory"})
    code = rp.authorize().code
    before, certain = made.content(), made.notes.all("certain")
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
    reply = rp.post("token", fields, status=500)
    assert reply.json == {"error": "server_error", "error_description": "the provider failed; its log says why"}
    assert made.content() == before
    assert made.notes.all("certain") == certain


def test_the_ini_may_name_the_accounts(tmp_path, put_keys):
    with root(tmp_path, put_keys, **{"oidc.accounts": "pkgs.host.Users"}) as mount:
        rp = RelyingParty(mount, person="user-ann")
        answer = rp.authorize(scope="openid email profile")
        assert answer.pages == ["login", "consent"]
        tokens = rp.redeem(answer.code)
        assert rp.claims(tokens["id_token"])["sub"] == "user-ann"
        assert rp.userinfo(tokens["access_token"])["email"] == "user-ann@host.example"
