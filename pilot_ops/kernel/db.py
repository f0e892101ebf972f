"""The database: one way to get a session, column types that keep money exact and time aware, once-only inserts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Enum, Integer, MetaData, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from pilot_ops.kernel.money import Money, whole

_BUSY_MS = 5000
_MILLION = 1_000_000
_BEGIN = "pilot_ops_begin"


class Base(DeclarativeBase):
    """The base of every table; constraints and indexes are named by convention, so migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


def set_up(app: Flask) -> None:
    """Connect the app to its database; teaches SQLite to be durable and honest about concurrency."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _close_to_others(db.engine.url.database)
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)


def _close_to_others(file: str | None) -> None:
    """Let the owner alone read the database, under whatever umask it was made; a file of another's is left as it is."""
    for name in (file, f"{file}-wal", f"{file}-shm") if file else ():
        with suppress(OSError):
            os.chmod(name, 0o600)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose work is committed at the end, or undone whole if anything is raised.

    The edge (view, command, job) opens it; services never commit. What is answered after it is on disk.
    """
    with Session(db.engine, expire_on_commit=False, info=_info()) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session for reading: one consistent picture, never waiting for a writer."""
    with Session(_reading_engine(db.engine), info=_info()) as session:
        yield session


@contextmanager
def remaking() -> Iterator[Session]:
    """A session in which tables may be dropped and made too: committed whole at the end, or undone whole.

    On SQLite nothing looks after references meanwhile: who uses it checks them before the end.
    """
    with db.engine.connect() as connection:
        _look_after_references(connection, on=False)
        try:
            with Session(connection, expire_on_commit=False, info=_info()) as session, session.begin():
                yield session
        finally:
            _look_after_references(connection, on=True)


def _look_after_references(connection: Connection, *, on: bool) -> None:
    """Outside any transaction: within one SQLite ignores it."""
    plain = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and plain is not None:
        plain.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


@contextmanager
def asking() -> Iterator[Connection]:
    """A connection for a single question, which is one consistent picture by itself: nothing is begun or ended."""
    with _asking_engine(db.engine).connect() as connection:
        yield connection


@lru_cache(maxsize=16)
def _reading_engine(engine: Engine) -> Engine:
    engine = engine.execution_options(**{_BEGIN: "BEGIN"})
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


@lru_cache(maxsize=16)
def _asking_engine(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine.execution_options(**{_BEGIN: ""})


def _info() -> dict[str, str]:
    return {"secret": current_app.config["SECRET_KEY"]}


def secret_of(session: Session) -> str:
    """The service's secret, from which keys are derived; it travels with the session and is never stored in it."""
    return str(session.info["secret"])


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction control would begin deferred and late; _begin_sqlite says BEGIN itself.
    connection.isolation_level = None
    # Without recursive_triggers, INSERT OR REPLACE would pass by the triggers that refuse to delete.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
    for pragma in (*pragmas, f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if begin := connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(begin)


def take_turn(session: Session, what: str) -> None:
    """Wait for whoever does the same thing, and let others wait until the transaction ends.

    For what two may not do at once though neither has a row yet that the other could find. SQLite has one writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def insert_once(session: Session, row: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key, or anything else unique about it, is there; whether it was inserted.

    Safe under any race on both databases.
    """
    key = row.__table__.primary_key.columns  # type: ignore[attr-defined]
    # No conflict target: with one, PostgreSQL may raise for the other unique columns of a row inserted twice at once.
    statement = _insert(session, row).values(dict(values)).on_conflict_do_nothing().returning(*key)
    return session.execute(statement).first() is not None


def insert_all_once(session: Session, row: type[Base], rows: Sequence[Mapping[str, Any]]) -> frozenset[Any]:
    """Insert many rows as ``insert_once`` does, a thousand in a statement; the keys of those that were inserted.

    In the order of their keys, so that two who insert some of the same rows at once wait for each other in one order.
    """
    if not rows:
        return frozenset()
    table = row.__table__
    (key,) = table.primary_key.columns  # type: ignore[attr-defined]
    statement = _insert(session, table).on_conflict_do_nothing().returning(key)
    ordered = sorted((dict(values) for values in rows), key=lambda values: values[key.name])
    return frozenset(session.execute(statement, ordered).scalars())


def upsert(session: Session, row: type[Base], values: Mapping[str, Any]) -> None:
    """Insert a row, or give the existing row of the same primary key these values."""
    key = [column.name for column in row.__table__.primary_key.columns]  # type: ignore[attr-defined]
    changes = {name: value for name, value in values.items() if name not in key}
    session.execute(_insert(session, row).values(dict(values)).on_conflict_do_update(index_elements=key, set_=changes))


def _insert(session: Session, row: Any) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(row) if dialect == "postgresql" else sqlite.insert(row)


def choice(enum: type[StrEnum], name: str) -> Enum:
    """A column of an enum's values, stored as text with a check constraint of this name."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


class Cents(TypeDecorator[Money]):
    """Booked money: whole euro cents in the database, ``Money`` in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.whole_cents

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        # A sum of bigints is a Decimal on PostgreSQL.
        return None if value is None else Money(int(value))


class Degrees(TypeDecorator[Decimal]):
    """A latitude or longitude: whole millionths of a degree in the database, an exact ``Decimal`` in Python."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else whole(Fraction(value) * _MILLION)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / _MILLION


class Moment(TypeDecorator[datetime]):
    """An aware moment, UTC in storage. Refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def engine_of(session: Session) -> Engine:
    """The engine a session works on."""
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine
