"""A reader of the documentation, who does what every page says, in a folder of its own."""

import contextlib
import doctest
import importlib
import io
import json
import logging
import re
import shlex
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests
from documented_zeo import PORT as ZEO_PORT
from documented_zeo import WithZEO
from person import Person
from pyramid.paster import bootstrap, get_app
from served import executable, free_port
from serving import serving
from written import DATABASE, PLACES, SERVE_FILES, UNIMPORTANT, Curl, commands, head, headers, same, standard_input

from oidc_op import cli
from oidc_op.cli import shell
from oidc_op.store import close

ROOT = Path(__file__).parents[2]
PORT = "6543"  # of the documentation; a test has one of its own
COLONS = (":", "%3A")  # before it
INIS = ("development.ini", "production.ini")
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Differs(AssertionError):
    """What happened is not what the page says."""


class Reader(WithZEO):
    """Does what code blocks say; ``variables`` are what a reader has in the shell, such as $CODE."""

    def __init__(self, folder, port=None):
        self.folder, self.port = folder, port or str(free_port())
        self.variables, self.answered, self.person = {}, None, None
        self.password = ""
        self.log = list  # of records
        self.postgresql = None  # the server of the page about it
        self._closing = contextlib.ExitStack()
        self._serving = contextlib.ExitStack()
        for name in INIS:
            (folder / name).write_text(self.here((ROOT / name).read_text()))

    def do(self, snippet):
        """Do what a code block says, and compare."""
        work = getattr(self, f"_{snippet.language.replace('+', '_')}", None)
        if work is None:
            raise Differs(f"{snippet.place}: nobody knows how to carry out {snippet.language}")
        try:
            work(snippet)
        except Exception as error:
            error.add_note(f"at {snippet.place}:\n{snippet.text}")
            raise

    def close(self):
        self._serving.close()
        self._closing.close()

    # what is read in one world and done in another

    def here(self, text):
        for colon in COLONS:
            text = text.replace(colon + PORT, colon + self.port).replace(colon + ZEO_PORT, colon + self.zeo_port)
        for place in PLACES:
            text = text.replace(place, f"{self.folder}{place}")
        if self.postgresql is not None:
            text = re.sub(r"@localhost(:\d+)?/", f"@127.0.0.1:{self.postgresql.port}/", text)
        return text

    def expect(self, wanted, got):
        """Compare, but for blanks, and for what stands as three dots on the page."""
        wanted = wanted.replace("…", "...")
        for colon in COLONS:
            got = got.replace(colon + self.port, colon + PORT)
        for place in PLACES:
            got = got.replace(f"{self.folder}{place}", place)
        got = got.replace(f"{self.folder}/", "")
        if not same(wanted, got):
            raise Differs(f"the page says\n{wanted}\nbut there is\n{got}")

    def expand(self, text):
        """``text`` with the shell's variables in it."""
        return re.sub(r"\$([A-Z_]+)\b", lambda match: self.variables[match[1]], self.here(text))

    # files

    def _write(self, snippet):
        path = self.folder / snippet.caption
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(snippet.text))
        return path

    _yaml = _html_jinja = _write

    def _python(self, snippet):
        """A module, which is imported; or tests, which are run."""
        path = self._write(snippet)
        if path.name.startswith("test_"):
            self._run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(path))
        else:
            importlib.invalidate_caches()
            importlib.import_module(snippet.caption.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."))

    def _ini(self, snippet):
        """A whole file, which a command is about; or lines for ``[app:main]`` of development.ini, which must start with them."""
        self._stop()
        if "[app:main]" in snippet.text:
            self._write(snippet)
        else:
            path = self.folder / "development.ini"
            given = RawConfigParser()
            given.optionxform = str
            given.read_string(f"[app:main]\n{self.here(snippet.text)}")
            lines = path.read_text().splitlines()
            kept = [line for line in lines if line.partition("=")[0].strip() not in given["app:main"]]
            at = kept.index("[app:main]") + 1
            kept[at:at] = [f"{key} = {' '.join(value.split())}" for key, value in given["app:main"].items()]
            path.write_text("\n".join(kept) + "\n")
            self._serve()

    def _nginx(self, snippet):
        """No nginx is at hand; see test_docs."""

    # a server

    def _serve(self, ini=None):
        ini = ini or self.folder / "development.ini"
        self._stop()
        app = get_app(str(ini), options={"here": str(self.folder)})
        self._serving.callback(close, app.registry)
        self._serving.enter_context(serving(app, int(self.port)))
        self._serving.callback(setattr, self, "_server", None)
        self._server = app

    _server = None

    def _stop(self):
        self._serving.close()

    def _need_server(self):
        if self._server is None:
            self._serve()

    # shell

    def _console(self, snippet):
        for command, wanted in commands(snippet.text):
            got = self._command(command, refused=re.search(r"^ *oidc-op: ", wanted, re.MULTILINE) is not None)
            self._learn(got)
            if wanted:
                self.expect(wanted, got)

    def _command(self, command, *, refused=False):
        words = shlex.split(self.expand(command))
        stdin = ""
        if words[0] == "echo":
            at = words.index("|")
            stdin, words = " ".join(words[1:at]) + "\n", words[at + 1 :]
        if "|" in words:
            at = words.index("|")
            assert words[at:] == ["|", "python3", "-m", "json.tool"], words
            return json.dumps(json.loads(self._curl(words[1:at])), indent=4)
        program, *arguments = words
        if program == "oidc-op":
            return self._oidc_op(arguments, stdin, refused=refused)
        if program == "curl":
            return self._curl(arguments)
        if program == "pserve":
            self._serve(self.folder / arguments[0])
            return ""
        if self.postgresql is not None and program in DATABASE:
            return self.postgresql.command(program, *arguments, folder=self.folder)
        if program == "runzeo":
            return self._runzeo(arguments)
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), arguments
            return ""
        if program in UNIMPORTANT or words[:3] == SERVE_FILES:
            return ""
        return self._run(executable(program), *arguments)

    def _run(self, *words):
        folder = ROOT if any(word.startswith("tests/") for word in words) else self.folder
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _oidc_op(self, arguments, stdin, *, refused):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.chdir(self.folder), standard_input(stdin):
            status = cli.main(arguments)
        logging.getLogger("oidc_op").setLevel(logging.INFO)  # a command's own quietness, in a process of its own
        if status != int(refused):
            raise Differs(f"exit status {status}: {out.getvalue()}")
        return out.getvalue()

    def _curl(self, words):
        self._need_server()
        curl = Curl.of(words)
        self.answered = curl.ask()
        return curl.shown(self.answered)

    def _learn(self, text):
        """Keep what later commands have as $ACCESS_TOKEN and the like."""
        for name, value in re.findall(r'^\W*(client_secret|password)"?:?\s+"?([^\s"]+)', text, re.MULTILINE):
            self.variables["SECRET" if name == "client_secret" else "PASSWORD"] = value
        for name, value in re.findall(r'"(access_token|refresh_token|id_token)": ?"([^"]+)"', text):
            self.variables[name.upper()] = value

    # Python

    def _pycon(self, snippet):
        """In ``pshell development.ini``."""
        self._stop()
        with contextlib.chdir(self.folder):
            env = bootstrap("development.ini")
            closer = env.pop("closer")
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.contextmanager(shell.setup)(env):
                    self._doctest(snippet, env)
            finally:
                closer()
                close(env["registry"])

    def _doctest(self, snippet, env):
        test = doctest.DocTestParser().get_doctest(self.here(snippet.text), env, snippet.place, snippet.place, 0)
        assert test.examples, "a pycon block has >>>"
        out = io.StringIO()
        result = doctest.DocTestRunner(optionflags=LOOSELY).run(test, out=out.write)
        if result.failed:
            raise Differs(out.getvalue())

    # HTTP

    def _http(self, snippet):
        """A request; or the answer to the one before, with the headers that it names."""
        if not snippet.text.startswith("HTTP/"):
            self._request(self.expand(snippet.text))
            return
        top, _, body = snippet.text.partition("\n\n")
        wanted = headers(top.splitlines())
        got = {name: value for name, value in headers(head(self.answered).splitlines()).items() if name in wanted}
        self.expect(json.dumps(wanted, indent=0, sort_keys=True), json.dumps(got, indent=0, sort_keys=True))
        if body:
            self._json(snippet._replace(text=body))

    def _request(self, text):
        self._need_server()
        top, _, body = text.partition("\n\n")
        first, *lines = top.splitlines()
        method, path, _ = first.split(" ", 2)
        sent = dict(line.split(": ", 1) for line in lines)
        url = f"http://localhost:{self.port}{path}"
        self.answered = requests.request(
            method, url, headers=sent, data=body.replace("\n", "").encode() or None, allow_redirects=False, timeout=30
        )
        self._learn(self.answered.text)

    def _json(self, snippet):
        """A file; or the answer to the request before."""
        if snippet.caption:
            self._write(snippet)
        else:
            got = json.dumps(self.answered.json(), indent=2)
            self.expect(snippet.text, got)

    def _text(self, snippet):
        """An address for the browser, then the one where that ends; or lines of the log; or a file."""
        text = "".join(self.here(snippet.text).split())
        if snippet.caption == "log":
            self._compare_log(snippet)
        elif snippet.caption:
            self._write(snippet)
        elif text.startswith(f"http://localhost:{self.port}"):
            self._need_server()
            if "/end-session" not in text:  # where the person of before signs out
                self.person = Person(f"http://localhost:{self.port}", "demo", self.password)
            self.arrived = self.person.visit(self.expand(text))
            self.variables |= {name.upper(): value for name, value in parse_qsl(urlsplit(self.arrived).query) if name == "code"}
        else:
            self.expect("".join(snippet.text.split()), self.arrived)

    def _compare_log(self, snippet):
        said = "\n".join(f"{record.name}: {record.getMessage()}" for record in self.log())
        for line in snippet.text.splitlines():
            self.expect(f"...{line}...", said)
