"""The client that people come from and go back to: a web server that shows what it was answered."""

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<title>The client</title>
<h1>The client</h1>
<p id="method">{method}</p>
<pre id="answer">{answer}</pre>
"""
FRAMING = """\
<!DOCTYPE html>
<html lang="en">
<title>A page that frames another</title>
<iframe src="{url}" width="600" height="600"></iframe>
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" rx="2" fill="#b3261e"/></svg>'


class ClientSite(ThreadingHTTPServer):
    """On another site than the provider: the same machine by its number."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.elsewhere = f"http://localhost:{self.server_port}"  # another origin, and another site
        self.asked: list[str] = []

    @contextmanager
    def running(self) -> Iterator["ClientSite"]:
        """Until the block ends."""
        Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()

    def framing(self, url: str) -> str:
        """The address of a page that has ``url`` in a frame."""
        return f"{self.url}/framing?{urlencode({'url': url})}"


class _Handler(BaseHTTPRequestHandler):
    server: ClientSite

    def do_GET(self) -> None:  # the name that http.server looks for
        """Show what was sent."""
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append(f"{self.command} {url.path}")
        sent = dict(parse_qsl(body or url.query))
        if url.path == "/logo.svg":
            self._answer(LOGO, "image/svg+xml")
        elif url.path == "/framing":
            self._answer(FRAMING.format(url=html.escape(sent["url"])))
        elif url.path == "/cb-of-many-hosts":
            self.send_response(303)
            self.send_header("Location", f"{self.server.elsewhere}/cb?{urlencode(sent)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif url.path == "/cb-of-an-application":
            self.send_response(302)
            self.send_header("Location", f"com.example.app:/cb?{urlencode(sent)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif url.path in ("/cb", "/callback"):
            self._answer(PAGE.format(method=self.command, answer=html.escape(json.dumps(sent))))
        else:
            self.send_error(404)

    do_POST = do_GET  # noqa: N815

    def _answer(self, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args: object) -> None:
        """Nothing."""
