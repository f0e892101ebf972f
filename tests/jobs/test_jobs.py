"""What the clock starts: each job once a period, in Helsinki time, and what it finds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.jobs import runner, service
from pilot_ops.jobs.queries import list_last_runs
from pilot_ops.jobs.timetable import TIMETABLE, Job, UnknownJob, get_job
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import HELSINKI, at_local
from pilot_ops.kernel.errors import Forbidden
from pilot_ops.meals import jobs
from pilot_ops.meals.export import read_days
from pilot_ops.meals.jobs import Report
from pilot_ops.meals.service import import_days, plan_import, reopen_day
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from pilot_ops.schedule.domain import CancelReason, DayStatus
from pilot_ops.schedule.queries import get_pilot, list_days
from pilot_ops.schedule.service import add_closure, cancel_day, preview_closure
from tests.support.builders import (
    ADMIN,
    close_with,
    count_children,
    day_of,
    make_actor,
    make_park,
    make_pilot,
    make_user,
)
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of

MONDAY = date(2024, 7, 1)


def moment(text: str) -> datetime:
    """A moment on a Helsinki clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


def kinds(session: Session) -> list[tuple[Kind, int]]:
    return sorted((message.kind, message.day.day) for message in list_messages(session))


def test_the_morning_opens_the_days_of_today_only(session: Session) -> None:
    pilot = make_pilot(session, [make_park(session), make_park(session)])
    assert jobs.open_days(session, day=MONDAY, now=moment("2024-07-01T06:00")) == Report(2, 2)
    assert jobs.open_days(session, day=MONDAY, now=moment("2024-07-01T06:01")) == Report(0, 0)
    assert jobs.open_days(session, day=date(2024, 7, 2), now=moment("2024-07-01T06:01")) == Report(2, 0)
    statuses = [day.status for day in list_days(session, pilot_id=pilot.id)][:3]
    assert statuses == [DayStatus.OPEN, DayStatus.OPEN, DayStatus.PLANNED]


def test_a_park_is_reminded_an_hour_after_serving_once(session: Session) -> None:
    # Serving ends at 12.30, so the reminder is due at 13.30.
    parks = [make_park(session) for _ in range(3)]
    pilot = make_pilot(session, parks)
    closed, cancelled, forgotten = (day_of(session, pilot, MONDAY, park) for park in parks)
    close_with(session, closed, delivered=0)
    cancel_day(
        session,
        ADMIN,
        day_id=cancelled.id,
        reason=CancelReason.STAFF,
        note="",
        food_billed=False,
        at=moment("2024-07-01T09:00"),
    )
    assert jobs.remind_parks(session, day=MONDAY, now=moment("2024-07-01T13:29")).done == 0
    assert jobs.remind_parks(session, day=MONDAY, now=moment("2024-07-01T13:30")).done == 1
    assert jobs.remind_parks(session, day=MONDAY, now=moment("2024-07-01T13:35")).done == 0
    (message,) = list_messages(session)
    assert (message.kind, message.park_id) == (Kind.PARK_NOT_CLOSED_YET, forgotten.park_id)


def test_the_evening_tells_which_days_are_not_closed(session: Session) -> None:
    make_pilot(session, [make_park(session), make_park(session)])
    assert jobs.tell_coordinator(session, day=MONDAY, now=moment("2024-07-01T19:00")) == Report(2, 2)
    assert kinds(session) == [(Kind.DAY_NOT_CLOSED, 1)] * 2


def test_the_night_finds_what_is_not_right_and_settles_what_is(session: Session) -> None:
    pilot = make_pilot(session)
    at = moment("2024-07-05T12:00")
    right, empty, odd, late, forgotten = (day_of(session, pilot, date(2024, 7, day)) for day in (1, 2, 3, 4, 5))
    for day, delivered in ((right, 50), (odd, 53), (late, 40)):
        count_children(session, day, school=min(delivered, 50))
        close_with(session, day, delivered=delivered, at=at)
    close_with(session, empty, delivered=0, at=at)
    count_children(session, late, school=2, at=at)
    night = moment("2024-07-06T02:15")
    report = jobs.nightly_check(session, day=date(2024, 7, 6), now=night)
    # Tuesday nobody, Wednesday 3 missing with a note, Thursday two late taps and so 2 too many, Friday not closed.
    assert kinds(session) == [
        (Kind.DAY_NOT_CLOSED, 5),
        (Kind.DAY_WITHOUT_COUNT, 2),
        (Kind.IMBALANCE, 4),
        (Kind.LATE_TAPS, 4),
    ]
    assert report == Report(5, 4)
    facts = {(message.kind, message.day.day): message.facts for message in list_messages(session)}
    assert facts[Kind.IMBALANCE, 4] == {"missing": -2, "day_id": str(late.id)}
    assert facts[Kind.LATE_TAPS, 4]["taps"] == 1
    close_with(session, forgotten, delivered=0, at=night)
    jobs.nightly_check(session, day=date(2024, 7, 6), now=night)
    assert (Kind.DAY_NOT_CLOSED, 5) not in kinds(session)
    assert (Kind.DAY_WITHOUT_COUNT, 5) in kinds(session)


def test_nothing_is_said_of_a_day_that_is_not_over(session: Session) -> None:
    make_pilot(session)
    noon = moment("2024-07-03T12:00")
    # By hand, for the last day of the season: Monday and Tuesday are over and not closed, Wednesday is being served.
    assert jobs.nightly_check(session, day=date(2024, 7, 31), now=noon).looked == 2
    assert kinds(session) == [(Kind.DAY_NOT_CLOSED, 1), (Kind.DAY_NOT_CLOSED, 2)]
    for day in (3, 4):
        assert jobs.tell_coordinator(session, day=date(2024, 7, day), now=noon).done == 0


def test_a_reminder_ends_when_the_day_is_cancelled_imported_or_over(session: Session) -> None:
    parks = [make_park(session, name=name) for name in ("Suvela", "Soukka", "Nöykkiö")]
    pilot = make_pilot(session, parks)
    assert jobs.remind_parks(session, day=MONDAY, now=moment("2024-07-01T13:30")).done == 3
    why = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
    cancelled = day_of(session, pilot, MONDAY, parks[0])
    cancel_day(session, ADMIN, day_id=cancelled.id, at=moment("2024-07-01T14:00"), **why)
    _, rows = read_days("puisto;päivä;alle_kouluikäiset;kouluikäiset\nSoukka;1.7.2024;5;5\n".encode())
    at = moment("2024-07-01T15:00")
    plan = plan_import(session, ADMIN, pilot=pilot, days=rows, at=at)
    import_days(session, ADMIN, pilot=pilot, plan=plan, file_name="x", at=at)
    (left,) = list_messages(session)
    assert left.park_id == parks[2].id
    jobs.nightly_check(session, day=date(2024, 7, 2), now=moment("2024-07-02T02:15"))
    assert kinds(session) == [(Kind.DAY_NOT_CLOSED, 1)]


def test_late_taps_are_settled_by_closing_the_day_again(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    count_children(session, day, school=5)
    close_with(session, day, delivered=5, at=moment("2024-07-01T13:00"))
    count_children(session, day, school=1, at=moment("2024-07-01T14:00"))
    jobs.nightly_check(session, day=date(2024, 7, 2), now=moment("2024-07-02T02:15"))
    assert kinds(session) == [(Kind.IMBALANCE, 1), (Kind.LATE_TAPS, 1)]
    reopen_day(session, ADMIN, day_id=day.id, reason="Myöhäinen", at=moment("2024-07-02T09:00"))
    close_with(session, day, delivered=6, at=moment("2024-07-02T09:05"))
    jobs.nightly_check(session, day=date(2024, 7, 3), now=moment("2024-07-03T02:15"))
    assert (Kind.LATE_TAPS, 1) not in kinds(session)
    assert (Kind.IMBALANCE, 1) not in kinds(session)


def test_an_imbalance_needs_attention_until_a_note_explains_it(session: Session) -> None:
    day = day_of(session, make_pilot(session, [make_park(session, name="Suvela")], weekdays=1), MONDAY)
    _, rows = read_days(
        "puisto;päivä;alle_kouluikäiset;kouluikäiset;toimitettu;hävikki\nSuvela;1.7.2024;0;50;53;0\n".encode()
    )
    at = moment("2024-07-01T15:00")
    plan = plan_import(session, ADMIN, pilot=get_pilot(session, day.pilot_id), days=rows, at=at)
    import_days(session, ADMIN, pilot=get_pilot(session, day.pilot_id), plan=plan, file_name="x", at=at)
    jobs.nightly_check(session, day=date(2024, 7, 2), now=moment("2024-07-02T02:15"))
    (found,) = list_messages(session)
    assert (found.kind, found.facts["missing"]) == (Kind.IMBALANCE, 3)
    reopen_day(session, ADMIN, day_id=day.id, reason="Huomautus puuttuu", at=moment("2024-07-02T09:00"))
    close_with(session, day, delivered=53, note="Kolme annosta kaatui", at=moment("2024-07-02T09:05"))
    jobs.nightly_check(session, day=date(2024, 7, 3), now=moment("2024-07-03T02:15"))
    assert kinds(session) == []


def test_what_is_older_than_two_weeks_is_settled_when_it_is_right_and_when_its_day_is_gone(session: Session) -> None:
    pilot = make_pilot(session)
    jobs.nightly_check(session, day=date(2024, 7, 4), now=moment("2024-07-04T02:15"))
    assert len(kinds(session)) == 3
    close_with(session, day_of(session, pilot, date(2024, 7, 2)), delivered=0, at=moment("2024-07-25T12:00"))
    closure = {"park_id": pilot.park_ids[0], "starts_on": date(2024, 7, 3), "ends_on": date(2024, 7, 3)}
    seen = preview_closure(session, ADMIN, **closure).digest
    add_closure(session, ADMIN, **closure, closure_id=uuid4(), note="", seen=seen, at=moment("2024-07-25T12:00"))
    jobs.nightly_check(session, day=date(2024, 7, 31), now=moment("2024-07-31T02:15"))
    old = [found for found in kinds(session) if found[1] < 4]
    assert old == [(Kind.DAY_NOT_CLOSED, 1)]


def test_a_job_runs_once_a_period_however_many_processes_there_are(on_both: Flask) -> None:
    with work(on_both) as session:
        make_pilot(session, [make_park(session), make_park(session)])
    now = moment("2024-07-01T06:00")

    def run(_: int) -> Report | None:
        with work(on_both) as session:
            return service.run_once(session, job=get_job("open-days"), now=now)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(run, range(6)))
    assert sorted(reports, key=str) == [None] * 5 + [Report(2, 2)]
    with work(on_both) as session:
        assert service.run_once(session, job=get_job("open-days"), now=now + timedelta(days=1)) is not None


def test_a_job_that_fails_leaves_nothing_and_is_tried_again(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with work(app) as session:
        make_pilot(session)
    failing = [True]

    def open_and_fail(session: Session, *, day: date, now: datetime) -> Report:
        report = jobs.open_days(session, day=day, now=now)
        if failing:
            raise RuntimeError("no power")
        return report

    job, now = Job("open-days", open_and_fail, get_job("open-days").at), moment("2024-07-01T06:00")
    runner.run(app, job, now)
    assert "open-days did not run" in caplog.text
    with look(app) as session:
        assert {day.status for day in list_days(session)} == {DayStatus.PLANNED}
        assert list_last_runs(session) == {}
    failing.clear()
    runner.run(app, job, now)
    with look(app) as session:
        assert list_last_runs(session)["open-days"].done == 1


def fire_times(job: Job, start: str, end: str) -> list[str]:
    """When the clock starts a job, as a Helsinki clock shows it."""
    times: list[str] = []
    previous, now, last = None, moment(start), moment(end)
    while (found := job.trigger().get_next_fire_time(previous, now)) and found <= last:
        times.append(found.astimezone(HELSINKI).isoformat(timespec="minutes"))
        previous, now = found, found + timedelta(seconds=1)
    return times


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nightly-check", ["2025-03-29T02:15+02:00", "2025-03-30T02:15+02:00", "2025-03-31T02:15+03:00"]),
        ("open-days", ["2025-03-29T06:00+02:00", "2025-03-30T06:00+03:00", "2025-03-31T06:00+03:00"]),
    ],
)
def test_once_a_day_when_summer_time_begins(name: str, expected: list[str]) -> None:
    assert fire_times(get_job(name), "2025-03-29T00:00", "2025-03-31T23:59") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nightly-check", ["2025-10-25T02:15+03:00", "2025-10-26T02:15+03:00", "2025-10-27T02:15+02:00"]),
        ("tell-coordinator", ["2025-10-25T19:00+03:00", "2025-10-26T19:00+02:00", "2025-10-27T19:00+02:00"]),
    ],
)
def test_once_a_day_when_it_ends(name: str, expected: list[str]) -> None:
    assert fire_times(get_job(name), "2025-10-25T00:00", "2025-10-27T23:59") == expected


def test_periods_and_when_a_job_is_due() -> None:
    nightly, remind = get_job("nightly-check"), get_job("remind-parks")
    # Half past midnight in Helsinki is still the day before in UTC.
    assert nightly.period(moment("2025-10-26T00:30")) == "2025-10-26"
    assert remind.period(moment("2024-07-01T13:34")) == "2024-07-01T13:30"
    assert not nightly.due(moment("2025-10-26T02:14"))
    assert nightly.due(at_local(date(2025, 10, 26), nightly.at or pytest.fail("no time")))


def test_a_late_start_catches_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with work(app) as session:
        make_pilot(session)
    monkeypatch.setattr(runner, "now", lambda: moment("2024-07-01T10:00"))
    runner.catch_up(app)
    with look(app) as session:
        assert set(list_last_runs(session)) == {
            "delete-feedback",
            "delete-prints",
            "delete-sign-ups",
            "forget-mail",
            "nightly-check",
            "open-days",
            "remind-parks",
        }


def test_the_scheduler_holds_the_whole_timetable(app: Flask) -> None:
    scheduler = runner.start(app)
    try:
        assert {job.id for job in scheduler.get_jobs()} >= set(TIMETABLE)
    finally:
        scheduler.shutdown()


def test_by_hand_a_job_may_run_again_and_is_logged(session: Session) -> None:
    pilot = make_pilot(session)
    now = moment("2024-07-02T12:00")
    for _ in range(2):
        report = service.run_by_hand(session, ADMIN, name="tell-coordinator", day=MONDAY, now=now)
        assert report.looked == 1
        now += timedelta(seconds=1)
    assert len(list_messages(session)) == 1
    assert [entry.action for entry in list_entries(session)][:2] == ["job.run", "job.run"]
    with pytest.raises(UnknownJob, match="open-days"):
        service.run_by_hand(session, ADMIN, name="sleep", day=MONDAY, now=now)
    coordinator = make_actor(session, Role.COORDINATOR)
    with pytest.raises(Forbidden):
        service.run_by_hand(session, coordinator, name="open-days", day=MONDAY, now=now)
    assert pilot.name


def test_the_pages(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = make_pilot(session, [make_park(session, name="Suvela"), make_park(session, name="Soukka")])
        admin = make_user(session, Role.ADMINISTRATOR)
        staff = make_user(session, Role.PARK_STAFF, [day_of(session, pilot, MONDAY).park_id])
    sign_in(client, staff)
    assert "Kaikki kunnossa" in text_of(client.get("/attention"))
    sign_in(client, admin)
    assert "Ei vielä ajettu" in text_of(client.get("/jobs"))
    form: dict[str, Any] = {"action": "/jobs/tell-coordinator/run"}
    for wrong in ("huomenna", "1.1.0001", "31.12.9999"):
        assert "Kirjoita päivä" in text_of(post_form(client, "/jobs", day=wrong, **form))
    assert post_form(client, "/jobs", day="1.7.2024", **form).status_code == 302
    assert "päiviä käyty läpi 2, muutoksia tai huomioita 2" in text_of(client.get("/jobs"))
    text = text_of(client.get("/attention"))
    assert "Suvela ma 1.7. Päivää ei ole päätetty" in text
    assert "Soukka ma 1.7." in text
    sign_in(client, staff)
    text = text_of(client.get("/attention"))
    assert ("Suvela" in text) != ("Soukka" in text)
