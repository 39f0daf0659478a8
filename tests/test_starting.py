"""Starting: whatever is wrong is said at once and by name, before anybody is served."""

import pytest
from mounts import environment
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError, ConfigurationExecutionError

import oidc_op
from oidc_op.config.settings import seconds
from oidc_op.interfaces import ISettings
from oidc_op.store import close

GOOD = {"oidc.issuer": "https://id.example.com", "zodbconn.uri": "memory://"}


def said(**settings):
    """What stops the start, as one text."""
    with environment(), pytest.raises((ConfigurationError, ConfigurationExecutionError)) as stopped:
        oidc_op.main({}, **{key: value for key, value in (GOOD | settings).items() if value is not None})
    return str(stopped.value)


@pytest.fixture
def start():
    """Starts a host that includes the provider; gives its settings."""
    registries = []

    def start(*includes, prefix=None, **settings):
        config = Configurator(settings=GOOD | settings)
        for each in includes:
            config.include(each)
        registries.append(config.registry)
        with environment():
            config.include("oidc_op", route_prefix=prefix)
            config.commit()
        return config.registry.getUtility(ISettings)

    yield start
    for registry in registries:
        close(registry)


def test_all_faults_are_told_together():
    text = said(
        **{
            "oidc.issuer": "http://id.example.com",
            "oidc.code_expire": "-3",
            "oidc.sign_in_throtle": "true",
            "oidc.userinfo": "nothing.here",
            "tm.commit_veto": "pyramid_tm.default_commit_veto",
        }
    )
    for fault in (
        "oidc.issuer = 'http://id.example.com': must be an https URL",
        "oidc.code_expire = '-3': must be a positive whole number",
        "oidc.sign_in_throtle: there is no such setting; did you mean oidc.sign_in_throttle?",
        "oidc.userinfo = 'nothing.here': cannot be imported",
        "tm.commit_veto: must not be set",
    ):
        assert fault in text


def test_without_a_secret_the_command_that_makes_one_is_named(tmp_path):
    with pytest.raises((ConfigurationError, ConfigurationExecutionError), match=r"oidc\.secret_file: no master secret.*oidc-op init"):
        oidc_op.main({"here": str(tmp_path)}, **GOOD)


def test_an_issuer_is_needed_outside_development():
    assert "oidc.issuer is missing" in said(**{"oidc.issuer": None})


def test_the_issuer_ends_with_the_path_of_the_mount(start):
    with pytest.raises((ConfigurationError, ConfigurationExecutionError), match="must end with the path of the mount, /openid"):
        start(prefix="openid")
    assert start(prefix="openid", **{"oidc.issuer": "https://id.example.com/openid"}).issuer == "https://id.example.com/openid"


@pytest.mark.parametrize(("given", "read"), [({}, 7), ({"oidc.patience": "9"}, 9)])
def test_an_extension_declares_settings_of_its_own(start, given, read):
    assert start(**given, **{"oidc.includes": "test_starting.extension"}).extension["oidc.patience"] == read


def test_they_are_judged_like_ours():
    text = said(**{"oidc.includes": "test_starting.extension", "oidc.patience": "long", "oidc.patiense": "9"})
    assert "oidc.patience = 'long': must be a positive whole number" in text
    assert "did you mean oidc.patience?" in text


def extension(config):
    config.add_oidc_setting("oidc.patience", seconds, 7, "How long to wait.")


def test_a_step_beside_one_that_is_not_there_names_those_that_are():
    text = said(**{"oidc.includes": "test_starting.misplaced"})
    assert "there is no 'check_scoop'" in text
    assert "check_scope" in text


def misplaced(config):
    config.add_oidc_authorization_step(lambda authorization: None, before="check_scoop")


def test_an_extension_that_is_not_there_stops_the_start():
    text = said(**{"oidc.includes": "nowhere.at_all", "oidc.code_expire": "0"})
    assert "oidc.includes = 'nowhere.at_all': cannot be imported" in text
    assert "oidc.code_expire = '0'" in text


@pytest.mark.parametrize(
    ("store", "fault"),
    [
        ({"oidc.store": "no.such"}, "oidc.store = 'no.such': must be zodb, sql, memory, or the dotted name of a callable"),
        ({"zodbconn.uri": None}, "zodbconn.uri is missing"),
        ({"zodbconn.uri": "file:///nowhere/data.fs"}, "/nowhere/data.fs does not exist: the store is not initialised; do: oidc-op init"),
        ({"zodbconn.uri": "nonsense://x"}, "zodbconn.uri: cannot be opened: "),
        ({"zodbconn.uri.grants": "nonsense://x"}, "zodbconn.uri.grants: cannot be opened: "),
    ],
    ids=["dotted name", "URI", "file", "scheme", "grants"],
)
def test_what_is_wrong_with_the_store_is_told_with_the_rest(store, fault):
    text = said(**{"oidc.issuer": "ftp://id.example.com", "oidc.code_expire": "-3"}, **store)
    for each in ("oidc.issuer = 'ftp://id.example.com': must be", "oidc.code_expire = '-3': must be", fault):
        assert each in text


def test_an_extension_that_fails_is_named(start):
    with pytest.raises(RuntimeError, match="out of order") as failed:
        start(**{"oidc.includes": "test_starting.broken"})
    assert "test_starting.broken" in failed.value.__notes__[0]


def broken(config):
    raise RuntimeError("out of order")


def test_an_issuer_that_is_only_an_example_is_warned_of(start, caplog):
    start()
    assert "oidc.issuer = https://id.example.com: nobody can reach that name" in caplog.text
