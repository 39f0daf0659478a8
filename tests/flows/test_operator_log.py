"""What an operator reads: who was refused what, and who signed in."""

import base64
import logging
import re

import pytest
from rp import PASSWORD

pytestmark = pytest.mark.mounts("root")


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "oidc_op")
    return lambda name: [record.getMessage() for record in caplog.records if record.name == name]


def test_a_refused_client_that_proved_who_it_is_is_named(rp, lines):
    rp.post("token", {"grant_type": "authorization_code", "code": "A" * 44}, status=400)
    assert [line for line in lines("oidc_op.refused") if f"(client {rp.client_id}, address " in line]


def test_a_client_that_did_not_is_named_in_brackets(rp, lines):
    rp.client_secret = "wrong-secret-of-32-characters-and-more"
    rp.post("token", {"grant_type": "client_credentials"}, status=401)
    assert [line for line in lines("oidc_op.refused") if f"(client [{rp.client_id}], address " in line]


def test_why_a_client_was_refused_is_said_to_the_operator_alone(make_rp, lines):
    rp, open_one = (
        make_rp({"client_secret": "a+secret%with:characters that need encoding"}),
        make_rp({"token_endpoint_auth_method": "none"}),
    )
    raw = "Basic " + base64.b64encode(f"{rp.client_id}:{rp.client_secret}".encode()).decode()
    cases = [
        (raw, f"the secret of {rp.client_id!r} is right, but not form-encoded"),
        (rp.basic(secret="wrong"), f"wrong secret for {rp.client_id!r}"),
        (rp.basic(client_id="nobody"), "no client 'nobody'"),
        (rp.basic(client_id=open_one.client_id), f"{open_one.client_id!r} has no secret"),
    ]
    answers = set()
    for number, (basic, reason) in enumerate(cases):
        reply = rp.post("token", {"grant_type": "client_credentials"}, status=401, basic=False, headers=[("Authorization", basic)])
        answers.add(str(reply))
        assert reason in lines("oidc_op.refused")[number]
    assert len(answers) == 1


def test_a_replayed_code_and_the_end_of_its_grant_leave_a_line_each(rp, lines):
    code = rp.authorize().code
    rp.redeem(code)
    rp.redeem(code, status=400)
    assert ["replayed" in line for line in lines("oidc_op.refused")] == [True]
    assert len([line for line in lines("oidc_op.security") if "its code was used twice" in line]) == 1
    assert code not in "".join(lines("oidc_op.refused") + lines("oidc_op.security"))


def test_sign_ins_failed_and_not_leave_a_line_and_no_password(rp, lines):
    page = rp.authorize(stop_at="login")
    rp.browser.fill_in(page.url, page.reply, "login-submit", password="not the password")
    rp.browser.fill_in(page.url, page.reply, "login-submit")
    found = lines("oidc_op.security")
    assert [line.partition(":")[0].partition(" for ")[0] for line in found] == ["wrong user name or password", "signed in"]
    assert not any(word in line for line in found for word in ("not the password", PASSWORD))


def test_a_line_is_one_line_and_bounded(rp, lines):
    page = rp.authorize(stop_at="login")
    rp.browser.fill_in(page.url, page.reply, "login-submit", username="x\nFAKE LINE " * 2000, password="wrong")
    line = lines("oidc_op.security")[-1]
    assert len(line) < 700
    assert "\n" not in line


def test_a_request_is_called_as_the_proxy_calls_it(rp, lines):
    rp.mount.send("GET", rp.url("authorize"), [("X-Request-ID", "from-the-proxy.1")])
    rp.mount.send("GET", rp.url("authorize"), [("X-Request-ID", "no id\tat all")])
    assert ["request from-the-proxy.1)" in line for line in lines("oidc_op.refused")] == [True, False]


def test_changes_of_the_configuration_leave_a_line_with_who_made_them(rp, lines, make_op):
    op = make_op("admin")
    op.press(f"/clients/{rp.client_id}/edit", "save", 303, client_name="Renamed", why="it is called so now")
    rp.mount.command("client secret", rp.client_id)
    op.press(f"/clients/{rp.client_id}/delete", "delete", 303)
    told = [line for line in lines("oidc_op.security") if f"the client {rp.client_id}, by " in line]
    assert [line.partition(" the client")[0] for line in told] == ["changed", "changed", "removed"]
    assert f"by {op.sub}: it is called so now (address " in told[0]
    assert rp.client_secret not in "".join(told)


def test_the_reference_of_an_error_page_is_in_its_line(rp, lines):
    reply = rp.authorize(redirect_uri="https://evil.example/").reply
    reference = re.search(r'id="error-id">([^<]+)<', reply.text)[1]
    assert [f"request {reference})" in line for line in lines("oidc_op.refused")] == [True]
    nothing_here = rp.mount.send("GET", rp.url("there/is/nothing"))
    assert (nothing_here.status, "error-id" in nothing_here.text) == (404, False)  # which the log does not have
