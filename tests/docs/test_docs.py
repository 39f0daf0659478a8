"""The documentation is true: whoever does what it says sees what it says."""

import contextlib
import io
import json
import logging
import re
import shutil
import subprocess
import sys

import client_members
import pytest
from person import Person
from reader import PORT, ROOT, Differs, Reader
from snippets import DOCS, Snippet, pages, snippets
from zope.interface.interface import InterfaceClass

import oidc_op.interfaces
from oidc_op import cli, events
from oidc_op.config.directives import DIRECTIVES
from oidc_op.protocol import errors
from oidc_op.protocol.client_members import MEMBERS

FIRST = "installation"  # the page of somebody who has nothing yet


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A folder in which somebody has done ``oidc-op init development.ini``, and the password that it said."""
    folder, out = tmp_path_factory.mktemp("home"), io.StringIO()
    Reader(folder, PORT)
    with contextlib.redirect_stdout(out):
        assert cli.main(["init", str(folder / "development.ini"), "--json"]) == 0
    return folder, json.loads(out.getvalue())["account"]["password"]


@pytest.fixture
def reader(request, home, tmp_path, monkeypatch, caplog):
    """Somebody who has followed the installation page, and has done nothing else yet."""
    folder, password = home
    for name in ("oidc_secret", "var") if FIRST not in request.node.name else ():
        copy = shutil.copytree if (folder / name).is_dir() else shutil.copy
        copy(folder / name, tmp_path / name)
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    reader = Reader(tmp_path)
    reader.password, reader.log = password, lambda: caplog.records
    with caplog.at_level(logging.INFO, "oidc_op"):
        yield reader
    reader.close()
    for name in set(sys.modules) - before:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_every_snippet_of(page, reader, request):
    if page.stem == "postgresql":
        reader.postgresql = request.getfixturevalue("postgresql_server")
    for snippet in snippets(page):
        reader.do(snippet)


def text(name):
    return (DOCS / f"{name}.rst").read_text()


@pytest.mark.parametrize(
    ("language", "caption", "untrue"),
    [
        ("console", "", "$ oidc-op client list development.ini\nThere are no clients."),
        ("console", "", "$ oidc-op client show development.ini nobody"),
        ("console", "", "$ oidc-op client show development.ini try-it\noidc-op: there is no client try-it"),
        ("pycon", "", ">>> clients.get('try-it').client_name\n'Try them'"),
        ("ini", "", "oidc.token_expires = 5"),
        ("python", "mine.py", "import nothing_of_the_kind"),
        ("fortran", "", "END"),
    ],
)
def test_a_snippet_that_is_not_true_is_found_out(reader, language, caption, untrue):
    with pytest.raises(Exception, match=r".") as found:
        reader.do(Snippet("here:1", language, caption, untrue + "\n"))
    assert not isinstance(found.value, AttributeError | TypeError)


def test_what_the_reader_was_answered_is_compared(reader):
    reader.do(Snippet("here:1", "http", "", "GET /jwks/ HTTP/1.1\nHost: localhost:6543\n"))
    reader.do(Snippet("here:2", "http", "", 'HTTP/1.1 200 OK\ncontent-type: application/json\n\n{\n"keys": [...]\n}\n'))
    for untrue in ("HTTP/1.1 201 Created\n", "HTTP/1.1 200 OK\nContent-Type: text/html\n", "HTTP/1.1 200 OK\n\n{}\n"):
        with pytest.raises(Differs):
            reader.do(Snippet("here:3", "http", "", untrue))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_every_ini_file_is_used_by_a_command_of(page):
    found = snippets(page)
    for number, snippet in enumerate(found):
        if snippet.language == "ini" and snippet.caption:
            assert any(snippet.caption in later.text for later in found[number + 1 :] if later.language == "console"), snippet


@pytest.mark.parametrize(
    ("setting", "consent", "error"),
    [
        ("oidc.includes", "The shop asks", '<h1 id="error-code">invalid_request</h1>'),
        ("oidc.templates.authorize", "Client <strong>The shop</strong> would like", "<h3>invalid_request</h3>"),
    ],
)
def test_the_pages_of_the_templates_page_are_what_people_see(reader, setting, consent, error):
    read = snippets(DOCS / "templates.rst")
    last = next(each for each in read if each.language == "ini" and setting in each.text)
    for snippet in (*(each for each in read if each.language != "ini"), last):
        reader.do(snippet)
    uri = "https://shop.example.com/callback"
    reader.do(Snippet("here:1", "console", "", f'$ oidc-op client add development.ini --id shop --name "The shop" --redirect-uri {uri}\n'))
    person, seen = Person(f"http://localhost:{reader.port}", "demo", reader.password), []
    person.session.hooks["response"].append(lambda response, **_: seen.append(response.text))
    answer = person.visit(f"{person.issuer}/authorize?client_id=shop&response_type=code&redirect_uri={uri}&scope=openid%20email&nonce=n")
    assert answer.startswith(f"{uri}?code=")
    assert any(consent in page and "See your email address." in page for page in seen)
    assert error in person.session.get(f"{person.issuer}/authorize", timeout=30).text


def test_every_template_is_named():
    for template in (ROOT / "oidc_op" / "templates").glob("*.jinja2"):
        assert f"``{template.name}``" in text("templates"), template.name


def test_every_directive_and_every_event_is_named():
    page = text("hooks_and_events")
    for directive in DIRECTIVES:
        assert f".. autofunction:: oidc_op.config.directives.{directive}(" in page, directive
    for event in vars(events).values():
        if isinstance(event, type) and issubclass(event, events.Event):
            assert f".. autoclass:: {event.__name__}" in page, event


def test_every_member_of_a_client_has_a_row():
    assert ".. oidc-client-members::" in text("relying_parties")
    rows = "\n".join(client_members.lines())
    for member in MEMBERS.values():
        assert f"- ``{member.name}``\n" in rows
        assert member.help or member.note or member.label


def test_every_error_is_named():
    of_registration = {"invalid_redirect_uri", "invalid_client_metadata"}
    for error in {each.error for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.OAuthError)}:
        assert f"``{error}``" in text("protocol") or error in {"", *of_registration}, error


def test_every_command_and_its_verbs_are_named():
    commands = next(action for action in cli.parser()._actions if action.choices and "init" in action.choices)
    for name, command in commands.choices.items():
        line = next(line for line in text("command_line").splitlines() if line.startswith(f"``{name}``"))
        verbs = next((action.choices for action in command._actions if action.metavar == "VERB"), ())
        assert all(f"``{verb}``" in line for verb in verbs), (name, line)


def test_the_proxy_says_what_waitress_is_told_to_believe():
    (nginx,) = [snippet for snippet in snippets(DOCS / "deployment.rst") if snippet.language == "nginx"]
    production = (ROOT / "production.ini").read_text()
    believed = re.search(r"^trusted_proxy_headers = (.*)$", production, re.MULTILINE)[1].split()
    assert {name.lower() for name in re.findall(r"proxy_set_header (X-\S+)", nginx.text)} == set(believed)
    assert re.search(r"^listen = (.*)$", production, re.MULTILINE)[1] in nginx.text


def build(source, target):
    words = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-b", "html", "-d", str(target / "doctrees"), str(source), str(target)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)


def test_it_builds_without_a_warning(tmp_path):
    done = build(DOCS, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "oidc.jwks_cache_expire" in (tmp_path / "settings.html").read_text()
    index = (tmp_path / "genindex.html").read_text()
    assert [name for name in ("set_oidc_subject", *interfaces()) if name not in index] == []
    assert {"oidc_op.config.directives", "oidc_op.events", "oidc_op.forms", "oidc_op.interfaces"} <= set(
        re.findall(r"<code[^>]*>([\w.]+)</code>", (tmp_path / "py-modindex.html").read_text())
    )


def interfaces():
    return [name for name in oidc_op.interfaces.__all__ if isinstance(getattr(oidc_op.interfaces, name), InterfaceClass)]


@pytest.mark.parametrize(("name", "refused"), [("test_it_builds_without_a_warning", False), ("test_nothing_of_the_kind", True)])
def test_a_page_that_names_a_test_which_is_not_there_does_not_build(tmp_path, name, refused):
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(f"import sys\nsys.path.insert(0, {str(DOCS / '_ext')!r})\nextensions = ['named_tests']\n")
    (source / "index.rst").write_text(f"Page\n====\n\n``tests/docs/test_docs.py::{name}``\n")
    done = build(source, tmp_path / "built")
    assert (done.returncode != 0) == refused, done.stderr
    assert (f"there is no test tests/docs/test_docs.py::{name}" in done.stderr) == refused
