"""What extensions of the tests note down, and what tests tell them: lines in a file beside the clock's, which a server reads too."""

import json
from pathlib import Path


class Notes:
    """Facts, in the order in which they became known, by their kind."""

    def __init__(self, path):
        self.path = path

    def add(self, kind, fact):
        with self.path.open("a") as file:
            file.write(json.dumps([kind, fact]) + "\n")

    def all(self, kind):
        lines = self.path.read_text().splitlines() if self.path.exists() else ()
        return [fact for noted, fact in map(json.loads, lines) if noted == kind]

    def last(self, kind, default):
        return next(reversed(self.all(kind)), default)

    def forget(self):
        self.path.unlink(missing_ok=True)


def beside(clock):
    """The notes that belong to a clock."""
    return Notes(clock.with_name("notes"))


def notes_of(config):
    return beside(Path(config.registry.settings["oidc.clock_file"]))
