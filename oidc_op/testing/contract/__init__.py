"""The contract of every store, as tests: give ``StoreContract`` a way to open your store, and run it.

::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def open_store(self, tmp_path):
            return MyStores(tmp_path).session

Each call of ``open_store()`` is a new session in a transaction of its own: a context manager that yields an ``IStore``,
commits where the block succeeds and aborts where it raises. A conflict may show at the write or at the commit; either way it
is a ``transaction.interfaces.TransientError``. A store that lacks an ability composes the classes that it can keep.
"""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{module}" for module in ("collection", "expiring", "accounts", "changes", "consents", "grants", "transactions"))
)

from .accounts import AccountContract  # noqa: E402  rewriting must be asked for first
from .changes import ChangeContract  # noqa: E402
from .collection import CollectionContract  # noqa: E402
from .consents import ConsentContract  # noqa: E402
from .expiring import ExpiringContract  # noqa: E402
from .grants import GrantContract  # noqa: E402
from .sessions import race, settle  # noqa: E402
from .transactions import TransactionContract  # noqa: E402

__all__ = [
    "AccountContract",
    "ChangeContract",
    "CollectionContract",
    "ConsentContract",
    "ExpiringContract",
    "GrantContract",
    "StoreContract",
    "TransactionContract",
    "race",
    "settle",
]


class StoreContract(
    CollectionContract, ExpiringContract, AccountContract, ConsentContract, ChangeContract, GrantContract, TransactionContract
):
    """The whole contract."""
