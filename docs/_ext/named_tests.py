"""A check of the pages while they are built: each test that a page names is there, and the tables of tests are complete."""

import ast
import re
from functools import cache
from pathlib import Path

from sphinx.util import logging

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"``(tests/[\w/]+\.py)::(\w+)``")
FORMER_PAGE = "from_django_oidc_provider"
FORMER_TEST = re.compile(r"^   \* - ``(test_\w+)``\n     -(.*(?:\n       \| .*)*)$", re.MULTILINE)
FORMER_TESTS = 72  # of django-oidc-provider 0.5.1
DIFFERENCES, TESTS = "\nDifferences\n", "\nTests\n-----\n"  # headings

log = logging.getLogger(__name__)


@cache
def tests_in(path):
    """Return the names of the tests in a file; none if there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


def faults_of(page, text):
    """Yield what is wrong with the tests that a page names."""
    for path, name in NAMED.findall(text):
        if name not in tests_in(path):
            yield f"there is no test {path}::{name}"
    if page == FORMER_PAGE:
        yield from faults_of_tables(text)


def faults_of_tables(text):
    """Yield what is wrong with the two tables that compare us with django-oidc-provider."""
    former = FORMER_TEST.findall(text)
    if len({name for name, _ in former}) != FORMER_TESTS or len(former) != FORMER_TESTS:
        yield f"the table names {len(former)} tests of django-oidc-provider, which has {FORMER_TESTS}"
    yield from (f"no test of ours stands beside {name}" for name, ours in former if not NAMED.search(ours))
    rows = text[text.index(DIFFERENCES) : text.index(TESTS)].split("\n   * - ")[2:]  # the first row is the heading
    yield from (f"no test shows the difference {row.splitlines()[0]!r}" for row in rows if not NAMED.search(row))


def check(app, page, source):
    for fault in faults_of(page, source[0]):
        log.warning(fault, location=page)


def setup(app):
    app.connect("source-read", check)
    return {"parallel_read_safe": True}
