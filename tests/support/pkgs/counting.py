"""An extension that hashes passwords in no time, and notes each time that it did."""

from oidc_op.accounts.password import PasswordHasher
from oidc_op.interfaces import IPasswordHasher
from pkgs.notes import notes_of


class CountingHasher(PasswordHasher):
    """A cheap one."""

    def __init__(self, notes):
        super().__init__(2, time_cost=1, memory_cost=8)
        self.notes = notes

    def verify(self, hashed, password):
        self.notes.add("hashed", "")
        return super().verify(hashed, password)


def includeme(config):
    config.registry.registerUtility(CountingHasher(notes_of(config)), IPasswordHasher)
