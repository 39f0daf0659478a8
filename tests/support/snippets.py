"""The code blocks of the documentation, as they stand there."""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
DIRECTIVE = re.compile(r"^(?P<indent> *)\.\. code-block:: *(?P<language>\S+)$")
OPTION = re.compile(r"^ *:(?P<name>\w+): *(?P<value>.*)$")


class Snippet(NamedTuple):
    """A code block; ``caption`` is the name of the file that it is, where it is one."""

    place: str
    language: str
    caption: str
    text: str


def pages():
    """The pages that have code blocks."""
    return [path for path in sorted(DOCS.glob("*.rst")) if snippets(path)]


def snippets(path):
    """The code blocks of a page, in order."""
    found, lines = [], path.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if match := DIRECTIVE.match(line):
            found.append(_snippet(path, number, match, lines[number:]))
    return found


def _snippet(path, number, match, rest):
    caption, body = "", []
    indent = len(match["indent"])
    for line in rest:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        body.append(line)
    while body and (option := OPTION.match(body[0])):
        caption = option["value"] if option["name"] == "caption" else caption
        body.pop(0)
    return Snippet(f"{path.name}:{number}", match["language"], caption, textwrap.dedent("\n".join(body)).strip("\n") + "\n")
