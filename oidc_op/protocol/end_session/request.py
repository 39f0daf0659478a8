"""The logout request being decided, and how it travels through the page that asks the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.session import Session
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization_response import Redirect
from oidc_op.protocol.carried import carried, carry
from oidc_op.protocol.errors import InvalidRequest, OAuthError
from oidc_op.protocol.parameters import Parameters
from oidc_op.protocol.response_modes import query

SEAL = "logout request"
RECOGNISED = frozenset({"id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", RESUME})


class Page(Enum):
    """The pages that a person may see, by the names of their templates."""

    ASK = "end_session"
    SIGNED_OUT = "signed_out"


@dataclass(slots=True)
class EndSession:
    """A logout request (RP-Initiated Logout 1.0 §2).

    ``first_seen_at`` is seconds since the epoch; ``asked`` and ``confirmed`` are marks of the session that the person
    was asked about, and said yes to. Steps fill the fields after them in the order in which they stand here; ``fault``
    is what was wrong with the request, whose redirect is then forgotten.
    """

    provider: IProvider
    params: Parameters = field(default_factory=Parameters)
    first_seen_at: int = 0
    asked: str = ""
    confirmed: str = ""
    hint: JSONObject | None = None  # read_hint
    client: Client | None = None  # find_client
    post_logout_redirect_uri: str = ""  # check_post_logout_redirect_uri
    fault: OAuthError | None = None
    session: Session | None = None  # find_session
    kept: str = ""  # the handle of the parameters, where they are too long to travel

    @classmethod
    def read(cls, provider: IProvider, params: Parameters) -> EndSession:
        """The request that ``params`` make, or that they resume.

        :raises InvalidRequest: what they resume is unknown here, or too old.
        """
        sealed = params.get(RESUME)
        return cls(provider, params, provider.now) if sealed is None else cls.unsealed(provider, sealed)

    @property
    def next_page(self) -> Redirect | None:
        """The redirect that the client asked for, with its ``state`` and nothing else (§3); None where it may not ask for one."""
        if not self.post_logout_redirect_uri:
            return None
        state = self.params.get("state")
        return query(self.post_logout_redirect_uri, [("state", state)]) if state else Redirect(self.post_logout_redirect_uri, leaves=True)

    def sealed(self) -> str:
        """The whole request as text that only this provider can read.

        :raises InvalidRequest: it is too long (over 32 KiB).
        """
        return carry(self.provider, SEAL, self, [self.first_seen_at, self.asked, self.confirmed])

    @classmethod
    def unsealed(cls, provider: IProvider, text: str) -> EndSession:
        """The request that ``text`` stands for.

        :raises InvalidRequest: it is unknown here, or too old (``oidc.interaction_expire``).
        """
        params, (first_seen_at, asked, confirmed), kept = carried(provider, SEAL, text)
        if provider.now >= first_seen_at + provider.settings.interaction_expire:
            raise InvalidRequest("the request has expired; start again at the application")
        return cls(provider, params, first_seen_at, asked, confirmed, kept=kept)
