"""Merging a stored record with one from a file: whatever ended here stays ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.model.key import Key


def replaced(there: Any, record: Any, now: int) -> Any:
    """``record`` in place of ``there``, but what ends things only moves forward; the same again for what it gave."""
    if isinstance(record, Grant):
        return _grant(there, record, now)
    if isinstance(record, Key):
        return _key(there, record)
    if isinstance(record, Consent):
        # a later answer, or a later "no"
        return there if there.valid_after > record.given_at else replace(record, valid_after=max(there.valid_after, record.valid_after))
    if hasattr(record, "valid_after"):
        return replace(record, valid_after=max(there.valid_after, record.valid_after))
    return record


def again(record: Any, now: int) -> Any:
    """``record``, which was removed here, as something new: nothing that it had been granted lives."""
    return replace(record, valid_after=max(now, record.valid_after) + 1)  # this very second included


def _key(there: Key, record: Key) -> Key:
    """Return the grant with the earlier of the two ends."""
    retired_at, expires_at = _sooner(there.retired_at, record.retired_at), _sooner(there.expires_at, record.expires_at)
    return replace(record, retired_at=retired_at, expires_at=expires_at)


def _sooner(*moments: int) -> int:
    """The first of the moments; 0 is none."""
    return min(filter(None, moments), default=0)


def _grant(there: Grant, record: Grant, now: int) -> Grant:
    """A grant only goes on: to its code being used, to further tokens, and to its end. The one that is further stays."""
    if there.revoked_at or record.revoked_at:
        return there if there.revoked_at else record
    if there.refresh_token is None and (there.code is None or there.code.used_at):
        record = replace(record, refresh_token=None)  # it was taken back here
    if _progress(there) != _progress(record):
        return max(there, record, key=_progress)
    here = {each.digest for each in there.live_access_tokens(now)}
    if here - {each.digest for each in record.access_tokens}:
        return there
    last = max([*_progress(there), *(each.issued_at for each in there.access_tokens)])
    left = tuple(each for each in record.access_tokens if each.digest in here or each.issued_at > last)  # others were revoked here
    return replace(record, access_tokens=left)


def _progress(grant: Grant) -> tuple[int, int]:
    return grant.code.used_at if grant.code else 0, grant.refresh_token.rotated_at if grant.refresh_token else 0
