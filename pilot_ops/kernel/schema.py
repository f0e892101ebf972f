"""The tables as a whole: their revision, and making all of them anew within one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import MetaData, text
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import remaking
from pilot_ops.kernel.paths import MIGRATIONS

_REVISIONS = "alembic_version"
# What migrations make beside tables, and what goes with none of them.
_FUNCTION = "refuse_change"
_LOCK_SECONDS = 10


def revision_of(session: Session) -> str | None:
    """The revision of the database's tables; None where there are none."""
    return MigrationContext.configure(session.connection()).get_current_revision()


@cache
def known_revisions() -> tuple[str, ...]:
    """Every revision that this version of the program knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def reflect(session: Session) -> MetaData:
    """The tables as they stand in the database, at whatever revision, but for the one of the revision itself."""
    found = MetaData()
    found.reflect(session.connection(), only=lambda name, _metadata: name != _REVISIONS)
    return found


@contextmanager
def rebuilding() -> Iterator[Session]:
    """A session in which tables may be dropped and made: all of it is committed at the end, or none.

    Who uses the database meanwhile is waited for a little, and then it is a fault of the database.
    """
    with remaking() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
        yield session


def drop(session: Session, names: frozenset[str]) -> None:
    """Drop the tables of these names and what migrations made beside them; what is another's is left alone."""
    found = MetaData()
    found.reflect(session.connection(), only=lambda name, _metadata: name in names or name == _REVISIONS)
    found.drop_all(session.connection())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"DROP FUNCTION IF EXISTS {_FUNCTION}()"))


def bring_to(session: Session, revision: str) -> None:
    """Make or change the tables up to a revision, in the session's own transaction."""
    config = current_app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, revision)


def lost_references(session: Session) -> str | None:
    """The name of a table with a row that refers to nothing. PostgreSQL looks by itself, and always."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    found = session.execute(text("PRAGMA foreign_key_check")).first()
    return str(found[0]) if found else None
