"""The tests that the documentation names are there; those of django-oidc-provider all have one."""

import ast
import re
from pathlib import Path

import pytest
from snippets import DOCS

ROOT = DOCS.parent
NAMED = re.compile(r"``(tests/[\w/]+\.py)::(\w+)``")
OF_THE_SEED = re.compile(r"^   \* - ``(test_\w+)``\n     -(.*(?:\n       \| .*)*)$", re.MULTILINE)


def of_the_seed():
    """The tests of django-oidc-provider by name, with what the documentation says of each."""
    page = (DOCS / "from_django_oidc_provider.rst").read_text()
    return OF_THE_SEED.findall(page)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.rst")), ids=lambda page: page.stem)
def test_every_named_test_is_there(page):
    for path, name in NAMED.findall(page.read_text()):
        tree = ast.parse(Path(ROOT / path).read_text())
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, f"{path}::{name}"


def test_the_seed_has_72_tests_each_named_once():
    names = [name for name, _ in of_the_seed()]
    assert len(names) == len(set(names)) == 72


def test_each_of_them_has_its_match_here():
    assert [name for name, here in of_the_seed() if not NAMED.search(here)] == []


def test_each_difference_is_shown_by_a_test():
    page = (DOCS / "from_django_oidc_provider.rst").read_text()
    differences = page[page.index("\nDifferences\n") : page.index("\nIts tests, and ours\n")]
    rows = differences.split("\n   * - ")[2:]  # the first is the heading
    assert [row for row in rows if not NAMED.search(row)] == []
