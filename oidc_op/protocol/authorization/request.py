"""The authorization request being decided, and how it travels through the pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.session import Session
from oidc_op.protocol.carried import carried, carry
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.parameters import Parameters

SEAL = "authorization request"
FRESH = 900  # seconds that a sign-in counts as one for the request that asked for it


@dataclass(slots=True)
class Progress:
    """How far a person got with a request: travels with it, sealed.

    ``first_seen_at`` is seconds since the epoch. ``sent_from`` is the mark of the session that was there when the person
    was sent to sign in (None: never sent, "": there was none), so that a newer sign-in shows. ``selected`` and
    ``consented`` are marks of sessions that did so; ``other`` says that another account was asked for; ``asked`` is the
    ``sub`` of whom a page has asked.
    """

    first_seen_at: int
    sent_from: str | None = None
    selected: str = ""
    other: bool = False
    consented: str = ""
    consented_scopes: tuple[str, ...] = ()
    asked: str = ""


@dataclass(slots=True)
class Authorization:
    """An authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).

    Steps fill the fields in the order in which they stand here.
    """

    provider: IProvider
    params: Parameters = field(default_factory=Parameters)
    progress: Progress = field(default_factory=lambda: Progress(0))
    now: int = 0
    client: Client = None  # type: ignore[assignment]  # find_client
    redirect_uri: str = ""  # check_redirect_uri
    response_types: frozenset[str] = frozenset()  # choose_response_type
    response_mode: str = ""  # choose_response_mode
    scopes: tuple[str, ...] = ()  # check_scope
    code_challenge: tuple[str, str] | None = None  # check_pkce
    prompt: frozenset[str] = frozenset()  # read_prompt
    max_age: int | None = None  # read_hints
    hinted_sub: str = ""  # read_hints
    hint_is_the_clients: bool = False  # read_hints: signed with the client's own secret
    session: Session | None = None  # find_session
    account: Any = None  # find_session
    answer: Any = None  # meet_interaction, issue_response
    kept: str = ""  # the handle of the parameters, where they are too long to travel

    @property
    def gives_code(self) -> bool:
        return "code" in self.response_types

    @property
    def is_authentication(self) -> bool:
        """Whether it is OpenID Connect rather than OAuth alone."""
        return "openid" in self.scopes

    @property
    def mark(self) -> str:
        """A value that distinguishes this sign-in of this browser from any other; "" where nobody is signed in."""
        return self.session.mark if self.session else ""

    @property
    def signed_in_for_this(self) -> bool:
        """Whether the person has proved who they are since they were sent to do so for this very request.

        The time is compared too, since a sealed request can be carried into a browser that signed in before, and it does not
        excuse for longer than a person takes. A session that only follows a host's sign-in proves nothing where there was one.
        """
        session, sent_from = self.session, self.progress.sent_from
        if session is None or sent_from in (None, session.mark) or (session.implicit and sent_from):
            return False
        return session.auth_time >= max(self.progress.first_seen_at, self.now - FRESH)

    @property
    def has_consented(self) -> bool:
        """Whether the person has answered the consent page for this very request."""
        return bool(self.mark) and self.progress.consented == self.mark and set(self.scopes) <= set(self.progress.consented_scopes)

    @property
    def asked_another(self) -> bool:
        """Whether the page that is answered asked somebody else than who is signed in now, in another tab perhaps."""
        return self.session is None or self.progress.asked != self.session.sub

    def sealed(self) -> str:
        """The whole request as text that only this provider can read.

        :raises InvalidRequest: it is too long (over 32 KiB).
        """
        return carry(self.provider, SEAL, self, asdict(self.progress))

    @classmethod
    def unsealed(cls, provider: IProvider, text: str) -> Authorization:
        """The request that ``text`` stands for.

        :raises InvalidRequest: it is unknown here, or too old (``oidc.interaction_expire``).
        """
        params, progress, kept = carried(provider, SEAL, text)
        progress["consented_scopes"] = tuple(progress["consented_scopes"])
        known = Progress(**progress)
        if provider.now >= known.first_seen_at + provider.settings.interaction_expire:
            raise InvalidRequest("the request has expired; start again at the application")
        return cls(provider, params, known, provider.now, kept=kept)
