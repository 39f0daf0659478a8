"""The classes that objects in a database may have. Without this limit, whoever can write a pickle could have any function called."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pickle import UnpicklingError

from persistent import Persistent
from ZODB.broken import find_global
from ZODB.Connection import Connection

BUILTINS = {"set", "frozenset", "bytearray", "complex"}  # builtins at large have eval and getattr among them
TREES = re.compile(r"(OO|LO|OL|LL|LF|IO|OI|II|IF)(BTree|Bucket|Set|TreeSet)")
PERSISTENT = {("persistent.mapping", "PersistentMapping"), ("persistent.list", "PersistentList")}
OURS = re.compile(r"oidc_op\.store\.zodb\.(records|listing|slices)")


class ForeignClass(UnpicklingError):
    """An object in a database has a class that is neither ours nor admitted; says what to do about it."""


def find_class(admitted: tuple[str, ...]) -> Callable[[Connection, str, str], type]:
    """Return a ``class_factory`` of a ``ZODB.DB`` that finds our classes, BTrees, persistent's, and those of ``admitted`` packages.

    The factory raises ForeignClass for every other.
    """

    @cache
    def found(module: str, name: str) -> type:
        if not (_is_ours(module, name) or any(f"{module}.".startswith(f"{package}.") for package in admitted)):
            raise ForeignClass(
                f"an object of {module}.{name} is in it, which is not the provider's; "
                f"if it is your application's, say oidc.zodb_modules = {module.partition('.')[0]}"
            )
        stored: type = find_global(module, name)
        return stored

    return lambda _connection, module, name: found(module, name)


def _is_ours(module: str, name: str) -> bool:
    if module == "builtins":
        return name in BUILTINS
    if package := re.fullmatch(r"BTrees\.(\w+)BTree", module):
        return (tree := TREES.fullmatch(name)) is not None and tree[1] == package[1]
    if OURS.fullmatch(module):  # a module has functions too, and what it has imported
        found_here = getattr(import_module(module), name, None)
        return isinstance(found_here, type) and issubclass(found_here, Persistent)
    return (module, name) in PERSISTENT
