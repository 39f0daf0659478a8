"""A file that was altered, or of which a part is missing, is refused before anything is written."""

import pytest
from mounts import root
from rp import RelyingParty
from store.moves import exported, held, imported

from oidc_op.moving.lines import Faulty


@pytest.fixture
def opened(tmp_path, put_keys):
    """Opens providers on dictionaries."""
    opened = []

    def open_one():
        opened.append(root(tmp_path, put_keys, **{"oidc.store": "memory"}))
        return opened[-1].__enter__()

    yield open_one
    for each in opened:
        each.__exit__(None, None, None)


def altered(content):
    return content.replace(b"The Relying Party", b"The Lying Party")


def shortened(content):
    return b"".join(content.splitlines(keepends=True)[:-3])


def in_the_middle_of_a_line(content):
    return content[:-40]


def without_a_record(content):
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:2] + lines[3:])


def with_more_behind(content):
    return content + b"{}\n"


def of_another_format(content):
    return content.replace(b'"version":1', b'"version":2', 1)


def nothing(content):
    return b""


def something_else(content):
    return b"\x89PNG\r\n\x1a\n" + content


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (altered, "was altered, or part of it is missing"),
        (shortened, "part of it is missing"),
        (in_the_middle_of_a_line, "part of it is missing"),
        (without_a_record, "was altered, or part of it is missing"),
        (with_more_behind, "something follows its last line"),
        (of_another_format, "is of version 2"),
        (nothing, "no file that oidc-op export makes"),
        (something_else, "no file that oidc-op export makes"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_before_anything_is_written(opened, spoilt, reason):
    old, new = opened(), opened()
    RelyingParty(old)
    with pytest.raises(Faulty, match=reason):
        imported(new.registry, spoilt(exported(old.registry)))
    assert not held(new.registry)["clients"]
