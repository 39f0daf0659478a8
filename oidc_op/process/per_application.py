"""State that a process keeps in memory for each application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from oidc_op.interfaces import IProvider

T = TypeVar("T")


class PerApplication(Generic[T]):
    """One object for each application, made by ``make`` when it is asked for first, and gone with the application."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Any, T] = WeakKeyDictionary()  # by the application's configuration

    def of(self, provider: IProvider) -> T:
        """Return the object of the application that ``provider`` belongs to."""
        found = self._made.get(provider.configuration)
        return found if found is not None else self._made.setdefault(provider.configuration, self._make())
