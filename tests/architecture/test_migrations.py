"""The migrations make exactly the tables the code knows, and each can be taken back."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from pilot_ops import tables
from pilot_ops.audit.service import verify_log
from pilot_ops.backups.queries import list_names
from pilot_ops.kernel.db import Base, db
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.kernel.schema import reflect
from pilot_ops.phones import service as phones
from pilot_ops.phones.domain import Home, HomeKind
from pilot_ops.phones.queries import find_actor as find_phone
from pilot_ops.phones.queries import find_home_of_code, list_phones
from tests.support.builders import ADMIN, NOON, make_park
from tests.support.databases import close, look, make_app, migrate, work
from tests.support.tickets import make_point

_SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(_SCRIPTS.walk_revisions()))]


def _schema(app: Flask) -> list[tuple[str, ...]]:
    """Everything the database has: tables, columns, keys, checks, indexes and triggers."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
            # A table that was renamed is written with quotes.
            return [tuple(str(cell).replace('"', "") for cell in row) for row in connection.execute(text(query))]
        found = [
            (name, str(column["name"]), str(column["type"]), str(column["nullable"]))
            for name in inspect(connection).get_table_names()
            for column in inspect(connection).get_columns(name)
        ]
        for query in (
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        ):
            found += [tuple(map(str, row)) for row in connection.execute(text(query))]
        return sorted(found)


def _empty(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> Flask:
    if database == "sqlite":
        return make_app(tmp_path)
    postgres = request.getfixturevalue("postgres")
    postgres.run("DROP DATABASE IF EXISTS empty_one")
    postgres.run("CREATE DATABASE empty_one")
    return make_app(tmp_path, postgres.url("empty_one"))


def test_the_tables_are_those_the_code_knows(on_both: Flask) -> None:
    assert tables.__all__
    with on_both.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_are_those_the_code_knows(on_both: Flask) -> None:
    """Alembic does not compare checks, so their names are compared here."""
    known = {(table.name, str(check.name)) for table in Base.metadata.tables.values() for check in _checks(table)}
    with on_both.app_context(), db.engine.connect() as connection:
        inspector = inspect(connection)
        found = {
            (table, str(check["name"]))
            for table in inspector.get_table_names()
            for check in inspector.get_check_constraints(table)
        }
    assert found == known


def _checks(table):  # type: ignore[no-untyped-def]
    from sqlalchemy import Boolean, CheckConstraint

    return [
        item
        for item in table.constraints
        if isinstance(item, CheckConstraint) and not isinstance(getattr(item, "type", None), Boolean)
    ]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_migration_can_be_taken_back_and_made_again(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    app = _empty(request, tmp_path, database)
    before = None
    for revision in REVISIONS:
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS), revision=revision)
        after = _schema(app)
        with look(app) as session:
            # A backup of any revision has all of ours: tables that are no more are in backups.domain.FORMER.
            assert set(list_names(session)) == set(reflect(session).tables)
        with app.app_context():
            flask_migrate.downgrade(directory=str(MIGRATIONS), revision="-1")
        if before is not None:
            assert _schema(app) == before
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS), revision=revision)
        assert _schema(app) == after
        before = after
    close(app)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_log_with_entries_is_sealed_and_stays_sound(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    app = _empty(request, tmp_path, database)
    migrate(app)
    with work(app) as session:
        make_park(session)
    with app.app_context():
        flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0001")
        flask_migrate.upgrade(directory=str(MIGRATIONS))
    with work(app) as session:
        make_park(session)
    with look(app) as session:
        assert (verify_log(session).entries, verify_log(session).flaw) == (2, None)
    with pytest.raises(DBAPIError, match="append-only"), work(app) as session:
        session.execute(text("DELETE FROM audit_entries"))
    close(app)


def test_there_is_one_line_of_migrations() -> None:
    assert _SCRIPTS.get_heads() == [REVISIONS[-1]]
    assert [revision[:4] for revision in REVISIONS] == [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_phones_and_codes_of_parks_outlive_those_of_places(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    app = _empty(request, tmp_path, database)
    migrate(app)
    with work(app) as session:
        park, point = make_park(session), make_point(session)
        homes = [Home(HomeKind.PARK, park.id), Home(HomeKind.POINT, point.id)]
        codes = [phones.make_code(session, ADMIN, home=home, hours=24, at=NOON) for home in homes]
        used = [phones.make_code(session, ADMIN, home=home, hours=24, at=NOON) for home in homes]
        joined = [phones.join(session, code=code, name="Puhelin", at=NOON) for code in used]
    with app.app_context():
        flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0004")
        flask_migrate.upgrade(directory=str(MIGRATIONS))
    with look(app) as session:
        assert find_home_of_code(session, codes[0], NOON) == homes[0]
        assert find_home_of_code(session, codes[1], NOON) is None
        assert [find_phone(session, secret) for _phone, secret in joined] == [joined[0][0].actor(), None]
        assert list_phones(session) == (joined[0][0],)
    close(app)
