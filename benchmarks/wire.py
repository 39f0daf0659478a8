"""HTTP/1.1 over one kept-alive connection, with the cookies a browser would send."""

import asyncio
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


class UnexpectedError(Exception):
    """A response that the flow cannot use; the report counts errors by their text."""


class Response(NamedTuple):
    """A response that has been read to its end."""

    status: int
    headers: dict[str, str]
    set_cookie: list[str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise UnexpectedError("not a JSON object")
        return value


class Agent:
    """A user agent: one connection to one origin, and a cookie jar."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        if parts.scheme != "http" or parts.hostname != "127.0.0.1" or parts.port is None:
            raise ValueError(f"{origin}: only http://127.0.0.1:PORT is measured")
        self.origin, self.port = f"http://{parts.netloc}", parts.port
        self._head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
        self._cookies: dict[tuple[str, str], str] = {}
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, url: str, headers: str = "", form: dict[str, str] | None = None) -> Response:
        """Send one request; ``headers`` are complete lines."""
        path = url.removeprefix(self.origin)
        if not path.startswith("/"):
            raise UnexpectedError(f"led away to {url.partition('?')[0]}")
        body = ""
        if form is not None:
            body = urlencode(form)
            headers += f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        message = f"{method} {path}{self._head}{self._cookie_header(path)}{headers}\r\n{body}"
        try:
            if self._writer is None or self._reader is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            self._writer.write(message.encode("ascii"))
            response = await self._read(self._reader)
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise UnexpectedError(f"connection: {type(error).__name__}") from error
        if response.headers.get("connection", "").lower() == "close":
            self.close()
        for cookie in response.set_cookie:
            self._remember(cookie)
        return response

    def close(self) -> None:
        """Drop the connection; the next request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _read(self, reader: asyncio.StreamReader) -> Response:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        headers, set_cookie = {}, []
        for line in lines:
            name, _, value = line.partition(":")
            name = name.lower()
            if name == "set-cookie":
                set_cookie.append(value.strip())
            else:
                headers[name] = value.strip()
        status = int(first.split(" ", 2)[1])
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = await self._read_chunks(reader)
        elif status in (204, 304):
            body = b""
        else:
            body, headers["connection"] = await reader.read(), "close"
        return Response(status, headers, set_cookie, body)

    async def _read_chunks(self, reader: asyncio.StreamReader) -> bytes:
        chunks = []
        while size := int((await reader.readline()).partition(b";")[0], 16):
            chunks.append((await reader.readexactly(size + 2))[:-2])
        await reader.readuntil(b"\r\n")
        return b"".join(chunks)

    def _remember(self, line: str) -> None:
        try:
            cookies = SimpleCookie(line)
        except CookieError:
            raise UnexpectedError("a Set-Cookie that cannot be read") from None
        for name, morsel in cookies.items():
            key = name, morsel["path"] or "/"
            if morsel["max-age"] == "0" or not morsel.value:
                self._cookies.pop(key, None)
            else:
                self._cookies[key] = morsel.coded_value

    def _cookie_header(self, target: str) -> str:
        path = target.partition("?")[0]
        pairs = [
            f"{name}={value}" for (name, under), value in self._cookies.items() if under == path or path.startswith(under.rstrip("/") + "/")
        ]
        return f"Cookie: {'; '.join(pairs)}\r\n" if pairs else ""
