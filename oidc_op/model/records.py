"""The collections of a store by name, and the class of the records in each."""

from __future__ import annotations

from typing import TypeAlias

from .account import Account
from .change import Change
from .client import Client
from .consent import Consent
from .grant import Grant
from .key import Key
from .session import Session
from .ticket import Ticket

RECORDS: dict[str, type] = {
    "clients": Client,
    "accounts": Account,
    "keys": Key,
    "consents": Consent,
    "changes": Change,
    "grants": Grant,
    "sessions": Session,
    "tickets": Ticket,
}
EXPIRING = ("grants", "sessions", "tickets")  # dropped a slice at a time; consents expire too, but one by one
CONFIGURATION = tuple(name for name in RECORDS if name not in EXPIRING)
#: A record of any collection.
Record: TypeAlias = Account | Change | Client | Consent | Grant | Key | Session | Ticket
