"""Try it: what the front page offers a newcomer, from the start to the last message."""

import json

import pytest
from looks import assert_good_looks
from playwright.sync_api import expect
from served import Served

pytestmark = pytest.mark.xdist_group("browser")

DEVELOPMENT = {"oidc.development": "true", "oidc.includes": "oidc_op.extensions.try_it"}


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """A provider as the first run of ``oidc-op init`` leaves it, and what that said."""
    provider = Served(tmp_path_factory.mktemp("development"), settings=DEVELOPMENT)
    provider.first_run = json.loads(provider.command("init", "--json"))
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def newcomer(new_person):
    return new_person(reduced_motion="reduce")


def tried(newcomer, provider):
    """Go through it with the demo account."""
    page = newcomer.page
    page.goto(f"{provider.issuer}/")
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="Start").click()
    newcomer.signs_in(**provider.first_run["account"])
    newcomer.page.wait_for_url(lambda url: "/consent" in url or "/callback" in url)
    if newcomer.path == "/consent":
        newcomer.allows()
    page.wait_for_url("**/try-it/callback?*")
    return page


def test_a_newcomer_signs_in_and_sees_every_message(newcomer, provider, artefacts):
    page = tried(newcomer, provider)
    claims = json.loads(page.locator("#id-token-claims").text_content())
    userinfo = json.loads(page.locator("#userinfo").text_content())
    assert (claims["iss"], claims["aud"]) == (provider.issuer, "try-it")
    assert claims["sub"] == userinfo["sub"]
    assert userinfo["email"] == "demo@example.com"
    messages = page.locator(".exchanges summary")
    assert messages.count() >= 4
    for message in messages.all():
        message.click()
    expect(page.locator(".exchanges")).to_contain_text("/authorize")
    expect(page.locator(".exchanges")).to_contain_text("/token")
    assert_good_looks(page, "try_it_worked", artefacts)


def test_reloading_the_end_says_to_start_again(newcomer, provider, artefacts):
    page = tried(newcomer, provider)
    assert page.reload().status == 400
    expect(page.get_by_role("alert")).to_contain_text("Start again")
    assert_good_looks(page, "try_it_failed", artefacts)


def test_its_beginning_and_the_front_page_of_development(newcomer, provider, artefacts):
    newcomer.page.goto(f"{provider.issuer}/")
    assert_good_looks(newcomer.page, "front_of_development", artefacts)
    newcomer.page.goto(f"{provider.issuer}/try-it")
    assert_good_looks(newcomer.page, "try_it", artefacts)
