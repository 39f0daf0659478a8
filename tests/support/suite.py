"""The OpenID Foundation's conformance suite as a relying party, and how it looks at what it gets."""

import base64
import hashlib
import math
import re
import time
from collections import Counter
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from joserfc import jws
from plans import Plan
from rp import Form

CALLBACK = "https://suite.test:8443/test/a/op/callback"
DUMMY = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
ALL = "openid profile email address phone"
STATE = "aZ09-._~" * 16  # 128 characters
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749 §5.2
YEAR = 365 * 86400
PLAN = Plan()

CLAIMS = {
    "name": "Alice Example",
    "family_name": "Example",
    "given_name": "Alice",
    "middle_name": "B",
    "nickname": "al",
    "preferred_username": "alice",
    "profile": "https://alice.example/",
    "picture": "https://alice.example/me.png",
    "website": "https://alice.example/blog",
    "gender": "female",
    "birthdate": "1987-10-16",
    "zoneinfo": "Europe/Berlin",
    "locale": "en-US",
    "updated_at": 1700000000,
    "email": "alice@example.com",
    "email_verified": True,
    "phone_number": "+49 30 1234567",
    "phone_number_verified": True,
    "address": {
        "formatted": "1 Street\nTown",
        "street_address": "1 Street",
        "locality": "Town",
        "region": "R",
        "postal_code": "1",
        "country": "DE",
    },
}
EMAIL, PHONE, ADDRESS = {"email", "email_verified"}, {"phone_number", "phone_number_verified"}, {"address"}
PROFILE = set(CLAIMS) - EMAIL - PHONE - ADDRESS
PROTOCOL = {
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
}


class Suite:
    """The suite as a relying party: it sends what its modules send, without PKCE where they do without."""

    def __init__(self, rp, plan=PLAN):
        self.rp, self.mount, self.plan = rp, rp.mount, plan

    def ask(self, **changes):
        """An answer, which stands where the response mode says and has the state and no more than fits together (C8, C10)."""
        asked = {"response_type": self.plan.response_type, "response_mode": self.plan.response_mode, "state": STATE}
        asked |= {"code_challenge": None, "code_challenge_method": None} | changes
        answer = self.rp.authorize(**asked)
        if answer.part:
            assert (answer.part, answer.params["state"]) == (part_of(asked), asked["state"])
            assert answer.params["iss"] == self.mount.issuer
            assert not ("error" in answer.params and {"code", "id_token", "access_token"} & set(answer.params))
            assert "?" not in answer.url.removeprefix(self.rp.redirect_uri) or answer.part != "fragment"
        return answer

    def redeem(self, answer, **changes):
        return self.rp.redeem(answer.code, **({"code_verifier": None} | changes))

    def flow(self, **changes):
        """A whole flow: the answer, every token that it gave in the end, and the claims of the last ID Token."""
        answer = self.ask(**changes)
        assert "error" not in answer.params, answer.params
        tokens = {name: answer.params[name] for name in ("access_token", "token_type", "id_token") if name in answer.params}
        first = self.front(answer)
        assert (first is not None, "access_token" in tokens) == (self.plan.gives("id_token"), self.plan.gives("token"))
        if self.plan.gives("code"):
            tokens |= self.redeem(answer)
        claims = self.rp.claims(tokens["id_token"])
        assert first is None or (first["iss"], first["sub"]) == (claims["iss"], claims["sub"])  # C18
        return answer, tokens, claims

    def front(self, answer):
        """The claims of the ID Token that came from the authorization endpoint, with right hashes (C17); None where none did."""
        if "id_token" not in answer.params:
            return None
        claims = self.rp.claims(answer.params["id_token"])
        for name, of in (("at_hash", "access_token"), ("c_hash", "code")):
            assert claims.get(name) == (left_half(answer.params[of]) if of in answer.params else None), name
        return claims

    def learned(self, tokens, claims):
        """What the client learns about the person: from UserInfo, or where no access token came from the ID Token (OIDC Core §5.4)."""
        if "access_token" in tokens:
            assert set(claims) <= PROTOCOL  # no claim that was not asked for
            return self.rp.userinfo(tokens["access_token"])
        return {name: value for name, value in claims.items() if name not in PROTOCOL or name == "sub"}

    def get(self, path):
        return self.mount.send("GET", f"{self.mount.issuer}/{path}")

    @property
    def metadata(self):
        return self.get(".well-known/openid-configuration").json


def part_of(asked):
    """Where the answer to a request belongs (OAuth 2.0 Multiple Response Types §2.1, §5)."""
    default = "query" if asked["response_type"] in (None, "code") else "fragment"
    mode = asked["response_mode"] or default
    return "form" if mode == "form_post" else mode


def target(answer):
    """The redirect URI that an answer went to."""
    return Form.of(answer.reply.text).action if answer.part == "form" else re.split(r"[?#]", answer.url)[0]


def left_half(text):
    """``at_hash`` or ``c_hash`` of a token or code, for algorithms with SHA-256 (OIDC Core §3.1.3.6, §3.3.2.11)."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def header(id_token):
    return jws.extract_compact(id_token.encode()).headers()


def bits(text):
    """Shannon's entropy of the characters as they came, as the suite measures it."""
    return -sum(n * math.log2(n / len(text)) for n in Counter(text).values())


def is_url(value):
    return urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)


def is_text(value):
    return isinstance(value, str) and value.strip() not in ("", "null")


TYPES = dict.fromkeys(PROFILE | EMAIL | PHONE, is_text) | {
    "email_verified": lambda value: isinstance(value, bool),
    "phone_number_verified": lambda value: isinstance(value, bool),
    "updated_at": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 < value <= time.time() + 60,
    "birthdate": lambda value: bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{4}", value)),
    "address": lambda value: isinstance(value, dict) and bool(value) and all(map(is_text, value.values())),
    "locale": lambda value: bool(re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z0-9]+)*", value)),
    "zoneinfo": lambda value: value in available_timezones(),
    "profile": is_url,
    "picture": is_url,
    "website": is_url,
    "sub": lambda value: value.isascii() and value.isprintable() and 0 < len(value) <= 255,
}
