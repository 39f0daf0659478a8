"""The two pages of the examples, in a real browser: clients in plain JavaScript, registered and served as the docs say."""

import json
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from looks import assert_good_looks
from people import PASSWORD, USERNAME, Person
from playwright.sync_api import expect
from served import free_port, served
from snippets import DOCS, snippets
from tampering import with_claims
from written import commands

pytestmark = pytest.mark.xdist_group("pages")

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = ("implicit.html", "implicit.js", "code_pkce.html", "code_pkce.js", "pages.css")
THEIR_PROVIDER, OUR_SITE = "localhost:6543", "localhost:3000"  # of the documentation
NAMES = ("implicit", "code_pkce")
START = 10  # seconds
ACCOUNT = {"username": USERNAME, "password": PASSWORD, "claims": {"name": "Ann Bönisch", "email": "ann@example.com"}}


def registering_commands():
    """The commands of the documentation that register the pages."""
    for snippet in snippets(DOCS / "examples.rst"):
        if snippet.language == "console":
            yield from (command for command, _ in commands(snippet.text) if OUR_SITE in command)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the pages, and the origin where Python's own web server serves it."""
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    words = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        end = time.monotonic() + START
        while time.monotonic() < end:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield folder, f"http://localhost:{port}"
        server.terminate()


@pytest.fixture(scope="module")
def provider(tmp_path_factory, site):
    """A provider at which the documentation's commands have been carried out."""
    folder, origin = site
    with served(tmp_path_factory.mktemp("of_pages"), {"accounts": [ACCOUNT]}) as provider:
        for command in registering_commands():
            _oidc_op, noun, verb, _ini, *words = shlex.split(command.replace(f"http://{OUR_SITE}", origin))
            provider.command(f"{noun} {verb}", *words)
        for name in FILES:
            shutil.copy(EXAMPLES / name, folder)
            file = folder / name
            file.write_text(file.read_text().replace(THEIR_PROVIDER, urlsplit(provider.issuer).netloc))
        yield provider


class Reader(Person):
    """Somebody who has opened a page of the examples."""

    def __init__(self, page, issuer, origin, name):
        super().__init__(page, issuer, origin)
        self.address = f"{origin}/{name}.html"
        self.sent = []
        page.on("request", lambda request: self.sent.append(request) if request.url.startswith(issuer) else None)
        page.goto(self.address)

    @property
    def status(self):
        return self.page.locator("#status")

    def presses(self, name):
        self.page.get_by_role("button", name=name).click()

    def comes_back(self):
        """From the provider, after signing in, and allowing where that is asked."""
        self.signs_in()
        self.page.wait_for_url(lambda url: "/consent" in url or url.startswith(self.client))
        if self.path == "/consent":
            self.allows()
        self.page.wait_for_url(f"{self.client}/**")

    def told(self, id_):
        """What the page shows."""
        return json.loads(self.page.locator(f"#{id_}:not(:empty)").text_content())

    def asked(self, path):
        """The requests to an endpoint."""
        return [request for request in self.sent if urlsplit(request.url).path == path]


@pytest.fixture
def new_reader(new_context, provider, site):
    def bring(name, **options):
        return Reader(new_context(**options).new_page(), provider.issuer, site[1], name)

    return bring


@pytest.fixture(params=NAMES)
def reader(request, new_reader):
    return new_reader(request.param)


def signed_in(reader):
    reader.presses("Sign in")
    reader.comes_back()
    expect(reader.status).to_have_text("You are signed in as Ann Bönisch.")


def test_people_sign_in_and_the_page_learns_who_they_are(reader):
    expect(reader.status).to_have_text("You are not signed in.")
    signed_in(reader)
    claims, userinfo = reader.told("claims"), reader.told("userinfo")
    assert claims["iss"] == reader.issuer
    assert claims["sub"] == userinfo["sub"]
    assert userinfo["name"] == "Ann Bönisch"
    assert userinfo["email"] == "ann@example.com"


def test_nothing_of_the_answer_stays_in_the_address(reader):
    signed_in(reader)
    assert reader.page.url == reader.address
    reader.page.reload()
    expect(reader.status).to_have_text("You are not signed in.")


def test_the_access_token_goes_into_a_header(reader):
    signed_in(reader)
    (request,) = [each for each in reader.asked("/userinfo") if each.method == "GET"]
    assert urlsplit(request.url).query == ""
    assert request.headers["authorization"].startswith("Bearer ")


def test_the_implicit_page_asks_for_tokens_and_redeems_nothing(new_reader):
    reader = new_reader("implicit")
    signed_in(reader)
    query = parse_qs(urlsplit(reader.asked("/authorize")[0].url).query)
    assert query["response_type"] == ["id_token token"]
    assert len(query["state"][0]) == len(query["nonce"][0]) == 43
    assert reader.asked("/token") == []


def test_the_code_page_proves_that_it_asked(new_reader):
    reader = new_reader("code_pkce")
    signed_in(reader)
    query = parse_qs(urlsplit(reader.asked("/authorize")[0].url).query)
    assert (query["response_type"], query["code_challenge_method"]) == (["code"], ["S256"])
    (exchange,) = reader.asked("/token")
    assert "code_verifier=" in exchange.post_data


def test_the_code_page_refreshes(new_reader):
    reader = new_reader("code_pkce")
    signed_in(reader)
    with reader.page.expect_response("**/userinfo"):
        reader.presses("Refresh")
    first, second = reader.asked("/token")
    assert "grant_type=refresh_token" in second.post_data
    assert first.post_data != second.post_data
    with reader.page.expect_response("**/userinfo"):
        reader.presses("Refresh")  # with the newer one
    expect(reader.status).to_have_text("You are signed in as Ann Bönisch.")


def test_people_may_decline(reader):
    reader.presses("Sign in")
    reader.page.click("#login-cancel")
    reader.page.wait_for_url(reader.address)
    expect(reader.status).to_contain_text("That went wrong")
    expect(reader.page.locator("#known")).to_be_hidden()


def altering_fragments(reader, change):
    """Before the page's script looks, what came back is altered by the body of a function of ``sent``."""
    reader.page.add_init_script(
        f"""if (location.hash.includes('id_token=')) {{
          const sent = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
          const [header, claims, signature] = sent.id_token.split('.')
          {change}
          history.replaceState(null, '', location.pathname + '#' + new URLSearchParams(sent))
        }}"""
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("sent.id_token = [header, btoa(atob(claims).replace(/.$/, ',\"sub\":\"x\"}')), signature].join('.')", "the ID Token was altered"),
        ("sent.id_token = [btoa('{\"alg\":\"none\"}'), claims, ''].join('.')", "the ID Token is not signed as it should be"),
        ("sent.access_token += 'x'", "the access token is not the one that came with the ID Token"),
        ("sent.state += 'x'", "this answer is to no request of this tab"),
        ("sent.iss = 'https://evil.example'", "this answer is from somebody else"),
    ],
)
def test_the_implicit_page_refuses_what_was_altered(new_reader, change, fault):
    reader = new_reader("implicit")
    altering_fragments(reader, change)
    reader.presses("Sign in")
    reader.comes_back()
    expect(reader.status).to_have_text(f"That went wrong: {fault}.")
    expect(reader.page.locator("#known")).to_be_hidden()
    assert reader.asked("/userinfo") == []


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (with_claims(iss="https://evil.example"), "the ID Token is from somebody else"),
        (with_claims(aud="another-client"), "the ID Token is for somebody else"),
        (with_claims(nonce="another"), "the ID Token is for another request"),
        (with_claims(exp=1), "the ID Token has expired"),
        (with_claims(sub="another"), "UserInfo is about somebody else"),
    ],
)
def test_the_code_page_refuses_an_id_token_that_is_not_meant(new_reader, tampering, fault):
    reader = new_reader("code_pkce")

    def alter(route):
        answer = route.fetch()
        said = answer.json()
        route.fulfill(response=answer, json=said | {"id_token": tampering(said["id_token"])})

    reader.page.route("**/token", alter)
    reader.presses("Sign in")
    reader.comes_back()
    expect(reader.status).to_have_text(f"That went wrong: {fault}.")
    expect(reader.page.locator("#known")).to_be_hidden()


def test_an_answer_to_somebody_elses_request_is_refused(reader):
    reader.page.goto(f"{reader.address}?state=x&code=y&iss={reader.issuer}#state=x&id_token=y&access_token=z&iss={reader.issuer}")
    expect(reader.status).to_have_text("That went wrong: this answer is to no request of this tab.")
    assert reader.page.url == reader.address
    assert reader.asked("/token") == reader.asked("/userinfo") == []


def test_people_sign_out(reader):
    signed_in(reader)
    reader.page.get_by_role("link", name="Sign out").click()
    expect(reader.status).to_have_text("You are signed out.")
    assert reader.page.url == reader.address
    reader.presses("Sign in")
    expect(reader.page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_and_used(new_reader, artefacts, name):
    reader = new_reader(name, reduced_motion="reduce")
    assert_good_looks(reader.page, f"example-{name}", artefacts)
    signed_in(reader)
    assert_good_looks(reader.page, f"example-{name}-signed-in", artefacts)
