"""The OpenID Foundation's conformance suite as a relying party, and how it looks at what it gets."""

import math
import re
import time
from collections import Counter
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from joserfc import jws

CALLBACK = "https://suite.test:8443/test/a/op/callback"
DUMMY = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
ALL = "openid profile email address phone"
STATE = "aZ09-._~" * 16  # 128 characters
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749 §5.2
YEAR = 365 * 86400

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

    def __init__(self, rp):
        self.rp, self.mount = rp, rp.mount

    def ask(self, **changes):
        return self.rp.authorize(**({"code_challenge": None, "code_challenge_method": None, "state": STATE} | changes))

    def redeem(self, answer, **changes):
        return self.rp.redeem(answer.code, **({"code_verifier": None} | changes))

    def flow(self, **changes):
        """A whole flow: the answer, the tokens, the ID Token's claims."""
        answer = self.ask(**changes)
        tokens = self.redeem(answer)
        return answer, tokens, self.rp.claims(tokens["id_token"])

    def get(self, path):
        return self.mount.send("GET", f"{self.mount.issuer}/{path}")

    @property
    def metadata(self):
        return self.get(".well-known/openid-configuration").json


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
