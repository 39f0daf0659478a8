"""The database's errors as errors of a store: a conflict that is run again, or a store that is unavailable."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Engine, event
from transaction.interfaces import TransientError

from oidc_op.store.errors import Conflict, StoreUnavailable

log = logging.getLogger(__name__)

# Of SQLSTATE, PostgreSQL's Appendix A: what a second attempt may mend, and what has to be mended outside.
CONFLICTS = ("40", "55P03", "23505", "23514")  # rolled back, locked, taken meanwhile, a partition dropped meanwhile
OUTAGES = ("08", "53", "57", "58", "25006", "42501", "XX")  # connection, resources, stopped, system, read-only, forbidden, damaged
BUSY = {5, 6}  # SQLite's primary result codes: BUSY, LOCKED
BROKEN = {3, 8, 10, 11, 13, 14, 26}  # PERM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB


class ConnectionLost(StoreUnavailable, TransientError):
    """The connection went before anything was kept; the next attempt makes a new one."""


def listen(engine: Engine) -> None:
    """Let errors of this engine come as what they mean."""
    event.listen(engine, "handle_error", _translate)


def _translate(context: Any) -> Exception | None:
    """Return the error to raise in place of the driver's; SQLAlchemy chains the two."""
    error = context.original_exception
    state, reason = getattr(error, "sqlstate", None) or "", reason_of(error)
    code = getattr(error, "sqlite_errorcode", None)
    if state.startswith(CONFLICTS) or (code is not None and code & 0xFF in BUSY):
        return Conflict(reason)
    if context.is_disconnect and context.statement is not None:
        return ConnectionLost(reason)
    if context.is_disconnect or state.startswith(OUTAGES) or (code is not None and code & 0xFF in BROKEN) or _has_no_connection(context):
        return StoreUnavailable(reason)
    return None


def _has_no_connection(context: Any) -> bool:
    return context.connection is None and isinstance(context.original_exception, context.dialect.loaded_dbapi.OperationalError)


def reason_of(error: BaseException) -> str:
    """Why, on one line; drivers give several, the last attempt's first, and hints."""
    said = next((line for line in str(error).strip().splitlines() if line.strip()), "") or type(error).__name__
    said = said.rpartition(" failed: ")[2] or said
    return said.removeprefix("FATAL:").removeprefix("ERROR:").strip()
