"""An extension that lets time stand still and pass at will: it is the moment that a file says."""

import time
from pathlib import Path

from oidc_op.config.settings import string


def includeme(config):
    config.add_oidc_setting("oidc.clock_file", string, "", "A file with the moment that it is; where it is absent, it is now.")
    config.set_oidc_clock(Clock(Path(config.registry.settings["oidc.clock_file"])))


class Clock:
    """Seconds since the epoch, as a file says."""

    def __init__(self, path):
        self.path = path

    def __call__(self):
        return int(self.path.read_text()) if self.path.exists() else time.time()

    def stop(self):
        """Let it stay this second, so that no test depends on how long it takes."""
        self._set(time.time())

    def move(self, seconds):
        """Let time pass, or come back where ``seconds`` is negative."""
        self._set(self() + seconds)

    def reset(self):
        """Let it be now again."""
        self.path.unlink(missing_ok=True)

    def _set(self, moment):
        new = self.path.with_suffix(".new")
        new.write_text(str(int(moment)))
        new.replace(self.path)  # a server never reads half of it
