"""An Apache that lets people through to an application when mod_auth_openidc has signed them in."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import requests
from registrations import SECRET
from served import NotServed

START = 20  # seconds
PROGRAM = shutil.which("apache2", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "proxy", "proxy_http")
NOBODY = "User www-data\nGroup www-data"  # whom root's Apache lets answer
CONF = """\
ServerName localhost
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
Listen 127.0.0.1:{port}
{modules}
{user}

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID apache
OIDCClientSecret {secret}
OIDCRedirectURI http://localhost:{port}/private/callback
OIDCCryptoPassphrase "a passphrase for a minute"
OIDCScope "openid profile email offline_access"
OIDCPKCEMethod S256
OIDCRemoteUserClaim sub
OIDCInfoHook access_token refresh_token userinfo
OIDCCacheType shm

<Location /private>
    AuthType openid-connect
    Require valid-user
</Location>
ProxyPass / http://127.0.0.1:{application}/
"""


class Application(ThreadingHTTPServer):
    """What is behind Apache: it says who Apache says is there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name that http.server looks for
        """Tell the headers."""
        content = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@contextmanager
def guarding(folder: Path, gate: str, issuer: str) -> Iterator[None]:
    """An application at the origin ``gate`` is guarded by Apache until the block ends; people sign in at ``issuer``."""
    if PROGRAM is None or not (MODULES / "mod_auth_openidc.so").exists():
        raise NotServed("Apache and mod_auth_openidc are not installed here; .ci/machine says how")
    application = Application()
    Thread(target=application.serve_forever, daemon=True).start()
    conf = _configured(folder, gate, issuer, application.server_port)
    try:
        with subprocess.Popen([PROGRAM, "-f", str(conf), "-D", "FOREGROUND"], stderr=subprocess.PIPE, text=True) as apache:
            try:
                _wait_for(apache, gate, folder)
                yield
            finally:
                apache.terminate()
    finally:
        application.shutdown()
        application.server_close()


def _configured(folder: Path, gate: str, issuer: str, application: int) -> Path:
    conf = folder / "apache.conf"
    conf.write_text(
        CONF.format(
            folder=folder,
            port=urlsplit(gate).port,
            modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in NEEDED),
            user=NOBODY if os.getuid() == 0 else "",
            issuer=issuer,
            secret=SECRET,
            application=application,
        )
    )
    return conf


def _wait_for(apache: subprocess.Popen[str], gate: str, folder: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and apache.poll() is None:
        try:
            requests.get(f"{gate}/", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    log = folder / "error.log"
    apache.terminate()
    raise NotServed(f"Apache did not answer: {apache.stderr.read() if apache.stderr else ''}{log.read_text() if log.exists() else ''}")
