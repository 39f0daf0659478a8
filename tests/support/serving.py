"""Applications served in a thread, and a person who goes through their pages."""

import io
import json
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from mounts import MEMORY, environment
from served import free_port
from user_agent import MOST_HOPS, UserAgent
from webtest.http import StopableWSGIServer

import oidc_op
from oidc_op.cli import command_of, parse
from oidc_op.cli.console import Console
from oidc_op.cli.run import in_transaction
from oidc_op.store import close


class Application:
    """An application that answers at ``url``."""

    def __init__(self, app, url):
        self.app, self.url, self.registry = app, url, getattr(app, "registry", None)

    def command(self, *argv, stdin=""):
        """What ``oidc-op`` answers, as JSON, where it is run in this application."""
        args, out = parse([*argv, "--json"]), io.StringIO()
        console = Console(io.StringIO(stdin), out, io.StringIO())
        in_transaction(self.registry, command_of(args.command), args, console)
        return json.loads(out.getvalue())

    def apply(self, described):
        return self.command("apply", "X.ini", "-", stdin=json.dumps(described))


@contextmanager
def serving(app, port=None, threads=4):
    """Serve a WSGI application until the block ends."""
    port = port or free_port()
    server = StopableWSGIServer.create(app, host="127.0.0.1", port=port, threads=threads)
    try:
        yield Application(app, f"http://localhost:{port}")
    finally:
        server.shutdown()
        server.runner.join(5)


@contextmanager
def provider(threads=4, **settings):
    """A provider of its own, in memory."""
    port = free_port()
    with environment():
        app = oidc_op.main({}, **MEMORY | {"oidc.issuer": f"http://localhost:{port}"} | settings)
    try:
        with serving(app, port, threads) as served:
            yield served
    finally:
        close(app.registry)


class Visitor(UserAgent):
    """Somebody who stays at the provider."""

    def arrive(self, url, at):
        """The response at the path ``at`` to which ``url`` leads, through all that is asked on the way."""
        response = self._get(url)
        for _ in range(MOST_HOPS):
            if urlsplit(response.url).path == at and not response.is_redirect:
                return response
            if response.is_redirect:
                response = self._get(urljoin(response.url, response.headers["Location"]))
                continue
            self.seen.append(urlsplit(response.url).path)
            response = self.session.post(*self._filled_in(response), allow_redirects=False, timeout=30)
        raise AssertionError(response.text)
