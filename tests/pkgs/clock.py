"""An extension that lets time pass: its clock is ahead by as many seconds as a file says."""

import time
from pathlib import Path

from oidc_op.settings import string


def includeme(config):
    config.add_oidc_setting("oidc.clock_file", string, "", "A file with the number of seconds that the clock is ahead.")
    config.set_oidc_clock(Clock(Path(config.registry.settings["oidc.clock_file"])))


class Clock:
    """Seconds since the epoch, and what the file adds."""

    def __init__(self, path):
        self.path = path

    def __call__(self):
        return time.time() + int(self.path.read_text() if self.path.exists() else 0)

    def move(self, seconds):
        """Let time pass, or come back where ``seconds`` is negative."""
        now = int(self.path.read_text() if self.path.exists() else 0)
        self.path.write_text(str(now + seconds))

    def reset(self):
        self.path.unlink(missing_ok=True)
