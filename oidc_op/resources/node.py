"""A place in the tree."""

from __future__ import annotations

from typing import Any


class Node:
    """A located thing: it knows its name, what it hangs in, and through that the provider."""

    def __init__(self, parent: Any, name: str) -> None:
        self.__parent__, self.__name__ = parent, name

    @property
    def provider(self) -> Any:
        return self.__parent__.provider
