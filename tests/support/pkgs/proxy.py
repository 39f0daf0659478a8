"""A reverse proxy in front of a provider, as nginx would be: it says whom it speaks for, and changes nothing else."""

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "server", "date"}
PEER = "X-Peer"  # whom it should take the other side for; all of them are on this machine


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, and its answer back."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or an answer waits a while for the acknowledgement of its headers
    wbufsize = -1
    backend = 0

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP | {PEER.lower(), "x-forwarded-for"}}
        said, peer = self.headers.get("X-Forwarded-For"), self.headers.get(PEER, self.client_address[0])
        headers |= {
            "Host": "backend.internal",
            "X-Forwarded-Host": self.headers["Host"],
            "X-Forwarded-Proto": "http",
            "X-Forwarded-For": f"{said}, {peer}" if said else peer,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.backend, timeout=30)
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        connection.close()

    do_GET = do_POST = do_OPTIONS = do_PUT = do_DELETE = do_HEAD = do_PATCH = forward  # noqa: N815  as http.server names them

    def log_message(self, *args):
        """Nothing: the provider has a log."""


@contextmanager
def proxied(backend):
    """The port of a proxy in front of the port ``backend``."""
    handler = type("Handler", (Handler,), {"backend": backend})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
