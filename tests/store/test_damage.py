"""A damaged file is named, with what helps; it is never taken for an empty one, nor cut without a word."""

import os

import pytest

from oidc_op.store import StoreDamaged, StoreUnavailable
from oidc_op.store.zodb import initialise_uri_settings
from oidc_op.testing.contract.samples import client, session

SESSIONS = 30


@pytest.fixture
def grants(file_stores, tmp_path):
    """The file of what expires, with 30 transactions behind its making; and where the last of them begin."""
    path, ends = tmp_path / "var" / "grants.fs", []
    for number in range(SESSIONS):
        with file_stores.session() as store:
            store.sessions.add(session(number))
        ends.append(path.stat().st_size)
    file_stores.close()
    return path, ends


def forget_index(path):
    path.with_name(path.name + ".index").unlink()


def saved_before(path, ends, number):
    """An index as it is while a server runs: of the file as it was some transactions ago."""
    index = path.with_name(path.name + ".index")
    whole = path.read_bytes()
    index.unlink()
    os.truncate(path, ends[number])
    return index, whole


def zeros(path, begin, end):
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(bytes(end - begin))


def refused(open_stores, settings):
    """What is said; twice, since nothing may be made good by the first attempt, and nothing made by ``init``."""
    said = []
    for attempt in (open_stores, initialise_uri_settings, open_stores):
        with pytest.raises(StoreDamaged) as caught:
            attempt(settings)
        said.append(str(caught.value))
    assert len(set(said)) == 1
    return said[0]


@pytest.mark.parametrize("back", [1, 500, 5000])
def test_a_file_that_is_shorter_than_its_index_knows_is_refused(grants, open_stores, file_settings, back):
    path, ends = grants
    os.truncate(path, ends[-1] - back)
    said = refused(open_stores, file_settings)
    assert str(path) in said
    assert f"{ends[-1] - back} bytes, and had {ends[-1]}" in said
    assert "oidc-op restore X.ini FOLDER" in said
    assert path.stat().st_size == ends[-1] - back
    forget_index(path)  # which the message names as the way to go on with what is there
    if ends[-1] - back not in ends:
        assert "cut at byte" in refused(open_stores, file_settings)  # and then what is there is looked at


def test_a_file_without_an_index_that_was_cut_in_what_was_acknowledged_is_refused(grants, open_stores, file_settings):
    path, ends = grants
    forget_index(path)
    os.truncate(path, ends[-1] - 30)
    said = refused(open_stores, file_settings)
    assert f"cut at byte {ends[-1] - 30}" in said
    assert "ZODB.fsrecover" in said
    assert not list(path.parent.glob("*.tr*"))


@pytest.mark.parametrize("has_index", [True, False])
def test_zeros_in_the_middle_are_refused(grants, open_stores, file_settings, has_index):
    path, ends = grants
    if has_index:
        index, whole = saved_before(path, ends, 5)
        open_stores(file_settings).close()  # saves it
        path.write_bytes(whole)
        assert index.exists()
    else:
        forget_index(path)
    zeros(path, ends[20] - 100, ends[21])
    assert f"{path} is damaged" in refused(open_stores, file_settings)


@pytest.mark.parametrize("count", [30, 4096, 3_000_000])
def test_blocks_that_were_never_written_are_cut_off_behind_what_is_whole(grants, open_stores, file_settings, caplog, count):
    """A power cut: the file had grown, and what was to stand there never came to the disk."""
    path, ends = grants
    _, whole = saved_before(path, ends, 5)
    open_stores(file_settings).close()  # saves it
    path.write_bytes(whole + bytes(count))
    with open_stores(file_settings).session() as store:
        assert len(store.sessions) == SESSIONS
    assert f"{count} bytes that were never written" in caplog.text
    assert path.stat().st_size == ends[-1]


def test_zeros_to_the_end_are_no_power_cut_where_the_index_knows_better(grants, open_stores, file_settings):
    path, ends = grants
    zeros(path, ends[-2], ends[-1])
    assert f"{path} is damaged" in refused(open_stores, file_settings)
    assert not path.with_name(f"{path.name}.index").exists()  # it was of no use; now nobody knows how much there was
    assert f"{path} is damaged" in refused(open_stores, file_settings)


def test_an_empty_file_is_no_fresh_start(grants, open_stores, file_settings):
    path, _ = grants
    os.truncate(path, 0)
    assert f"{path} is empty" in refused(open_stores, file_settings)


def test_a_file_that_is_gone_is_no_fresh_start(grants, open_stores, file_settings):
    path, _ = grants
    path.unlink()
    assert "is not there, but its index is" in refused(open_stores, file_settings)


def test_a_file_that_was_being_packed_is_found(grants, open_stores, file_settings):
    """The moment between the two renames with which a pack ends."""
    path, _ = grants
    path.rename(f"{path}.old")
    said = refused(open_stores, file_settings)
    assert f"mv {path}.old {path}" in said
    path.with_name(f"{path.name}.old").rename(path)
    open_stores(file_settings)


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + bytes(4096), b"\x89PNG", b"x"], ids=["SQLite", "PNG", "x"])
def test_another_file_is_named(grants, open_stores, file_settings, content):
    path, _ = grants
    path.write_bytes(content)
    forget_index(path)
    assert f"{path} is not a file of ZODB's" in refused(open_stores, file_settings)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x04N.", b"\x80\x04K\x01." + b"\xff" * 100], ids=range(4))
def test_an_index_that_is_of_no_use_is_made_anew(grants, open_stores, file_settings, caplog, content):
    path, _ = grants
    index = path.with_name(path.name + ".index")
    index.write_bytes(content)
    with open_stores(file_settings).session() as store:
        assert len(store.sessions) == SESSIONS
    assert "is of no use and is made anew" in caplog.text
    assert "Traceback" not in caplog.text


def test_the_index_of_another_file_is_of_no_use(grants, open_stores, file_settings, caplog):
    path, _ = grants
    other = path.with_name("data.fs")
    path.with_name(path.name + ".index").write_bytes(other.with_name(other.name + ".index").read_bytes())
    with open_stores(file_settings).session() as store:
        assert len(store.sessions) == SESSIONS


@pytest.mark.parametrize("has_index", [True, False])
def test_what_was_not_finished_when_the_server_was_killed_is_cut_off(grants, open_stores, file_settings, caplog, has_index):
    path, ends = grants
    if not has_index:
        forget_index(path)
    unfinished = path.read_bytes()[ends[-2] : ends[-1]]
    unfinished = unfinished[:16] + b"c" + unfinished[17:]
    with path.open("ab") as file:
        file.write(unfinished[: len(unfinished) // 2])
    with open_stores(file_settings).session() as store:
        assert len(store.sessions) == SESSIONS
    assert "was not finished, as where a server is killed" in caplog.text
    assert path.stat().st_size == ends[-1]


def test_the_file_of_what_is_configured_is_looked_at_as_well(file_stores, open_stores, file_settings, tmp_path):
    with file_stores.session() as store:
        store.clients.add(client())
    file_stores.close()
    path = tmp_path / "var" / "data.fs"
    os.truncate(path, path.stat().st_size - 10)
    assert str(path) in refused(open_stores, file_settings)


def test_damage_that_shows_when_it_is_read_names_the_file(grants, open_stores, file_settings):
    """Before the index, nothing is looked at: that would take long. Zeros stand in the middle of a record."""
    path, ends = grants
    zeros(path, ends[0] + 60, ends[-2] - 60)
    with pytest.raises((StoreUnavailable, StoreDamaged), match=r"grants\.fs is damaged"):
        read_all(open_stores(file_settings))


def read_all(stores):
    with stores.session() as store:
        for key in store.sessions:
            store.sessions.get(key)
