"""A ticket: a value that counts once or for a while, such as failed sign-ins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ticket:
    """Something to remember until ``expires_at`` (seconds since the epoch).

    Its key is drawn (``draw_key``), or named (``named_key``) so that of two that mean the same only one can be added.
    ``data`` holds numbers and strings; what they mean is its purpose's own affair.
    """

    key: str
    purpose: str
    expires_at: int
    data: tuple[int | str, ...] = ()
