"""The views, one file per endpoint: find, ask, answer."""

from typing import Any


def includeme(config: Any) -> None:
    config.include(".routes")
    config.include(".page")
    config.include(".cors")
    config.include(".undecodable")
    config.include(".admin")
    config.scan(".", ignore=[".undecodable", ".stray"])
