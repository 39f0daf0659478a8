"""Somebody between client and provider, who alters ID Tokens on their way."""

import base64
import html
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Tampering = Callable[[str], str]
ONWARD = re.compile(r'http-equiv="refresh" content="0;url=([^"]*)"')
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


def untouched(id_token: str) -> str:
    """The same."""
    return id_token


def with_claims(**changes: Any) -> Tampering:
    """Other claims under the signature of the ones that were there."""

    def tamper(id_token: str) -> str:
        header, claims, signature = id_token.split(".")
        return f"{header}.{_encode(_decode(claims) | changes)}.{signature}"

    return tamper


def unsigned(id_token: str) -> str:
    """The same claims, and the word that no signature is needed (RFC 7515 §8.5)."""
    header, claims, _signature = id_token.split(".")
    return f"{_encode(_decode(header) | {'alg': 'none'})}.{claims}."


def signed_by_another(id_token: str) -> str:
    """The same claims and ``kid``, signed with a key that is not the provider's."""
    header, claims, _signature = id_token.split(".")
    signing = f"{_encode(_decode(header) | {'alg': 'RS256'})}.{claims}"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return f"{signing}.{_base64url(key.sign(signing.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


another_subject = with_claims(sub="somebody-else")
another_nonce = with_claims(nonce="another")
another_issuer = with_claims(iss="https://evil.example")
another_audience = with_claims(aud="another-client")
expired = with_claims(iat=int(time.time()) - 7200, exp=int(time.time()) - 3600)


class Proxy(ThreadingHTTPServer):
    """Hands everything on to the provider on ``upstream`` (a port); ``tampering`` meets the ID Tokens that come back."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://localhost:{self.server_port}"
        self.upstream = 0
        self.tampering: Tampering = untouched
        self.met = 0

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Until the block ends."""
        Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()

    @contextmanager
    def altering(self, tampering: Tampering) -> Iterator[None]:
        """Meanwhile, ID Tokens are altered; it is an error if none came by."""
        self.tampering, self.met = tampering, 0
        try:
            yield
        finally:
            self.tampering = untouched
        assert self.met, "no ID Token came by"


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:  # the name that http.server looks for
        """Ask the provider, and answer what it answers."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=30)
        try:
            connection.request(self.command, self.path, body, {**self.headers, "Connection": "close"})
            answer = connection.getresponse()
            content = self._altered(answer.read())
        finally:
            connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, self._redirected(value) if name.lower() == "location" else value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_OPTIONS = do_GET  # noqa: N815

    def _altered(self, content: bytes) -> bytes:
        if found := ONWARD.search(content.decode("utf-8", "replace")):  # the page that leads on to the client
            altered = html.escape(self._redirected(html.unescape(found[1])))
            return content.replace(found[1].encode(), altered.encode())
        if self.path != "/token" or b'"id_token"' not in content:
            return content
        answer = json.loads(content)
        self.server.met += 1
        return json.dumps(answer | {"id_token": self.server.tampering(answer["id_token"])}).encode()

    def _redirected(self, url: str) -> str:
        """``url`` with another ID Token in its fragment, where it has one."""
        place, _, fragment = url.partition("#")
        sent = dict(parse_qsl(fragment))
        if "id_token" not in sent:
            return url
        self.server.met += 1
        return f"{place}#{urlencode(sent | {'id_token': self.server.tampering(sent['id_token'])})}"

    def log_message(self, *_args: object) -> None:
        """Nothing."""


def _decode(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _encode(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
