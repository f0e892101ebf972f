"""How Alembic reaches the database: by the app's own engine, in one transaction a migration."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from alembic.operations.ops import MigrationScript
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

# Any number that nothing else of the database locks.
_LOCK = 7_460_117

database = current_app.extensions["migrate"].db


def _nothing_if_unchanged(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    """On PostgreSQL nodes that start at once wait for the first; on SQLite writers take turns anyway."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(select(func.pg_advisory_lock(_LOCK)))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(_LOCK)))
        connection.commit()


with database.engine.connect() as connection, _one_at_a_time(connection):
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        process_revision_directives=_nothing_if_unchanged,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
