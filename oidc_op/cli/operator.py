"""The name of the operator at the command line, for the history."""

from __future__ import annotations

import os
import pwd


def who() -> str:
    """The Unix user, and who that is behind sudo."""
    user = os.geteuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:
        name = f"user {user}"
    behind = os.environ.get("SUDO_USER", "") if user == 0 else ""
    shown = f"{behind} as {name}" if behind not in ("", name) and behind.isprintable() else name
    return f"{shown} at the command line"
