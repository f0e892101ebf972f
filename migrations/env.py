"""How Alembic reaches the database: by the app's own engine, in one transaction a migration."""

from alembic import context
from alembic.operations.ops import MigrationScript
from flask import current_app

database = current_app.extensions["migrate"].db


def _nothing_if_unchanged(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


with database.engine.connect() as connection:
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
