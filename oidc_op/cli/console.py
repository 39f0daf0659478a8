"""The input and output of a command: a terminal, a pipe, or the other end of a server's control socket."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from oidc_op.store.files import reason_of

from .command import Command


class Refused(Exception):
    """A command cannot be carried out; each line says why, and what can be done about it."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class UsageError(Refused):
    """A command cannot be understood."""


class Unwritten(Exception):
    """A command was carried out, but its answer could not be written; says why."""


class Console:
    """Standard input, output and error of one command.

    Of one that was handed over, ``files`` are those that were read before, and ``tell`` takes what is to be seen at once.
    """

    def __init__(
        self,
        stdin: IO[str],
        stdout: IO[str],
        stderr: IO[str],
        files: Mapping[str, str] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._stdin, self._stdout, self._stderr = stdin, stdout, stderr
        self._files, self._tell = files, tell
        self._read: dict[str, str] = {}  # a lost race runs a command again, and standard input can be read once

    def say(self, text: str = "") -> None:
        """A line of the answer."""
        print(text, file=self._stdout)

    def show(self, data: object) -> None:
        """The answer as JSON."""
        self.say(json.dumps(data, indent=2, ensure_ascii=False))

    def flush(self) -> None:
        """See that what was said is out.

        :raises OSError: it cannot be written.
        """
        if self._stdout is not None:  # Python's own, where it was started without one
            self._stdout.flush()

    def warn(self, text: str) -> None:
        """A line beside the answer."""
        print(text, file=self._stderr)

    def tell(self, text: str) -> None:
        """A line beside the answer about how far a long command is, at once."""
        if self._tell is not None:
            self._tell(text)
        elif self._stderr is not None:
            print(text, file=self._stderr, flush=True)

    def refuse(self, refusal: Refused, *, as_json: bool) -> None:
        """Why nothing was done."""
        if as_json:
            self.show({"error": list(refusal.lines)})
        else:
            self.warn("oidc-op: " + "\n  ".join(refusal.lines))

    def read_password(self, prompt: str) -> str:
        """Return a password: typed twice at a terminal, else the first line of standard input; read once."""
        if "password" not in self._read:
            self._read["password"] = self._password(prompt)
        return self._read["password"]

    def read_password_for(self, command: Command, args: argparse.Namespace) -> str | None:
        """Return the password that ``command`` needs, or None: before its transaction, which nobody's typing shall hold open."""
        if command.needs_password(args):
            return self.read_password(f"Password of {args.username}")
        return None

    def _password(self, prompt: str) -> str:
        if not self._stdin.isatty():
            try:
                password = self._stdin.readline().rstrip("\r\n")
                password.encode()  # standard input may let through what is no text
            except UnicodeError:
                raise Refused("the password is not UTF-8 text") from None
            return password
        password = getpass.getpass(f"{prompt}: ")
        if getpass.getpass("The same again: ") != password:
            raise Refused("the two passwords differ")
        return password

    def read_file(self, path: str) -> str:
        """The text of a file, "-" for standard input.

        :raises Refused: it cannot be read.
        """
        if self._files is not None:
            return self._files[path]
        if path not in self._read:
            self._read[path] = self._text_of(path)
        return self._read[path]

    def _text_of(self, path: str) -> str:
        try:
            if path == "-":
                text = self._stdin.read()
            else:
                with Path(path).open(encoding="utf-8-sig", newline="") as file:  # the kid of a key depends on its line ends
                    text = file.read()
            text.encode()  # standard input may let through what is no text
        except UnicodeError:
            raise UsageError(f"cannot read {path}: it is not UTF-8 text") from None
        except OSError as error:
            raise UsageError(f"cannot read {reason_of(error)}") from error
        return text
