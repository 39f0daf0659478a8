"""The navigation of the console, made of the views that say ``menu=(place, label)``."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from oidc_op.interfaces import Registry
from oidc_op.resources.admin import FOLDERS, Admin
from oidc_op.security import permits


class Entry(NamedTuple):
    """A line of the menu; ``summary`` says what is there, and ``is_here`` that the person is there already."""

    label: str
    url: str
    summary: str
    is_here: bool


def menu(node: Any, view_name: str) -> list[Entry]:
    """What the person may open; ``node`` and ``view_name`` are where they are."""
    found = []
    admin = node.provider[Admin.name]
    for view in _views(node.provider.request.registry):
        place, label = view["menu"]
        target = admin if view["context"] is Admin else admin[view["context"].name]
        if permits(node.provider, target, view["oidc_permission"]):
            names = (view["name"],) if view["name"] else ()
            here = target.path == node.path[: len(target.path)] if target is not admin else node.path == admin.path
            here = here and (not view["name"] or view["name"] == view_name)
            summary = (inspect.getdoc(inspect.unwrap(view["callable"])) or type(target).__doc__ or "").partition("\n")[0]
            found.append((place, label, Entry(label, target.url(*names), summary, here)))
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2])]


def _views(registry: Registry) -> list[Any]:
    """The views of the console that are in its menu, as the introspector keeps them."""
    category = registry.introspector.get_category("views") or ()
    return [view for each in category if (view := each["introspectable"]).get("menu") and _is_ours(view["context"])]


def _is_ours(context: Any) -> bool:
    return context is Admin or context in FOLDERS.values()
