"""Forms for views of one's own (WTForms): a client registered or edited by hand, as in the console."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from oidc_op.interfaces import IProvider, JSONObject

from .model.client import Client
from .protocol.clients import Made, RefusedMetadata, drawn_id, new_client, replaced_client
from .protocol.registration import choices, metadata_of

#: What values mean, by member, where they do not say it themselves; "" is what may be left unsaid.
WORDS = {
    "application_type": {"web": "Web: on a server, or in a browser", "native": "Native: installed on a device"},
    "token_endpoint_auth_method": {
        "": "client_secret_basic or client_secret_post",
        "none": "none: it is public and has no secret",
    },
    "access_token_format": {"": "as the provider gives to all"},
}


class LinesField(TextAreaField):
    """A list of strings, one a line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tuple(line.strip() for line in re.split(r"[\r\n]+", valuelist[0]) if line.strip())

    def _value(self) -> str:
        return "\n".join(self.data or ())


class SecondsField(StringField):
    """A whole number, None where nothing is said; what is no number is left for the judge."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            text = valuelist[0].strip()
            self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text or None


class SomeOfField(SelectMultipleField):
    """Several values of a few, as boxes to be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _choice(label: str, note: str) -> Any:
    return SelectField(label, choices=[], validate_choice=False, description=note)


def _choices(label: str, note: str) -> Any:
    return SomeOfField(label, choices=[], validate_choice=False, description=note)


class ClientForm(Form):
    """The members of a client, by their names in RFC 7591 §2.

    ``formdata`` is what was sent (``request.POST``), ``client`` the one to edit, or None for a new one; ``provider`` is
    ``request.oidc_provider``. Members named in ``without`` are not asked for and stay as they are: name those that your page
    does not show, since a box that is not sent counts as unticked. ``by`` says who fills it in, as ``Client.updated_by``
    keeps it. Nothing is judged here: ``oidc_op.protocol.registration`` does, and what it says
    becomes the errors of the fields.
    """

    client_name = StringField("Name", description="What people are told it is called.")
    client_id = StringField("Client ID", description="Cannot be changed later. Drawn where you leave it empty.")
    application_type = _choice("Type", "On a loopback address, an installed application may be answered at any port.")
    token_endpoint_auth_method = _choice("How it proves who it is", "A confidential client keeps a secret; a public one cannot.")
    redirect_uris = LinesField("Redirect URIs", description="Where it is answered: one a line, compared byte for byte.")
    post_logout_redirect_uris = LinesField("Redirect URIs after sign-out", description="One a line.")
    response_types = _choices("Response types", "What it may ask for at the authorization endpoint.")
    grant_types = _choices("Grant types", "How it may ask for tokens.")
    scope = StringField("Scopes", description="What it may ask for, separated by blanks; the standard scopes where it is empty.")
    id_token_signed_response_alg = _choice("Signature of ID Tokens", "Ask its developers what it can check.")
    access_token_format = _choice("Access tokens", "Opaque ones are looked up here; APIs can check JWTs by themselves (RFC 9068).")
    default_max_age = SecondsField("Longest time since the sign-in", description="In seconds, where its requests do not say.")
    client_uri = URLField("Home page")
    logo_uri = URLField("Logo", description="The address of a picture that people see when they are asked for consent.")
    policy_uri = URLField("Privacy policy")
    tos_uri = URLField("Terms of service")
    contacts = LinesField("Contacts", description="Addresses of those who look after it, one a line.")
    require_consent = BooleanField("Ask people for consent")
    reuse_consent = BooleanField("Remember what they allowed")
    owner = StringField("Owner", description="The sub of an account that may edit this client.")

    def __init__(
        self, formdata: Any = None, client: Client | None = None, *, provider: IProvider, without: Iterable[str] = (), by: str = ""
    ) -> None:
        self.client, self.provider, self._by = client, provider, by
        self.made: Made | None = None
        shown = client or Client(drawn_id(), response_types=("code",))
        values = {name: getattr(shown, name) for name in self._unbound_names() if hasattr(shown, name)}
        super().__init__(formdata or None, data=values)
        for name, known in choices(provider).items():
            if name in self:
                self[name].choices = self._offered(name, known, getattr(shown, name))
        for name in (*without, *(("client_id",) if client is not None else ())):
            if name in self:
                del self[name]

    @property
    def metadata(self) -> JSONObject:
        """The client as it was filled in: RFC 7591's members, those that are not in the form as they were."""
        metadata = metadata_of(self.client) if self.client else {}
        for field in self:
            metadata.pop(field.short_name, None)
            if field.data not in ("", None) or (isinstance(field, BooleanField)):
                metadata[field.short_name] = field.data
        return metadata

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is well; if not, ``errors`` say by member what is wrong, in words for those who fill it in."""
        sound = super().validate(extra_validators)
        self.made = None
        try:
            made = self._judged()
        except RefusedMetadata as refused:
            for member, reason in refused.faults:
                self._complain(member, reason[:1].upper() + reason[1:])
            return False
        if self.client is None and self.provider.store.clients.get(made.client.client_id) is not None:
            self._complain("client_id", "There is a client with this ID already")
            return False
        self.made = made if sound else None
        return sound

    def save(self) -> Made:
        """Keep the client. Its ``client_secret`` is there once, where one was drawn, and nowhere else.

        :raises ~oidc_op.protocol.clients.RefusedMetadata: it does not validate.
        """
        if self.made is None and not self.validate():
            raise RefusedMetadata([(name, str(each)) for name, errors in self.errors.items() for each in errors])
        made = self.made
        if made is None:
            raise AssertionError
        clients = self.provider.store.clients
        (clients.add if self.client is None else clients.put)(made.client)
        return made

    def _judged(self) -> Made:
        if self.client is None:
            return new_client(self.provider, self.metadata, by=self._by)
        return replaced_client(self.provider, self.client, self.metadata, by=self._by)

    def _complain(self, member: str, reason: str) -> None:
        if member in self:
            self[member].errors = [*self[member].errors, reason]
        else:
            self.form_errors.append(f"{member}: {reason}")

    def _offered(self, name: str, known: tuple[str, ...], value: Any) -> list[Any]:
        """The choices: those that are known here, and what the client has already."""
        has = (value,) if isinstance(value, str) else value
        words = WORDS.get(name, {})
        values = dict.fromkeys((*(("",) if "" in words else ()), *known, *has))
        return [SelectChoice(value=each, label=words.get(each, each)) for each in values]

    @classmethod
    def _unbound_names(cls) -> list[str]:
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "_formfield")]
