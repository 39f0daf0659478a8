"""The sign-in page: what it gives away, whose forms it takes, what it leaves in the browser."""

import re

from rp import Browser, Form


def shown(rp):
    return rp.authorize(stop_at="login")


def test_a_wrong_password_and_an_unknown_person_read_the_same(rp):
    page = shown(rp)
    wrong = rp.browser.fill_in(page.url, page.reply, "login-submit", password="wrong")
    unknown = rp.browser.fill_in(page.url, page.reply, "login-submit", username="nobody at all")
    for reply in (wrong, unknown):
        assert reply.status == 400
        assert "user name or the password is not right" in reply.text
    text = re.compile(r'value="[^"]*"|<title>.*?</title>')
    assert text.sub("", wrong.text) == text.sub("", unknown.text)


def test_the_name_stays_and_the_password_does_not(rp):
    page = shown(rp)
    reply = rp.browser.fill_in(page.url, page.reply, "login-submit", password="wrong password")
    assert rp.username in reply.text
    assert "wrong password" not in reply.text
    again = rp.browser.fill_in(page.url, reply, "login-submit")
    assert again.status == 303


def test_user_names_are_compared_without_regard_to_case(rp):
    rp.browser.username = f"  {rp.username.upper()} "
    assert rp.authorize().code


def test_a_form_from_elsewhere_is_refused(rp):
    page = shown(rp)
    for changes in ({"csrf_token": None}, {"csrf_token": "made up"}):
        reply = rp.browser.fill_in(page.url, page.reply, "login-submit", **changes)
        assert (reply.status, reply.header("Location")) == (400, None)
    stranger = Browser(rp.mount, rp.username)
    assert stranger.fill_in(page.url, page.reply, "login-submit").status == 400
    assert not [name for name in stranger.cookies if "session" in name]


def test_a_form_of_another_visit_is_refused(rp):
    theirs = Browser(rp.mount, rp.username)
    page = rp.authorize(browser=theirs, stop_at="login")
    shown(rp)
    assert rp.browser.fill_in(page.url, page.reply, "login-submit").status == 400


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(rp):
    page = shown(rp)
    reply = rp.browser.fill_in(page.url, page.reply, "login-submit")
    secure = rp.mount.issuer.startswith("https:")
    for line in (*page.reply.all("Set-Cookie"), *reply.all("Set-Cookie")):
        flags = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert ("secure" in flags) == line.startswith("__Host-") == secure
        assert not any(flag.startswith("domain") for flag in flags)


def test_signing_in_gives_the_browser_another_session(rp):
    rp.authorize()
    name = next(name for name in rp.browser.cookies if "session" in name)
    before = rp.browser.cookies[name]
    rp.authorize(prompt="login")
    after = rp.browser.cookies[name]
    assert after != before
    old = Browser(rp.mount, rp.username)
    old.cookies[name] = before
    assert rp.authorize(browser=old, prompt="none").error == "login_required"


def test_a_cookie_that_is_none_is_nobody(rp):
    rp.authorize()
    name = next(name for name in rp.browser.cookies if "session" in name)
    for value in ("", "x", "A" * 44, rp.browser.cookies[name][:-1] + "!"):
        browser = Browser(rp.mount, rp.username)
        browser.cookies[name] = value
        assert rp.authorize(browser=browser, prompt="none").error == "login_required"


def test_pages_may_not_be_framed_kept_or_leak_where_they_lead(rp):
    reply = shown(rp).reply
    policy = reply.header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.header("X-Frame-Options") == "DENY"
    assert reply.header("Referrer-Policy") == "no-referrer"
    assert reply.header("Cache-Control") == "no-store"
    assert reply.header("X-Content-Type-Options") == "nosniff"


def test_the_logo_and_links_of_a_client_are_shown(make_rp):
    links = {name: f"https://rp.example/{name}" for name in ("client_uri", "logo_uri", "policy_uri", "tos_uri")}
    rp = make_rp(links | {"client_name": "Ann & <b>Bob</b>"})
    for page in (rp.authorize(stop_at="login"), rp.authorize(stop_at="consent")):
        assert "Ann &amp; &lt;b&gt;Bob&lt;/b&gt;" in page.reply.text
        for name in ("logo_uri", "policy_uri", "tos_uri"):
            assert links[name] in page.reply.text
        assert "img-src 'self' data: https://rp.example;" in page.reply.header("Content-Security-Policy")


def test_a_session_ends_after_two_weeks(rp):
    rp.authorize()
    rp.mount.clock.move(14 * 86400 - 10)
    assert rp.authorize(prompt="none").code
    rp.mount.clock.move(11)
    assert rp.authorize(prompt="none").error == "login_required"


def test_the_ids_that_others_automate_against(rp):
    login = Form.of(shown(rp).reply.text)
    assert {"username", "password"} <= set(login.names)
    assert {"login-submit", "login-cancel"} <= set(login.buttons)
    consent = Form.of(rp.authorize(stop_at="consent").reply.text)
    assert consent.buttons["consent-accept"][0] == "allow"
    assert consent.buttons["consent-deny"][0] is None
    rp.authorize()
    choice = Form.of(rp.authorize(prompt="select_account", stop_at="select-account").reply.text)
    assert {"account-continue", "account-other"} <= set(choice.buttons)
    error = rp.authorize(client_id="nobody").reply
    assert 'id="error-code"' in error.text
    assert 'id="error-description"' in error.text


def test_who_is_signed_in_already_may_continue(rp):
    rp.authorize()
    url = f"{rp.mount.issuer}/login"
    text = rp.browser.open("GET", url).text
    assert 'id="login-account"' in text
    assert f'href="{rp.mount.issuer}/signed-in"' in text
    assert 'id="login-account"' not in Browser(rp.mount, rp.username).open("GET", url).text


def test_however_a_keyboard_composes_the_password_it_is_the_same(rp):
    composed, decomposed = "sch\u00f6ne Gr\u00fc\u00dfe", "scho\u0308ne Gru\u0308\u00dfe"
    for stored, typed in ((composed, decomposed), (decomposed, composed)):
        rp.mount.command("account password", rp.username, stdin=f"{stored}\n")
        rp.browser.cookies.clear()
        rp.browser.password = typed
        assert rp.authorize().code
