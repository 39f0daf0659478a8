"""The console in a browser: its looks on a telephone and on a laptop, and its work by hand and by keyboard alone."""

import json
import re

import pytest
from looks import SIDEWAYS, assert_good_looks
from people import PASSWORD, USERNAME
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.xdist_group("admin")

ADMIN = "root"
MOST_TABS = 60
LONG = "The Worshipful Company of Makers of Spectacles and Other Very Long Names"


@pytest.fixture(scope="module")
def admins(provider, client):
    """Somebody who may manage, more clients than fit on a page, and one of every kind."""
    file = provider.folder / "admins.json"
    clients = [
        {
            "client_id": f"many-{number:02}",
            "client_name": f"One of many {number}",
            "redirect_uris": [f"https://many.example/{number}/a-long-way-to-go"],
        }
        for number in range(30)
    ]
    full = {
        "client_id": "https://client.example/with:a/long~name",
        "client_name": LONG,
        "redirect_uris": [f"https://client.example/{'path/' * 12}cb", "https://other.example/cb"],
        "client_uri": "https://client.example/",
        "contacts": ["ann@client.example"],
        "owner": "nobody-any-more",
        "scope": "openid email",
    }
    account = {"username": ADMIN, "password": PASSWORD, "roles": ["admin"], "claims": {"name": "Rosa Root"}}
    file.write_text(json.dumps({"accounts": [account], "clients": [full, *clients]}))
    provider.command("apply", str(file))
    return provider


@pytest.fixture
def admin(admins, new_person):
    person = new_person(reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    person.page.goto(f"{person.issuer}/admin")
    person.signs_in(ADMIN)
    person.page.wait_for_url("**/admin")
    return person


def go(person, path):
    person.page.goto(f"{person.issuer}/admin{path}")


def overview(person):
    go(person, "")


def clients(person):
    go(person, "/clients")


def clients_found(person):
    go(person, "/clients?q=many.example")


def no_clients_found(person):
    go(person, "/clients?q=nothing+like+that")


def client(person):
    go(person, "/clients?q=Worshipful+Spectacles")
    person.page.click("table a")


def client_form(person):
    go(person, "/clients/+new")


def client_form_with_faults(person):
    go(person, "/clients/+new")
    person.page.fill("#redirect_uris", "http://not.example/")
    person.page.fill("#default_max_age", "soon")
    person.page.click("#save")
    person.page.locator("#faults").wait_for()


def client_changed_by_another(person):
    go(person, "/clients/plain/edit")
    other = person.page.context.new_page()
    other.goto(f"{person.issuer}/admin/clients/plain/edit")
    other.fill("#contacts", f"{other.evaluate('Date.now()')}@example.com")
    other.click("#save")
    other.wait_for_url("**/clients/plain?done=saved")
    other.close()
    person.page.click("#save")
    person.page.locator("#changed").wait_for()


def client_secret(person):
    go(person, "/clients/of-many-hosts/secret")


def client_secret_shown(person):
    client_secret(person)
    person.page.click("#secret-make")
    person.page.locator("#client-secret").wait_for()


def client_delete(person):
    go(person, "/clients/plain/delete")


def client_history(person):
    go(person, "/clients/plain/edit")
    person.page.fill("#client_uri", "https://a-rather-long-name-of-a-host.example.com/with/a/path/to/it")
    person.page.fill("#why", "They moved to another host")
    person.page.click("#save")
    person.page.wait_for_url("**/clients/plain?done=saved")
    person.page.click("#client-history")
    person.page.wait_for_url("**/history")


def accounts(person):
    go(person, "/accounts")


def account(person):
    allowed(person)
    go(person, f"/accounts?q={USERNAME}")
    person.page.click("table a")


def consents(person):
    allowed(person)
    go(person, "/consents")


def consent(person):
    allowed(person)
    go(person, f"/consents?account={USERNAME}&client=plain")
    person.page.click("table a:has-text('Garden Planner')")


def consent_revoke(person):
    consent(person)
    person.page.click("#consent-revoke")


def keys(person):
    go(person, "/keys")


def key(person):
    go(person, "/keys")
    person.page.click("table a")


def key_create(person):
    go(person, "/keys/+create")


def key_rotate(person):
    go(person, "/keys/+rotate")


def key_import_refused(person):
    go(person, "/keys/+import")
    person.page.fill("#pem", "not a key")
    person.page.click("#import")
    person.page.locator("#import-error").wait_for()


def key_retire(person):
    key(person)
    person.page.click("#key-retire")


def not_there(person):
    go(person, "/clients/nothing-of-the-kind")


def allowed(person):
    """Somebody allows a client something."""
    ann = person.page.context.browser.new_context()
    page = ann.new_page()
    page.goto(person.request("plain", prompt="consent", scope="openid profile email offline_access"))
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")
    page.click("#consent-accept")
    page.locator("#answer").wait_for()
    ann.close()


PAGES = (
    *(overview, clients, clients_found, no_clients_found, client, client_form, client_form_with_faults, client_changed_by_another),
    *(client_secret, client_secret_shown, client_delete, client_history, accounts, account, consents, consent, consent_revoke),
    *(keys, key, key_create, key_rotate, key_import_refused, key_retire, not_there),
)


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)
def test_a_page_can_be_read_and_used(admin, artefacts, visit):
    visit(admin)
    assert_good_looks(admin.page, f"admin-{visit.__name__}", artefacts)


@pytest.mark.parametrize("visit", [clients, client_form, keys], ids=lambda visit: visit.__name__)
def test_a_page_can_be_read_at_four_times_its_size(admin, visit):
    admin.page.set_viewport_size({"width": 320, "height": 256})  # WCAG 2.2 §1.4.10
    visit(admin)
    assert admin.page.evaluate(SIDEWAYS) == 0


def test_a_client_is_registered_by_hand_and_signs_somebody_in(admin, client):
    page = admin.page
    go(admin, "/clients")
    page.click("#client-new")
    page.fill("#client_name", "Made by hand")
    page.fill("#client_id", "")
    page.fill("#redirect_uris", f"{client.url}/cb")
    page.click("#save")
    secret, client_id = page.locator("#client-secret").text_content(), page.locator("#client-id").text_content()
    assert len(secret) == 43
    page.click("#onward")
    expect(page.locator("h1")).to_have_text("Made by hand")
    assert secret not in page.content()
    admin.comes_from(client_id)
    admin.allows()
    assert admin.answer()["code"]


def test_a_client_is_registered_by_keyboard(admin):
    page = admin.page
    go(admin, "/clients/+new")
    expect(page.locator("#client_name")).to_be_focused()
    page.keyboard.type("Made by keyboard")
    tab_to(page, "redirect_uris")
    page.keyboard.type("https://keyboard.example/cb")
    tab_to(page, "save-and-add")
    page.keyboard.press("Enter")
    page.locator("#client-secret").wait_for()
    tab_to(page, "onward")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clients/\+new\?done=registered"))
    go(admin, "/clients?q=keyboard.example")
    assert page.locator("#total").text_content() == "1 client found"


def test_the_content_can_be_skipped_to(admin):
    go(admin, "/clients")
    admin.page.keyboard.press("Tab")
    expect(admin.page.locator(".skip")).to_be_focused()
    admin.page.keyboard.press("Enter")
    assert admin.page.url.endswith("#main")


def test_the_menu_says_where_one_is(admin):
    for label in ("Overview", "Clients", "Accounts", "Consents", "Keys"):
        admin.page.click(f".admin-menu a:text-is('{label}')")
        assert admin.page.locator(".admin-menu [aria-current]").all_text_contents() == [label]


def test_going_back_does_not_show_a_secret_again(admin):
    client_secret_shown(admin)
    secret = admin.page.locator("#client-secret").text_content()
    admin.page.click("#onward")
    admin.page.wait_for_url("**/of-many-hosts")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to send the form again, and asks
        admin.page.go_back()
    expect(admin.page.locator("body")).not_to_contain_text(secret)


def tab_to(page, wanted):
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == wanted:
            return
    raise AssertionError(f"the focus never got to {wanted}")


def test_on_a_telephone_the_menu_is_one_line(admin):
    admin.page.set_viewport_size({"width": 390, "height": 844})
    overview(admin)
    places = [link.bounding_box() for link in admin.page.locator(".admin-menu a").all()]
    assert len({place["y"] for place in places}) == 1
    assert max(place["height"] for place in places) < 60
    assert max(place["x"] + place["width"] for place in places) <= 390


def test_the_breadcrumbs_have_a_slash_between_them_and_none_at_the_end(admin):
    client_history(admin)
    drawn = "(each, where) => getComputedStyle(each, where).content"
    steps = admin.page.locator(".admin-trail li").all()
    assert [step.evaluate(drawn, "::before") for step in steps] == ["none", '"/"']
    assert [step.evaluate(drawn, "::after") for step in steps] == ["none", "none"]


def test_the_note_of_the_last_field_stands_apart_from_the_line_below_it(admin):
    client_form(admin)
    note, line = (admin.page.locator(each).bounding_box() for each in ("#why-note", ".admin-save"))
    assert line["y"] - (note["y"] + note["height"]) >= 16
