"""A provider for other people's client libraries, directly and with somebody in between."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from registrations import PASSWORD, USERNAME, registrations
from served import Served, executable, free_port, served
from site_of_the_spa import Site
from tampering import Proxy
from user_agent import UserAgent

JS = Path(__file__).parent / "js"
INSTALL = 300  # seconds


@pytest.fixture(scope="session")
def javascript() -> Path:
    """The folder of the JavaScript clients, with the packages of its lock file."""
    if not _is_installed():
        subprocess.run([executable("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=JS, check=True, timeout=INSTALL)
    return JS


@pytest.fixture(scope="session")
def spa(javascript: Path) -> Iterator[str]:
    """The origin of a single-page application."""
    with Site(javascript).running() as site:
        yield site.url


@pytest.fixture(scope="session")
def gate() -> str:
    """The origin of an Apache that lets nobody in without a sign-in."""
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory, spa: str, gate: str) -> Iterator[Served]:
    """A provider."""
    with served(tmp_path_factory.mktemp("provider"), registrations(spa, gate)) as provider:
        yield provider


@pytest.fixture(scope="session")
def in_between(tmp_path_factory: pytest.TempPathFactory, spa: str, gate: str) -> Iterator[Proxy]:
    """A proxy whose address is the issuer of a second provider, behind it."""
    with (
        Proxy().running() as proxy,
        served(tmp_path_factory.mktemp("proxied"), registrations(spa, gate), issuer=proxy.url) as provider,
    ):
        proxy.upstream = provider.port
        yield proxy


@pytest.fixture
def new_agent() -> Callable[[str], UserAgent]:
    """Makes a user agent for an issuer, in which nobody is signed in yet."""
    return lambda issuer: UserAgent(issuer, USERNAME, PASSWORD)


def _is_installed() -> bool:
    """Whether what ``npm ci`` made last time is what the lock file says."""
    made = JS / "node_modules" / ".package-lock.json"
    return made.exists() and made.stat().st_mtime >= (JS / "package-lock.json").stat().st_mtime
