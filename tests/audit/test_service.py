"""The audit log notices whoever tampers with it, and the database refuses to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import GENESIS, Action, Change, Flaw
from pilot_ops.audit.queries import find_head, list_entries
from pilot_ops.audit.service import changes, record, record_all, verify_log
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.db import db, transaction
from tests.support.builders import ADMIN, NOON, make_actor
from tests.support.databases import close, look, make_app, work
from tests.support.recorder import recorded

_SHORT = "UPDATE audit_head SET seq = 1, digest = (SELECT digest FROM audit_entries WHERE seq = 1)"
_NO_CHECK = "ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_seq"
_REST = ", at, actor, user_id, device_id, action, subject, before, after, digest FROM audit_entries"


@pytest.fixture
def log(on_both: Flask) -> Flask:
    """A log of three entries, on either database."""
    with work(on_both) as session:
        for name in ("Suvela", "Karakallio", "Nokkala"):
            record(session, ADMIN, Action.PARK_CREATED, name, at=NOON, after={"name": name, "city": "Espoo"})
    return on_both


def _tamper(app: Flask, statement: str) -> None:
    """Change the database as somebody would who owns it: the guards of the table first."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_entries_no_update"))
            connection.execute(text("DROP TRIGGER audit_entries_no_delete"))
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        for part in statement.split("; "):
            if connection.dialect.name == "postgresql" or part != _NO_CHECK:
                connection.execute(text(part))


def test_a_log_nobody_touched_is_sound(log: Flask) -> None:
    with look(log) as session:
        verdict = verify_log(session)
        assert (verdict.entries, verdict.flaw, verdict.seq) == (3, None, None)
        head = find_head(session)
        assert head is not None
        assert (head.seq, head.digest) == (3, verdict.head)


@pytest.mark.parametrize(
    ("statement", "flaw", "seq"),
    [
        ("UPDATE audit_entries SET subject = 'Soukka' WHERE seq = 2", Flaw.CHANGED, 2),
        ("UPDATE audit_entries SET after = '{}' WHERE seq = 1", Flaw.CHANGED, 1),
        ("UPDATE audit_entries SET actor = 'somebody else' WHERE seq = 3", Flaw.CHANGED, 3),
        ("DELETE FROM audit_entries WHERE seq = 2", Flaw.MISSING, 2),
        ("DELETE FROM audit_entries WHERE seq = 1", Flaw.MISSING, 1),
        ("DELETE FROM audit_entries WHERE seq = 3", Flaw.CUT_SHORT, 3),
        ("DELETE FROM audit_entries", Flaw.CUT_SHORT, 1),
        ("UPDATE audit_head SET seq = 2", Flaw.CUT_SHORT, 4),
        ("DELETE FROM audit_head", Flaw.CUT_SHORT, 4),
        (f"DELETE FROM audit_entries WHERE seq > 1; {_SHORT}", Flaw.CUT_SHORT, 2),
        (f"DELETE FROM audit_entries; UPDATE audit_head SET seq = 0, digest = '{GENESIS}'", Flaw.CUT_SHORT, 1),
        ("DELETE FROM audit_entries; DELETE FROM audit_head", Flaw.CUT_SHORT, 1),
        (f"{_NO_CHECK}; INSERT INTO audit_entries SELECT -1{_REST} WHERE seq = 1", Flaw.CHANGED, -1),
        (f"{_NO_CHECK}; INSERT INTO audit_entries SELECT 0{_REST} WHERE seq = 1", Flaw.CHANGED, 0),
        ("UPDATE audit_entries SET digest = 'ä' WHERE seq = 2", Flaw.CHANGED, 2),
        ("UPDATE audit_head SET seal = 'ä'", Flaw.CUT_SHORT, 4),
    ],
)
def test_tampering_is_found_and_named(log: Flask, statement: str, flaw: Flaw, seq: int) -> None:
    _tamper(log, statement)
    with look(log) as session:
        verdict = verify_log(session)
    assert (verdict.flaw, verdict.seq) == (flaw, seq)


@pytest.mark.parametrize(
    "change",
    [
        "at = 'yesterday'",
        "at = 5",
        "user_id = 'x'",
        "device_id = 7",
        "subject = CAST(x'ff' AS TEXT)",
        "digest = x'ff'",
        "before = x'ff'",
        "seq = 'x'",
    ],
)
def test_what_cannot_be_read_is_found_and_named(log: Flask, change: str) -> None:
    if "sqlite" not in log.config["SQLALCHEMY_DATABASE_URI"]:
        change = "at = 'infinity'"  # PostgreSQL itself refuses the others
    _tamper(log, f"UPDATE audit_entries SET {change} WHERE seq = 3")
    with look(log) as session:
        verdict = verify_log(session)
        assert (verdict.entries, verdict.flaw, verdict.seq) == (2, Flaw.CHANGED, 3)
        assert [entry.seq for entry in list_entries(session)][-2:] == [2, 1]


@pytest.mark.parametrize("sealed", ["", f", seal = '{GENESIS}'"])
def test_a_forged_end_stays_a_flaw_when_the_log_goes_on(log: Flask, sealed: str) -> None:
    _tamper(log, f"DELETE FROM audit_entries WHERE seq > 1; {_SHORT}{sealed}")
    for _time in range(2):
        with work(log) as session:
            record(session, ADMIN, Action.PARK_CHANGED, "Suvela", at=NOON)
    with look(log) as session:
        verdict = verify_log(session)
    assert (verdict.entries, verdict.flaw, verdict.seq) == (1, Flaw.CHANGED, 2)


def test_an_empty_log_is_sound_only_before_the_first_entry(on_both: Flask) -> None:
    with look(on_both) as session:
        assert (verify_log(session).entries, verify_log(session).flaw) == (0, None)


@pytest.mark.parametrize("seq", [0, -1])
def test_the_database_refuses_numbers_below_one(log: Flask, seq: int) -> None:
    with pytest.raises(IntegrityError), work(log) as session:
        session.execute(text(f"INSERT INTO audit_entries SELECT {seq}{_REST} WHERE seq = 1"))


def test_sqlite_refuses_to_replace_an_entry(app: Flask) -> None:
    with work(app) as session:
        record(session, ADMIN, Action.PARK_CREATED, "Suvela", at=NOON)
    with pytest.raises(DBAPIError, match="append-only"), work(app) as session:
        session.execute(text(f"INSERT OR REPLACE INTO audit_entries SELECT seq{_REST}"))


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_entries(log: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), work(log) as session:
        session.execute(text(statement))
    with look(log) as session:
        assert verify_log(session).entries == 3


def test_the_chain_cannot_be_rewritten_without_the_secret(log: Flask, tmp_path: Path) -> None:
    with log.app_context():
        url = log.config["PILOT_OPS"].database_url
    stranger = make_app(tmp_path, url, SECRET_KEY="another secret that is also long enough")
    with look(stranger) as session:
        assert verify_log(session).flaw is Flaw.CHANGED
    close(stranger)


def test_entries_of_concurrent_changes_make_one_chain(on_both: Flask) -> None:
    def write(number: int) -> None:
        with work(on_both) as session:
            record(session, ADMIN, Action.PARK_CHANGED, f"Puisto {number}", at=NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    with look(on_both) as session:
        assert (verify_log(session).entries, verify_log(session).flaw) == (24, None)
        assert {entry.seq for entry in list_entries(session, most=100)} == set(range(1, 25))


def test_many_changes_are_as_many_entries_of_one_chain(log: Flask) -> None:
    many = [Change(f"Suvela {number}", before={"n": number}, after={"n": number + 1}) for number in range(1500)]
    with work(log) as session, recorded(log) as statements:
        record_all(session, ADMIN, Action.COST_BOOKED, [], at=NOON)
        record_all(session, ADMIN, Action.COST_BOOKED, many, at=NOON)
    assert len(statements) < 6
    with work(log) as session:
        record(session, ADMIN, Action.PARK_CREATED, "Soukka", at=NOON)
        verdict = verify_log(session)
        assert (verdict.entries, verdict.flaw) == (3 + 1500 + 1, None)
        newest = list_entries(session)[1]
    assert (newest.seq, newest.subject, newest.before, newest.after) == (
        1503,
        "Suvela 1499",
        '{"n":1499}',
        '{"n":1500}',
    )


def test_an_entry_of_undone_work_is_undone_too(on_both: Flask) -> None:
    def work_that_fails() -> None:
        with work(on_both) as session:
            record(session, ADMIN, Action.PARK_CHANGED, "Suvela", at=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work_that_fails()
    with look(on_both) as session:
        head = find_head(session)
        assert head is not None
        assert (head.seq, list_entries(session)) == (0, ())


def test_an_entry_says_who_what_and_from_which_device(session: Session) -> None:
    who: Actor = replace(make_actor(session), device_id=UUID(int=5))
    record(session, who, Action.DAY_CLOSED, "Suvela 2024-07-01", at=NOON, before={"a": 1}, after={"b": 2, "a": 1})
    entry = list_entries(session)[0]
    assert (entry.actor, entry.user_id, entry.action, entry.at) == (who.name, who.user_id, "day.closed", NOON)
    assert entry.device_id == UUID(int=5)
    assert (entry.before, entry.after) == ('{"a":1}', '{"a":1,"b":2}')


def test_entries_are_found_by_action_text_and_page(session: Session) -> None:
    for name in ("Suvela", "Karakallio", "Nokkala 100 %"):
        record(session, ADMIN, Action.PARK_CREATED, name, at=NOON)
    record(session, ADMIN, Action.PARK_CHANGED, "Suvela", at=NOON)
    assert [entry.seq for entry in list_entries(session)] == [4, 3, 2, 1]
    assert [entry.seq for entry in list_entries(session, text="suvela")] == [4, 1]
    assert [entry.seq for entry in list_entries(session, action="park.created", text="suvela")] == [1]
    assert [entry.seq for entry in list_entries(session, text="%")] == [3]
    assert [entry.seq for entry in list_entries(session, before_seq=3, most=1)] == [2]


def test_only_what_differs_is_written() -> None:
    assert changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3})


def test_the_log_takes_one_writer_at_a_time(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        record(session, ADMIN, Action.JOB_RUN, "close-days", at=NOON)
        head = find_head(session)
        assert head is not None
        assert head.seq == 1
