"""Counting, closing, reopening, correcting and paper, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from time import sleep
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.counting.domain import Reason as TapReason
from pilot_ops.counting.queries import list_taps
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Denial, Forbidden, Refused
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Count, Entered, Food, Group, Reason, Record, Warning, Weather
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from pilot_ops.schedule.domain import CancelReason, DayStatus
from pilot_ops.schedule.models import MealDayRow
from pilot_ops.schedule.queries import get_day, list_days
from pilot_ops.schedule.service import cancel_day, order_portions
from tests.support.builders import (
    ADMIN,
    NOON,
    close_with,
    count_children,
    day_of,
    make_actor,
    make_park,
    make_pilot,
    tap_of,
)
from tests.support.databases import work
from tests.support.recorder import recorded

MONDAY = date(2024, 7, 1)


def test_the_first_tap_opens_the_day(on_both: Flask) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)
        done = service.record_tap(session, ADMIN, tap=tap_of(day, Group.SCHOOL_AGE, 5), at=NOON)
        assert (done.total, done.day.status) == (5, DayStatus.OPEN)
        assert get_day(session, day.id).status is DayStatus.OPEN
        assert queries.get_count(session, day.id) == Count(school_age=5)


def test_a_tap_sent_again_changes_nothing(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    tap = tap_of(day, Group.ADULTS)
    assert [service.record_tap(session, ADMIN, tap=tap, at=NOON).total for _ in range(3)] == [1, 1, 1]


def test_taps_that_cannot_be_leave_nothing(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    saturday = replace(tap_of(day), day=date(2024, 7, 6))
    early = datetime.fromisoformat("2024-06-30T20:59:00+00:00")  # 23.59 in Helsinki
    for tap, at, reason in (
        (saturday, NOON, Reason.NO_MEAL_DAY),
        (tap_of(day), early, Reason.FUTURE_DAY),
        (tap_of(day, change=-1), NOON, Reason.COUNT_NEGATIVE),
    ):
        with pytest.raises(Refused) as refused, session.begin_nested():
            service.record_tap(session, ADMIN, tap=tap, at=at)
        assert refused.value.reason is reason
    assert list_taps(session, day.id) == ()
    assert get_day(session, day.id).status is DayStatus.PLANNED


def test_a_late_tap_is_kept_and_marked(on_both: Flask) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)
        close_with(session, day, delivered=0)
        service.record_tap(session, ADMIN, tap=tap_of(day), at=NOON)
        summary = queries.get_summary(session, day.id)
        assert (summary.count.school_age, summary.late, summary.day.status) == (1, 1, DayStatus.CLOSED)


def test_closing_keeps_every_figure(session: Session) -> None:
    staff_of = make_pilot(session)
    actor = make_actor(session, Role.PARK_STAFF, staff_of.park_ids)
    day = day_of(session, staff_of, MONDAY)
    count_children(session, day, young=30, school=45)
    record = Record(
        delivered=80,
        damaged=1,
        leftover=3,
        waste=1,
        temp_receipt=Fraction(683, 10),
        temp_serving=Fraction(61),
        food=Food.HOT,
        weather=Weather.RAIN,
        note="Satoi",
    )
    service.close_day(session, actor, day_id=day.id, record=record, at=NOON)
    summary = queries.get_summary(session, day.id)
    assert (summary.record, summary.closed_at, summary.closed_by) == (record, NOON, actor.name)
    assert summary.day.status is DayStatus.CLOSED
    assert list_entries(session)[0].action == "day.closed"


def test_an_odd_day_is_closed_with_a_note_only(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    count_children(session, day, school=70)
    with pytest.raises(Refused) as refused:
        close_with(session, day, delivered=80, note="")
    assert refused.value.reason is Reason.NOTE_MISSING
    assert refused.value.details["warnings"] == (Warning.IMBALANCE,)
    close_with(session, day, delivered=80, note="Kymmenen annosta hukassa")


def test_the_same_number_for_three_days_needs_a_note(session: Session) -> None:
    pilot = make_pilot(session)
    for number in (1, 2, 3):
        day = day_of(session, pilot, date(2024, 7, number))
        count_children(session, day, school=50)
        if number < 3:
            close_with(session, day, delivered=50, note="")
    with pytest.raises(Refused) as refused:
        close_with(session, day, delivered=50, note="")
    assert refused.value.details["warnings"] == (Warning.SAME_COUNT,)


def test_closing_settles_what_was_said_about_it(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    for kind in (Kind.PARK_NOT_CLOSED_YET, Kind.DAY_NOT_CLOSED):
        messages.say(session, kind=kind, park_id=day.park_id, day=day.day, at=NOON)
    close_with(session, day, delivered=0)
    assert list_messages(session) == ()


def test_of_two_closings_at_once_one_wins(on_both: Flask) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)

    def close(delivered: int) -> str:
        try:
            with work(on_both) as session:
                close_with(session, day, delivered=delivered)
        except Refused as refused:
            return refused.reason.value
        return "closed"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(close, [10, 20, 30, 40]))
    assert results == ["closed", *[Reason.DAY_NOT_OPEN.value] * 3]


def test_reopening_keeps_the_figures_as_a_start(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    close_with(session, day, delivered=7)
    with pytest.raises(Refused) as refused:
        service.reopen_day(session, ADMIN, day_id=day.id, reason="", at=NOON)
    assert refused.value.reason is Reason.REASON_MISSING
    service.reopen_day(session, ADMIN, day_id=day.id, reason="Laskuvirhe", at=NOON)
    summary = queries.get_summary(session, day.id)
    assert (summary.day.status, summary.closed_at) == (DayStatus.OPEN, None)
    assert summary.record is not None
    assert summary.record.delivered == 7
    with pytest.raises(Refused) as refused:
        service.reopen_day(session, ADMIN, day_id=day.id, reason="x", at=NOON)
    assert refused.value.reason is Reason.DAY_NOT_CLOSED


def test_a_sheet_of_paper_is_a_whole_day_and_may_hold_more_than_a_tap(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    sheet = {"count": Count(school_age=1500), "record": Record(delivered=1500, note="Puistojuhla")}
    service.enter_from_paper(session, ADMIN, day_id=day.id, form_id=uuid4(), at=NOON, **sheet)
    assert queries.get_count(session, day.id).school_age == 1500


def test_paper_adds_to_phones_and_counts_once(on_both: Flask) -> None:
    sheet = {"form_id": uuid4(), "count": Count(school_age=40, adults=1), "record": Record(45, waste=2, note="Paperi")}
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)
        count_children(session, day, young=2)
        service.enter_from_paper(session, ADMIN, day_id=day.id, at=NOON, **sheet)
        summary = queries.get_summary(session, day.id)
        assert summary.count == Count(under_school_age=2, school_age=40, adults=1)
        assert summary.record is not None
        assert summary.record.entered is Entered.PAPER
    with work(on_both) as session:
        service.enter_from_paper(session, ADMIN, day_id=day.id, at=NOON, **sheet)
        assert [entry.action for entry in list_entries(session)].count("day.entered") == 1
        for other in ({"form_id": uuid4()}, {"count": Count(school_age=41)}, {"record": Record(46, note="Paperi")}):
            with pytest.raises(Refused) as refused:
                service.enter_from_paper(session, ADMIN, day_id=day.id, at=NOON, **{**sheet, **other})
            assert refused.value.reason is Reason.DAY_NOT_OPEN
        assert queries.get_count(session, day.id).school_age == 40


def test_a_cancelled_day_is_not_entered(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    cancel_day(session, ADMIN, day_id=day.id, reason=CancelReason.STAFF, note="", food_billed=False, at=NOON)
    with pytest.raises(Refused) as refused:
        service.enter_from_paper(
            session, ADMIN, day_id=day.id, form_id=uuid4(), count=Count(), record=Record(0), at=NOON
        )
    assert refused.value.reason is Reason.DAY_CANCELLED


def test_a_correction_is_a_further_event_with_a_reason(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    count_children(session, day, school=10)
    change = {"day_id": day.id, "group": Group.SCHOOL_AGE, "at": NOON}
    service.correct_count(session, ADMIN, tap_id=uuid4(), change=-3, reason="Laskin väärin", **change)
    assert queries.get_count(session, day.id).school_age == 7
    assert [tap.change for tap in list_taps(session, day.id)] == [10, -3]
    assert list_entries(session)[0].action == "taps.corrected"
    for wrong in ({"change": -8, "reason": "x"}, {"change": 0, "reason": "x"}, {"change": 1, "reason": ""}):
        with pytest.raises(Refused), session.begin_nested():
            service.correct_count(session, ADMIN, tap_id=uuid4(), **change, **wrong)
    assert queries.get_count(session, day.id).school_age == 7


def test_a_correction_sent_again_is_in_the_log_once(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    correction = {"day_id": day.id, "tap_id": uuid4(), "group": Group.ADULTS, "change": 2, "at": NOON}
    for _ in range(2):
        service.correct_count(session, ADMIN, reason="Unohtui", **correction)
    assert [entry.action for entry in list_entries(session)].count("taps.corrected") == 1
    with pytest.raises(Refused) as refused:
        service.correct_count(session, ADMIN, reason="Muu syy", **correction)
    assert refused.value.reason is TapReason.ID_REUSED


def test_staff_work_in_their_own_park_only(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    stranger, mine = make_actor(session, Role.PARK_STAFF), make_actor(session, Role.PARK_STAFF, [day.park_id])
    service.record_tap(session, mine, tap=tap_of(day), at=NOON)
    for actor in (stranger, make_actor(session, Role.VENUE), make_actor(session, Role.MANAGER)):
        with pytest.raises(Forbidden):
            service.record_tap(session, actor, tap=tap_of(day), at=NOON)
        with pytest.raises(Forbidden):
            service.close_day(session, actor, day_id=day.id, record=Record(0), at=NOON)
    with pytest.raises(Forbidden):
        service.reopen_day(session, mine, day_id=day.id, reason="x", at=NOON)


def test_facts_for_costs_in_one_question(app: Flask) -> None:
    with work(app) as session:
        pilot = make_pilot(session)
        day = day_of(session, pilot, MONDAY)
        order_portions(session, ADMIN, orders={day.id: 90}, at=NOON)
        count_children(session, day, young=30, school=45)
        service.record_tap(session, ADMIN, tap=tap_of(day, Group.ADULTS, 2), at=NOON)
        close_with(session, day, delivered=88)
    with recorded(app) as statements, work(app) as session:
        facts = queries.list_facts(session, pilot.id)
    assert len(statements) == 1
    assert len(facts) == 23
    monday = facts[0]
    assert (monday.day, monday.status, monday.ordered, monday.delivered) == (MONDAY, DayStatus.CLOSED, 90, 88)
    assert (monday.first_portions, monday.served) == (75, 77)


def test_many_summaries_are_as_few_questions_as_one(app: Flask) -> None:
    with work(app) as session:
        pilot = make_pilot(session, [make_park(session) for _ in range(3)])
        days = list_days(session, pilot_id=pilot.id)
    numbers = []
    for some in (days[:1], days):
        with recorded(app) as statements, work(app) as session:
            assert len(queries.list_summaries(session, some)) == len(some)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_a_tap_of_a_day_that_is_being_taken_away_is_refused_not_lost(on_both: Flask) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)
    tap = tap_of(day)

    def press() -> str:
        try:
            with work(on_both) as session:
                service.record_tap(session, ADMIN, tap=tap, at=NOON)
        except Denial:
            return "refused"
        return "counted"

    with ThreadPoolExecutor(1) as pool:
        with work(on_both) as session:
            session.execute(delete(MealDayRow).where(MealDayRow.id == day.id))
            pressed = pool.submit(press)
            sleep(0.3)
        assert pressed.result() == "refused"
    with work(on_both) as session:
        assert list_taps(session, day.id) == ()


def test_opening_a_day_is_in_the_log_once(session: Session) -> None:
    day = day_of(session, make_pilot(session), MONDAY)
    count_children(session, day, young=1, school=1)
    assert [entry.action for entry in list_entries(session)].count("day.opened") == 1
