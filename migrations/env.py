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


@contextmanager
def _free_to_remake(connection: Connection) -> Iterator[None]:
    """On SQLite a table is changed by making it anew: let the others refer to it meanwhile, and see that they still do.

    The procedure of SQLite's own manual (ALTER TABLE, "Making Other Kinds Of Table Schema Changes").
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    plain = connection.connection.driver_connection
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := plain.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to nothing after the migration: {lost[:5]}")
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


def _run(connection: Connection) -> None:
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


# Restoring a backup makes the tables in its own transaction, and looks after all that is looked after here.
if given := context.config.attributes.get("connection"):
    _run(given)
else:
    with database.engine.connect() as connection, _one_at_a_time(connection), _free_to_remake(connection):
        _run(connection)
