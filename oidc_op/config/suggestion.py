"""The name that somebody probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Words to put behind "there is no such …": the nearest of ``known``, or nothing where none is near."""
    snake_case = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()  # clientId is as good as client_id
    near = difflib.get_close_matches(snake_case, list(known), 1) or difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
