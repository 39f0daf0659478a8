"""The members of client metadata (RFC 7591 §2, OIDC Registration §2) that something here acts on, one entry each.

Registration, the form, the console, the command line and the documentation are made from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from oidc_op.model.response_type import RESPONSE_TYPES, ordered

from . import member_types as types
from .access_token import JWT, OPAQUE
from .client_secret import SYMMETRIC
from .grants import offered
from .keys import ALGORITHMS
from .member_types import MemberType

if TYPE_CHECKING:
    from oidc_op.config.configuration import Configuration

#: The headings under which forms have them, in this order.
APPLICATION, REDIRECTS, RIGHTS, SIGN_IN = "The application", "Redirect URIs", "What it may ask for", "Sign-in and consent"
PAGES, PEOPLE = "What people see of it", "Who looks after it"
GROUPS = (APPLICATION, REDIRECTS, RIGHTS, SIGN_IN, PAGES, PEOPLE)


class Member(NamedTuple):
    """A member of client metadata.

    ``help`` is a sentence for those who fill it in; ``note`` is what the documentation says beyond it. ``former`` is
    django-oidc-provider's name. ``choices`` gives the values that there are here, ``words`` what they mean where they do not
    say it themselves; "" among ``words`` is what may be left unsaid. ``owner_may`` says whether the owner of a client may
    change it, who may do less than an administrator.
    """

    name: str
    type: MemberType
    label: str
    group: str
    help: str = ""
    note: str = ""
    former: str = ""
    choices: Callable[[Configuration], tuple[str, ...]] | None = None
    words: Mapping[str, str] = {}
    owner_may: bool = True


def _fixed(*values: str) -> Callable[[Configuration], tuple[str, ...]]:
    return lambda _configuration: values


def _response_types(value: Any) -> tuple[str, ...]:
    """Read them, each with its words in our order."""
    return types.read_some_of(tuple(RESPONSE_TYPES))([ordered(each) for each in types.read_list(value)])


def _authentication(configuration: Configuration) -> tuple[str, ...]:
    return tuple(configuration.client_authentication)


TABLE = (
    Member("client_name", types.LINE, "Name", APPLICATION, "What people are told it is called.", former="name"),
    Member(
        *("client_id", types.IDENTIFIER, "Client ID", APPLICATION),
        help="Cannot be changed later. Drawn where you leave it empty.",
        note="1 to 255 printable ASCII characters.",
        former="client_id",
    ),
    Member(
        *("client_secret", types.SECRET, "", APPLICATION),
        help="Drawn where you give none.",
        note="At least 32 printable ASCII characters. Only its digest is kept, but for ``HS256``.",
        former="client_secret",
    ),
    Member(
        *("application_type", types.ONE_OF, "Type", APPLICATION),
        help="On a loopback address, an installed application may be answered at any port.",
        note="``web`` (the default) or ``native``.",
        choices=_fixed("web", "native"),
        words={"web": "Web: on a server, or in a browser", "native": "Native: installed on a device"},
        owner_may=False,
    ),
    Member(
        *("redirect_uris", types.REDIRECT_URIS, "Redirect URIs", REDIRECTS),
        help="Where people are sent back with a code: one a line, compared byte for byte.",
        note="See below.",
        former="redirect_uris",
    ),
    Member(
        *("post_logout_redirect_uris", types.REDIRECT_URIS, "Redirect URIs after sign-out", REDIRECTS),
        help="Where people may be sent after they signed out: one a line.",
        note="See :doc:`session_management`.",
    ),
    Member(
        *("response_types", MemberType("some of", _response_types), "Response types", RIGHTS),
        help="What it may ask for at the authorization endpoint.",
        note="``code`` where nothing is said. See :doc:`flows`.",
        former="response_type",
        choices=_fixed(*RESPONSE_TYPES),
        owner_may=False,
    ),
    Member(
        *("grant_types", types.SOME_OF, "Grant types", RIGHTS),
        help="How it may ask for tokens.",
        note="``authorization_code`` and ``refresh_token`` where nothing is said. See :doc:`flows`.",
        choices=offered,
        owner_may=False,
    ),
    Member(
        *("token_endpoint_auth_method", types.ONE_OF, "Client authentication", APPLICATION),
        help="A confidential client keeps a secret; a public one cannot.",
        note="``none`` makes it public. ``client_secret_basic`` and ``client_secret_post`` allow that one way only; either will do "
        "where nothing is said.",
        former="client_type",
        choices=_authentication,
        words={"": "client_secret_basic or client_secret_post", "none": "none: it is public and has no secret"},
        owner_may=False,
    ),
    Member(
        *("scope", types.SCOPE, "Scopes", RIGHTS),
        help="What it may ask for, separated by blanks; the standard scopes where it is empty.",
        note="Those are ``openid profile email address phone offline_access``.",
        owner_may=False,
    ),
    Member(
        *("access_token_format", types.ONE_OF, "Access tokens", RIGHTS),
        help="Opaque ones are looked up here; APIs can check JWTs by themselves (RFC 9068).",
        note="``opaque`` or ``jwt``, where it is not what :confval:`oidc.access_token_format` says.",
        choices=_fixed(OPAQUE, JWT),
        words={"": "as the provider gives to all"},
        owner_may=False,
    ),
    Member(
        *("pkce_or_nonce_required", types.YES_OR_NO, "Require PKCE or a nonce", RIGHTS),
        help="Switch it off only for an application that can do neither: whoever steals a code could then use it there.",
        note="``true`` (the default): a confidential client sends ``code_challenge``, or with the scope ``openid`` a ``nonce`` "
        "(RFC 9700 §2.1.1). Public clients always need ``code_challenge``.",
        owner_may=False,
    ),
    Member(
        *("require_consent", types.YES_OR_NO, "Ask people for consent", SIGN_IN),
        note="``true`` (the default): people are asked. ``false``: never, but for the cases in :doc:`user_consent`. (The "
        "documentation of django-oidc-provider says it the other way round; its code says it this way.)",
        former="require_consent",
        owner_may=False,
    ),
    Member(
        *("reuse_consent", types.YES_OR_NO, "Remember what they allowed", SIGN_IN),
        note="``true`` (the default): an answer is remembered. See :doc:`user_consent`.",
        former="reuse_consent",
        owner_may=False,
    ),
    Member(
        *("default_max_age", types.SECONDS, "Longest time since the sign-in", SIGN_IN),
        help="In seconds, where its requests do not say. People who signed in earlier sign in again.",
    ),
    Member(
        *("id_token_signed_response_alg", types.ONE_OF, "Signature of ID Tokens", SIGN_IN),
        help="Ask its developers what it can check.",
        note="``RS256`` (the default), ``ES256``, or ``HS256``; see below.",
        former="jwt_alg",
        choices=_fixed(*ALGORITHMS, *SYMMETRIC),
    ),
    Member(
        *("id_token_include_claims", types.YES_OR_NO, "Put claims into ID Tokens", SIGN_IN),
        help="For applications that do not ask the UserInfo endpoint, and show people without a name otherwise.",
        note="``false`` (the default): only where :confval:`oidc.idtoken_include_claims` says so for all.",
    ),
    Member("client_uri", types.URL, "Home page", PAGES, former="website_url"),
    Member(
        *("logo_uri", types.URL, "Logo", PAGES),
        help="The address of a picture that people see when they are asked for consent.",
        former="logo",
    ),
    Member("policy_uri", types.URL, "Privacy policy", PAGES, former="terms_url"),
    Member("tos_uri", types.URL, "Terms of service", PAGES),
    Member(
        *("contacts", types.LINES, "Contacts", PEOPLE),
        help="Addresses of those who look after it, one a line.",
        former="contact_email",
    ),
    Member(
        *("owner", types.LINE, "Owner", PEOPLE),
        help="The sub of an account that may edit this client in the console.",
        owner_may=False,
    ),
)
MEMBERS = {member.name: member for member in TABLE}


def choices(configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """Return the values that there are here, by the member that has one or some of them."""
    return {member.name: member.choices(configuration) for member in TABLE if member.choices is not None}


def readers(configuration: Configuration) -> dict[str, Callable[[Any], Any]]:
    """Return how each member is read from JSON, by its name."""
    found = {member.name: member.type.read for member in TABLE}
    for name, known in choices(configuration).items():
        if MEMBERS[name].type is types.SOME_OF:
            found[name] = types.read_some_of(known)
        elif MEMBERS[name].type is types.ONE_OF:
            found[name] = types.read_one_of(known)
    return found
