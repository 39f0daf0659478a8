"""The example of a protected API, run as its README says."""

import os
import re
import shlex
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import requests
from served import START, environment, executable, free_port
from user_agent import UserAgent

EXAMPLE = Path(__file__).parents[2] / "examples" / "protected_api"
PORTS = ("6545", "6546", "6547", "6548")
ANN = ("ann", "open sesame")


class Site:
    """The provider and the API, on ports that are free, and what the reader knows of them."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        ports = {port: str(free_port()) for port in PORTS}
        shutil.copytree(EXAMPLE, folder / "protected_api", ignore=shutil.ignore_patterns("__pycache__", "var"))
        for file in (folder / "protected_api").glob("*.*"):
            file.write_text(re.sub("|".join(PORTS), lambda match: ports[match[0]], file.read_text()))
        self.readme = (folder / "protected_api" / "README.txt").read_text().replace("\\\n", " ")
        self.issuer, self.api, self.callback, self.by_itself = (f"http://localhost:{ports[port]}" for port in PORTS)
        self.environment = environment() | {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}

    def start(self):
        """Carry out the commands of the README."""
        for line in self.readme.splitlines():
            words = shlex.split(line) if line.startswith(("    oidc-op ", "    pserve ")) else []
            if words[:1] == ["oidc-op"]:
                self._do(words)
            elif words:
                self.serve(words[1])

    def _do(self, words):
        words[0] = executable(words[0])
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def serve(self, ini):
        self.processes.append(subprocess.Popen([executable("pserve"), ini], cwd=self.folder, env=self.environment))
        url = {"provider.ini": self.issuer, "api.ini": self.api, "api_by_itself.ini": self.by_itself}[Path(ini).name]
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                requests.get(url, timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{ini} is not served")

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait(15)

    @property
    def address(self):
        """Where the README sends people to sign in."""
        (found,) = re.findall(r"http://localhost:\d+/authorize\?\S+(?:\s+&\S+)+", self.readme)
        return re.sub(r"\s", "", found)

    def tokens(self, scope="openid books.read", client="reader"):
        """What the reader gets when Ann has signed in."""
        address = self.address.replace("scope=openid%20books.read", f"scope={scope}").replace("client_id=reader", f"client_id={client}")
        arrived = UserAgent(self.issuer, *ANN).visit(address)
        (code,) = re.findall(r"[?&]code=([^&]+)", arrived)
        return self.redeem(code, client)

    def redeem(self, code, client="reader"):
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{self.callback}/callback"}
        return self.asks("token", fields, client)

    def asks(self, endpoint, fields, client="reader"):
        """What the reader is answered."""
        answer = requests.post(f"{self.issuer}/{endpoint}", fields, auth=(client, "reader-secret-of-the-protected-api"), timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def books(self, token=None, *, at=None, **headers):
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{at or self.api}/books", headers=shown | headers, timeout=30)


@contextmanager
def protected_site(folder):
    """Everything is served until the block ends."""
    site = Site(folder)
    try:
        site.start()
        yield site
    finally:
        site.stop()
