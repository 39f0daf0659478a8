"""Every store of ours keeps the contract that other people's stores are asked to keep."""

import pytest

from oidc_op.testing.contract import ExpiringContract, GrantContract, StoreContract, TransactionContract

MEMORY = "memory://?connection_pool_size=12"


class TestDictionaries(StoreContract):
    @pytest.fixture
    def open_store(self, open_stores):
        return open_stores({"oidc.store": "memory"}).session


class TestOneDatabaseInMemory(StoreContract):
    max_grants_per_client = 3

    @pytest.fixture
    def open_store(self, open_stores):
        return open_stores({"zodbconn.uri": MEMORY, "oidc.max_grants_per_client": "3"}).session


class TestTwoDatabasesInMemory(StoreContract):
    @pytest.fixture
    def open_store(self, open_stores):
        return open_stores({"zodbconn.uri": MEMORY, "zodbconn.uri.grants": MEMORY}).session


class TestTwoFiles(StoreContract):
    @pytest.fixture
    def open_store(self, file_stores):
        return file_stores.session


class TestSQLite(StoreContract):
    @pytest.fixture
    def open_store(self, open_stores, sqlite_settings):
        return open_stores(sqlite_settings, init=True).session


class TestPostgreSQL(StoreContract):
    max_grants_per_client = 3

    @pytest.fixture
    def open_store(self, open_stores, postgresql_settings):
        return open_stores(postgresql_settings | {"oidc.max_grants_per_client": "3"}).session


class TestPostgreSQLWithoutPartitions(ExpiringContract, GrantContract, TransactionContract):
    """What speaks PostgreSQL's protocol need not have them; the rest is the same."""

    @pytest.fixture
    def open_store(self, open_stores, unpartitioned_settings):
        return open_stores(unpartitioned_settings).session
