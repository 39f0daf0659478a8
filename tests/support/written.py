"""How a page writes commands, requests and answers, and how two of them are compared."""

import contextlib
import io
import re
import sys
from dataclasses import dataclass, field

import requests

CURL_FLAGS, CURL_OPTIONS = ("-s", "-i"), ("-u", "-d", "-H")

PLACES = ("/etc/oidc_op", "/var/lib/oidc_op", "/var/backups/oidc_op")  # of production.ini; below the folder in a test
UNIMPORTANT = {"pip", "git", "cd", "export"}  # what they say of is checked by hand in test_docs
DATABASE = {"psql", "createdb", "pg_dump", "pg_restore"}
SERVE_FILES = ["python3", "-m", "http.server"]  # done in tests/browser, where somebody looks at the files


def same(wanted, got):
    """But for blanks, three dots stand for anything."""
    parts = [" ".join(part.split()) for part in wanted.strip().split("...")]
    return re.fullmatch(r"\s?.*?\s?".join(map(re.escape, parts)), " ".join(got.split()), re.DOTALL) is not None


def commands(text):
    """The commands after each ``$``, with what they should say."""
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        yield command, wanted.strip()


@contextlib.contextmanager
def standard_input(text):
    """What stands before a ``|``, for the command after it."""
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


def head(answer):
    return "\n".join([f"HTTP/1.1 {answer.status_code} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers.items())])


def headers(lines):
    """By name, whatever its case; the first line has the name ""."""
    named = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
    return {"": lines[0]} | named


@dataclass
class Curl:
    """A command with the options that the documentation uses."""

    url: str = ""
    given: dict = field(default_factory=lambda: {name: [] for name in (*CURL_FLAGS, *CURL_OPTIONS)})

    @classmethod
    def of(cls, words):
        curl, words = cls(), list(words)
        while words:
            word = words.pop(0)
            if word in CURL_FLAGS:
                curl.given[word].append("")
            elif word in CURL_OPTIONS:
                curl.given[word].append(words.pop(0))
            else:
                assert not curl.url, word
                curl.url = word
        return curl

    def ask(self):
        """The answer."""
        auth = tuple(self.given["-u"][0].split(":", 1)) if self.given["-u"] else None
        sent = dict(each.split(": ", 1) for each in self.given["-H"])
        pairs = [each.split("=", 1) for each in self.given["-d"]]
        return requests.request("POST" if pairs else "GET", self.url, auth=auth, headers=sent, data=pairs or None, timeout=30)

    def shown(self, answer):
        """What is printed of it."""
        return (head(answer) + "\n\n" if self.given["-i"] else "") + answer.text
