"""The buttons of the browser, and several tabs at once."""

import pytest
from people import OTHER_USERNAME, Person
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def tabs(new_context, provider, client):
    """Two tabs of one browser."""
    context = new_context()
    return [Person(context.new_page(), provider.issuer, client.url) for _ in range(2)]


def test_pages_can_be_reloaded(person):
    person.comes_from()
    person.page.reload()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    person.page.reload()
    person.allows()
    assert person.answer()["code"]


def test_a_failed_sign_in_can_be_reloaded(person):
    person.comes_from()
    person.signs_in(password="wrong")
    expect(person.page.get_by_role("alert")).to_be_visible()
    person.page.reload()
    person.signs_in()
    person.allows()
    assert person.answer()["code"]


def test_back_from_consent_to_the_sign_in_and_forth(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    person.page.go_back()
    assert person.path == "/login"
    person.signs_in(OTHER_USERNAME)
    expect(person.page.locator("main")).to_contain_text("Bo Sample")
    person.allows()
    assert person.answer()["code"]


def test_forward_to_a_consent_of_somebody_else_asks_again(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    person.page.go_back()
    person.page.goto(f"{person.issuer}/login")
    person.signs_in(OTHER_USERNAME)
    person.page.wait_for_url("**/signed-in")
    person.comes_from()
    expect(person.page.locator("main")).to_contain_text("Bo Sample")


def test_back_from_the_client_to_the_consent(person):
    person.comes_from()
    person.signs_in()
    person.allows()
    first = person.answer()
    person.page.go_back()
    person.allows()
    second = person.answer()
    assert second["state"] == first["state"]
    assert second["code"] != first["code"]


def test_back_after_denying_and_allowing_after_all(person):
    person.comes_from()
    person.signs_in()
    person.page.click("#consent-deny")
    assert person.answer()["error"] == "access_denied"
    person.page.go_back()
    person.allows()
    assert person.answer()["code"]


def test_two_tabs_with_a_sign_in_each_both_finish(tabs):
    for number, tab in enumerate(tabs):
        tab.comes_from(state=f"tab {number}")
    for tab in tabs:
        tab.signs_in()
        tab.page.wait_for_url("**/consent?*")
    for tab in tabs:
        tab.allows()
    assert [tab.answer()["state"] for tab in tabs] == ["tab 0", "tab 1"]
    assert len({tab.answer()["code"] for tab in tabs}) == 2


def test_a_sign_in_in_one_tab_serves_the_other(tabs):
    first, second = tabs
    first.comes_from(state="first")
    second.comes_from(state="second")
    first.signs_in()
    first.allows()
    assert first.answer()["state"] == "first"
    second.page.goto(second.page.url)
    second.signs_in()
    second.allows()
    assert second.answer()["state"] == "second"


@pytest.mark.parametrize("button", ["#consent-accept", "#consent-deny"])
def test_a_consent_counts_only_for_the_person_who_was_asked(tabs, button):
    first, second = tabs
    first.comes_from()
    first.signs_in()
    expect(first.page.locator("main")).to_contain_text("Ann Example")
    somebody_else_signs_in(second)
    first.page.click(button)
    expect(first.page.locator("main")).to_contain_text("Bo Sample")
    assert first.path == "/consent"
    first.allows()
    assert first.answer()["code"]


def test_an_account_is_chosen_only_by_the_person_who_was_asked(tabs):
    first, second = tabs
    first.page.goto(f"{first.issuer}/login")
    first.signs_in()
    first.page.wait_for_url("**/signed-in")
    first.comes_from(prompt="select_account consent")
    somebody_else_signs_in(second)
    first.page.click("#account-continue")
    expect(first.page.locator("#account-continue")).to_contain_text("Bo Sample")


def somebody_else_signs_in(tab):
    tab.page.goto(f"{tab.issuer}/login")
    tab.signs_in(OTHER_USERNAME)
    tab.page.wait_for_url("**/signed-in")
