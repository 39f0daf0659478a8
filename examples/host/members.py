"""The members of the club, and what the provider wants to know of them."""

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zope.interface import implementer

from oidc_op.interfaces import IAccounts

HASHER = PasswordHasher()


@dataclass(frozen=True)
class Member:
    """Somebody who reads; ``sub`` is what other sites know them by, and never changes."""

    sub: str
    username: str
    display_name: str
    email: str
    password: str


NOBODY = HASHER.hash("nobody's password")
MEMBERS = [
    Member("member-1", "ann", "Ann Example", "ann@example.com", HASHER.hash("open sesame")),
    Member("member-2", "bob", "Bob Example", "bob@example.com", HASHER.hash("shut sesame")),
]


@implementer(IAccounts)
class Members:
    """The club's members, as accounts of the provider."""

    def __init__(self, provider):
        self.provider = provider

    def get(self, sub):
        return next((each for each in MEMBERS if each.sub == sub), None)

    def authenticate(self, login, password):
        member = next((each for each in MEMBERS if each.username == login), None)
        try:
            HASHER.verify(member.password if member else NOBODY, password)  # as slow for a stranger
        except VerificationError:
            return None
        return member

    def claims(self, member, scopes):
        return {"name": member.display_name, "preferred_username": member.username, "email": member.email, "email_verified": True}
