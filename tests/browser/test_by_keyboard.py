"""Signing in and consenting with the keyboard alone, and seeing where one is."""

import pytest
from people import PASSWORD, STATE, USERNAME
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

MOST_TABS = 30
FOCUSED = "() => document.activeElement.id || document.activeElement.textContent.trim()"
# how far what has the focus stands out from what has not: its outline, or a change of its border
INDICATOR = """() => {
  const style = getComputedStyle(document.activeElement)
  const seen = style.outlineStyle !== 'none' && style.outlineColor !== 'rgba(0, 0, 0, 0)'
  return seen ? parseFloat(style.outlineWidth) : 0
}"""
IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect()
  return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth
}"""


@pytest.fixture(params=[(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")], ids=lambda each: f"{each[0]}-{each[1]}")
def person(request, new_person):
    width, scheme = request.param
    return new_person(viewport={"width": width, "height": 700}, color_scheme=scheme)


def tab_to(page, wanted):
    """Press Tab until the focus is on ``wanted``; each stop on the way shows that it has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert page.evaluate(INDICATOR) >= 2, focused
        assert page.evaluate(IN_SIGHT), focused
        if focused == wanted:
            return
    raise AssertionError(f"the focus never got to {wanted}")


def test_signing_in_and_allowing(person):
    page = person.page
    person.comes_from("with-everything")
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type(USERNAME)
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/consent?*")
    tab_to(page, "consent-accept")
    page.keyboard.press("Enter")
    assert person.answer()["code"]


def test_enter_in_the_name_field_signs_in_rather_than_cancels(person):
    page = person.page
    person.comes_from(login_hint="somebody")
    page.fill("#password", PASSWORD)
    page.fill("#username", USERNAME)
    page.keyboard.press("Enter")
    page.wait_for_url("**/consent?*")


def test_cancelling(person):
    person.comes_from()
    tab_to(person.page, "login-cancel")
    person.page.keyboard.press("Space")
    assert person.answer()["error"] == "access_denied"


def test_denying(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    tab_to(person.page, "consent-deny")
    person.page.keyboard.press("Enter")
    assert person.answer()["error"] == "access_denied"


def test_choosing_an_account(person):
    page = person.page
    person.comes_from()
    person.signs_in()
    page.wait_for_url("**/consent?*")
    person.comes_from(prompt="select_account consent")
    tab_to(page, "account-continue")
    tab_to(page, "account-other")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login?*")
    expect(page.locator("#username")).to_be_focused()


def signed_in(person):
    person.page.goto(f"{person.issuer}/login")
    person.signs_in()
    person.page.wait_for_url("**/signed-in")


def test_signing_out(person):
    signed_in(person)
    person.is_sent_to_sign_out("with-everything")
    tab_to(person.page, "logout-confirm")
    person.page.keyboard.press("Enter")
    assert person.answer() == {"state": STATE}


def test_staying_signed_in(person):
    signed_in(person)
    tab_to(person.page, "Sign out")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/end-session")
    tab_to(person.page, "logout-cancel")
    person.page.keyboard.press("Space")
    person.page.wait_for_url("**/signed-in")


def test_continuing_an_answer_by_form_without_scripts(new_person):
    person = new_person(java_script_enabled=False)
    person.comes_from("trusted", response_mode="form_post", prompt="login")
    person.signs_in()
    person.page.wait_for_url("**/authorize?*")
    person.page.keyboard.press("Tab")
    expect(person.page.locator("#form-post-continue")).to_be_focused()
    person.page.keyboard.press("Enter")
    assert person.answer()["code"]


def test_the_front_page(person):
    page = person.page
    page.goto(f"{person.issuer}/")
    tab_to(page, "Sign in")
    tab_to(page, "Discovery document")
    page.keyboard.press("Enter")
    page.wait_for_url("**/.well-known/openid-configuration")
