"""The backup of every night: made once, kept for a while, nobody waits for it; and the file it writes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pilot_ops.audit.queries import list_entries
from pilot_ops.backups import jobs as backups
from pilot_ops.backups import service
from pilot_ops.backups.domain import Reason, nightly_name
from pilot_ops.backups.queries import last_backup
from pilot_ops.backups.wire import Backup, whole_file
from pilot_ops.jobs import runner
from pilot_ops.jobs.queries import list_last_runs
from pilot_ops.jobs.timetable import get_job
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.errors import Forbidden, Refused
from tests.support.builders import ADMIN, NOON, make_actor, make_park, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.page import PageClient, post_form, sign_in, text_of

NIGHT = datetime(2026, 7, 1, 23, 55, tzinfo=UTC)
FILE = "pilot-ops-2026-07-02.zip"
JOB = get_job("backup")


@pytest.fixture
def nightly(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app with a folder for backups, of which two are kept."""
    app = make_app(tmp_path, sqlite_url, BACKUPS=str(tmp_path / "backups"), BACKUPS_KEPT="2")
    app.test_client_class = PageClient
    yield app
    close(app)


def test_every_night_once_and_the_newest_are_kept(nightly: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    others = ["pilot-ops-2020-01-01.zip.old", "notes.txt", ".pilot-ops-2026-07-01.zip.fresh.part"]
    for name in (*others, "pilot-ops-2020-01-01.zip", "pilot-ops-2026-06-30.zip", ".pilot-ops-2020-01-01.zip.x.part"):
        (folder / name).touch()
    old = (NIGHT - timedelta(days=2)).timestamp()
    os.utime(folder / ".pilot-ops-2020-01-01.zip.x.part", (old, old))
    os.utime(folder / others[2], (NIGHT.timestamp(), NIGHT.timestamp()))
    runner.run(nightly, JOB, NIGHT)
    made = (folder / FILE).stat()
    runner.run(nightly, JOB, NIGHT + timedelta(minutes=1))
    assert sorted(path.name for path in folder.iterdir()) == sorted([*others, "pilot-ops-2026-06-30.zip", FILE])
    assert (folder / FILE).stat().st_ino == made.st_ino
    assert stat.S_IMODE(made.st_mode) == 0o600
    with look(nightly) as session:
        last = last_backup(session)
        assert last
        assert (last.at, last.name, last.size) == (NIGHT, FILE, made.st_size)
        assert [entry.actor for entry in list_entries(session)] == ["timetable"]
        assert list_last_runs(session)["backup"].done == 1


def test_one_that_failed_is_tried_again_and_leaves_nothing(
    nightly: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service, "write_backup", fail)
    runner.run(nightly, JOB, NIGHT)
    monkeypatch.undo()
    assert "backup did not run" in caplog.text
    assert list((tmp_path / "backups").iterdir()) == []
    with look(nightly) as session:
        assert (list_last_runs(session), last_backup(session)) == ({}, None)
    runner.run(nightly, JOB, NIGHT)
    assert (tmp_path / "backups" / FILE).is_file()


def test_who_comes_meanwhile_leaves_it_and_work_goes_on(nightly: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write, runs = service.write_backup, []

    def meanwhile(*arguments: Any, **more: Any) -> Any:
        runs.append(NIGHT)
        with work(nightly) as session:
            make_park(session)
        runner.run(nightly, JOB, NIGHT + timedelta(seconds=1))
        with look(nightly) as session:
            assert "backup" not in list_last_runs(session)
        return write(*arguments, **more)

    monkeypatch.setattr(service, "write_backup", meanwhile)
    runner.run(nightly, JOB, NIGHT)
    assert runs == [NIGHT]
    with look(nightly) as session:
        assert list_last_runs(session)["backup"].done == 1


def test_a_run_whose_process_died_does_not_stand_in_the_way(nightly: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.service, "end", lambda *_arguments, **_more: None)
    runner.run(nightly, JOB, NIGHT)
    monkeypatch.undo()
    runner.run(nightly, JOB, NIGHT + timedelta(minutes=59))
    with look(nightly) as session:
        assert list_last_runs(session) == {}
    runner.run(nightly, JOB, NIGHT + timedelta(minutes=61))
    with look(nightly) as session:
        assert list_last_runs(session)["backup"].done == 1


def test_without_a_folder_there_is_none(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    runner.run(app, JOB, NIGHT)
    assert "did not run" not in caplog.text
    with look(app) as session:
        assert (list_last_runs(session), last_backup(session)) == ({}, None)
    with app.app_context(), pytest.raises(Refused) as refused:
        runner.run_by_hand(app, ADMIN, name="backup", day=NIGHT.date(), now=NIGHT)
    assert refused.value.reason is Reason.NO_FOLDER
    with work(app) as session:
        coordinator = make_actor(session, Role.COORDINATOR)
    with app.app_context(), pytest.raises(Forbidden):
        runner.run_by_hand(app, coordinator, name="backup", day=NIGHT.date(), now=NIGHT)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"

    def write(content: bytes, *, replace: bool = False, fail: bool = False) -> None:
        with whole_file(path, replace=replace) as file:
            file.write(content)
            assert not fail, "in the middle"

    with pytest.raises(AssertionError, match="middle"):
        write(b"half", fail=True)
    assert list(tmp_path.iterdir()) == []
    write(b"one")
    with pytest.raises(Refused) as refused:
        write(b"two")
    assert refused.value.reason is Reason.FILE_THERE
    with pytest.raises(AssertionError, match="middle"):
        write(b"half", replace=True, fail=True)
    assert path.read_bytes() == b"one"
    write(b"two", replace=True)
    assert path.read_bytes() == b"two"
    path.unlink()
    path.mkdir()
    with pytest.raises(Refused):
        write(b"three", replace=True)
    assert list(tmp_path.iterdir()) == [path]


def test_the_page_says_when_the_last_one_was_made_and_warns(
    nightly: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work(nightly) as session:
        admin = make_user(session)
    client = nightly.test_client()
    sign_in(client, admin)
    assert "Näistä tiedoista ei ole tehty yhtään varmuuskopiota." in text_of(client.get("/jobs"))
    page = post_form(client, "/jobs", day="1.1.2020", action="/jobs/backup/run")
    assert page.status_code == 302
    # It is a backup of now, whatever day it is run for: an older name would be deleted first.
    name = nightly_name(local_day(now()))
    shown = text_of(client.get("/jobs"))
    assert name in shown
    assert "varmuuskopiota." not in shown
    assert "säilyttää 2 uusinta" in shown
    with Backup(tmp_path / "backups" / name) as backup:
        backup.check()
    with work(nightly) as session:
        later = NOON + timedelta(days=10_000)
        backups.service.note_backup(session, ADMIN, name="x.zip", size=1_234_567, rows=1, at=later)
    monkeypatch.setattr("pilot_ops.jobs.routes.now", lambda: later + timedelta(days=2, minutes=1))
    shown = text_of(client.get("/jobs"))
    assert "x.zip, 1,2 Mt" in shown
    assert "Varmuuskopiota ei ole tehty kahteen päivään." in shown


def test_the_page_says_that_a_folder_is_to_be_set(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        admin = make_user(session)
    sign_in(client, admin)
    page = post_form(client, "/jobs", day="1.1.2020", action="/jobs/backup/run")
    assert "Varmuuskopioiden kansiota ei ole asetettu: PILOT_OPS_BACKUPS" in text_of(page)


def test_the_page_says_why_a_folder_takes_none(nightly: Flask, tmp_path: Path) -> None:
    with work(nightly) as session:
        admin = make_user(session)
    client = nightly.test_client()
    sign_in(client, admin)
    (tmp_path / "backups").write_text("a file where the folder should be")
    page = post_form(client, "/jobs", day="1.1.2020", action="/jobs/backup/run")
    assert page.status_code == 200
    assert "Työtä ei voitu tehdä: [Errno 17] File exists" in text_of(page)
    with look(nightly) as session:
        assert list_last_runs(session) == {}
