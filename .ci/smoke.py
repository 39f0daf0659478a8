"""A whole conversation with a provider that was just installed: pages, a sign-in, tokens, UserInfo, a refresh. Standard library only."""

import base64
import html
import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ISSUER, CLIENT, SECRET, USERNAME, PASSWORD = sys.argv[1:]
CALLBACK = "https://client.example/callback"
WAIT = 20  # seconds for the server to start


class Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are read here, since one of them leads to a client that is not there."""

    def redirect_request(self, *_args):
        return None


opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def ask(url, form=None, **headers):
    """Send a GET or a form; the status, the headers and the text of the answer."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with opener.open(urllib.request.Request(url, body, headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


def started():
    for _ in range(WAIT * 5):
        try:
            return json.loads(ask(f"{ISSUER}/.well-known/openid-configuration")[2])
        except urllib.error.URLError:
            time.sleep(0.2)
    raise SystemExit(f"{ISSUER} does not answer")


def authorized(url):
    """The code, once the pages on the way are answered."""
    status, headers, text = ask(url)
    for _ in range(10):
        if status in (302, 303):
            url = urllib.parse.urljoin(url, headers["Location"])
            if url.startswith(CALLBACK):
                return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["code"]
            status, headers, text = ask(url)
            continue
        assert status == 200, (status, text)
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text)
        form = {name: html.unescape(value) for name, value in hidden}
        form |= {"username": USERNAME, "password": PASSWORD} if 'id="password"' in text else {"allow": "yes"}
        url = urllib.parse.urljoin(url, html.unescape(re.search(r'<form[^>]* action="([^"]*)"', text)[1]))
        status, headers, text = ask(url, form)
    raise SystemExit("there was no end to the pages")


document = started()
assert document["issuer"] == ISSUER, document
assert json.loads(ask(document["jwks_uri"])[2])["keys"]
for name in ("", "static/oidc_op.css"):  # templates and static files are there
    status, _, content = ask(f"{ISSUER}/{name}")
    assert (status, bool(content)) == (200, True), name
asked = {"client_id": CLIENT, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid email", "nonce": "n"}
code = authorized(f"{document['authorization_endpoint']}?{urllib.parse.urlencode(asked)}")
basic = {"Authorization": "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()}
form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
status, _, text = ask(document["token_endpoint"], form, **basic)
assert status == 200, text
tokens = json.loads(text)
claims = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "=="))
assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, CLIENT, "n"), claims
person = json.loads(ask(document["userinfo_endpoint"], Authorization=f"Bearer {tokens['access_token']}")[2])
assert person["sub"] == claims["sub"], person
form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
assert json.loads(ask(document["token_endpoint"], form, **basic)[2])["access_token"]
print("a whole conversation with", ISSUER)
