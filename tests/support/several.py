"""Several servers of one provider: the same ini but for the port, on one ZEO server, behind a balancer."""

import copy
from contextlib import ExitStack, contextmanager

import requests
from pkgs.balancer import balanced
from requests.adapters import HTTPAdapter
from served import Served, free_port
from zeo_server import ZEOServer


class Through(HTTPAdapter):
    """Sends what is addressed to the provider to the server at ``port``, as the balancer might."""

    def __init__(self, issuer, port):
        super().__init__()
        self.issuer, self.there = issuer, f"http://127.0.0.1:{port}"

    def send(self, request, *args, **kw):
        sent = request.copy()
        sent.url = sent.url.replace(self.issuer, self.there, 1)
        response = super().send(sent, *args, **kw)
        response.url, response.request = request.url, request
        return response


class Several:
    """``servers``, each a ``Served`` of the same folder; ``issuer`` is the balancer's address."""

    def __init__(self, folder, count=2, **settings):
        self.zeo, front = ZEOServer(folder / "zeo"), free_port()
        self.issuer, self.front = f"http://localhost:{front}", front
        first = Served(folder, issuer=self.issuer, settings=self.zeo.settings() | settings)
        self.servers = [first, *(_another(first, number) for number in range(2, count + 1))]

    def at(self, number, session=None):
        """A session whose requests all go to one server."""
        session = session or requests.Session()
        session.mount(self.issuer, Through(self.issuer, self.servers[number].port))
        return session

    def said(self):
        return "".join(each.said() for each in self.servers)


def _another(first, number):
    other = copy.copy(first)
    other.port, other.ini, other.log = free_port(), first.folder / f"provider{number}.ini", first.folder / f"log{number}"
    other.ini.write_text(first.ini.read_text().replace(f":{first.port}", f":{other.port}"))
    return other


@contextmanager
def several(folder, registrations, **settings):
    """Serve a new provider by two processes until the block ends."""
    provider = Several(folder, **settings)
    with ExitStack() as stack:
        stack.callback(provider.zeo.stop)
        provider.zeo.start()
        provider.servers[0].set_up(registrations)
        for server in provider.servers:
            stack.callback(server.stop)
            server.start()
        stack.enter_context(balanced(provider.front, [server.port for server in provider.servers]))
        yield provider
