"""Views of the console: its pages for those who look after the provider."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import Configurator


def in_menu(view: Any, info: Any) -> Any:
    """A view deriver that changes nothing: it lets views carry ``menu=(place, label)``, which the introspector keeps."""
    return view


in_menu.options = ("menu",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    config.add_view_deriver(in_menu, name="menu")
