"""Every page can be read and used on a telephone and on a laptop, in light and in dark, and at four times its size."""

from urllib.parse import urlsplit

import pytest
from looks import SCHEMES, SIDEWAYS, assert_good_looks
from people import OTHER_USERNAME

pytestmark = pytest.mark.xdist_group("looks")

NO_SCRIPTS = "**/static/*.js*"


def front(person):
    person.page.goto(f"{person.issuer}/")


def front_signed_in(person):
    signed_in(person)
    person.page.goto(f"{person.issuer}/")


def login(person):
    person.comes_from("with-everything")


def login_by_oneself(person):
    person.page.goto(f"{person.issuer}/login")


def login_failed(person):
    person.comes_from()
    person.signs_in(password="wrong")
    person.page.locator("#login-error").wait_for()


def select_account(person):
    signed_in(person)
    person.comes_from("with-everything", prompt="select_account")


def consent(person):
    person.comes_from(scope="openid profile email address phone offline_access")
    person.signs_in()


def consent_with_everything(person):
    person.comes_from("with-everything")
    person.signs_in(OTHER_USERNAME)


def consent_to_nothing_but_the_sign_in(person):
    person.comes_from(scope="openid")
    person.signs_in()


def consent_of_a_native_application(person):
    person.comes_from("native", code_challenge="e" * 43, code_challenge_method="S256")
    person.signs_in()


def signed_in(person):
    login_by_oneself(person)
    person.signs_in()
    person.page.wait_for_url("**/signed-in")


def sign_out(person):
    signed_in(person)
    person.page.goto(f"{person.issuer}/end-session")


def sign_out_for_a_client(person):
    signed_in(person)
    person.is_sent_to_sign_out("with-everything")


def signed_out(person):
    person.page.goto(f"{person.issuer}/end-session")


def signed_out_for_a_client(person):
    person.page.goto(f"{person.issuer}/end-session?client_id=with-everything")


def refused_to_lead_back(person):
    person.page.goto(f"{person.issuer}/end-session?client_id=plain&post_logout_redirect_uri=https://evil.example/")


def error(person):
    person.comes_from(redirect_uri="https://evil.example/cb")


def error_of_an_unknown_client(person):
    person.comes_from("nobody")


def not_found(person):
    person.page.goto(f"{person.issuer}/there/is/nothing/here")


def form_post(person):
    person.page.route(NO_SCRIPTS, lambda route: route.abort())
    person.comes_from("trusted", prompt="login", response_mode="form_post")
    person.signs_in()


def on_to_an_installed_application(person):
    """No application takes the address, so the page stays."""
    person.comes_from("native", code_challenge="c" * 43, code_challenge_method="S256")
    person.signs_in()
    person.allows()
    person.page.locator("#continue").wait_for()


PAGES = {
    front: "/",
    front_signed_in: "/",
    login: "/login",
    login_by_oneself: "/login",
    login_failed: "/login",
    select_account: "/select-account",
    consent: "/consent",
    consent_with_everything: "/consent",
    consent_to_nothing_but_the_sign_in: "/consent",
    consent_of_a_native_application: "/consent",
    signed_in: "/signed-in",
    sign_out: "/end-session",
    sign_out_for_a_client: "/end-session",
    signed_out: "/end-session",
    signed_out_for_a_client: "/end-session",
    refused_to_lead_back: "/end-session",
    error: "/authorize",
    error_of_an_unknown_client: "/authorize",
    not_found: "/there/is/nothing/here",
    form_post: "/authorize",
    on_to_an_installed_application: "/authorize",
}


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)
def test_a_page_can_be_read_and_used(new_person, artefacts, visit):
    person = new_person(reduced_motion="reduce")
    visit(person)
    person.page.wait_for_url(lambda url: urlsplit(url).path == PAGES[visit])
    assert_good_looks(person.page, visit.__name__, artefacts)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_is_drawn_in_the_scheme_that_the_person_prefers(new_person, scheme):
    person = new_person(color_scheme=scheme)
    login(person)
    brightness = person.page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (min(brightness) > 200, max(brightness) < 60) == (scheme == "light", scheme == "dark")


@pytest.mark.parametrize("visit", [login, consent, sign_out_for_a_client, error], ids=lambda visit: visit.__name__)
def test_a_page_can_be_read_at_four_times_its_size(new_person, artefacts, visit):
    person = new_person(viewport={"width": 320, "height": 256}, reduced_motion="reduce")  # WCAG 2.2 §1.4.10: 1280 by 1024 at 400 %
    visit(person)
    person.page.wait_for_url(lambda url: urlsplit(url).path == PAGES[visit])
    person.page.screenshot(path=artefacts / f"{visit.__name__}-320.png", full_page=True)
    assert person.page.evaluate(SIDEWAYS) == 0
