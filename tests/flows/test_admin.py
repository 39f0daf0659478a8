"""The console: clients registered, found, edited and deleted by hand."""

import pytest
from console import Filled, segment, words
from mounts import unique
from rp import RelyingParty

pytestmark = pytest.mark.mounts("root", "included", "served", "postgresql")

REDIRECT = "https://shop.example/cb"


def shown(mount, client_id):
    told = mount.command("client show", client_id)
    return {name: value for name, value in told.items() if name not in ("created_at", "updated_at", "updated_by")}


def register(op, status=200, **fields):
    return op.press("/clients/+new", "save", status, **({"client_name": "The shop", "redirect_uris": REDIRECT} | fields))


def test_who_is_not_signed_in_signs_in_and_is_where_they_wanted_to_be(rp, make_op):
    op = make_op("admin", signed_in=False)
    wanted = f"{op.url()}/clients?q={rp.client_id}"
    url, reply = op.sign_in(f"/clients?q={rp.client_id}")
    assert url == wanted
    assert words(reply, "#total") == "1 client found"


def test_the_menu_is_made_of_the_views_that_say_so(op):
    for label in ("Overview", "Clients", "Accounts", "Consents", "Keys"):
        assert label in words(op.get(), "nav")
    assert words(op.get("/keys"), "[aria-current=page]") == "Keys"
    assert words(op.get("/keys/+rotate"), "[aria-current=page]") == "Keys"


def test_the_overview_says_how_many_clients_there_are_and_which_algorithms_have_a_key(op, rp):
    numbers = words(op.get(), ".admin-tiles")
    count = len(op.mount.command("client list"))
    assert f"{count} registered" in numbers
    assert "signing with RS256, ES256" in numbers or "signing with ES256, RS256" in numbers


def test_the_front_page_leads_to_the_console_whom_it_lets_in(op, make_op):
    assert f'href="{op.url()}"' in op.browser.open("GET", f"{op.mount.issuer}/").text
    plain = make_op()
    assert f'href="{plain.url()}"' not in plain.browser.open("GET", f"{op.mount.issuer}/").text


def test_a_client_registered_by_hand_works(op):
    client_id = unique("shop")
    secret = words(register(op, client_id=client_id), "#client-secret")
    described = shown(op.mount, client_id)
    assert described == {"client_id": client_id, "client_name": "The shop", "redirect_uris": [REDIRECT]}
    rp = RelyingParty.__new__(RelyingParty)
    rp.__dict__ |= {"mount": op.mount, "client_id": client_id, "client_secret": secret, "redirect_uri": REDIRECT, "public": False}
    rp.browser, rp.verifier = op.browser, "v" * 43
    assert rp.tokens()["access_token"]


def test_its_id_is_drawn_and_so_is_its_secret(op):
    reply = register(op, client_id="")
    assert len(words(reply, "#client-id")) == 16
    assert len(words(reply, "#client-secret")) == 43


def test_a_public_one_has_no_secret(op):
    client_id = unique("page")
    reply = register(op, 303, client_id=client_id, token_endpoint_auth_method="none")
    assert reply.header("Location") == f"{op.url()}/clients/{client_id}?done=registered"
    assert words(op.get(reply.header("Location")), "#done") == "The client is registered."
    assert shown(op.mount, client_id)["token_endpoint_auth_method"] == "none"


def test_a_secret_is_shown_once_and_kept_nowhere_on_the_way(op):
    client_id = unique("shop")
    reply = register(op, client_id=client_id)
    secret = words(reply, "#client-secret")
    assert reply.header("Cache-Control") == "no-store"
    assert reply.header("Location") is None
    assert secret not in str(reply.headers)
    for path in ("", "/edit", "/secret", "/delete"):
        assert secret not in op.get(f"/clients/{client_id}{path}").text


def test_sent_twice_a_form_registers_one_client(op):
    page = Filled.of(op.get("/clients/+new").text, "save")
    fields = [(name, value) for name, value in page.fields if name not in ("redirect_uris", "client_name")]
    fields += [("redirect_uris", REDIRECT), ("client_name", "Twice")]
    assert op.post(page.action, fields).status == 200
    again = op.post(page.action, fields)
    assert again.status == 400
    assert words(again, "#client_id-fault") == "There is a client with this ID already"


@pytest.mark.parametrize(("button", "leads_to"), [("save", ""), ("save-and-continue", "/edit"), ("save-and-add", None)])
def test_where_the_buttons_lead(op, rp, button, leads_to):
    reply = op.press(f"/clients/{rp.client_id}/edit", button, client_name="Another name")
    wanted = f"/clients/{rp.client_id}{leads_to}" if leads_to is not None else "/clients/+new"
    assert reply.header("Location") == f"{op.url(wanted)}?done=saved"
    assert words(op.get(reply.header("Location")), "#done") == "The changes are saved."
    assert shown(op.mount, rp.client_id)["client_name"] == "Another name"


def test_the_secret_stays_when_a_client_is_edited_and_so_does_what_the_form_has_not(op, make_rp):
    rp = make_rp({"jwks_uri": "https://rp.example/jwks"})
    op.press(f"/clients/{rp.client_id}/edit", "save", client_uri="https://rp.example/")
    assert rp.tokens()["access_token"]
    assert shown(op.mount, rp.client_id)["jwks_uri"] == "https://rp.example/jwks"


def test_another_secret_ends_the_one_before(op, rp):
    code = rp.authorize().code
    secret = words(op.press(f"/clients/{rp.client_id}/secret", "secret-make", 200), "#client-secret")
    rp.redeem(code, status=401)
    rp.client_secret = secret
    assert rp.redeem(code)["access_token"]


def test_a_confidential_client_becomes_public_and_back(op, rp):
    edit = f"/clients/{rp.client_id}/edit"
    op.press(edit, "save", token_endpoint_auth_method="none")
    assert "public client" in words(op.get(f"/clients/{rp.client_id}/secret"), "#public")
    rp.public = True
    assert rp.tokens()["access_token"]
    secret = words(op.press(edit, "save", 200, token_endpoint_auth_method=""), "#client-secret")
    rp.public = False
    rp.redeem(rp.authorize().code, status=401)
    rp.client_secret = secret
    assert rp.tokens()["access_token"]


def test_a_secret_that_is_to_sign_id_tokens_is_made_readable_first(op, rp):
    place = f"/clients/{rp.client_id}"
    refused = op.press(f"{place}/edit", "save", 400, id_token_signed_response_alg="HS256")
    assert "only a digest is kept" in words(refused, "#id_token_signed_response_alg-fault")
    rp.client_secret = words(op.press(f"{place}/secret", "secret-make", 200, readable="1"), "#client-secret")
    op.press(f"{place}/edit", "save", id_token_signed_response_alg="HS256")
    assert rp.client_secret not in op.get(place).text
    assert rp.tokens()["id_token"]


def test_a_public_client_is_given_no_secret(op, make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    form = Filled.of(op.get("/keys/+create").text, "create")
    before = rp.mount.content()
    assert op.post(f"/clients/{rp.client_id}/secret", form.fields).status == 400
    assert rp.mount.content() == before


def test_a_deleted_client_is_gone_with_all_it_had(op, rp):
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    told = words(op.get(f"/clients/{rp.client_id}/delete"), "#dependants")
    assert told == "1 person has allowed it something, and it holds 1 grant of theirs that it can refresh."
    reply = op.press(f"/clients/{rp.client_id}/delete", "delete")
    assert words(op.get(reply.header("Location")), "#done").startswith("The client is deleted")
    rp.userinfo(tokens["access_token"], status=401)
    op.get(f"/clients/{rp.client_id}", status=404)
    assert rp.authorize().error == "page"


def test_the_last_change_and_who_made_it(op, make_rp):
    rp = make_rp()
    assert words(op.get(f"/clients/{rp.client_id}"), "#changed-last").endswith("at the command line")
    op.press(f"/clients/{rp.client_id}/edit", "save", client_name="Another name")
    assert words(op.get(f"/clients/{rp.client_id}"), "#changed-last").endswith(f"by {op.username}")
    rp.mount.command("client set", rp.client_id, "client_name=A third")
    assert words(op.get(f"/clients/{rp.client_id}"), "#changed-last").endswith("at the command line")


def test_a_form_that_changed_nothing_is_no_change(op, rp):
    before = op.mount.content()
    op.press(f"/clients/{rp.client_id}/edit", "save")
    assert op.mount.content() == before
    assert words(op.get(f"/clients/{rp.client_id}"), "#changed-last").endswith("at the command line")


def test_clients_are_found_by_name_id_and_redirect_uri(op, make_rp):
    mark = unique("mark")
    named = make_rp({"client_name": f"Über {mark} Ltd"})
    called = make_rp({"client_id": f"{mark}-id"})
    answered = make_rp({"redirect_uris": [f"https://rp.example/{mark}"]})
    page = words(op.get(f"/clients?q={mark.upper()}"))
    assert all(rp.client_id in page for rp in (named, called, answered))
    assert "3 clients found" in page
    assert named.client_id in words(op.get(f"/clients?q=ltd+%C3%BCber+{mark}"))
    assert words(op.get(f"/clients?q={mark}+nothing"), "#none") == "No client matches that."


def test_a_long_list_comes_page_by_page(op):
    mark = unique("many")
    described = [{"client_id": f"{mark}-{n:02}", "redirect_uris": [REDIRECT]} for n in range(27)]
    op.mount.apply({"clients": described})
    first, second = op.get(f"/clients?q={mark}"), op.get(f"/clients?q={mark}&page=2")
    assert "Page 1 of 2" in words(first)
    assert f"{mark}-24" in words(first)
    assert f"{mark}-25" not in words(first)
    assert f"{mark}-26" in words(second)
    assert op.links(f"/clients?q={mark}", "page=2") == [f"{op.url()}/clients?q={mark}&page=2"]
    assert words(op.get(f"/clients?q={mark}&page=99")) == words(second)
    op.get("/clients?page=x", status=400)


def test_a_lost_update_is_told_and_nothing_is_overwritten(op, make_op, rp):
    other, edit = make_op("admin"), f"/clients/{rp.client_id}/edit"
    mine, theirs = (Filled.of(person.get(edit).text, "save") for person in (op, other))
    other.post(edit, [(name, "Theirs" if name == "client_name" else value) for name, value in theirs.fields])
    entered = [(name, "Mine" if name == "client_name" else value) for name, value in mine.fields]
    reply = op.post(edit, entered)
    assert reply.status == 409
    assert "client_name : Theirs" in words(reply, "#changed")
    assert 'value="Mine"' in reply.text
    assert shown(op.mount, rp.client_id)["client_name"] == "Theirs"
    again = Filled.of(reply.text, "save")
    assert op.post(again.action, again.fields).status == 303
    assert shown(op.mount, rp.client_id)["client_name"] == "Mine"


def test_a_client_deleted_meanwhile_is_not_brought_back(op, rp):
    form = Filled.of(op.get(f"/clients/{rp.client_id}/edit").text, "save")
    op.mount.command("client remove", rp.client_id)
    assert op.post(form.action, form.fields).status == 404


@pytest.mark.parametrize(
    ("change", "member", "fault"),
    [
        ({"redirect_uris": "http://shop.example/"}, "redirect_uris", "'http://shop.example/' must be https"),
        ({"redirect_uris": ""}, "redirect_uris", "At least one is needed"),
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris", "must be https"),
        ({"client_id": "ü"}, "client_id", "Must have 1 to 255 printable ASCII"),
        ({"client_name": "a\tb"}, "client_name", "Must be text without control"),
        ({"default_max_age": "soon"}, "default_max_age", "Must be a whole number"),
        ({"default_max_age": "-1"}, "default_max_age", "Must be a whole number"),
        ({"client_uri": "ftp://shop.example"}, "client_uri", "Must be an http or https URL"),
        ({"grant_types": "made-up"}, "grant_types", "made-up is not offered here"),
        ({"response_types": "made-up"}, "response_types", "made-up is not offered here"),
        ({"token_endpoint_auth_method": "made-up"}, "token_endpoint_auth_method", "Must be one of"),
        ({"application_type": "made-up"}, "application_type", "Must be one of web, native"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg", "Must be one of"),
        ({"grant_types": "refresh_token"}, "grant_types", "authorization_code is needed"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_entered_stays(op, change, member, fault):
    before = op.mount.content()
    reply = register(op, 400, **({"client_name": "Kept <as> entered"} | change))
    assert fault.lower() in words(reply, f"#{member}-fault").lower()
    assert "client_name" in change or 'value="Kept &lt;as&gt; entered"' in reply.text
    assert f'href="#{member}"' in reply.text
    assert op.mount.content() == before


@pytest.mark.parametrize("client_id", ["https://rp.example/a:b", "..", ".", "%2e", "+new", "with blank", "~tilde", "a" * 255, "edit"])
def test_whatever_a_client_is_called_it_has_a_page(op, client_id):
    op.mount.apply({"clients": [{"client_id": client_id, "redirect_uris": [REDIRECT]}]})
    assert words(op.get(f"/clients/{segment(client_id)}"), "#client-id") == client_id
    reply = op.press(f"/clients/{segment(client_id)}/edit", "save", client_name="Named")
    assert words(op.get(reply.header("Location")), "h1") == "Named"
    op.mount.command("client remove", client_id)


MARKUP = "<script>alert(1)</script>\"'><b>"


def test_what_a_client_says_of_itself_is_text_everywhere(op, make_rp):
    rp = make_rp({"client_name": MARKUP, "contacts": [MARKUP], "client_uri": "https://rp.example/%22%3E%3Cscript%3E"})
    rp.tokens(scope="openid offline_access", prompt="consent")
    place = f"/clients/{rp.client_id}"
    (consent,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    (grant,) = op.links(consent, "/grants/")
    account = op.links(consent, "/accounts/")[0]
    for path in (f"/clients?q={rp.client_id}", place, f"{place}/edit", f"{place}/secret", f"{place}/delete", consent, grant, account):
        text = op.get(path).text
        assert "<script>" not in text
        assert "<b>" not in text
        assert "&lt;script&gt;" in text
    assert "<script>" not in op.get("/clients?q=%3Cscript%3E%22").text


def test_no_page_of_the_console_runs_scripts_or_is_kept(op):
    reply = op.get("/clients/+new")
    assert reply.header("Cache-Control") == "no-store"
    assert "form-action 'self'" in reply.header("Content-Security-Policy")
    assert "frame-ancestors 'none'" in reply.header("Content-Security-Policy")
    assert "<script" not in reply.text
    assert " style=" not in reply.text


@pytest.mark.parametrize("done", ["<b>", "https://evil.example", "unheard-of"])
def test_an_address_puts_no_words_into_our_mouth(op, done):
    assert words(op.get(f"/clients?done={done}"), "#done") is None
