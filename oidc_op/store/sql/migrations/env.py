"""Runs migrations in the connection that ``oidc_op.store.sql.schema`` gives."""

from alembic import context

from oidc_op.store.sql.tables import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
