"""Forms for views of one's own (WTForms): a client registered or edited by hand, as in the console."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, Field, Form, SelectField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from oidc_op.interfaces import IProvider, JSONObject

from .model.client import Client
from .protocol.client_members import GROUPS, MEMBERS, TABLE, choices
from .protocol.clients import Made, RefusedMetadata, drawn_id, new_client, replaced_client
from .protocol.registration import metadata_of


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


class ClientForm(Form):
    """The members of a client, by their names in RFC 7591 §2.

    ``formdata`` is what was sent (``request.POST``), ``client`` the one to edit, or None for a new one; ``provider`` is
    ``request.oidc_provider``. Members named in ``without`` are not asked for and stay as they are: name those that your page
    does not show, since a box that is not sent counts as unticked. ``by`` says who fills it in, as ``Client.updated_by``
    keeps it. Nothing is judged here: ``oidc_op.protocol.registration`` does, and what it says
    becomes the errors of the fields.
    """

    def __init__(
        self, formdata: Any = None, client: Client | None = None, *, provider: IProvider, without: Iterable[str] = (), by: str = ""
    ) -> None:
        self.client, self.provider, self._by = client, provider, by
        self.made: Made | None = None
        shown = client or Client(drawn_id(), response_types=("code",))
        values = {name: getattr(shown, name) for name in self._unbound_names() if hasattr(shown, name)}
        super().__init__(formdata or None, data=values)
        for name, known in choices(provider.configuration).items():
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

    @property
    def groups(self) -> list[tuple[str, list[Field]]]:
        """The fields under their headings; fields that a subclass adds stand under ``More``."""
        found: dict[str, list[Field]] = {group: [] for group in (*GROUPS, "More")}
        for field in self:
            found[MEMBERS[field.short_name].group if field.short_name in MEMBERS else "More"].append(field)
        return [(group, fields) for group, fields in found.items() if fields]

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
        words = MEMBERS[name].words
        values = dict.fromkeys((*(("",) if "" in words else ()), *known, *has))
        return [SelectChoice(value=each, label=words.get(each, each)) for each in values]

    @classmethod
    def _unbound_names(cls) -> list[str]:
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "_formfield")]


FIELDS: Mapping[str, type[Field]] = {
    "line": StringField,
    "lines": LinesField,
    "url": URLField,
    "seconds": SecondsField,
    "yes or no": BooleanField,
    "one of": SelectField,
    "some of": SomeOfField,
}

for _member in TABLE:
    if _member.label:  # the secret is drawn, and shown once
        _offering = {"choices": [], "validate_choice": False} if _member.choices else {}
        setattr(ClientForm, _member.name, FIELDS[_member.type.form](_member.label, description=_member.help, **_offering))
