"""ClientForm in a view of somebody else's application."""

import pytest
from mounts import environment
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.scripting import prepare
from webob.multidict import MultiDict
from webtest import TestApp

from oidc_op.forms import ClientForm
from oidc_op.model.client import Client
from oidc_op.protocol.client_members import MEMBERS
from oidc_op.protocol.clients import RefusedMetadata
from oidc_op.store import close

SENT = {"client_name": "The shop", "redirect_uris": "https://shop.example/cb\r\nhttps://shop.example/other"}


def register(request):
    """A view that somebody might write; ``?id=`` edits."""
    provider = request.oidc_provider
    client = provider.store.clients.get(request.GET["id"]) if "id" in request.GET else None
    form = ClientForm(request.POST, client, provider=provider, without=("owner",), by="the host")
    if request.method == "POST" and form.validate():
        made = form.save()
        return Response(f"{made.client.client_id} {made.client_secret}") if made.client_secret else HTTPSeeOther("/")
    rows = "".join(f"<p>{field.label}{field}{' '.join(field.errors)}</p>" for field in form)
    return Response(f'<form method="post">{rows}<button name="go">Save</button></form>')


@pytest.fixture
def host(put_keys):
    settings = {"zodbconn.uri": "memory://", "oidc.issuer": "https://host.example.com/openid"}
    with environment():
        config = Configurator(settings=settings)
        config.add_route("register", "/register")
        config.add_view(register, route_name="register")
        config.include("oidc_op", route_prefix="/openid")
        app = config.make_wsgi_app()
    yield app
    close(app.registry)


@pytest.fixture
def browser(host):
    return TestApp(host)


def kept(host):
    """The clients there are."""
    env = prepare(registry=host.registry)
    with env["request"].tm:
        clients = env["request"].oidc_provider.store.clients
        found = {client_id: clients.get(client_id) for client_id in clients}
    env["closer"]()
    return found


@pytest.fixture
def provider(host):
    env = prepare(registry=host.registry)
    with env["request"].tm:
        yield env["request"].oidc_provider
    env["closer"]()


def filled(provider, client=None, **changes):
    fields = {"response_types": "code", "grant_types": "authorization_code"} | (SENT if client is None else {}) | changes
    pairs = [(name, each) for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
    return ClientForm(MultiDict(pairs), client, provider=provider)


def test_a_client_is_registered_and_edited_by_a_view_of_the_hosts(browser, host):
    form = browser.get("/register").form
    for name, value in SENT.items():
        form[name] = value
    client_id, secret = form.submit("go").text.split()
    assert len(secret) == 43
    client = kept(host)[client_id]
    assert (client.client_name, client.updated_by) == ("The shop", "the host")
    assert client.redirect_uris == ("https://shop.example/cb", "https://shop.example/other")
    form = browser.get(f"/register?id={client_id}").form
    assert form["client_name"].value == "The shop"
    assert "client_id" not in form.fields
    assert "owner" not in form.fields
    form["token_endpoint_auth_method"] = "none"
    form["require_consent"] = False
    form.submit("go", status=303)
    assert kept(host)[client_id].is_public
    assert not kept(host)[client_id].require_consent
    assert kept(host)[client_id].client_secret_digest == ""


def test_what_is_wrong_is_said_and_what_was_entered_is_kept(browser, host):
    form = browser.get("/register").form
    form["client_name"], form["redirect_uris"] = "<b>", "http://shop.example/"
    page = form.submit("go")
    assert "must be https" in page.text
    assert "<b>" not in page.text
    assert page.form["redirect_uris"].value.strip() == "http://shop.example/"
    assert kept(host) == {}


def test_every_member_has_a_field_named_as_rfc_7591_names_it(provider):
    assert {field.short_name for field in ClientForm(provider=provider)} == set(MEMBERS) - {"client_secret"}


def test_values_are_called_what_they_mean(provider):
    form = ClientForm(provider=provider)
    assert "none: it is public" in form.token_endpoint_auth_method()
    assert "public" not in form.response_types()
    assert 'value="none"' in form.response_types()


def test_id_and_secret_are_drawn_for_a_confidential_client(provider):
    one, two = (filled(provider, client_id="").save() for _ in range(2))
    assert one.client.client_id != two.client.client_id
    assert len(one.client_secret) == 43
    assert one.client_secret not in repr(one.client)


def test_a_public_client_has_no_secret(provider):
    made = filled(provider, token_endpoint_auth_method="none").save()
    assert (made.client_secret, made.client.client_secret_digest) == ("", "")


def test_confidential_again_it_has_a_new_one(provider):
    made = filled(provider, token_endpoint_auth_method="none").save()
    again = filled(provider, made.client, token_endpoint_auth_method="client_secret_basic").save()
    assert len(again.client_secret) == 43
    third = filled(provider, again.client, client_name="Renamed").save()
    assert (third.client_secret, third.client.client_secret_digest) == ("", again.client.client_secret_digest)


def test_what_is_not_in_the_form_stays(provider):
    client = Client(
        "c", redirect_uris=("https://a.example/",), contacts=("ann",), owner="ann", default_max_age=5, other=(("jwks_uri", '"x"'),)
    )
    provider.store.clients.add(client)
    changed = filled(provider, client, client_name="Named", token_endpoint_auth_method="none").save().client
    assert (changed.contacts, changed.owner, changed.default_max_age, changed.other) == (client.contacts, "ann", 5, client.other)
    emptied = filled(provider, changed, contacts="", owner="", default_max_age="").save().client
    assert (emptied.contacts, emptied.owner, emptied.default_max_age) == ((), "", None)


def test_nothing_ticked_is_nothing_rather_than_the_default(provider):
    form = ClientForm(MultiDict(SENT | {"token_endpoint_auth_method": "none"}), provider=provider)
    client = form.save().client
    assert (client.grant_types, client.response_types, client.require_consent) == ((), (), False)


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"redirect_uris": "http://shop.example/"}, "redirect_uris"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"client_name": "a\0b"}, "client_name"),
        ({"default_max_age": "soon"}, "default_max_age"),
        ({"default_max_age": "9" * 5000}, "default_max_age"),
        ({"grant_types": ["authorization_code", "made-up"]}, "grant_types"),
        ({"scope": 'a"b'}, "scope"),
    ],
)
def test_what_is_refused_is_kept_nowhere(provider, change, member):
    form = filled(provider, **change)
    assert not form.validate()
    assert list(form.errors) == [member]
    with pytest.raises(RefusedMetadata, match=member):
        form.save()
    assert list(provider.store.clients) == []


def test_an_id_that_is_taken(provider):
    filled(provider, client_id="shop").save()
    form = filled(provider, client_id="shop")
    assert not form.validate()
    assert form.errors == {"client_id": ["There is a client with this ID already"]}


def test_a_fault_of_a_member_that_is_not_in_the_form_is_said_all_the_same(provider):
    form = ClientForm(MultiDict({"client_name": "x"}), provider=provider, without=("redirect_uris", "response_types", "grant_types"))
    assert not form.validate()
    assert "redirect_uris" in form.form_errors[0]


def test_validators_of_the_hosts_own_have_their_say(provider):
    class Stricter(ClientForm):
        def validate_client_name(self, field):
            if not field.data.startswith("Our "):
                from wtforms.validators import ValidationError

                raise ValidationError("names begin with Our")

    pairs = MultiDict(SENT | {"response_types": "code", "grant_types": "authorization_code"})
    form = Stricter(pairs, provider=provider)
    assert not form.validate()
    assert form.errors == {"client_name": ["names begin with Our"]}
    with pytest.raises(RefusedMetadata):
        form.save()
    pairs["client_name"] = "Our shop"
    assert Stricter(pairs, provider=provider).save().client.client_name == "Our shop"
