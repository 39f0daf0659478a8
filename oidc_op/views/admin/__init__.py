"""Views of the console, the pages for administrators."""

from __future__ import annotations

from typing import TypeVar

from oidc_op.interfaces import Configurator

View = TypeVar("View")


def in_menu(view: View, info: object) -> View:
    """Return the view unchanged: as a deriver this lets views have ``menu=(place, label)``, which the introspector records."""
    return view


in_menu.options = ("menu",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    config.add_view_deriver(in_menu, name="menu")
