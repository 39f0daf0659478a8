"""The tables as the first version has them."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None

BYTEWISE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
REST = (("version", sa.Integer), ("value", sa.Text))


def upgrade() -> None:
    """Make them; ``partitioned`` says how those that expire lie."""
    _configured("clients")
    _configured("accounts", sa.Column("username", BYTEWISE))
    op.create_index("oidc_accounts_username", "oidc_accounts", ["username"], unique=True)
    _configured("keys")
    _configured("consents", sa.Column("expires_at", sa.BigInteger, nullable=False))
    _configured("changes")
    _configured("listed")
    for name in ("grants", "sessions", "tickets"):
        _expiring(name, partitioned=context.config.attributes["partitioned"])


def _configured(name: str, *also: sa.Column[Any]) -> None:
    key = sa.Column("key", BYTEWISE, nullable=False)
    op.create_table(f"oidc_{name}", *also, key, *_rest(), sa.PrimaryKeyConstraint("key"))


def _expiring(name: str, *, partitioned: bool) -> None:
    columns: list[sa.Column[Any]] = [
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("key", BYTEWISE, nullable=False),
        *_rest(),
    ]
    if partitioned:
        first = sa.PrimaryKeyConstraint("ends_at", "key")
        op.create_table(f"oidc_{name}", *columns, first, postgresql_partition_by="RANGE (ends_at)")
        return
    op.create_table(f"oidc_{name}", *columns, sa.PrimaryKeyConstraint("key", "ends_at"))
    op.create_index(f"oidc_{name}_ends_at", f"oidc_{name}", ["ends_at", "key"])


def _rest() -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name, kind in REST]
