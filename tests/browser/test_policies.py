"""What our pages allow a browser: forms that lead to the client and nowhere else, no frames, nothing from elsewhere."""

import re

import pytest
from people import PRIVATE_USE

pytestmark = pytest.mark.xdist_group("browser")

ELSEWHERE = "https://evil.example/"
PATIENCE, STEP = 5000, 50  # milliseconds
NOTHING = re.compile("^chrome-error:")  # what a frame shows that may not show what it should
CHALLENGE = {"code_challenge": "e" * 43, "code_challenge_method": "S256"}


def asked_elsewhere(person):
    """Collects what the browser gets from anywhere but the provider."""
    asked = []
    person.page.on("response", lambda response: asked.append(response.url) if not response.url.startswith(person.issuer) else None)
    person.page.on("requestfailed", lambda request: asked.append(request.url) if "csp" not in (request.failure or "").lower() else None)
    return asked


def test_the_redirects_after_a_form_lead_to_another_site(person, client):
    assert client.url.split("/")[2].partition(":")[0] != person.issuer.split("/")[2].partition(":")[0]
    person.comes_from()
    person.signs_in()
    person.allows()
    assert person.answer()["code"]


def test_the_redirects_of_a_trusted_client_lead_there_from_the_sign_in_page(person):
    person.comes_from("trusted", prompt="login")
    person.signs_in()
    assert person.answer()["code"]


def test_the_redirect_after_signing_out_leads_to_another_site(person):
    person.page.goto(f"{person.issuer}/login")
    person.signs_in()
    person.page.wait_for_url("**/signed-in")
    person.is_sent_to_sign_out("with-everything")
    person.page.click("#logout-confirm")
    assert person.answer()["state"]


def test_a_client_may_post_its_request_to_sign_out(person, client):
    person.page.goto(f"{person.issuer}/login")
    person.signs_in()
    person.page.wait_for_url("**/signed-in")
    person.page.goto(f"{client.url}/cb")
    person.page.evaluate(
        """([url, fields]) => {
          const form = Object.assign(document.createElement('form'), {method: 'post', action: url})
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement('input'), {name, value}))
          }
          document.body.append(form)
          form.submit()
        }""",
        [f"{person.issuer}/end-session", {"client_id": "with-everything", "post_logout_redirect_uri": f"{client.url}/cb", "state": "s"}],
    )
    person.page.click("#logout-confirm")  # the person was known, though their cookie did not come with the form
    person.page.wait_for_url(f"{client.url}/cb?*")
    assert person.answer() == {"state": "s"}


def refused(person, complaints, *words):
    """Waits until the browser has refused something, and takes the complaints away; whether one has all the words."""
    for _ in range(PATIENCE // STEP):
        if complaints:
            break
        person.page.wait_for_timeout(STEP)
    found = [complaints.pop() for _ in complaints[:]]
    return any(all(word in complaint for word in words) for complaint in found)


def test_a_client_may_lead_on_to_another_of_its_hosts(person, client):
    person.comes_from("of-many-hosts", redirect_uri=f"{client.url}/cb-of-many-hosts")
    person.signs_in()
    person.allows()
    person.page.wait_for_url(f"{client.elsewhere}/cb?*")
    assert person.answer()["code"]


@pytest.mark.parametrize("response_mode", ["query", "form_post"])
@pytest.mark.parametrize("button", ["#consent-accept", "#consent-deny"])
def test_a_client_may_lead_on_to_a_host_that_it_has_not_registered(person, client, button, response_mode):
    """A broker's, say: where the client sends people with what it was answered is its own affair."""
    person.comes_from("led-astray", redirect_uri=f"{client.url}/cb-of-many-hosts", response_mode=response_mode)
    person.signs_in()
    person.page.click(button)
    person.page.wait_for_url(f"{client.elsewhere}/cb?*")


def test_a_client_may_lead_on_to_an_installed_application(person, client):
    attempted = []
    person.page.on("request", lambda request: attempted.append(request.url) if request.url.startswith(PRIVATE_USE) else None)
    person.comes_from("led-astray", redirect_uri=f"{client.url}/cb-of-an-application")
    person.signs_in()
    with person.page.expect_event("requestfailed", lambda request: request.url.startswith(PRIVATE_USE)):
        person.allows()
    assert "code=" in attempted[0]


def test_a_client_may_lead_on_after_a_sign_out(person, client):
    person.comes_from()
    person.signs_in()
    person.allows()
    person.page.locator("#answer").wait_for()
    person.is_sent_to_sign_out("led-astray", post_logout_redirect_uri=f"{client.url}/cb-of-many-hosts")
    person.page.click("#logout-confirm")
    person.page.wait_for_url(f"{client.elsewhere}/cb?*")


@pytest.mark.parametrize("button", ["#consent-accept", "#consent-deny"])
def test_the_redirect_to_an_installed_application_is_attempted(person, button):
    attempted = []
    person.page.on("request", lambda request: attempted.append(request.url) if request.url.startswith(PRIVATE_USE) else None)
    person.comes_from("native", **CHALLENGE)
    person.signs_in()
    with person.page.expect_event("requestfailed", lambda request: request.url.startswith(PRIVATE_USE)):
        person.page.click(button)
    assert re.search("code=|error=access_denied", attempted[0])


@pytest.mark.parametrize("page", ["login", "consent"])
def test_a_form_that_was_bent_to_lead_elsewhere_is_not_sent(person, complaints, page):
    person.comes_from()
    if page == "consent":
        person.signs_in()
        person.page.wait_for_url("**/consent?*")
    asked = asked_elsewhere(person)
    person.page.evaluate("url => { document.forms[0].action = url; document.forms[0].submit() }", ELSEWHERE)
    assert refused(person, complaints, "form-action", ELSEWHERE)
    assert asked == []


@pytest.mark.parametrize(
    "smuggled",
    [
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.smuggled = true'}))",
        "document.body.append(Object.assign(document.createElement('script'), {src: 'https://evil.example/x.js'}))",
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example/x.png'}))",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://evil.example/'}))",
        "document.body.innerHTML = '<p style=\"color: red\">x</p>'",
    ],
    ids=["script", "script from elsewhere", "image", "frame", "style"],
)
def test_what_was_smuggled_into_a_page_has_no_effect(person, complaints, smuggled):
    person.comes_from()
    asked = asked_elsewhere(person)
    person.page.evaluate(f"() => {{ {smuggled} }}")
    assert refused(person, complaints)
    assert person.page.evaluate("window.smuggled") is None
    assert asked == []


@pytest.mark.parametrize("path", ["/", "/login", "/signed-in", "/authorize", "/end-session", "/there/is/nothing/here"])
def test_no_page_lets_itself_be_framed(person, client, complaints, path):
    person.page.goto(client.framing(f"{person.issuer}{path}"))
    person.page.frames[1].wait_for_url(NOTHING)
    assert refused(person, complaints, "frame-ancestors")


def test_a_sign_in_does_not_let_itself_be_framed(person, client, complaints):
    person.page.goto(client.framing(person.request()))
    person.page.frames[1].wait_for_url(NOTHING)
    assert refused(person, complaints, "frame-ancestors")


def test_an_answer_may_arrive_in_a_frame(person, client):
    person.page.goto(client.framing(person.request(prompt="none")))
    person.page.frames[1].wait_for_url("**/cb?*")
    assert "login_required" in person.page.frames[1].url


def test_a_form_of_another_site_signs_nobody_in(person, client):
    person.comes_from()
    fields = person.page.evaluate("() => Object.fromEntries(new FormData(document.forms[0]))")
    person.page.context.clear_cookies()
    person.page.goto(f"{client.url}/cb")
    person.page.evaluate(
        """([url, fields]) => {
          const form = document.createElement('form')
          Object.assign(form, {method: 'post', action: url})
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement('input'), {name, value}))
          }
          document.body.append(form)
          form.submit()
        }""",
        [f"{person.issuer}/login", fields],
    )
    person.page.locator("#error-code").wait_for()
    assert person.path == "/login"
    assert [cookie for cookie in person.page.context.cookies() if cookie["name"].endswith("oidc_session")] == []


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(person):
    person.comes_from()
    person.signs_in()
    person.page.wait_for_url("**/consent?*")
    cookies = person.page.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {"oidc_session", "oidc_csrf", "oidc_device"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    assert person.page.evaluate("document.cookie") == ""


def test_the_client_is_not_told_where_the_person_was(person):
    person.comes_from()
    person.signs_in()
    with person.page.expect_request("**/cb?*") as sent:
        person.allows()
    assert "referer" not in sent.value.all_headers()
