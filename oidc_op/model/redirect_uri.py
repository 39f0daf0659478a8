"""Redirect URIs: which may be registered, and which are allowed in a request (RFC 9700 §2.1, RFC 8252)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FORBIDDEN_SCHEMES = frozenset(
    {"javascript", "data", "file", "vbscript", "about", "blob", "ws", "wss", "ftp", "ftps", "sftp", "mailto", "tel", "sms", "urn"}
    | {"view-source", "filesystem", "jar", "intent", "chrome", "chrome-extension", "moz-extension", "resource", "ssh", "ldap", "irc"}
)
PRIVATE_USE = re.compile(r"[a-z][a-z0-9+.-]*")  # RFC 8252 §7.1 wants a dot in it; real clients have cursor: and vscode:
#: Parameters of responses: one that a redirect URI already had would stand before ours.
RESPONSE_NAMES = frozenset(
    {"code", "state", "error", "error_description", "error_uri", "iss", "access_token", "token_type", "expires_in", "id_token"}
    | {"session_state", "response"}
)
URI = re.compile(r"[\x21-\x7E]+")
AUTHORITY = re.compile(r"([A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")


def is_loopback(uri: SplitResult) -> bool:
    """Whether it names this very machine."""
    return uri.hostname in LOOPBACK


def is_http_loopback(uri: SplitResult) -> bool:
    """Whether it is plain http to this very machine, which needs no TLS (RFC 8252 §7.3)."""
    return uri.scheme == "http" and is_loopback(uri)


def is_on_the_device(text: str) -> bool:
    """Whether any application on the device could receive what is sent there: a private-use scheme, or a loopback address.

    The name ``localhost`` is not one that installed applications should use (RFC 8252 §8.3), and where those that run in a
    browser are developed; it counts for native clients alone.
    """
    uri = urlsplit(text)
    return is_private_use(text) or (is_http_loopback(uri) and uri.hostname != "localhost")


def is_private_use(text: str) -> bool:
    """Whether it has a scheme of an application's own (RFC 8252 §7.1)."""
    return urlsplit(text).scheme not in ("http", "https")


def has_no_dot_in_its_scheme(text: str) -> bool:
    """Whether it has a private-use scheme that is not a reversed domain name, which only native clients may have."""
    return is_private_use(text) and "." not in urlsplit(text).scheme


def fault_of_redirect_uri(text: str) -> str:
    """Return why ``text`` may not be registered as a redirect URI, or "" where it may."""
    return fault_of_uri(text) or _fault_of_query(urlsplit(text))


def fault_of_uri(text: str) -> str:
    """Return why ``text`` is no address that people may be sent to, or "" where it is one."""
    if not URI.fullmatch(text):
        return "must be an absolute URI in ASCII without blanks"
    for sign, what in (("*", "wildcard"), ("#", "fragment"), ("\\", "backslash")):
        if sign in text:
            return f"must not have a {what}"
    try:
        uri = urlsplit(text)
        port = uri.port
    except ValueError:
        return "is not a URI"
    if uri.username is not None or uri.password is not None:
        return "must not have a user or password"
    if not AUTHORITY.fullmatch(uri.netloc):
        return "must name a host by letters, digits, dots and hyphens, or by an address"
    return _fault_of_scheme(uri, port)


def _fault_of_query(uri: SplitResult) -> str:
    names = RESPONSE_NAMES & {name.lower() for name, _ in parse_qsl(uri.query, keep_blank_values=True)}
    return f"must not have {min(names)} in its query, which is the name of a response parameter" if names else ""


def _fault_of_scheme(uri: SplitResult, port: int | None) -> str:
    if uri.scheme == "https" or is_http_loopback(uri):
        return "" if uri.hostname and port != 0 else "must name a host"
    if uri.scheme == "http":
        return "must be https; http is for a loopback host only"
    if uri.scheme in FORBIDDEN_SCHEMES or uri.scheme.startswith("http") or not PRIVATE_USE.fullmatch(uri.scheme):
        return "must be https, http on a loopback host, or a private-use scheme such as com.example.app:/cb"
    return ""


def matches_but_for_the_port(registered: str, asked: str) -> bool:
    """Whether both are the same loopback http URI on some port (RFC 8252 §7.3)."""
    try:
        ours, theirs = urlsplit(registered), urlsplit(asked)
        _, port = ours.port, theirs.port
    except ValueError:
        return False
    if port == 0 or not (is_http_loopback(ours) and is_http_loopback(theirs)) or "@" in theirs.netloc:
        return False
    return _without_port(registered, ours) == _without_port(asked, theirs)


def _without_port(text: str, uri: SplitResult) -> str:
    """``text`` byte for byte, but for the port."""
    host = uri.netloc.rpartition(":")[0] if uri.port is not None else uri.netloc.removesuffix(":")
    return text.replace(f"//{uri.netloc}", f"//{host}", 1)


def origin_or_scheme(text: str) -> str:
    """Return the origin or scheme as a Content-Security-Policy writes it: ``https://rp.example:8443``, or ``com.example.app:``.

    ``'none'`` where it is no such place, so that nothing else gets into the policy.
    """
    uri = urlsplit(text)
    if not AUTHORITY.fullmatch(uri.netloc):
        return "'none'"
    return f"{uri.scheme}://{uri.netloc}" if uri.scheme in ("http", "https") else f"{uri.scheme}:"
