"""Counting while somebody else opens, closes or imports the day, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.errors import Denial, Refused
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Count, Entered, Reason, Record
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule.domain import DayStatus, MealDay, Pilot
from tests.support.builders import ADMIN, NOON, close_with, count_children, day_of, make_pilot, tap_of
from tests.support.databases import look, work

MONDAY = date(2024, 7, 1)


@pytest.fixture
def pilot(on_both: Flask) -> Pilot:
    """A pilot whose Monday is open, and whose Tuesday is planned."""
    with work(on_both) as session:
        pilot = make_pilot(session)
        count_children(session, day_of(session, pilot, MONDAY), school=10)
    return pilot


def monday_of(app: Flask, pilot: Pilot) -> MealDay:
    with look(app) as session:
        return day_of(session, pilot, MONDAY)


def meanwhile(app: Flask, first: Callable[[Session], object], second: Callable[[Session], object]) -> str:
    """Do something, and before it is on disk begin another; what the other was refused for, or nothing."""

    def do() -> str:
        try:
            with work(app) as session:
                second(session)
        except Refused as refused:
            return refused.reason.value
        return ""

    with ThreadPoolExecutor(1) as pool:
        with work(app) as session:
            first(session)
            other = pool.submit(do)
            sleep(0.3)
        return other.result()


def test_a_tap_on_its_way_is_counted_before_the_day_is_closed(on_both: Flask, pilot: Pilot) -> None:
    day = monday_of(on_both, pilot)
    refused = meanwhile(
        on_both,
        lambda session: service.record_tap(session, ADMIN, tap=tap_of(day, change=5), at=NOON),
        lambda session: close_with(session, day, delivered=10, note=""),
    )
    assert refused == Reason.NOTE_MISSING


def test_a_tap_that_comes_while_the_day_is_closed_is_late(on_both: Flask, pilot: Pilot) -> None:
    day = monday_of(on_both, pilot)
    meanwhile(
        on_both,
        lambda session: close_with(session, day, delivered=10, note=""),
        lambda session: service.record_tap(session, ADMIN, tap=tap_of(day), at=NOON),
    )
    with look(on_both) as session:
        summary = queries.get_summary(session, day.id)
    assert (summary.day.status, summary.count.school_age, summary.late) == (DayStatus.CLOSED, 11, 1)


def test_a_tap_on_its_way_stops_the_import_of_its_day(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
        day = day_of(session, pilot, MONDAY)
        tap = tap_of(day)
        service.record_tap(session, ADMIN, tap=tap, at=NOON)
        service.record_tap(session, ADMIN, tap=tap_of(day, change=-1, undoes=tap.id), at=NOON)
        park = get_park(session, day.park_id).name
        record = Record(None, entered=Entered.IMPORT, note="Ei mitattu")
        row = service.ImportedDay(2, park, MONDAY, Count(school_age=40), None, record)
        plan = service.plan_import(session, ADMIN, pilot=pilot, days=[row], at=NOON)
    refused = meanwhile(
        on_both,
        lambda session: service.record_tap(session, ADMIN, tap=tap_of(day), at=NOON),
        lambda session: service.import_days(session, ADMIN, pilot=pilot, plan=plan, file_name="x", at=NOON),
    )
    assert refused == Reason.HAS_TAPS


def test_many_first_taps_at_once_open_the_day_once(on_both: Flask, pilot: Pilot) -> None:
    with look(on_both) as session:
        day = day_of(session, pilot, date(2024, 7, 2))

    def press(_: int) -> bool:
        try:
            with work(on_both) as session:
                service.record_tap(session, ADMIN, tap=tap_of(day), at=NOON)
        except Denial:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(press, range(16)))
    with look(on_both) as session:
        assert queries.get_count(session, day.id).school_age == 16
        assert [entry.action for entry in list_entries(session)].count("day.opened") == 2
