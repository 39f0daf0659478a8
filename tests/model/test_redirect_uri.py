"""Laws of redirect URIs: which may be registered, and which are then allowed (RFC 9700 §2.1, RFC 8252)."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oidc_op.model.redirect_uri import fault_of_redirect_uri, is_on_the_device, matches_but_for_the_port, origin_or_scheme

CSP_SOURCE = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]*)?|[a-z][a-z0-9+.-]*:")
schemes = st.sampled_from(["https:", "http:", "HTTPS:", "com.example.app:", "app:", "javascript:", ""])
hosts = st.sampled_from(["rp.example", "127.0.0.1", "[::1]", "localhost", "rp.example:80", "[::1]:8000"])
odd_hosts = st.text("a.:[]@;,'\"* 1\\é", max_size=6)
rests = st.text("/cb?=&;,'\"#*% \\\n\0é", max_size=8)
uris = st.builds("{}{}{}{}".format, schemes, st.sampled_from(["//", "/", ""]), hosts | odd_hosts, rests) | st.text(max_size=30)
ports, loopback = st.integers(min_value=1, max_value=65535), st.sampled_from(["127.0.0.1", "[::1]", "localhost"])


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example",
        "https://rp.example/cb?x=1&y=%20",
        "https://rp.example:8443/cb",
        "https://[2001:db8::1]/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8000/cb",
        "http://[::1]:8000/cb",
        "http://localhost/cb",
        "com.example.app:/cb",
        "com.example.app://host/cb",
        "com.example.app:cb",
        "cursor://anysphere.cursor-retrieval/oauth/callback",
        "vscode://vscode.github-authentication/did-authenticate",
    ],
)
def test_what_may_be_registered(uri):
    assert fault_of_redirect_uri(uri) == ""


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("", "absolute URI"),
        ("/cb", "https"),
        ("//rp.example/cb", "https"),
        ("https:///cb", "host"),
        ("https:/cb", "host"),
        ("https:cb", "host"),
        ("https://rp.example:0/cb", "host"),
        ("https://rp.example:99999/cb", "not a URI"),
        ("https://[::1/cb", "not a URI"),
        ("https://rp.example/cb#part", "fragment"),
        ("https://rp.example/cb#", "fragment"),
        ("https://*.rp.example/cb", "wildcard"),
        ("https://rp.example/*", "wildcard"),
        ("https://ann:secret@rp.example/cb", "user"),
        ("https://ann@rp.example/cb", "user"),
        ("https://@rp.example/cb", "user"),
        ("https://rp.example\\@evil.example/cb", "backslash"),
        ("https://rp.example;evil.example/cb", "host"),
        ("https://rp.example,evil.example/cb", "host"),
        ("https://rp.example/c b", "blanks"),
        ("https://rp.example/cb\n", "blanks"),
        ("https://rp.exämple/cb", "ASCII"),
        ("http://rp.example/cb", "must be https"),
        ("http://127.0.0.1.rp.example/cb", "must be https"),
        ("http://localhost.rp.example/cb", "must be https"),
        ("javascript:alert(1)", "private-use"),
        ("data:text/html,x", "private-use"),
        ("urn:ietf:wg:oauth:2.0:oob", "private-use"),
        ("mailto:ann@rp.example", "private-use"),
        ("httpx://rp.example/cb", "private-use"),
        ("intent://rp.example/cb", "private-use"),
        ("ftp://rp.example/", "https"),
        ("https://rp.example/cb?code=x", "must not have code"),
        ("https://rp.example/cb?x=1&state=", "must not have state"),
        ("com.example.app:/cb?iss=x", "must not have iss"),
    ],
)
def test_what_may_not_and_why(uri, fault):
    assert fault in fault_of_redirect_uri(uri)


@given(uris)
def test_whatever_is_judged_is_judged_and_what_passes_is_harmless(uri):
    if fault_of_redirect_uri(uri) == "":
        assert uri.isascii()
        assert uri.isprintable()
        assert not set("#*\\ ") & set(uri)


@given(uris)
def test_what_may_be_registered_fits_into_a_policy_as_one_source(uri):
    if fault_of_redirect_uri(uri) == "":
        assert CSP_SOURCE.fullmatch(origin_or_scheme(uri))


@given(ports, loopback, st.sampled_from(["", "/", "/cb?x=1"]))
def test_a_loopback_uri_matches_on_every_port(port, host, rest):
    for registered in (f"http://{host}{rest}", f"http://{host}:1234{rest}"):
        assert matches_but_for_the_port(registered, f"http://{host}:{port}{rest}")
        assert matches_but_for_the_port(registered, f"http://{host}{rest}")


@pytest.mark.parametrize(
    "asked",
    [
        "http://127.0.0.1:8000/cb/",
        "http://127.0.0.1:8000/CB",
        "http://127.0.0.1:8000/cb?x=1",
        "http://127.0.0.1:8000/cb#x",
        "http://localhost:8000/cb",
        "http://[::1]:8000/cb",
        "https://127.0.0.1:8000/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:80a/cb",
        "http://127.0.0.1:8000@evil.example/cb",
        "http://evil.example@127.0.0.1:8000/cb",
        "http://127.0.0.1.evil.example:8000/cb",
        "http://127.0.0.1:80\n80/cb",
        " http://127.0.0.1:8000/cb",
        "http://127.0.0.1:8000\\@evil.example/cb",
        "http://127.0.0.1:8000//127.0.0.1/cb",
    ],
)
def test_nothing_but_the_port_is_free(asked):
    assert not matches_but_for_the_port("http://127.0.0.1/cb", asked)


@given(uris, uris | ports.map(lambda port: f"http://127.0.0.1:{port}/"))
@example("http://127.0.0.1/", "http://127.0.0.1:8000/")
@example("http://[::1]:8000;", "HTTP://127.0.0.1")
def test_only_loopback_http_ever_matches(registered, asked):
    if matches_but_for_the_port(registered, asked):
        assert registered.lower().startswith(("http://127.0.0.1", "http://[::1]", "http://localhost"))
        assert asked.lower().startswith(("http://127.0.0.1", "http://[::1]", "http://localhost"))


def test_port_zero_is_no_port():
    assert not matches_but_for_the_port("http://127.0.0.1/cb", "http://127.0.0.1:0/cb")


@pytest.mark.parametrize(
    ("uri", "on_the_device"),
    [
        ("https://rp.example/cb", False),
        ("https://localhost/cb", False),
        ("http://localhost:8000/cb", False),
        ("http://[::1]:8000/cb", True),
        ("http://127.0.0.1/cb", True),
        ("com.example.app:/cb", True),
    ],
)
def test_any_application_on_the_device_can_claim_a_scheme_or_a_loopback_port(uri, on_the_device):
    assert is_on_the_device(uri) == on_the_device
