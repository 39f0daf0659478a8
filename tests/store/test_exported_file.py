"""A file that was altered, or of which a part is missing, is refused before anything is written."""

import hashlib
import json

import pytest
from inside import provider_of
from mounts import root
from moves import exported, held, imported
from rp import RelyingParty

from oidc_op.interfaces import IMasterSecret
from oidc_op.transfer.file_format import PURPOSE, Faulty
from oidc_op.transfer.importer import NotImported


@pytest.fixture
def opened(tmp_path, put_keys):
    """Opens providers on dictionaries."""
    opened = []

    def open_one(keys=put_keys):
        opened.append(root(tmp_path, keys, **{"oidc.store": "memory"}))
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


def with_a_digest_that_needs_no_secret(content):
    *lines, last = altered(content).splitlines(keepends=True)
    footer = json.loads(last) | {"digest": hashlib.sha256(b"".join(lines)).hexdigest()}
    return b"".join(lines) + json.dumps(footer).encode() + b"\n"


def of_no_moment(content):
    return b'{"format":"oidc_op export","version":1,"oidc_op":"1","issuer":"","at":1e999,"kinds":[]}\n'


def of_a_strange_kind(content):
    return content.splitlines(keepends=True)[0] + b'{"kind":[]}\n'


def nothing(content):
    return b""


def something_else(content):
    return b"\x89PNG\r\n\x1a\n" + content


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (altered, "was altered, or it belongs to another master secret"),
        (shortened, "part of it is missing"),
        (in_the_middle_of_a_line, "part of it is missing"),
        (without_a_record, "was altered, or part of it is missing"),
        (with_more_behind, "something follows its last line"),
        (of_another_format, "is of version 2"),
        (with_a_digest_that_needs_no_secret, "was altered, or it belongs to another master secret"),
        (of_no_moment, "its first line is not what oidc-op export writes"),
        (of_a_strange_kind, r"line 2: \[\] is nothing that is moved"),
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


@pytest.mark.parametrize(
    "sent",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"),
    ],
    ids=["CRLF", "BOM", "both"],
)
def test_what_an_editor_or_a_mail_does_to_a_file_does_not_matter(opened, sent):
    old, new = opened(), opened(keys=lambda *_: None)
    RelyingParty(old)
    imported(new.registry, sent(exported(old.registry)))
    assert held(new.registry)["clients"] == held(old.registry)["clients"]


def remade(mount, content, kind, **members):
    """The file with these members in each record of a kind, as somebody would make it who has the master secret."""
    first, *lines, last = content.splitlines(keepends=True)
    for number, line in enumerate(lines):
        found = json.loads(line)
        if found["kind"] == kind:
            lines[number] = json.dumps(found | {"record": found["record"] | members}).encode() + b"\n"
    body = b"".join([first, *lines])
    digest = mount.registry.getUtility(IMasterSecret).digest(PURPOSE, hashlib.sha256(body).hexdigest())
    return body + json.dumps(json.loads(last) | {"digest": digest}).encode() + b"\n"


@pytest.mark.parametrize(
    ("kind", "members", "reason"),
    [
        ("clients", {"client_id": "a\0b"}, "client_id: must have 1 to 255 printable ASCII"),
        ("clients", {"client_id": "x" * 256}, "client_id: must have 1 to 255 printable ASCII"),
        ("clients", {"client_id": "\ud800"}, "client_id: must be text that can be written"),
        ("clients", {"other": [["contacts", "nojson"]]}, "contacts: "),
        ("accounts", {"username": "a\0b"}, "username must have 1 to 255 printable characters"),
        ("accounts", {"claims": "[]"}, "claims: must be the text of a JSON object"),
        ("keys", {"alg": "none"}, "alg: must be one of"),
        ("keys", {"public": "{"}, "public: must be the text of a JSON object"),
        ("keys", {"public": '{"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}'}, "its private key does not belong to its public one"),
        ("keys", {"expires_at": -1}, "expires_at: must be from 0"),
        ("consents", {"expires_at": 10**30}, "expires_at: must be from 0"),
        ("changes", {"before": "[1]"}, "before: must be the text of a JSON object"),
        ("changes", {"at": 10**12}, "at: must be from 0 to 253402300799"),
        ("changes", {"number": 10**9}, "number: must be from 1"),
        ("grants", {"key": "x"}, "key: not a key"),
        ("grants", {"key": "_____________-__"}, "key: says another moment than expires_at"),
    ],
)
def test_a_record_that_the_server_would_not_make_is_refused_whoever_made_the_file(opened, kind, members, reason):
    old, new = opened(), opened()
    RelyingParty(old).tokens()
    with pytest.raises((Faulty, NotImported), match=reason):
        imported(new.registry, remade(old, exported(old.registry), kind, **members))
    assert not held(new.registry)["clients"]


def test_what_the_store_refuses_is_told_with_how_much_is_there_already(opened, monkeypatch):
    old, new = opened(), opened(keys=lambda registry: None)  # whose keys were not made in another second
    RelyingParty(old).tokens()
    monkeypatch.setattr("oidc_op.transfer.source.BATCH", 1)
    with provider_of(new.registry) as provider:
        accounts = type(provider.store.without_history.accounts)

    def refuse(self, record):
        raise ValueError("no room\nfor it")

    monkeypatch.setattr(accounts, "add", refuse)
    with pytest.raises(NotImported, match=r"does not take what the file has: ValueError: no room for it\n1 records were written before"):
        imported(new.registry, exported(old.registry))
    assert len(held(new.registry)["clients"]) == 1
