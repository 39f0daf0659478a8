"""How much a FileStorage grows; a database that expires grows by what is appended, not by what is kept."""

from dataclasses import replace

import pytest

from oidc_op.model.handle import HOUR, draw_key
from oidc_op.testing.contract.samples import NOW, client, grant, redeemed

PRESENT = 20_000
SAMPLE = 300
END = NOW + 3 * HOUR - 1800


@pytest.fixture
def size(tmp_path):
    """Bytes of one of the files."""
    return lambda name="grants.fs": (tmp_path / "var" / name).stat().st_size


def ordinary(number):
    """A grant as an ordinary code flow makes it."""
    made = replace(grant(number, sub=f"5f0c1e9a-{number:08}", expires_at=END), offline=False, acr="")
    return replace(made, redirect_uri="https://rp.example/cb", sid=draw_key(END))


def without_refresh(each):
    found = redeemed(each)
    return replace(found, access_tokens=found.access_tokens[:1], refresh_token=None)


def test_few_bytes_are_appended_with_20_000_grants_present(file_stores, size):
    for _ in range(40):
        with file_stores.session() as store:
            for number in range(PRESENT // 40):
                store.grants.add(ordinary(number))

    before, grants = size(), [ordinary(number) for number in range(SAMPLE)]
    for each in grants:
        with file_stores.session() as store:
            store.grants.add(each)
    assert (size() - before) / SAMPLE <= 1500  # 1.1 kB were seen

    before = size()
    for each in grants:
        with file_stores.session() as store:
            store.grants.put(without_refresh(store.grants.get(each.key)))
    assert (size() - before) / SAMPLE <= 700  # 520 were seen

    before = size()
    for each in grants:
        with file_stores.session() as store:
            store.grants.put(redeemed(store.grants.get(each.key)))
    assert (size() - before) / SAMPLE <= 2000  # 1.4 kB were seen, with a list that is new for each


def test_a_purge_writes_one_object_whatever_it_drops(file_stores, size):
    with file_stores.session() as store:
        for number in range(2000):
            store.grants.add(ordinary(number))
        store.grants.add(grant(expires_at=END + 24 * HOUR))
    before = size()
    with file_stores.session() as store:
        assert store.grants.purge(END + 2 * HOUR) == 2000
    assert size() - before <= 300
    before = size()
    with file_stores.session() as store:
        assert store.grants.purge(END + 2 * HOUR) == 0
    assert size() == before


def test_reading_and_putting_what_is_there_write_nothing(file_stores, size):
    each = redeemed(grant())
    with file_stores.session() as store:
        store.grants.add(each)
        store.clients.add(client())
    before = size("grants.fs"), size("data.fs")
    with file_stores.session() as store:
        store.grants.put(replace(store.grants.get(each.key)))
        store.clients.put(client())
        store.grants.remove(grant().key)
        store.grants.unlist("nobody")
        assert store.sessions.purge(NOW) == 0
    assert (size("grants.fs"), size("data.fs")) == before


def test_what_expires_is_not_in_the_file_of_configuration(file_stores, size):
    before = size("data.fs")
    with file_stores.session() as store:
        store.grants.add(grant())
    assert size("data.fs") == before
    before = size("grants.fs")
    with file_stores.session() as store:
        store.clients.add(client())
    assert size("grants.fs") == before


def test_a_connection_keeps_no_more_than_its_cache_may_hold(open_stores, file_settings):
    small = {name: uri.replace("cache_size=4000", "cache_size=500") for name, uri in file_settings.items()}
    stores, grants = open_stores(small, init=True), [ordinary(number) for number in range(3000)]
    with stores.session() as store:
        for each in grants:
            store.grants.add(each)
    with stores.session() as store:
        assert all(store.grants.get(each.key) for each in grants)
    with stores.session() as store:
        assert len(store.grants) == 3000
    kept = stores.registry._zodb_databases["grants"].cacheDetailSize()
    assert kept
    assert all(each["ngsize"] <= 500 for each in kept)
