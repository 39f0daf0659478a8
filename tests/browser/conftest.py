"""A provider, a client on another site, and Chromium."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import TIMEOUT, chromium
from client_site import ClientSite
from people import Person, registrations
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from served import Served, served

ARTEFACTS = "OIDC_ARTEFACTS"
REFUSALS = ("Content Security Policy", "Content-Security-Policy", "Refused to")


@pytest.fixture(scope="session")
def client() -> Iterator[ClientSite]:
    """A client."""
    with ClientSite().running() as client:
        yield client


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory, client: ClientSite) -> Iterator[Served]:
    """A provider."""
    with served(tmp_path_factory.mktemp("provider"), registrations(client.url, client.elsewhere)) as provider:
        yield provider


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def complaints() -> list[str]:
    """What the browser refused to do for our policies' sake; a test that means it to empties the list."""
    return []


@pytest.fixture
def new_context(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers in which nobody is signed in yet; fails where a policy of ours was in the way."""
    opened = []

    def listen(message: ConsoleMessage) -> None:
        if any(refusal in message.text for refusal in REFUSALS):
            complaints.append(message.text)

    def open_context(**options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT)
        context.on("console", listen)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def new_person(new_context: Callable[..., BrowserContext], provider: Served, client: ClientSite) -> Callable[..., Person]:
    """Brings a person with a browser of their own."""

    def bring(**options: Any) -> Person:
        return Person(new_context(**options).new_page(), provider.issuer, client.url)

    return bring


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    """A person."""
    return new_person()


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept."""
    folder = Path(os.environ.get(ARTEFACTS) or tmp_path_factory.mktemp("artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
