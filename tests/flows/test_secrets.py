"""What is kept and what is logged: nothing that would help whoever steals it."""

import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mounts import CLOCK, SEALING
from rp import PASSWORD, RelyingParty
from test_races import on_files

pytestmark = pytest.mark.about_codes


@pytest.mark.parametrize("settings", [CLOCK, SEALING], ids=["stored", "sealed"])
def test_the_stored_bytes_hold_no_secret_in_clear(tmp_path, put_keys, settings):
    with on_files(tmp_path, put_keys, **settings) as mount:
        rp = RelyingParty(mount)
        answer = rp.authorize(scope="openid offline_access", prompt="consent")
        tokens = rp.redeem(answer.code)
        again = rp.refresh(tokens["refresh_token"])
        cookie = next(value for name, value in rp.browser.cookies.items() if "session" in name)
        secrets = [
            rp.client_secret,
            PASSWORD,
            answer.code,
            cookie,
            *(t[name] for t in (tokens, again) for name in ("access_token", "refresh_token", "id_token")),
        ]
    stored = b"".join(path.read_bytes() for path in Path(tmp_path).glob("*.fs*") if path.is_file())
    assert rp.client_id.encode() in stored
    for secret in secrets:
        assert secret.encode() not in stored
        assert secret[-20:].encode() not in stored  # a handle's key lies in front of its secret
    assert not re.search(rb"PRIVATE KEY|\"d\":|\"p\":", stored)


def test_nor_does_the_log(rp, caplog):
    caplog.set_level(logging.DEBUG)
    shown = rp.authorize(stop_at="login")
    rp.browser.fill_in(shown.url, shown.reply, "login-submit", password="a wrong password")
    code = rp.authorize().code
    tokens = rp.redeem(code)
    rp.redeem(code, status=400)
    rp.post("token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, status=None, headers=[("X", "y")])
    rp.post("token", {"client_id": rp.client_id, "client_secret": rp.client_secret + "x", "grant_type": "x"}, status=401, basic=False)
    log = caplog.text
    if hasattr(rp.mount, "served"):
        log += rp.mount.served.said()
    assert rp.client_id in log
    for secret in (
        rp.client_secret,
        PASSWORD,
        "a wrong password",
        code,
        tokens["access_token"],
        tokens["refresh_token"],
        tokens["id_token"],
    ):
        assert secret not in log


def test_a_refusal_is_explained_to_the_operator_and_not_to_the_client(rp, caplog):
    caplog.set_level(logging.INFO)
    reply = rp.authorize(redirect_uri="https://rp.example/else").reply
    log = caplog.text + (rp.mount.served.said() if hasattr(rp.mount, "served") else "")
    assert f"invalid_request at {urlsplit(rp.mount.issuer).path}/authorize (client {rp.client_id}, address " in log
    assert "https://rp.example/else" in log
    assert rp.redirect_uri in log
    assert "https://rp.example" not in reply.text
