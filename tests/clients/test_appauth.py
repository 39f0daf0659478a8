"""AppAuth, the library of native applications, signs in here from a loopback port; ID Tokens it hands on unread."""

import json
import os
import subprocess
from urllib.parse import urlsplit, urlunsplit

import pytest
import system_browser
from registrations import CLAIMS, NATIVE_REDIRECT_URIS, SUB
from served import executable, free_port

pytestmark = pytest.mark.xdist_group("clients")

TIMEOUT = 60  # seconds
SCOPE = "openid profile email offline_access"


def on_a_port(uri):
    """The address at which the application listens this time."""
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=f"{parts.hostname}:{free_port()}"))


@pytest.fixture
def sign_in(javascript, provider, tmp_path):
    """What the application has to say about a sign-in."""
    opener = tmp_path / "xdg-open"
    opener.write_text(system_browser.script())
    opener.chmod(0o700)
    env = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", system_browser.ISSUER: provider.issuer}

    def run(uri=NATIVE_REDIRECT_URIS[0], **task):
        task = {"issuer": provider.issuer, "client_id": "native", "redirect_uri": on_a_port(uri), "scope": SCOPE, **task}
        done = subprocess.run(
            [executable("node"), "native_app.mjs", json.dumps(task)],
            cwd=javascript, env=env, capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("uri", NATIVE_REDIRECT_URIS)
def test_it_signs_in_on_any_loopback_port_and_refreshes(sign_in, uri):
    said = sign_in(uri)
    assert "error" not in said, said
    assert len(set(said["state"])) == 1
    assert set(said["tokens"]["scope"].split()) == set(SCOPE.split())
    assert said["tokens"]["idToken"]
    assert said["userinfo"].items() >= (CLAIMS | {"sub": SUB}).items()
    assert said["userinfo_again"] == said["userinfo"]
    for token in ("accessToken", "refreshToken"):
        assert said["refreshed"][token] != said["tokens"][token], token


def test_it_takes_back_what_it_got(sign_in):
    said = sign_in(revoke=True)
    assert said["refreshed"]["refreshToken"]
    assert said["revoked"] == "Bad Request"


def test_it_learns_that_the_person_would_have_to_be_asked(sign_in):
    assert sign_in(extras={"prompt": "none"}) == {"error": "login_required"}


def test_it_is_told_that_a_code_is_refused(sign_in):
    assert sign_in(verifier="the verifier of another application, of a sufficient length") == {"error": "Bad Request"}
