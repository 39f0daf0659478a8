"""How clients prove who they are (RFC 6749 §2.3, OIDC Core §9)."""

import base64

import pytest

pytestmark = pytest.mark.mounts("root", "served", "postgresql")

GRANT = {"grant_type": "authorization_code", "code": "A" * 44, "redirect_uri": "https://rp.example/cb"}


def ask(rp, *, basic=None, **fields):
    headers = [("Authorization", basic)] if basic else []
    return rp.post("token", GRANT | fields, status=None, basic=False, headers=headers)


def is_authenticated(reply):
    """It got as far as the code, which is none."""
    return (reply.status, reply.json["error"]) == (400, "invalid_grant")


def is_refused(reply):
    challenge = reply.header("WWW-Authenticate")
    return (reply.status, reply.json["error"]) == (401, "invalid_client") and challenge.startswith("Basic realm=")


def test_basic_and_post_both_do_where_neither_is_registered(rp):
    assert is_authenticated(ask(rp, basic=rp.basic()))
    assert is_authenticated(ask(rp, client_id=rp.client_id, client_secret=rp.client_secret))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_only_the_registered_method_does(make_rp, method):
    rp = make_rp({"token_endpoint_auth_method": method})
    by_header, by_body = ask(rp, basic=rp.basic()), ask(rp, client_id=rp.client_id, client_secret=rp.client_secret)
    right, wrong = (by_header, by_body) if method == "client_secret_basic" else (by_body, by_header)
    assert is_authenticated(right)
    assert is_refused(wrong)


def test_a_public_client_only_says_who_it_is(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    assert is_authenticated(ask(rp, client_id=rp.client_id))
    assert is_authenticated(ask(rp, client_id=rp.client_id, client_secret=""))
    assert is_refused(ask(rp, client_id=rp.client_id, client_secret="made up, and long enough"))
    assert is_refused(ask(rp, basic=rp.basic(secret="x")))


def test_a_confidential_client_proves_it(rp):
    assert is_refused(ask(rp, client_id=rp.client_id))
    assert is_refused(ask(rp))
    assert is_refused(ask(rp, basic=rp.basic(secret="wrong")))
    assert is_refused(ask(rp, basic=rp.basic(client_id="nobody")))
    assert is_refused(ask(rp, client_id=rp.client_id, client_secret="wrong"))
    assert is_refused(ask(rp, client_id="nobody", client_secret=rp.client_secret))


def test_two_ways_at_once_are_refused(rp):
    reply = ask(rp, basic=rp.basic(), client_id=rp.client_id, client_secret=rp.client_secret)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_a_client_id_beside_the_header_has_to_be_the_same(rp, make_rp):
    assert is_authenticated(ask(rp, basic=rp.basic(), client_id=rp.client_id))
    assert is_refused(ask(rp, basic=rp.basic(), client_id=make_rp().client_id))


def test_id_and_secret_in_the_header_are_form_encoded(make_rp):
    from mounts import unique

    secret = "s: +%/?&=~ and more, 32 in all, or more"
    rp = make_rp({"client_id": unique("a+b c%20:"), "client_secret": secret})
    assert is_authenticated(ask(rp, basic=rp.basic()))
    plus = "Basic " + base64.b64encode(rp_pair(rp).encode()).decode()
    assert is_authenticated(ask(rp, basic=plus))


def rp_pair(rp):
    from urllib.parse import quote_plus

    return f"{quote_plus(rp.client_id)}:{quote_plus(rp.client_secret)}"


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !",
        "Basic /////w==",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b":x").decode(),
    ],
)
def test_a_malformed_header_is_invalid_client(rp, header):
    assert is_refused(ask(rp, basic=header))


def test_credentials_in_the_url_are_refused(rp):
    reply = rp.mount.send(
        "POST",
        rp.url("token", client_id=rp.client_id, client_secret=rp.client_secret),
        [("Content-Type", "application/x-www-form-urlencoded")],
        b"grant_type=authorization_code&code=x",
    )
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_another_secret_is_drawn_on_command(rp):
    made = rp.mount.command("client secret", rp.client_id)["client_secret"]
    assert is_refused(ask(rp, basic=rp.basic()))
    assert is_authenticated(ask(rp, basic=rp.basic(secret=made)))


@pytest.mark.mounts("root")
def test_who_guesses_secrets_is_slowed_down_at_that_address_for_that_client(make_rp, monkeypatch):
    rp, other = make_rp(), make_rp()
    monkeypatch.setattr(rp.mount, "address", "198.51.100.7")
    for number in range(30):
        assert is_refused(ask(rp, basic=rp.basic(secret=f"guess {number}")))
    late = ask(rp, basic=rp.basic())
    assert (late.status, late.json["error"]) == (429, "invalid_client")
    assert 0 < int(late.header("Retry-After")) <= 300
    assert is_authenticated(ask(other, basic=other.basic()))
    monkeypatch.setattr(rp.mount, "address", "198.51.100.8")
    assert is_authenticated(ask(rp, basic=rp.basic()))
