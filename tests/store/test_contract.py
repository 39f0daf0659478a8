"""Every store of ours keeps the contract that other people's stores are asked to keep."""

import pytest

from oidc_op.testing.contract import StoreContract

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
