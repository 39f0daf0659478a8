"""The design page is true: its paths exist, its picture is the layers that imports keep to, and its examples are carried out."""

import re
import tomllib

from snippets import DOCS, snippets

ROOT = DOCS.parent
PAGE = DOCS / "design.rst"
PATH = re.compile(r"``((?:oidc_op|docs|tests|examples)/[\w./]*)``")
ROWS = {
    *("setting", "command", "claim", "member of client metadata", "grant type", "client authentication method"),
    *("page", "console section", "store", "event", "hook", "locale"),
}


def section(heading):
    """The text of the page from a heading to the next one."""
    return re.split(r"\n(?=[^\n]+\n-+\n)", PAGE.read_text().partition(f"\n{heading}\n-")[2])[0]


def test_each_row_of_the_table_names_files_that_exist():
    rows = re.findall(r"^   \* - an? (.*)\n((?:     .*\n)+)", section("Where to change what"), re.MULTILINE)
    assert {name for name, _ in rows} >= ROWS
    for name, row in rows:
        paths = PATH.findall(row)
        assert paths, name
        assert [path for path in paths if not (ROOT / path).exists()] == [], name


def test_each_directive_of_the_table_is_there():
    from oidc_op.config.directives import DIRECTIVES

    named = re.findall(r"``((?:add|set)_oidc_\w+)``", section("Where to change what"))
    assert named
    assert [name for name in named if name not in DIRECTIVES] == []


def test_the_picture_shows_the_layers_that_imports_keep_to():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    picture = re.search(r"^::\n\n((?:   .*\n)+)", section("The layers"), re.MULTILINE)[1]
    drawn = [re.split(r" {2,}", line.strip()) for line in picture.splitlines()]
    assert [sorted(names) for *names, _ in drawn] == [sorted(layer.split(" | ")) for layer in layers]


def test_three_rows_are_carried_out():
    """What ``test_docs`` does with each snippet of the page: here only that the three stay there."""
    found = snippets(PAGE)
    code = "\n".join(each.text for each in found if each.language == "python")
    assert all(each in code for each in ("config.add_oidc_setting(", "(Event):", "config.add_subscriber(", "config.add_oidc_grant_type("))
    (ini,) = [each.text for each in found if each.language == "ini"]
    modules = [each.caption.removesuffix(".py") for each in found if each.language == "python"]
    assert set(modules) == set(re.search(r"oidc.includes = (.*)", ini)[1].split())
