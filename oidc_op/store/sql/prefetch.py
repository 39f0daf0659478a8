"""Prefetching: records that will be asked for next are read with one statement.

Whoever reads a grant wants to know whether its client, account, consent and session live; whoever reads a session, who that is.
What belongs together never changes, so a process remembers it from one request to the next. It remembers keys alone: the
records themselves are read in each transaction.
"""

from __future__ import annotations

import threading
from typing import Any

from oidc_op.model.consent import consent_key

REMEMBERED = 20_000  # grants and sessions; about 8 MB
SOURCES = ("grants", "sessions")

Keys = dict[str, str]  # by collection


class Foresight:
    """The keys that a process remembers of grants and sessions: those of the records that go with them."""

    def __init__(self) -> None:
        self._kept: dict[str, Keys] = {}
        self._lock = threading.Lock()

    def note(self, name: str, record: Any) -> Keys:
        """Remember the keys that go with a record of the collection ``name``, and return them."""
        found = _related(name, record)
        if name in SOURCES:
            with self._lock:
                self._kept[record.key] = found
                if len(self._kept) > REMEMBERED:
                    del self._kept[next(iter(self._kept))]
        return found

    def wanted(self, soon: Keys, name: str, key: str) -> Keys:
        """Return the keys to read where this record is asked for and ``soon`` was expected."""
        expected = self._completed(soon)
        return expected if expected.get(name) == key else self._completed({name: key})

    def _completed(self, keys: Keys) -> Keys:
        """With what goes with them, as far as that is known."""
        found = keys
        for source in SOURCES:
            if source in found:
                found = self._kept.get(found[source], {}) | found
        if "clients" in found and "accounts" in found:
            consent = consent_key(found["accounts"], found["clients"])
            also = {"listed": consent} if "clients" in keys and "grants" in keys else {}  # a code or a refresh token is shown
            found = {"consents": consent, **also} | found
        return found


def _related(name: str, record: Any) -> Keys:
    if name == "grants":
        found = {"clients": record.client_id}
        if record.sub:
            found["accounts"] = record.sub
        if record.sid and not record.offline:
            found["sessions"] = record.sid
        return found
    if name == "sessions":
        return {"accounts": record.sub}
    return {"clients": record.client_id} if name == "clients" else {}
