"""The navigation of the console, built from the views that are registered with ``menu=(place, label)``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import NamedTuple

from oidc_op.interfaces import Registry
from oidc_op.resources.admin import FOLDERS, Admin, AdminNode, Folder
from oidc_op.security import permits


class Entry(NamedTuple):
    """A line of the menu; ``summary`` describes the section, ``is_here`` is true for the section of the current page."""

    label: str
    url: str
    summary: str
    is_here: bool


class MenuView(NamedTuple):
    """A view that has a line in the menu, as Pyramid's introspector knows it."""

    place: int
    label: str
    context: type[Admin | Folder]
    name: str
    permission: str
    function: Callable[..., object]


def menu(node: AdminNode, view_name: str) -> list[Entry]:
    """Return the lines that this person may open; ``node`` and ``view_name`` are the current page."""
    entries = []
    admin = node.provider[Admin.name]
    for view in _views(node.provider.request.registry):
        target = admin if view.context is Admin else admin[view.context.name]
        if permits(node.provider, target, view.permission):
            names = (view.name,) if view.name else ()
            is_below = node.path == admin.path if target is admin else node.path[: len(target.path)] == target.path
            is_here = is_below and view.name in ("", view_name) and (target is not admin or view.name == view_name)
            entries.append((view.place, view.label, Entry(view.label, target.url(*names), _summary(view, target), is_here)))
    return [entry for _, _, entry in sorted(entries, key=lambda each: each[:2])]


def _summary(view: MenuView, target: AdminNode) -> str:
    """Return the first line of the docstring of the view, or else of the resource."""
    return (inspect.getdoc(inspect.unwrap(view.function)) or type(target).__doc__ or "").partition("\n")[0]


def _views(registry: Registry) -> Iterator[MenuView]:
    for each in registry.introspector.get_category("views") or ():
        view = each["introspectable"]
        if view.get("menu") and (view["context"] is Admin or view["context"] in FOLDERS.values()):
            place, label = view["menu"]
            yield MenuView(place, label, view["context"], view["name"], view["oidc_permission"], view["callable"])
