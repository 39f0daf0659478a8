"""A reason to involve the person, as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Check(NamedTuple):
    """Unmet where one of ``reasons`` holds for the authorization.

    The person is then sent to ``page``, the name of an endpoint; under ``prompt=none`` the client is told ``refusal``.
    """

    name: str
    page: str
    refusal: type[Exception]
    reasons: tuple[Callable[[Any], bool], ...]

    def unmet(self, authorization: Any) -> Callable[[Any], bool] | None:
        """The first reason that holds, or None."""
        return next((reason for reason in self.reasons if reason(authorization)), None)
