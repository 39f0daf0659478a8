"""The documentation can be looked at while it is written: make docs-live."""

import os
import shlex
import subprocess
import sys
import time

import requests
from served import free_port
from snippets import DOCS

ROOT = DOCS.parent


def test_make_docs_live_serves_the_documentation(tmp_path):
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}  # of a make that runs us
    said = subprocess.run(["make", "-n", "docs-live"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    program, *options = shlex.split(said.splitlines()[-1])  # the lines before set the environment up
    assert program.endswith("/sphinx-autobuild")
    port = str(free_port())
    options = [{"8000": port, "docs/_build": str(tmp_path)}.get(each, each) for each in options]
    assert port in options
    with subprocess.Popen([sys.executable, "-m", "sphinx_autobuild", *options], cwd=ROOT) as server:
        try:
            assert "An OpenID Connect and OAuth 2.0 provider for Pyramid" in front_page(server, f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()


def front_page(server, url):
    """What is served once the pages are built."""
    for _ in range(600):
        assert server.poll() is None
        try:
            return requests.get(url, timeout=5).text
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("nothing is served")
