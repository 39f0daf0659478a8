"""The page of an application that watches the sign-in, in a real browser, on the same site and on another one."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from chromium import FLAGS, TIMEOUT
from people import PASSWORD, USERNAME
from playwright.sync_api import expect
from served import executable, free_port, served
from test_examples import Host
from tls import behind_tls

pytestmark = pytest.mark.xdist_group("browser")

EXAMPLE = Path(__file__).parents[2] / "examples" / "rp_iframe" / "index.html"
THEIRS = "http://localhost:6544/openid"  # the provider that the example names
CHANGED, UNCHANGED, UNSEEN = "Your sign-in has changed.", "You are signed in.", "The sign-in cannot be watched here."
CLIENT = {"client_name": "Watcher", "token_endpoint_auth_method": "none", "scope": "openid"}
REGISTRATIONS = {"accounts": [{"username": USERNAME, "password": PASSWORD, "claims": {"name": "Ann Example"}}]}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nothing."""


@contextmanager
def site(folder: Path) -> Iterator[int]:
    """Serve a folder to this machine; yields the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the example is, once the provider is known."""
    return tmp_path_factory.mktemp("rp_iframe")


@pytest.fixture(scope="module")
def port(folder):
    """Where it is served: at ``localhost`` and, on another site, at ``127.0.0.1``."""
    with site(folder) as port:
        yield port


@pytest.fixture(scope="module")
def provider(tmp_path_factory, folder, port):
    """A provider whose sessions can be watched, and the example as its client."""
    here = [f"http://{host}:{port}/" for host in ("localhost", "127.0.0.1")]
    described = REGISTRATIONS | {
        "clients": [CLIENT | {"client_id": "watcher", "redirect_uris": here, "post_logout_redirect_uris": here}],
    }
    settings = {"oidc.session_management_enable": "true"}
    with served(tmp_path_factory.mktemp("watched"), described, settings=settings) as provider:
        (folder / "index.html").write_text(EXAMPLE.read_text().replace(THEIRS, provider.issuer))
        yield provider


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """The host of the examples and the page that watches it, as their README says."""
    folder = tmp_path_factory.mktemp("examples")
    host = Host(folder)
    page = folder / "rp_iframe"
    page.joinpath("index.html").write_text(page.joinpath("index.html").read_text().replace(THEIRS, host.issuer))
    readme = folder / "README.txt"
    with site(page) as port, pytest.MonkeyPatch.context() as patch:
        readme.write_text(readme.read_text().replace("8080", str(port)))
        patch.setenv("PYTHONPATH", str(folder))
        host.do_what_the_readme_says()
        host.start()
        host.watcher = f"http://localhost:{port}/"
        yield host
        host.stop()


@pytest.fixture
def page(new_context, provider, port):
    """The example, on the same site as the provider: another port of the same host."""
    page = new_context().new_page()
    page.goto(f"http://localhost:{port}/")
    return page


def sign_in(page):
    page.locator("#sign-in:not([href='#'])").click()
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")
    page.click("#consent-accept, #status")
    page.locator("#status").wait_for()


def says(page, text):
    expect(page.locator("#status")).to_have_text(text)


def test_it_sees_that_nothing_has_changed_and_then_that_the_person_signed_out(page, provider):
    says(page, "You are not signed in.")
    sign_in(page)
    says(page, UNCHANGED)
    page.reload()
    says(page, UNCHANGED)
    other = page.context.new_page()
    other.goto(f"{provider.issuer}/")
    other.get_by_role("link", name="Sign out").click()
    other.click("#logout-confirm")
    expect(other.locator("h1")).to_have_text("You are signed out")
    says(page, CHANGED)


def test_it_follows_the_sign_in_and_sign_out_of_a_host(new_context, club):
    page = new_context().new_page()
    page.goto(club.watcher)
    page.locator("#sign-in:not([href='#'])").click()
    page.fill("[name=username]", "ann")
    page.fill("[name=password]", "open sesame")
    page.click("#sign-in")
    page.click("#consent-accept")
    says(page, UNCHANGED)
    other = page.context.new_page()
    other.goto(club.home)
    other.click("#sign-out")
    says(page, CHANGED)


def test_whoever_signs_out_by_the_application_is_signed_out_of_the_host(new_context, club):
    page = new_context().new_page()
    page.goto(f"{club.home}sign-in")
    page.fill("[name=username]", "ann")
    page.fill("[name=password]", "open sesame")
    page.click("#sign-in")
    expect(page.locator("#member")).to_have_text("You are Ann Example.")
    page.goto(f"{club.issuer}/end-session?client_id=watcher&post_logout_redirect_uri={club.watcher}")
    page.click("#logout-confirm")
    page.wait_for_url(club.watcher)
    page.goto(club.home)
    expect(page.locator("#member")).to_have_count(0)


def test_staying_signed_in_changes_nothing(page, provider):
    sign_in(page)
    page.locator("#sign-out:not([href='#'])").click()
    page.click("#logout-cancel")
    expect(page.locator("h1")).to_have_text("You are signed in")
    page.go_back()
    page.go_back()
    says(page, UNCHANGED)


def test_signing_out_from_the_page_itself_leads_back_to_it(page, port):
    sign_in(page)
    says(page, UNCHANGED)
    page.locator("#sign-out:not([href='#'])").click()
    page.click("#logout-confirm")
    page.wait_for_url(f"http://localhost:{port}/")
    says(page, CHANGED)


def test_a_cookie_that_is_gone_is_a_change(page, provider):
    sign_in(page)
    says(page, UNCHANGED)
    page.context.clear_cookies(name="op_browser_state")
    says(page, CHANGED)


def asked(page, messages):
    """What the provider's page says to each of ``messages``; None where it keeps silent."""
    return page.evaluate(
        """async (messages) => {
          const op = document.getElementById('op'), origin = new URL(issuer).origin
          clearInterval(timer)
          removeEventListener('message', hear)
          const answers = []
          for (const message of messages) {
            answers.push(await new Promise((resolve) => {
              addEventListener('message', (event) => resolve(event.data), { once: true })
              op.contentWindow.postMessage(message, origin)
              setTimeout(() => resolve(null), 300)
            }))
          }
          return answers
        }""",
        messages,
    )


def test_what_it_is_told(page):
    sign_in(page)
    says(page, UNCHANGED)
    state = page.evaluate("sessionStorage.getItem('session_state')")
    assert asked(page, [f"watcher {state}"]) == ["unchanged"]
    digest, salt = state.split(".")
    wrong = [f"other {state}", f"watcher {'0' * 64}.{salt}", f"watcher {digest}.{salt}0"]
    assert asked(page, wrong) == ["changed"] * len(wrong)
    malformed = ["watcher", f"watcher{state}", f" {state}", "watcher ", f"watcher {digest}", f"watcher {state}.x", "a b c", "x" * 100_000]
    assert asked(page, malformed) == ["error"] * len(malformed)


def test_what_it_keeps_silent_about(page):
    sign_in(page)
    says(page, UNCHANGED)
    silent = ["", "unchanged", "changed", "error", None, 7, {"a": 1}, ["watcher x.y"]]
    assert asked(page, silent) == [None] * len(silent)


def test_only_the_origin_that_the_state_was_made_for_is_told_that_nothing_changed(page, client):
    sign_in(page)
    says(page, UNCHANGED)
    state = page.evaluate("sessionStorage.getItem('session_state')")
    frame = page.locator("#op").evaluate("each => each.src")
    page.goto(f"{client.elsewhere}/cb")  # another port of the same host, hence the same site
    answer = page.evaluate(
        """([url, message]) => new Promise((resolve) => {
          const op = Object.assign(document.createElement('iframe'), { src: url })
          addEventListener('message', (event) => resolve(event.data))
          op.addEventListener('load', () => op.contentWindow.postMessage(message, '*'))
          document.body.append(op)
        })""",
        [frame, f"watcher {state}"],
    )
    assert answer == "changed"


def test_a_frame_without_an_origin_is_told_nothing(page, client, complaints):
    sign_in(page)
    frame = page.locator("#op").evaluate("each => each.src")
    page.goto(f"{client.elsewhere}/cb")
    answer = page.evaluate(
        """(url) => new Promise((resolve) => {
          const script = `const op = document.createElement('iframe')
            op.src = ${JSON.stringify(url)}
            op.onload = () => op.contentWindow.postMessage('watcher x', '*')
            onmessage = (event) => parent.postMessage('told ' + event.data, '*')
            document.body.append(op)`
          const sandbox = Object.assign(document.createElement('iframe'), { srcdoc: `<body><script>${script}</scr` + `ipt>` })
          sandbox.sandbox = 'allow-scripts'
          addEventListener('message', (event) => resolve(event.data))
          document.body.append(sandbox)
          setTimeout(() => resolve(null), 1500)
        })""",
        frame,
    )
    assert answer is None
    complaints.clear()  # "frame-ancestors *" means every origin, and this is none


def test_on_another_site_without_tls_the_browser_keeps_the_cookie_back(new_context, provider, port):
    page = new_context().new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    sign_in(page)
    says(page, re.compile(f"{re.escape(CHANGED)}|{re.escape(UNSEEN)}"))  # the second where it also keeps all such cookies back


@pytest.fixture(scope="module")
def secured(tmp_path_factory, folder, port):
    """A provider behind TLS, and the example as its client."""
    place, front = tmp_path_factory.mktemp("secured"), free_port()
    settings = {"oidc.session_management_enable": "true"}
    described = REGISTRATIONS | {"clients": [CLIENT | {"client_id": "watcher", "redirect_uris": [f"http://127.0.0.1:{port}/secured.html"]}]}
    with (
        served(place, described, issuer=f"https://localhost:{front}", settings=settings) as provider,
        behind_tls(place, front, provider.port),
    ):
        (folder / "secured.html").write_text(EXAMPLE.read_text().replace(THEIRS, provider.issuer))
        yield provider


@pytest.mark.parametrize(("cookie_controls_mode", "seen"), [(0, UNCHANGED), (1, UNSEEN)], ids=["allowed", "blocked"])
def test_with_tls_a_frame_on_another_site_sees_the_cookie_where_the_browser_allows_that(
    browser, tmp_path, secured, port, cookie_controls_mode, seen
):
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": cookie_controls_mode}}))  # third-party cookies
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=executable("chromium"), args=list(FLAGS), chromium_sandbox=False, ignore_https_errors=True
    )
    with context:
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/secured.html")
        sign_in(page)
        says(page, seen)
        (cookie,) = [each for each in context.cookies() if each["name"] == "op_browser_state"]
        assert (cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("None", True, False)
