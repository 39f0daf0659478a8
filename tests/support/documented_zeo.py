"""A reader's ZEO server."""

import subprocess

from served import executable, free_port
from zeo_server import answered

PORT = "8100"  # of the documentation; a test has one of its own


class WithZEO:
    """What a reader does who keeps things on a ZEO server."""

    def _runzeo(self, arguments):
        """In the background, until the reader ends."""
        process = subprocess.Popen([executable("runzeo"), *arguments], cwd=self.folder, stderr=subprocess.DEVNULL)
        self._closing.callback(process.wait, 15)
        self._closing.callback(process.terminate)
        assert answered(int(self.zeo_port), process), "the ZEO server does not answer"
        return ""

    @property
    def zeo_port(self):
        if not hasattr(self, "_zeo_port"):
            self._zeo_port = str(free_port())
        return self._zeo_port
