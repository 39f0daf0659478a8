"""The web server of two single-page applications: each has one page, a script, and its library."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

LIBRARY = "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
OLD_LIBRARY = "node_modules/oidc-client/dist/oidc-client.min.js"
FILES = {
    "/": "spa/index.html",
    "/callback": "spa/index.html",
    "/silent": "spa/index.html",
    "/spa.js": "spa/spa.js",
    "/oidc-client-ts.js": LIBRARY,
    "/implicit": "implicit/index.html",
    "/implicit/callback": "implicit/index.html",
    "/implicit/silent": "implicit/index.html",
    "/implicit/signed-out": "implicit/index.html",
    "/implicit.js": "implicit/implicit.js",
    "/oidc-client.js": OLD_LIBRARY,
}


class Site(ThreadingHTTPServer):
    """Serves the files below ``folder``."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.url = f"http://localhost:{self.server_port}"

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Until the block ends."""
        Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:  # the name that http.server looks for
        """Answer with a file."""
        name = FILES.get(urlsplit(self.path).path)
        if name is None:
            self.send_error(404)
            return
        content = (self.server.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if name.endswith(".js") else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Nothing."""
