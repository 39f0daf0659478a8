"""What people do on the pages, in a real browser: sign in, consent, choose, decline, and what they see when it fails."""

import re

import pytest
from people import OTHER_USERNAME, STATE, USERNAME
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


def test_signing_in_and_allowing_leads_back_to_the_client(person):
    person.comes_from()
    assert person.path == "/login"
    expect(person.page.locator("main")).to_contain_text("Garden Planner")
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    for words in ("Garden Planner", "Ann Example", "ann@example.com", "Profile", "Email"):
        expect(person.page.locator("main")).to_contain_text(words)
    person.allows()
    answer = person.answer()
    assert answer["state"] == STATE
    assert answer["iss"] == person.issuer
    assert answer["code"]


def test_a_consent_is_remembered(person):
    person.comes_from()
    person.signs_in()
    person.allows()
    assert person.answer()["code"]
    person.comes_from(prompt="")
    assert person.answer()["code"]


def test_wrong_passwords_are_said_and_the_name_stays(person):
    person.comes_from()
    person.signs_in(password="wrong")
    expect(person.page.get_by_role("alert")).to_have_text("The user name or the password is not right.")
    expect(person.page.locator("#username")).to_have_value(USERNAME)
    expect(person.page.locator("#password")).to_have_value("")
    expect(person.page.locator("#password")).to_be_focused()
    expect(person.page).to_have_title(re.compile("Error"))
    person.signs_in()
    person.allows()
    assert person.answer()["code"]


def test_the_client_may_say_who_is_expected(person):
    person.comes_from(login_hint=USERNAME)
    expect(person.page.locator("#username")).to_have_value(USERNAME)
    expect(person.page.locator("#password")).to_be_focused()


def test_password_managers_know_the_fields(person):
    person.comes_from()
    expect(person.page.get_by_label("User name")).to_have_attribute("autocomplete", "username")
    expect(person.page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")


def test_cancelling_the_sign_in_tells_the_client(person):
    person.comes_from()
    person.page.click("#login-cancel")
    answer = person.answer()
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", STATE, person.issuer)


def test_denying_tells_the_client(person):
    person.comes_from()
    person.signs_in()
    person.page.click("#consent-deny")
    answer = person.answer()
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", STATE, person.issuer)


def test_going_on_with_the_account_that_is_signed_in(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    person.comes_from(prompt="select_account consent")
    expect(person.page.locator("#account-continue")).to_contain_text("Ann Example")
    person.page.click("#account-continue")
    person.allows()
    assert person.answer()["code"]


def test_going_on_with_another_account(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    person.comes_from(prompt="select_account consent")
    person.page.click("#account-other")
    person.signs_in(OTHER_USERNAME)
    expect(person.page.locator("main")).to_contain_text("Bo Sample")
    person.allows()
    assert person.answer()["code"]


def test_an_error_that_the_client_must_not_hear_is_shown(person):
    response = person.page.goto(person.request(redirect_uri="https://evil.example/cb"))
    assert response.status == 400
    expect(person.page.locator("#error-code")).to_have_text("invalid_request")
    expect(person.page.locator("#error-description")).to_contain_text("redirect_uri")
    assert "evil.example" not in person.page.content()


def test_an_expired_form_is_said_and_can_be_sent_again(person):
    person.comes_from()
    person.page.context.clear_cookies()
    person.signs_in()
    expect(person.page.locator("#error-code")).to_have_text("invalid_request")
    expect(person.page.locator("main")).to_contain_text("This form has expired.")
    person.page.go_back()
    person.page.reload()
    person.signs_in()
    person.allows()
    assert person.answer()["code"]


def test_signing_in_without_a_client_leads_to_a_page_of_ours(person):
    person.page.goto(f"{person.issuer}/")
    person.page.get_by_role("link", name="Sign in").click()
    expect(person.page.locator("#login-cancel")).to_have_count(0)
    person.signs_in()
    person.page.wait_for_url("**/signed-in")
    expect(person.page.locator("main")).to_contain_text("Ann Example")
    person.page.goto(f"{person.issuer}/")
    expect(person.page.locator("body")).to_contain_text("Ann Example")


def test_all_of_it_works_without_scripts(new_person):
    person = new_person(java_script_enabled=False)
    person.comes_from()
    person.signs_in()
    person.allows()
    assert person.answer()["code"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_answer_by_form_is_posted(new_person, scripts):
    person = new_person(java_script_enabled=scripts)
    person.comes_from(response_mode="form_post")
    person.signs_in()
    person.allows()
    if not scripts:
        person.page.click("#form-post-continue")
    assert person.answer()["code"]
    assert person.answer()["state"] == STATE
    expect(person.page.locator("#method")).to_have_text("POST")


def test_an_error_by_form_is_posted(person):
    person.comes_from(response_mode="form_post", prompt="none")
    assert person.answer()["error"] == "login_required"
    expect(person.page.locator("#method")).to_have_text("POST")


def test_an_answer_in_the_fragment_stays_in_the_browser(person, client):
    person.comes_from(response_mode="fragment")
    person.signs_in()
    client.asked.clear()
    person.allows()
    person.page.wait_for_url(f"{client.url}/cb#*")
    assert "code=" in person.page.url.partition("#")[2]
    assert client.asked == ["GET /cb"]
