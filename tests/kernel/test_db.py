"""Transactions, once-only inserts and column types, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import (
    Cents,
    Moment,
    asking,
    db,
    insert_all_once,
    insert_once,
    reading,
    secret_of,
    transaction,
    upsert,
)
from pilot_ops.kernel.money import Money
from pilot_ops.parks.models import ParkRow, StaffRow
from tests.parks.test_domain import SUVELA
from tests.support.databases import SECRET, close, look, make_app, work
from tests.support.recorder import recorded

ONE = UUID(int=1)
MOMENT = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=3)))


def _park(park_id: UUID = ONE, name: str = "suvela") -> dict[str, object]:
    return {"id": park_id, "name_key": name, **asdict(SUVELA)}


def _count(app: Flask) -> int:
    with look(app) as session:
        return session.scalar(select(func.count()).select_from(ParkRow)) or 0


def _fail_after_writing(app: Flask) -> None:
    with work(app) as session:
        session.execute(insert(ParkRow).values(**_park()))
        raise RuntimeError


def test_what_fails_is_undone_whole(on_both: Flask) -> None:
    with pytest.raises(RuntimeError):
        _fail_after_writing(on_both)
    assert _count(on_both) == 0


def test_what_is_told_of_a_failure_holds_nobodys_name(on_both: Flask) -> None:
    with pytest.raises(IntegrityError) as failed, work(on_both) as session:
        session.execute(insert(ParkRow), [{**_park(name="Aino"), "name": "Aino"}] * 2)
    assert "INSERT INTO parks" in str(failed.value)
    assert "Aino" not in str(failed.value)


def test_reading_sees_one_picture_while_others_write(on_both: Flask) -> None:
    with look(on_both) as session:
        before = session.scalar(select(func.count()).select_from(ParkRow))
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_insert_once, on_both).result(5)
        assert session.scalar(select(func.count()).select_from(ParkRow)) == before == 0
    assert _count(on_both) == 1


def _insert_once(app: Flask) -> bool:
    with work(app) as session:
        return insert_once(session, ParkRow, _park())


def test_of_eight_the_same_id_is_inserted_once(on_both: Flask) -> None:
    together = Barrier(8)

    def push(_number: int) -> bool:
        together.wait()
        return _insert_once(on_both)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(push, range(8))) == 1
    assert _count(on_both) == 1


def test_an_insert_once_minds_everything_unique(on_both: Flask) -> None:
    with work(on_both) as session:
        assert insert_once(session, ParkRow, _park())
        assert not insert_once(session, ParkRow, _park(uuid4()))
        assert not insert_once(session, ParkRow, _park(name="soukka"))
        assert insert_once(session, ParkRow, _park(uuid4(), "soukka"))
    assert _count(on_both) == 2


def test_of_many_rows_only_the_new_ones_are_inserted(on_both: Flask) -> None:
    many = [_park(UUID(int=number), f"park {number}") for number in range(1, 2501)]
    with work(on_both) as session:
        assert insert_all_once(session, ParkRow, []) == frozenset()
        assert insert_once(session, ParkRow, many[7])
        # Another row may be unique by something else: it is left out, too.
        same_name = _park(UUID(int=9000), "park 9")
        inserted = insert_all_once(session, ParkRow, [*reversed(many), same_name])
    assert inserted == {row["id"] for row in many} - {many[7]["id"]}
    assert _count(on_both) == 2500


def test_two_who_insert_the_same_many_rows_insert_each_once(on_both: Flask) -> None:
    rows = [_park(UUID(int=number), f"park {number}") for number in range(1, 301)]
    meet = Barrier(2)

    def insert_them(turned: bool) -> int:
        with work(on_both) as session:
            meet.wait(10)
            return len(insert_all_once(session, ParkRow, rows[::-1] if turned else rows))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(insert_them, (False, True))) == 300


def test_an_upsert_changes_what_is_there(on_both: Flask) -> None:
    with work(on_both) as session:
        upsert(session, ParkRow, _park())
        upsert(session, ParkRow, {**_park(), "city": "Kauniainen"})
        assert session.scalars(select(ParkRow.city)).all() == ["Kauniainen"]


def test_a_reference_to_nothing_is_refused(on_both: Flask) -> None:
    with pytest.raises(IntegrityError), work(on_both) as session:
        session.execute(insert(StaffRow).values(user_id=ONE, park_id=ONE))


def test_a_question_begins_nothing(on_both: Flask) -> None:
    parks = select(func.count()).select_from(ParkRow)
    with on_both.app_context(), asking() as connection:
        assert connection.scalar(parks) == 0
        with transaction() as session:
            upsert(session, ParkRow, _park())
        assert connection.scalar(parks) == 1


def test_after_a_question_work_is_undone_whole_as_before(on_both: Flask) -> None:
    with on_both.app_context():
        with asking() as connection:
            connection.execute(select(1))
        with pytest.raises(IntegrityError), transaction() as session:
            _add_park_and_staff_of_none(session)
    assert _count(on_both) == 0


def _add_park_and_staff_of_none(session: Session) -> None:
    upsert(session, ParkRow, _park())
    session.execute(insert(StaffRow).values(user_id=ONE, park_id=ONE))


def test_the_recorder_counts_what_is_asked_of_the_database(on_both: Flask) -> None:
    with recorded(on_both) as statements:
        assert _count(on_both) == 0
    assert len(statements) == 1


def test_sqlite_is_durable(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert found == ["wal", 2, 1, 5000, 1]


def test_a_reader_on_postgresql_cannot_write(postgres_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, postgres_url)
    with pytest.raises(DBAPIError, match="read-only"), look(app) as session:
        session.execute(insert(ParkRow).values(**_park()))
    close(app)


def test_the_secret_travels_with_the_session(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            assert secret_of(session) == SECRET
        with reading() as session:
            assert secret_of(session) == SECRET


@pytest.fixture
def kinds(on_both: Flask) -> Table:
    """A table of the two column types, made in the database of the test."""
    table = Table(
        "kinds", MetaData(), Column("id", Integer, primary_key=True), Column("amount", Cents), Column("at", Moment)
    )
    with on_both.app_context():
        table.create(db.engine)
    return table


def test_money_and_moments_come_back_as_they_were(on_both: Flask, kinds: Table) -> None:
    large = Money(2**53 + 1)
    with work(on_both) as session:
        session.execute(insert(kinds).values(id=1, amount=large, at=MOMENT))
        session.execute(insert(kinds).values(id=2, amount=Money(-1), at=None))
        session.execute(insert(kinds).values(id=3, amount=None, at=None))
    with look(on_both) as session:
        rows = session.execute(select(kinds).order_by(kinds.c.id)).all()
        assert [(row.amount, row.at) for row in rows] == [(large, MOMENT), (Money(-1), None), (None, None)]
        assert rows[0].at.tzinfo is UTC
        assert session.scalar(select(func.sum(kinds.c.amount, type_=Cents()))) == Money(2**53)


@pytest.mark.parametrize(
    "values",
    [{"amount": Money(Fraction(1, 3))}, {"at": datetime(2026, 7, 1, 12)}],  # noqa: DTZ001 - what is refused
)
def test_fractions_of_a_cent_and_naive_moments_are_refused(
    on_both: Flask, kinds: Table, values: dict[str, object]
) -> None:
    with pytest.raises(StatementError, match=r"not a whole number|must be aware"), work(on_both) as session:
        session.execute(insert(kinds).values(id=1, **values))
