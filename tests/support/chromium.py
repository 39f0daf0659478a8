"""Headless Chromium that talks to nobody but this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from served import executable

TIMEOUT = 15_000  # milliseconds
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a new profile, until the block ends.

    Playwright keeps an event loop running meanwhile, in which Django and asyncio.run refuse to work: have one for a module
    of tests, not for all.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable("chromium"), args=list(FLAGS), chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()
