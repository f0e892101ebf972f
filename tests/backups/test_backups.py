"""A backup is one picture of everything, goes into either database, and is taken in whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from pilot_ops.accounts.models import SessionRow
from pilot_ops.api.models import ApiTokenRow
from pilot_ops.audit.queries import list_entries
from pilot_ops.audit.service import verify_log
from pilot_ops.backups import jobs, service
from pilot_ops.backups.domain import LEFT_OUT, Manifest, Reason
from pilot_ops.backups.wire import Backup, Writing
from pilot_ops.cli import demo
from pilot_ops.costs.models import LedgerEntryRow
from pilot_ops.counting.models import TapRow, TapTotalRow
from pilot_ops.forecasts.models import OrderTermsRow
from pilot_ops.kernel.db import Base, db
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.surveys.models import SurveyAnswerRow
from pilot_ops.tickets.models import PrintFileRow, PrintRow, TicketRow, TicketTypeRow
from tests.support.builders import ADMIN, NOON, begin_session, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import Postgres, close, look, make_app, migrate, work

ODD = "Ääkköset 🥣, \"lainaus\", 'toinen', \\ ja\trivi\nvaihtuu\u2028\u0001"
KEPT = [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]
# What taking in a backup adds to.
LOG = {"audit_entries", "audit_head"}


@pytest.fixture(scope="module")
def full(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demonstration, and what it has not; and a backup of it beside it."""
    folder = tmp_path_factory.mktemp("full")
    file = folder / "full.sqlite"
    shutil.copyfile(sqlite_template, file)
    app = make_app(folder, f"sqlite:///{file}")
    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
        begin_session(session, demo.add_people(session)[0])
        add_rest(session)
    with app.app_context():
        jobs.make_backup(ADMIN, file.with_suffix(".zip"), replace=False, at=NOON)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    close(app)
    return file


def add_rest(session: Session) -> None:
    """Rows that refer to rows of their own table, whichever comes first; odd text; times, days and nothing at all."""
    known = session.scalars(select(LedgerEntryRow)).first()
    assert known is not None
    low, high = UUID(int=1), UUID(int=2**128 - 1)
    given = {column.name: getattr(known, column.name) for column in LedgerEntryRow.__table__.columns}
    for id_, reverses in ((high, None), (low, high)):
        session.execute(insert(LedgerEntryRow).values({**given, "id": id_, "reverses": reverses, "description": ODD}))
    terms = {"lead_days": 1, "lead_time": time(23, 59, 59, 7), "waste": 1, "turned_away": 2}
    session.execute(insert(OrderTermsRow).values(pilot_id=known.pilot_id, **terms))
    token = {"id": uuid4(), "name": ODD, "name_key": "odd", "digest": "d", "scopes": "", "made_at": NOON}
    session.execute(insert(ApiTokenRow).values(**token, expires_on=date(2027, 1, 31), used_on=None, revoked_at=None))
    replaced, by = session.scalars(select(TicketRow.id).order_by(TicketRow.id).limit(2))
    session.execute(text("UPDATE tickets SET replaced_by = :by WHERE id = :id"), {"by": by.hex, "id": replaced.hex})
    kind = session.scalars(select(TicketTypeRow.id)).first()
    answer = {"type_id": kind, "month": date(2026, 6, 1), "before": 1, "after": 5, "otherwise": "no", "line": ""}
    session.execute(insert(SurveyAnswerRow).values(id=uuid4(), **answer))


@pytest.fixture(scope="module")
def small(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with little in it."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copyfile(sqlite_template, folder / "small.sqlite")
    app = make_app(folder, f"sqlite:///{folder / 'small.sqlite'}")
    with work(app) as session:
        count_children(session, day_of(session, make_pilot(session), date(2024, 7, 1)), school=3)
    back_up(app, folder / "small.zip")
    close(app)
    return folder / "small.zip"


@pytest.fixture
def filled(full: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on a copy of the full database."""
    shutil.copyfile(full, tmp_path / "filled.sqlite")
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'filled.sqlite'}")
    yield app
    close(app)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database without any table, on SQLite and once more on PostgreSQL."""
    app = make_app(tmp_path / "empty", _no_tables(request) if request.param == "postgresql" else "")
    yield app
    close(app)


def _no_tables(request: pytest.FixtureRequest) -> str:
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.run("DROP DATABASE IF EXISTS no_tables WITH (FORCE)")
    postgres.run("CREATE DATABASE no_tables")
    return postgres.url("no_tables")


def rows_of(app: Flask, *, without: frozenset[str] | set[str] = frozenset()) -> dict[str, list[Any]]:
    """Every row of every table that a backup has, as the models read it."""
    with look(app) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in KEPT
            if table.name not in without
        }


def take_in(app: Flask, path: Path, *, replace: bool = False) -> service.Restored:
    with app.app_context():
        return jobs.take_in(ADMIN, path, replace=replace, at=NOON)


def back_up(app: Flask, path: Path) -> Manifest:
    with app.app_context():
        return jobs.make_backup(ADMIN, path, replace=False, at=NOON).manifest


def refused(app: Flask, path: Path, *, replace: bool = False) -> Refused:
    with pytest.raises(Refused) as caught:
        take_in(app, path, replace=replace)
    return caught.value


def changed(path: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a zip whose entries are changed, or left out, and whose checksums are right."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return to


def with_manifest(path: Path, to: Path, **different: Any) -> Path:
    return changed(
        path,
        to,
        lambda name, old: json.dumps({**json.loads(old), **different}).encode() if name == "manifest.json" else old,
    )


def test_from_one_database_to_the_other_and_back(full: Path, filled: Flask, empty: Flask, tmp_path: Path) -> None:
    first = full.with_suffix(".zip")
    done = take_in(empty, first)
    assert (done.same_key, done.log.flaw) == (True, None)
    before = rows_of(filled, without=LOG)
    assert {name for name, rows in before.items() if rows} >= {"taps", "tickets", "order_terms", "survey_answers"}
    assert rows_of(empty, without=LOG) == before
    with look(empty) as session:
        assert [entry.action for entry in list_entries(session, most=1)] == ["backup.restored"]
        assert verify_log(session).flaw is None
    second = tmp_path / "second.zip"
    manifest = back_up(empty, second)
    with Backup(first) as backup:
        old = {content.table.name: content for content in backup.manifest.tables if content.table.name not in LOG}
    assert {content.table.name: content for content in manifest.tables if content.table.name not in LOG} == old
    take_in(filled, second, replace=True)
    assert rows_of(filled, without=LOG) == before


def test_nobody_is_signed_in_by_a_backup_and_printed_codes_are_not_in_it(on_both: Flask, tmp_path: Path) -> None:
    with work(on_both) as session:
        user = make_user(session)
        begin_session(session, user)
        kind = {"name_key": "k", "name_fi": "K", "name_sv": "", "name_en": "", "kind": "coded", "prefix": "K"}
        kind |= {"shape": "wristband", "symbol": "swimming", "uses": 1, "low_stock": 0, "active": True}
        type_id, print_id = uuid4(), uuid4()
        session.execute(insert(TicketTypeRow).values(id=type_id, **kind))
        order = {"first": 1, "last": 1, "format": "cards", "with_value": True, "state": "done", "total": 1, "done": 1}
        order |= {"left_out": "", "reprint": False, "requested_at": NOON, "tries": 1}
        session.execute(insert(PrintRow).values(id=print_id, type_id=type_id, **order))
        session.execute(insert(PrintFileRow).values(print_id=print_id, content=b"\x00secret", made_at=NOON))
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 1
    manifest = back_up(on_both, tmp_path / "a.zip")
    assert not {content.table.name for content in manifest.tables} & LEFT_OUT
    take_in(on_both, tmp_path / "a.zip", replace=True)
    with look(on_both) as session:
        for table in Base.metadata.sorted_tables:
            if table.name in LEFT_OUT:
                assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalars(select(PrintRow.id)).all() == [print_id]


def test_it_is_one_picture_while_others_write(on_both: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), date(2024, 7, 1))
        count_children(session, day, school=3)
    add, written = Writing.add, []

    def tap_first(self: Writing, table: Any, rows: Any) -> Any:
        if table.name in {"audit_head", "parks", "taps"}:
            with work(on_both) as session:
                count_children(session, day, school=1)
                make_park(session)
                written.append(table.name)
        return add(self, table, rows)

    monkeypatch.setattr(Writing, "add", tap_first)
    back_up(on_both, tmp_path / "a.zip")
    monkeypatch.undo()
    assert sorted(written) == ["audit_head", "parks", "taps"]
    done = take_in(on_both, tmp_path / "a.zip", replace=True)
    assert done.log.flaw is None
    with look(on_both) as session:
        assert session.scalar(select(func.sum(TapRow.change))) == 3
        assert session.scalar(select(func.sum(TapTotalRow.total))) == 3


def test_a_file_that_is_not_as_it_was_written_is_refused(full: Path, filled: Flask, tmp_path: Path) -> None:
    whole, bad = full.with_suffix(".zip"), tmp_path / "bad.zip"
    before = rows_of(filled)
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as old:
        at = old.getinfo("taps.jsonl").header_offset + 5000
    content[at] ^= 1
    bad.write_bytes(content)
    assert refused(filled, bad, replace=True).reason is Reason.DAMAGED
    changed(whole, bad, lambda name, old: None if name == "taps.jsonl" else old)
    assert refused(filled, bad, replace=True).details == {"table": "taps"}
    changed(whole, bad, lambda name, old: old.replace(b"Suvela", b"Sovela") if name == "parks.jsonl" else old)
    assert refused(filled, bad, replace=True).details == {"table": "parks"}
    tables = [one for one in json.loads(zipfile.ZipFile(whole).read("manifest.json"))["tables"]]
    with_manifest(whole, bad, tables=[one for one in tables if one["table"]["name"] != "taps"])
    assert refused(filled, bad, replace=True).reason is Reason.DIFFERENT_TABLES
    for wrong in (b"", b"no zip", whole.read_bytes()[:-100]):
        bad.write_bytes(wrong)
        assert refused(filled, bad, replace=True).reason is Reason.NO_BACKUP
    changed(whole, bad, lambda name, old: None if name == "manifest.json" else old)
    assert refused(filled, bad, replace=True).reason is Reason.NO_BACKUP
    assert rows_of(filled) == before


def test_whoever_changes_a_file_and_its_digests_has_no_seal(full: Path, filled: Flask, tmp_path: Path) -> None:
    whole, bad, half = full.with_suffix(".zip"), tmp_path / "bad.zip", tmp_path / "half.zip"
    changed(whole, half, lambda name, old: old.replace(b"Suvela", b"Sovela") if name == "parks.jsonl" else old)
    tables = json.loads(zipfile.ZipFile(whole).read("manifest.json"))["tables"]
    for one in tables:
        if one["table"]["name"] == "parks":
            one["sha256"] = hashlib.sha256(zipfile.ZipFile(half).read("parks.jsonl")).hexdigest()
    with_manifest(half, bad, tables=tables)
    before = rows_of(filled)
    assert refused(filled, bad, replace=True).reason is Reason.CHANGED_SINCE
    assert rows_of(filled) == before


def test_a_later_program_s_file_is_refused(full: Path, filled: Flask, tmp_path: Path) -> None:
    for later in ({"revision": "9999"}, {"version": 2, "more": 1}):
        path = with_manifest(full.with_suffix(".zip"), tmp_path / "later.zip", **later)
        assert refused(filled, path, replace=True).reason is Reason.NEWER
    with work(filled) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert refused(filled, full.with_suffix(".zip"), replace=True).reason is Reason.DATABASE_NEWER


def test_what_a_database_holds_is_not_replaced_unasked(small: Path, on_both: Flask) -> None:
    with work(on_both) as session:
        make_park(session)
    held = refused(on_both, small)
    assert (held.reason, held.details) == (Reason.NOT_EMPTY, {"held": {"parks": 1, "audit_entries": 1}})
    with look(on_both) as session:
        assert len(list_entries(session)) == 1


def test_a_service_that_was_only_started_holds_nothing(small: Path, on_both: Flask) -> None:
    assert take_in(on_both, small).log.flaw is None


def test_a_crash_in_the_middle_changes_nothing(small: Path, on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with work(on_both) as session:
        park = make_park(session)
    before = rows_of(on_both)

    def crash(*_arguments: Any) -> None:
        raise OSError("the power is gone")

    monkeypatch.setattr(service, "_verified", crash)
    with pytest.raises(OSError, match="power"):
        take_in(on_both, small, replace=True)
    assert rows_of(on_both) == before
    with work(on_both) as session:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.execute(insert(SessionRow).values(id=uuid4(), user_id=uuid4(), epoch=0, expires_at=NOON))
        session.rollback()
    assert park.name


def test_an_older_backup_is_taken_in_and_then_migrated(empty: Flask, tmp_path: Path) -> None:
    source = make_app(tmp_path / "old")
    with source.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS), revision="0020")
    park = uuid4()
    with work(source) as session:
        session.execute(
            text(
                "INSERT INTO parks (id, name, name_key, address, postal_code, city, district, active, name_sv, name_en)"
                " VALUES (:id, 'Suvela', 'suvela', 'Kirstintie 24', '02760', 'Espoo', '', 1, '', '')"
            ),
            {"id": park.hex},
        )
        hours = (
            "INSERT INTO park_units (park_id, unit_id, hours_fi, hours_sv, hours_en) VALUES (:id, 4711, '9-15', '', '')"
        )
        session.execute(text(hours), {"id": park.hex})
    manifest = back_up(source, tmp_path / "old.zip")
    close(source)
    assert manifest.revision == "0020"
    take_in(empty, tmp_path / "old.zip")
    with look(empty) as session:
        assert session.execute(text("SELECT id FROM units")).scalars().all() == [4711]
        assert session.execute(text("SELECT name FROM parks")).scalars().all() == ["Suvela"]
    migrate(empty)


def test_what_is_another_s_is_left_alone_at_any_revision(on_both: Flask, tmp_path: Path) -> None:
    """A database may be shared; of its tables a backup has ours, and taking one in drops no others."""
    with on_both.app_context():
        flask_migrate.downgrade(directory=str(MIGRATIONS), revision="-1")
    with work(on_both) as session:
        session.execute(text("CREATE TABLE of_another (shape REAL)"))
        session.execute(text("INSERT INTO of_another VALUES (1.5)"))
    manifest = back_up(on_both, tmp_path / "old.zip")
    assert "of_another" not in {content.table.name for content in manifest.tables}
    take_in(on_both, tmp_path / "old.zip", replace=True)
    with look(on_both) as session:
        assert session.scalar(text("SELECT shape FROM of_another")) == 1.5


def test_with_another_key_it_is_taken_in_and_told(small: Path, tmp_path: Path) -> None:
    app = make_app(tmp_path, SECRET_KEY="another secret that is long enough too")
    done = take_in(app, small)
    assert not done.same_key
    assert done.log.flaw is not None
    with look(app) as session:
        assert "backup.restored" not in {entry.action for entry in list_entries(session)}
    close(app)


def test_postgresql_numbers_nothing_by_itself(postgres: Postgres, postgres_template: str, tmp_path: Path) -> None:
    """So taking in a backup has no sequence to set; if this fails, it has."""
    app = make_app(tmp_path, postgres.url(postgres_template))
    with look(app) as session:
        assert session.scalar(text("SELECT count(*) FROM pg_sequences")) == 0
    close(app)


def test_moments_are_written_the_same_however_they_are_kept(app: Flask, tmp_path: Path) -> None:
    """A default of SQLite writes no digits after the second."""
    with work(app) as session:
        values = {"job": "x", "period": "y", "outcome": ""}
        session.execute(
            text("INSERT INTO job_runs VALUES (:job, :period, '2026-07-01 09:00:00', NULL, :outcome)"), values
        )
    back_up(app, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert json.loads(file.read("job_runs.jsonl"))[-1] == "2026-07-01T09:00:00.000000Z"
    take_in(app, tmp_path / "a.zip", replace=True)
    with look(app) as session:
        found = session.scalar(select(Base.metadata.tables["job_runs"].c.started_at))
        assert found == datetime(2026, 7, 1, 9, tzinfo=UTC)
