"""A relying party and the person in front of it: the verbs of the protocol, whatever the mount."""

import base64
import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet
from mounts import unique

FORM = "application/x-www-form-urlencoded"
PASSWORD = "correct horse"
HOPS = 15
PAGES = {"login": "login-submit", "host-login": "login-submit", "select-account": "account-continue", "consent": "consent-accept"}


class Browser:
    """A cookie jar and a person who fills in forms; it runs no scripts."""

    def __init__(self, mount, username, password=PASSWORD):
        self.mount, self.username, self.password = mount, username, password
        self.cookies = {}

    def open(self, method, url, body=b"", **headers):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = [("Cookie", cookie)] if cookie else []
        if body:
            sent.append(("Content-Type", FORM))
        reply = self.mount.send(method, url, [*sent, *headers.items()], body)
        for line in reply.all("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if not value or re.search(r"max-age=0\b", line, re.IGNORECASE):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def fill_in(self, url, reply, button, **changes):
        """Post the form of a page with one of its buttons."""
        form = Form.of(reply.text)
        fields = dict(form.hidden)
        if "password" in form.names:
            fields |= {"username": self.username, "password": self.password}
        pressed = form.buttons[button]
        fields |= {pressed[0]: pressed[1]} if pressed[0] else {}
        fields |= changes
        return self.open("POST", urljoin(url, form.action), urlencode({k: v for k, v in fields.items() if v is not None}).encode())


@dataclass
class Form:
    """The first form of a page."""

    action: str
    hidden: list
    names: list
    buttons: dict

    @classmethod
    def of(cls, text):
        inputs = [_attributes(each) for each in re.findall(r"<input\b([^>]*)>", text)]
        buttons = {
            a["id"]: (a.get("name"), a.get("value", "")) for a in map(_attributes, re.findall(r"<button\b([^>]*)>", text)) if "id" in a
        }
        return cls(
            _attributes(re.search(r"<form\b([^>]*)>", text).group(1)).get("action", ""),
            [(a["name"], a.get("value", "")) for a in inputs if a.get("type") == "hidden"],
            [a.get("name") for a in inputs],
            buttons,
        )


def _attributes(text):
    return {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', text)}


@dataclass
class Answer:
    """How an authorization request ended."""

    reply: object
    url: str
    pages: list
    part: str = ""
    params: dict = field(default_factory=dict)

    @property
    def code(self):
        return self.params["code"]

    @property
    def error(self):
        """The error code the client got, or "page" where it was told to the person only."""
        return self.params.get("error") or ("page" if not self.part else None)

    @property
    def page_error(self):
        return re.search(r'id="error-code"[^>]*>\s*([^<\s]+)', self.reply.text).group(1)


class RelyingParty:
    """A client of the provider, and a person with a browser of their own."""

    def __init__(self, mount, client=None, account=None, *, person=None):
        self.mount = mount
        self.redirect_uri = "https://rp.example/cb"
        described = {
            "client_id": unique("rp"),
            "client_name": "The Relying Party",
            "client_secret": secrets.token_urlsafe(32),
            "redirect_uris": [self.redirect_uri],
        } | (client or {})
        self.client_id, self.client_secret = described["client_id"], described.get("client_secret")
        self.public = described.get("token_endpoint_auth_method") == "none"
        if self.public:
            described.pop("client_secret")
        self.redirect_uri = described["redirect_uris"][0]
        self.username = person or unique("ann")
        claims = {"name": "Ann", "email": "ann@example.com", "email_verified": True}
        account = {"username": self.username, "password": PASSWORD, "claims": claims} | (account or {})
        mount.apply({"clients": [described]} | ({} if person else {"accounts": [account]}))
        self.described = described
        self.browser = Browser(mount, self.username)
        self.verifier = secrets.token_urlsafe(32)

    # asking

    def parameters(self, **changes):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        params = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in params.items() if value is not None}

    def url(self, endpoint="authorize", **params):
        return f"{self.mount.issuer}/{endpoint}" + (f"?{urlencode(params)}" if params else "")

    def authorize(self, *, method="GET", press=None, browser=None, stop_at=None, **changes):
        """Ask, and see where it ends; the person signs in and consents unless ``press`` says which buttons to use instead."""
        browser, press = browser or self.browser, PAGES | (press or {})
        query = urlencode(self.parameters(**changes), quote_via=quote)
        url = f"{self.mount.issuer}/authorize"
        reply = browser.open("GET", f"{url}?{query}") if method == "GET" else browser.open("POST", url, query.encode())
        pages = []
        for _ in range(HOPS):
            if reply.status in (302, 303):
                url = urljoin(url, reply.header("Location"))
                if url.startswith(self.redirect_uri.partition("?")[0]) and not url.startswith(self.mount.origin):
                    return self._answered(reply, url, pages)
                reply = browser.open("GET", url)
                continue
            name = urlsplit(url).path.rpartition("/")[2]
            if reply.status == 200 and 'action="' + html.escape(self.redirect_uri, quote=True) in reply.text:
                return Answer(reply, url, pages, "form", dict(Form.of(reply.text).hidden))
            if reply.status != 200 or name not in press or name == stop_at:
                return Answer(reply, url, pages)
            pages.append(name)
            reply = browser.fill_in(url, reply, press[name])
        raise AssertionError(f"no end to it: {pages}")

    def _answered(self, reply, url, pages):
        parts = urlsplit(url)
        part = "fragment" if parts.fragment else "query"
        pairs = parse_qsl(getattr(parts, part), keep_blank_values=True)
        assert len(dict(pairs)) == len(pairs), pairs
        return Answer(reply, url, pages, part, dict(pairs))

    # signing out

    def end_session(self, *, method="GET", press="logout-confirm", browser=None, **params):
        """Send the person to sign out, and see where it ends; ``press`` is their answer where they are asked.

        A form that this client posts carries no cookie of the provider's (SameSite=Lax).
        """
        browser, url = browser or self.browser, self.url("end-session")
        query = urlencode({name: value for name, value in params.items() if value is not None}, quote_via=quote)
        if method == "GET":
            reply = browser.open("GET", f"{url}?{query}" if query else url)
        else:
            reply = self.mount.send("POST", url, [("Content-Type", FORM)], query.encode())
        pages = []
        for _ in range(HOPS):
            if reply.status in (302, 303):
                url = urljoin(url, reply.header("Location"))
                if not url.startswith(self.mount.origin):
                    return Answer(reply, url, pages, "query", dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)))
                reply = browser.open("GET", url)
                continue
            if press is None or 'id="logout-confirm"' not in reply.text:
                return Answer(reply, url, pages)
            pages.append("end-session")
            reply = browser.fill_in(url, reply, press)
        raise AssertionError(f"no end to it: {pages}")

    # exchanging

    def post(self, endpoint, fields, *, status=200, basic=True, headers=(), **extra):
        sent = [("Content-Type", FORM), *headers]
        fields = {name: value for name, value in (fields | extra).items() if value is not None}
        if self.public:
            fields = {"client_id": self.client_id} | fields
        elif basic:
            sent.append(("Authorization", self.basic()))
        reply = self.mount.send("POST", self.url(endpoint), sent, urlencode(fields).encode())
        if status:
            assert reply.status == status, (reply.status, reply.text)
        return reply

    def basic(self, client_id=None, secret=None):
        pair = f"{quote(client_id or self.client_id, safe='')}:{quote(secret or self.client_secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def redeem(self, code, *, status=200, **changes):
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": self.verifier}
        return self.post("token", fields | changes, status=status).json

    def refresh(self, refresh_token, *, status=200, **changes):
        return self.post("token", {"grant_type": "refresh_token", "refresh_token": refresh_token} | changes, status=status).json

    def tokens(self, **changes):
        return self.redeem(self.authorize(**changes).code)

    def userinfo(self, access_token, *, status=200):
        reply = self.mount.send("GET", self.url("userinfo"), [("Authorization", f"Bearer {access_token}")])
        assert reply.status == status, (reply.status, reply.text)
        return reply.json

    def claims(self, id_token):
        """The ID Token's claims, its signature checked with the published keys."""
        keys = KeySet.import_key_set(self.mount.send("GET", self.url("jwks")).json)
        return json.loads(jws.deserialize_compact(id_token, keys, algorithms=["RS256", "ES256"]).payload)
