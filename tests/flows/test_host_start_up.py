"""Hosts of every shape start, and so do commands for them."""

import pytest
from inside import provider_of
from mounts import SECRET
from pyramid import testing
from pyramid.config import Configurator
from pyramid.request import Request

from oidc_op.cli import main
from oidc_op.store import close

HOST = """
from persistent.mapping import PersistentMapping
from pyramid.config import Configurator
from pyramid_zodbconn import get_connection


class Root(PersistentMapping):
    pass


def root_of(request):
    root = get_connection(request).root()
    if "app_root" not in root:  # needs a transaction
        root["app_root"] = Root()
    request.environ["REMOTE_ADDR"], request.environ["wsgi.url_scheme"]
    return root["app_root"]


def main(global_config, **settings):
    config = Configurator(settings=settings, root_factory=root_of)
    {first}
    config.include("oidc_op", route_prefix="/id")
    return config.make_wsgi_app()
"""


@pytest.fixture(params=["", 'config.include("pyramid_zodbconn")'], ids=["ours to open", "opened by the host"])
def ini(request, tmp_path, monkeypatch):
    """A host whose root lies in the same ZODB, and is made when it is asked for first."""
    (tmp_path / "rooted_host.py").write_text(HOST.replace("{first}", request.param))
    (tmp_path / "oidc_secret").write_text(SECRET)
    (tmp_path / "oidc_secret").chmod(0o600)
    monkeypatch.syspath_prepend(tmp_path)
    lines = [
        *("[app:main]", "use = call:rooted_host:main", "oidc.issuer = https://id.example.com/id"),
        *("oidc.secret_file = %(here)s/oidc_secret", "zodbconn.uri = file://%(here)s/data.fs", "oidc.zodb_modules = rooted_host"),
    ]
    path = tmp_path / "host.ini"
    path.write_text("\n".join(lines))
    yield path
    monkeypatch.delitem(__import__("sys").modules, "rooted_host", raising=False)


def test_a_host_whose_root_factory_needs_a_request_and_a_transaction(ini, capsys):
    from pyramid.paster import get_app

    assert main(["init", str(ini)]) == 0, capsys.readouterr().err
    assert main(["client", "list", str(ini)]) == 0, capsys.readouterr().err
    app = get_app(str(ini))
    try:
        for path, status in (("/id/jwks", 200), ("/elsewhere", 404), ("/id/login", 200)):
            assert Request.blank(path, environ={"REMOTE_ADDR": "192.0.2.1"}).get_response(app).status_int == status
    finally:
        close(app.registry)


@pytest.mark.parametrize("setting", ["testing.setUp", "autocommit"])
def test_a_configurator_that_commits_at_once(setting, monkeypatch, put_keys):
    """The way to test a host's views by themselves."""
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    settings = {"oidc.store": "memory", "oidc.issuer": "https://id.example.com/id"}
    config = testing.setUp(settings=settings) if setting == "testing.setUp" else Configurator(autocommit=True, settings=settings)
    config.include("oidc_op", route_prefix="/id")
    config.add_oidc_scope("late", "Late", "A scope that is added afterwards.")
    with provider_of(config.registry) as provider:
        provider.keys.create("RS256")
        assert "late" in provider.configuration.scopes
    app = config.make_wsgi_app()
    assert Request.blank("/id/.well-known/openid-configuration").get_response(app).json["issuer"] == "https://id.example.com/id"
    assert Request.blank("/id/login").get_response(app).status_int == 200
    testing.tearDown()
    close(config.registry)


def test_what_is_wrong_with_the_settings_is_said_there_too(monkeypatch):
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    config = Configurator(autocommit=True, settings={"oidc.store": "memory", "oidc.isuer": "x"})
    with pytest.raises(Exception, match=r"did you mean oidc\.issuer"):
        config.include("oidc_op")
