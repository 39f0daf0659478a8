"""The console's doors: who may see and do what, by the ACLs of its tree; every form proves that it is ours."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from console import Console, Filled, segment, words
from mounts import included
from rp import Browser, Form

pytestmark = pytest.mark.mounts("included", "served")

# what each may: the page is shown (200), refused (403), or leads to the sign-in page (303)
PAGES = {
    "": "view",
    "/clients": "view",
    "/clients/+new": "manage",
    "/clients/CLIENT": "own",
    "/clients/CLIENT/edit": "edit",
    "/clients/CLIENT/secret": "edit",
    "/clients/CLIENT/delete": "manage",
    "/accounts": "view",
    "/accounts/ACCOUNT": "view",
    "/consents": "view",
    "/consents/CONSENT": "view",
    "/consents/CONSENT/revoke": "revoke",
    "/grants/GRANT/revoke": "revoke",
    "/keys": "view",
    "/keys/KEY": "view",
    "/keys/KEY/retire": "manage",
    "/keys/+create": "manage",
    "/keys/+rotate": "manage",
    "/keys/+import": "manage",
}
MAY = {
    "anonymous": set(),
    "somebody": set(),
    "owner": {"own", "edit"},
    "the person": {"revoke"},
    "auditor": {"view", "own"},
    "admin": {"view", "own", "edit", "revoke", "manage"},
}
FORMS = [path for path, permission in PAGES.items() if permission in ("edit", "manage", "revoke")]


@pytest.fixture
def scene(rp, make_rp, make_op):
    """One of everything, and people who look at it."""
    owner = make_op()
    rp = make_rp({"owner": owner.sub})
    person = make_op(signed_in=False)
    rp.browser = person.browser
    rp.tokens(scope="openid offline_access", prompt="consent")
    people = {
        "anonymous": make_op(signed_in=False),
        "somebody": make_op(),
        "owner": owner,
        "the person": person,
        "auditor": make_op("auditor"),
        "admin": make_op("admin"),
    }
    (consent,) = people["admin"].links(f"/consents?client={rp.client_id}", "/consents/~")
    (grant,) = people["admin"].links(consent, "/grants/")
    kid = rp.mount.command("key list")[0]["kid"]
    names = {
        "CLIENT": rp.client_id,
        "ACCOUNT": segment(person.sub),
        "CONSENT": consent.rpartition("/")[2],
        "GRANT": grant.split("/")[-2],
        "KEY": segment(kid),
    }
    return rp, people, lambda path: re.sub(r"[A-Z]+(?=/|$)", lambda match: names[match[0]], path)


def test_who_may_see_which_page(scene):
    _, people, place = scene
    for name, person in people.items():
        for path, permission in PAGES.items():
            wanted = 200 if permission in MAY[name] else 303 if name == "anonymous" else 403
            reply = person.browser.open("GET", person.url(place(path)))
            assert reply.status == wanted, (name, path, reply.status)
            if wanted == 303:
                assert reply.header("Location").startswith(f"{person.mount.issuer}/login?next=")
            if wanted == 403:
                assert words(reply, "#error-code") == "access_denied"


def test_who_may_not_changes_nothing(scene):
    rp, people, place = scene
    for name, person in people.items():
        token = dict(Form.of(person.browser.open("GET", f"{rp.mount.issuer}/login").text).hidden)["csrf_token"]
        before = rp.mount.content()
        for path in FORMS:
            if PAGES[path] not in MAY[name]:
                reply = person.post(place(path), {"csrf_token": token, "alg": "ES256", "redirect_uris": "https://new.example/"})
                assert reply.status == (303 if name == "anonymous" else 403), (name, path)
                assert "/login?next=" in (reply.header("Location") or "/login?next=")
        assert rp.mount.content() == before, name


def test_a_form_from_elsewhere_changes_nothing(scene):
    rp, people, place = scene
    admin, stranger = people["admin"], Browser(rp.mount, "stranger")
    theirs = dict(Form.of(stranger.open("GET", f"{rp.mount.issuer}/login").text).hidden)["csrf_token"]
    before = rp.mount.content()
    for path in FORMS:
        for token in ([], [("csrf_token", "made up")], [("csrf_token", theirs)]):
            fields = [("alg", "ES256"), ("client_name", "x"), ("redirect_uris", "https://new.example/"), *token]
            reply = admin.post(place(path), fields)
            assert (reply.status, words(reply, "#error-description")) == (400, "This form has expired."), path
    assert rp.mount.content() == before


def test_looking_changes_nothing(scene):
    rp, people, place = scene
    before = rp.mount.content()
    for path in PAGES:
        people["admin"].get(place(path))
    assert rp.mount.content() == before


def test_auditors_are_offered_nothing_that_they_may_not_do(scene):
    _, people, place = scene
    for path, permission in PAGES.items():
        if permission in MAY["auditor"]:
            text = people["auditor"].get(place(path)).text
            links = set(re.findall(r'href="([^"]*)"', text))
            refused = {people["auditor"].url(place(each)) for each in FORMS}
            assert not {html.unescape(each) for each in links} & refused, path
            assert 'method="post"' not in text


def test_owners_edit_but_widen_nothing(scene):
    rp, people, place = scene
    owner, edit = people["owner"], place("/clients/CLIENT/edit")
    names = {name for name, _ in Filled.of(owner.get(edit).text, "save").fields}
    assert "client_name" in names
    assert not names & {"owner", "require_consent", "scope", "grant_types", "response_types", "client_id"}
    owner.press(edit, "save", client_name="Mine", owner="somebody-else", require_consent="", scope="everything", grant_types=["made-up"])
    described = rp.mount.command("client show", rp.client_id)
    assert described["client_name"] == "Mine"
    assert described["owner"] == owner.sub
    assert not {"scope", "grant_types", "require_consent"} & set(described)
    assert people["admin"].username not in words(owner.get(place("/clients/CLIENT")), "#changed-last")


def test_owners_of_other_clients_are_strangers(scene, make_rp):
    _, people, _ = scene
    other = make_rp({"owner": people["admin"].sub})
    people["owner"].get(f"/clients/{other.client_id}", status=403)


def test_a_client_without_an_owner_is_nobodys(rp, make_op):
    make_op().get(f"/clients/{rp.client_id}/edit", status=403)


def test_the_person_may_take_back_what_they_allowed(scene):
    rp, people, place = scene
    reply = people["the person"].press(place("/consents/CONSENT/revoke"), "revoke")
    assert reply.header("Location") == f"{rp.mount.issuer}/"
    assert words(people["admin"].get(f"/consents?client={rp.client_id}"), "#none") == "No consent matches that."


@pytest.mark.parametrize("path", ["/clients/nothing", "/accounts/nothing", "/keys/nothing", "/nothing", "/clients/~~~", "/grants/nothing"])
def test_what_is_not_there_is_told_only_to_those_who_may_look(make_op, path):
    assert make_op(signed_in=False).get(path, status=303).header("Location")
    assert words(make_op().get(path, status=403), "#error-code") == "access_denied"
    assert words(make_op("auditor").get(path, status=404), "#error-code") == "not_found"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize(("path", "allow"), [("", "GET, HEAD"), ("/clients", "GET, HEAD"), ("/keys/+create", "GET, HEAD, POST")])
def test_wrong_methods(op, method, path, allow):
    if method in allow:
        return
    reply = op.mount.send(method, op.url(path), [("Cookie", "; ".join(f"{n}={v}" for n, v in op.browser.cookies.items()))])
    assert (reply.status, reply.header("Allow")) == (405, allow)


def test_a_role_that_was_taken_away_lets_nobody_in(op):
    op.mount.apply({"accounts": [{"username": op.username, "sub": op.sub}]})
    op.get(status=403)


# the way in


def test_a_wrong_password_does_not_lose_the_way(make_op):
    op = make_op("admin", signed_in=False)
    url, reply = op.follow(op.url("/keys"))
    failed = op.browser.fill_in(url, reply, "login-submit", password="wrong")
    assert failed.status == 400
    assert op.browser.fill_in(url, failed, "login-submit").header("Location") == op.url("/keys")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/admin", "admin", "A" * 60, "", "%00", "\xff"])
def test_the_sign_in_page_leads_nowhere_that_was_not_sealed_here(make_op, wanted):
    op = make_op("admin", signed_in=False)
    url = f"{op.mount.issuer}/login"
    fields = dict(Form.of(op.browser.open("GET", url).text).hidden) | {"username": op.username, "password": "correct horse"}
    reply = op.browser.open("POST", url, _encoded(fields | {"next": wanted}))
    assert reply.status == 400 if wanted else reply.header("Location") == f"{op.mount.issuer}/signed-in"
    if wanted:
        assert op.browser.open("GET", f"{url}?{_encoded({'next': wanted}).decode()}").status == 400


def test_a_value_that_was_sealed_for_something_else_leads_nowhere(rp, make_op):
    op = make_op("admin", signed_in=False)
    resume = parse_qs(urlsplit(rp.authorize(stop_at="login").url).query)["resume"][0]
    assert op.browser.open("GET", f"{op.mount.issuer}/login?{_encoded({'next': resume}).decode()}").status == 400


@pytest.mark.parametrize("path", ["/clients/..%2f..%2fevil", "//evil.example/", "/%2e%2e/%2e%2e/authorize", "/clients/x?next=//evil"])
def test_whatever_the_path_one_stays_at_the_provider(make_op, path):
    op = make_op("admin", signed_in=False)
    url, reply = op.follow(op.url(path))
    if 'id="login-submit"' in reply.text:
        reply = op.browser.fill_in(url, reply, "login-submit")
        assert reply.header("Location").startswith(f"{op.url()}")


def _encoded(fields):
    from urllib.parse import urlencode

    return urlencode({name: value.encode("latin-1") for name, value in fields.items()}).encode()


# a host with a sign-in of its own


@pytest.fixture
def host(tmp_path, put_keys):
    with included(tmp_path, put_keys, **{"oidc.login_url": "/host-login", "oidc.trust_host_roles": "true"}) as mount:
        yield mount


def at_host(host, username):
    op = Console.__new__(Console)
    op.mount, op.username, op.sub, op.browser = host, username, username, Browser(host, username)
    return op


def test_the_hosts_sign_in_page_leads_back(host):
    op = at_host(host, "user-root")
    url, reply = op.sign_in("/clients?q=x")
    assert url == op.url("/clients?q=x")
    assert words(reply, "h1") == "Clients"


def test_what_a_host_calls_an_administrator_is_none_here_unless_that_is_said(tmp_path, put_keys):
    with included(tmp_path, put_keys, **{"oidc.login_url": "/host-login"}) as mount:
        _, reply = at_host(mount, "user-root").sign_in("/clients")
    assert (reply.status, words(reply, "#error-code")) == (403, "access_denied")


def test_the_hosts_people_have_no_role_by_themselves_whatever_its_policy_allows(host):
    op = at_host(host, "user-ann")
    _, reply = op.sign_in("/clients")
    assert (reply.status, words(reply, "#error-code")) == (403, "access_denied")


def test_somebody_whom_the_accounts_do_not_know_is_not_sent_round_in_circles(host):
    op = at_host(host, "nobody-here")
    _, reply = op.sign_in("/clients")
    assert (reply.status, words(reply, "#error-code")) == (403, "access_denied")


def test_the_hosts_accounts_are_found_by_their_sub(host):
    op = at_host(host, "user-root")
    op.sign_in()
    assert "belong to the application" in words(op.get("/accounts"), "#none")
    (link,) = op.links("/accounts?q=user-ann", "/accounts/")
    assert words(op.get(link), "h1") == "user-ann"
    assert words(op.get("/accounts?q=nobody"), "#none") == "No account matches that."


def test_the_hosts_views_and_csrf_check_are_not_in_the_way(host):
    op = at_host(host, "user-root")
    op.sign_in()
    reply = op.press("/clients/+new", "save", 200, client_name="Through the host", redirect_uris="https://x.example/")
    assert words(reply, "#client-secret")


def test_forms_of_the_console_are_form_encoded(op):
    for content_type in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        cookies = "; ".join(f"{name}={value}" for name, value in op.browser.cookies.items())
        reply = op.mount.send("POST", op.url("/keys/+create"), [("Content-Type", content_type), ("Cookie", cookies)], b"alg=ES256")
        assert reply.status == 400
