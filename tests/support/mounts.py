"""The ways in which the provider is served; a conversation must not see a difference."""

import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from pkgs.clock import Clock
from pkgs.notes import beside
from pkgs.proxy import PEER, proxied
from pyramid.scripting import prepare
from served import Served, free_port
from webob import Request
from ZODB import DB
from ZODB.MappingStorage import MappingStorage

import oidc_op
from oidc_op.interfaces import IKeyCache, IStoreBackend
from oidc_op.model.records import RECORDS
from oidc_op.store import close, make_ready
from oidc_op.store.zodb import initialise

TRANSPORTS = ("root", "included", "served", "proxied")  # ways to reach a provider
STORES = ("root", "dictionaries", "zeo", "sqlite", "postgresql")  # what it keeps its records in; root is on ZODB
MOUNTS = tuple(dict.fromkeys((*TRANSPORTS, *STORES)))
REFUSALS = ("root", "served")  # rows of a table, each of which is refused, or answered, before a store or a prefix matters
NAMED = {"transports": TRANSPORTS, "stores": STORES, "all": MOUNTS, "refusals": REFUSALS}
SEALED = "sealed"  # as root, but codes are sealed instead of stored
SECRET = "the master secret of the tests, 32 characters and more"
CLOCK = {"oidc.includes": "pkgs.clock pkgs.hasty"}
SEALING = {"oidc.includes": f"{CLOCK['oidc.includes']} oidc_op.extensions.sealed_code"}
MEMORY = {"zodbconn.uri": "memory://config", "zodbconn.uri.grants": "memory://grants"}


class Reply(NamedTuple):
    """An HTTP response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        """The value of a header, None where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Mount:
    """A provider at ``issuer``; ``origin`` is the host that it is on."""

    def __init__(self, issuer, clock):
        self.issuer, self.clock, self.notes = issuer, clock, beside(clock.path)
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))

    def send(self, method, url, headers=(), body=b""):
        raise NotImplementedError

    def apply(self, described):
        """Bring clients and accounts to a state, as ``oidc-op apply`` does."""
        file = self.clock.path.with_name("described.json")
        file.write_text(json.dumps(described))
        return self.command("apply", str(file))

    def command(self, *argv):
        """What ``oidc-op`` answers, as JSON."""
        raise NotImplementedError

    def content(self):
        """Something that differs once anything was written."""
        raise NotImplementedError

    @contextmanager
    def unchanged(self):
        """Nothing is written meanwhile."""
        before = self.content()
        yield
        assert self.content() == before


class InProcess(Mount):
    """An application called without a server."""

    address = "198.51.100.1"

    def __init__(self, app, issuer, clock):
        super().__init__(issuer, clock)
        self.app, self.registry = app, app.registry

    def send(self, method, url, headers=(), body=b""):
        url = urlsplit(url)
        request = Request.blank("/", base_url=f"{url.scheme}://{url.netloc}", method=method)
        request.environ |= {"PATH_INFO": _decoded(url.path or "/"), "QUERY_STRING": url.query, "REMOTE_ADDR": self.address}
        if body:
            request.body = body
        for name, value in headers:
            request.environ["CONTENT_TYPE" if name == "Content-Type" else "HTTP_" + name.upper().replace("-", "_")] = value
        response = request.get_response(self.app)
        return Reply(response.status_int, list(response.headerlist), response.body)

    def command(self, command, *arguments, stdin=""):
        return in_process(self.registry, command, *arguments, stdin=stdin)

    def content(self):
        env = prepare(registry=self.registry)
        with env["request"].tm:
            store = env["request"].oidc_provider.store
            collections = {name: getattr(store, name) for name in RECORDS}
            found = {name: {key: each.get(key) for key in each} for name, each in collections.items()}
        env["closer"]()
        return found


class Remote(Mount):
    """A ``pserve`` process, spoken to by HTTP; ``address`` is where a proxy before it takes people to come from."""

    address = "203.0.113.7"

    def __init__(self, served, issuer, clock):
        super().__init__(issuer, clock)
        self.served, self.session = served, requests.Session()
        self.session.trust_env = False  # no proxy but ours, which saves looking for one

    def send(self, method, url, headers=(), body=b""):
        request = requests.Request(method, url, headers={PEER: self.address} | dict(headers), data=body or None).prepare()
        request.url = url  # as it stands, also where it is malformed
        request.headers.setdefault("Cookie", "")
        answer = self.session.send(request, allow_redirects=False, timeout=30)
        self.session.cookies.clear()
        return Reply(answer.status_code, list(answer.raw.headers.items()), answer.content)

    def command(self, command, *arguments, stdin=""):
        return through_the_socket(self.served, command, *arguments, stdin=stdin)

    def content(self):
        return [(self.served.folder / name).stat().st_size for name in ("data.fs", "grants.fs")]


def in_process(registry, command, *arguments, stdin=""):
    """Run a command in an application that is there."""
    import io

    from oidc_op.cli import command_of, parse
    from oidc_op.cli.console import Console
    from oidc_op.cli.run import in_transaction

    words = command.split()
    args = parse([*words, "x.ini", "--json", *arguments])
    out = io.StringIO()
    in_transaction(registry, command_of(words[0]), args, Console(io.StringIO(stdin), out, io.StringIO()))
    return json.loads(out.getvalue())


def through_the_socket(served, command, *arguments, stdin=""):
    """Run a command in the server that holds the store; tests/cli shows that a command finds there by itself."""
    import io

    from oidc_op.cli import command_of, parse
    from oidc_op.cli.console import Console
    from oidc_op.cli.handover import hand_over
    from oidc_op.store import StoreHeld

    out, err = io.StringIO(), io.StringIO()
    argv = [*command.split(), str(served.ini), "--json", *arguments]
    held = StoreHeld(str(served.folder / "data.fs"))
    status = hand_over(held, command_of(argv[0]), parse(argv), argv, Console(io.StringIO(stdin), out, err))
    assert status == 0, (out.getvalue(), err.getvalue())
    return json.loads(out.getvalue())


@contextmanager
def environment():
    """The master secret of applications that are made here."""
    before = os.environ.get("OIDC_SECRET")
    os.environ["OIDC_SECRET"] = SECRET
    try:
        yield
    finally:
        os.environ.pop("OIDC_SECRET") if before is None else os.environ.update(OIDC_SECRET=before)


@contextmanager
def root(folder, keys, **settings):
    """``main()`` at the root of its host, over https."""
    clock = Clock(folder / "clock")
    clock.stop()
    given = MEMORY | CLOCK | {"oidc.issuer": "https://id.example.com", "oidc.clock_file": str(clock.path)} | settings
    with environment():
        app = oidc_op.main({}, **given)
    keys(app.registry)
    yield InProcess(app, given["oidc.issuer"], clock)
    close(app.registry)


def dictionaries(folder, keys, **settings):
    """As ``root``, on the store in plain dictionaries."""
    return root(folder, keys, **{"oidc.store": "memory"} | settings)


def sealed(folder, keys, **settings):
    """As ``root``, with codes that are sealed."""
    return root(folder, keys, **SEALING | settings)


@contextmanager
def in_database(url, folder, keys):
    """As ``root`` is, its store in the database at ``url``."""
    settings = {"oidc.store": "sql", "sqlalchemy.url": url}
    make_ready(settings)
    with root(folder, keys, **settings) as mount:
        yield mount


@contextmanager
def included(folder, keys, **settings):
    """In a host application, under /openid."""
    from pkgs.host import main

    clock = Clock(folder / "clock")
    clock.stop()
    given = MEMORY | CLOCK | {"oidc.issuer": "https://host.example.com/openid", "oidc.clock_file": str(clock.path)} | settings
    with environment():
        app = main({}, **given)
    keys(app.registry)
    yield InProcess(app, given["oidc.issuer"], clock)
    close(app.registry)


def renew(mount, keys):
    """Give an application that kept its records in memory an empty store with ``keys``: what is made once serves many tests."""
    if mount.registry.settings.get("oidc.store") == "memory":
        mount.registry.getUtility(IStoreBackend).forget()
    databases = getattr(mount.registry, "_zodb_databases", {})
    for name, old in list(databases.items()):
        old.close()
        del databases[name]
        DB(MappingStorage(name), databases=databases, database_name=name)
    if databases:
        initialise(mount.registry)
    mount.registry.getUtility(IKeyCache).forget()
    keys(mount.registry)


@contextmanager
def served(folder, **settings):
    """By ``pserve``, over HTTP."""
    port = free_port()
    with _running(folder, port, f"http://127.0.0.1:{port}", **settings) as mount:
        yield mount


@contextmanager
def behind_a_proxy(folder, **settings):
    """By ``pserve`` behind a proxy that serves it under /id."""
    port = free_port()
    trust = "trusted_proxy = 127.0.0.1\ntrusted_proxy_headers = x-forwarded-for x-forwarded-host x-forwarded-proto"
    with proxied(port) as front:
        extra = f"url_prefix = /id\n{trust}\nclear_untrusted_proxy_headers = true"
        with _running(folder, port, f"http://127.0.0.1:{front}/id", extra, **settings) as mount:
            yield mount


@contextmanager
def _running(folder, port, issuer, server="", **settings):
    clock = Clock(folder / "clock")
    provider = Served(folder, port=port, issuer=issuer, settings=CLOCK | {"oidc.clock_file": str(clock.path)} | settings)
    provider.ini.write_text(provider.ini.read_text().replace("[server:main]", f"[server:main]\n{server}"))
    here = str(Path(__file__).parent)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (here, before)))
    try:
        provider.command("init")
        provider.start()
        yield Remote(provider, issuer, clock)
    finally:
        provider.stop()
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def _decoded(path):
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def unique(word):
    """A name that no other test has."""
    return f"{word}-{secrets.token_hex(6)}"
