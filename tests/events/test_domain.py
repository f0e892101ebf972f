"""The rules of events, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pilot_ops.events.domain import (
    Access,
    Attendance,
    Closing,
    Event,
    Move,
    Reason,
    Status,
    Venue,
    check_closing,
    check_details,
    check_publishable,
    check_times,
    clean,
    may_count,
    occurrences,
    reach_of,
    read_rule,
    status_after,
)
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from tests.support.events import DETAILS

# Tuesday 25.3.2025 at 17.00 in Helsinki, five days before the clocks go forward.
MARCH = datetime(2025, 3, 25, 15, tzinfo=UTC)


def event(**different: Any) -> Event:
    usual = {"id": uuid4(), "starts_at": MARCH, "ends_at": None, "status": Status.PUBLISHED, "details": DETAILS}
    return Event(**{**usual, "sequence": 0, "changed_at": MARCH, **different})


def refusal(work: Any, *args: Any) -> tuple[Reason, str]:
    with pytest.raises(Refused) as refused:
        work(*args)
    return refused.value.reason, refused.value.field


def test_a_series_keeps_its_time_on_the_clock_over_summer_time() -> None:
    found = occurrences(read_rule("RRULE:FREQ=WEEKLY;COUNT=3"), MARCH)
    assert found == (
        datetime(2025, 3, 25, 15, tzinfo=UTC),
        datetime(2025, 4, 1, 14, tzinfo=UTC),
        datetime(2025, 4, 8, 14, tzinfo=UTC),
    )


def test_the_last_day_counts_and_exceptions_do_not() -> None:
    rule = read_rule("freq=weekly;until=20250415")
    found = occurrences(rule, MARCH, [date(2025, 4, 8)])
    assert [moment.date() for moment in found] == [date(2025, 3, 25), date(2025, 4, 1), date(2025, 4, 15)]


def test_the_second_tuesday_of_months() -> None:
    found = occurrences(read_rule("FREQ=MONTHLY;BYDAY=2TU;COUNT=3"), MARCH)
    assert [moment.date() for moment in found] == [date(2025, 4, 8), date(2025, 5, 13), date(2025, 6, 10)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.RULE_WRONG),
        ("FREQ=SECONDLY;COUNT=3", Reason.RULE_WRONG),
        ("FREQ=YEARLY;COUNT=3", Reason.RULE_WRONG),
        ("FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2;COUNT=1", Reason.RULE_WRONG),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=3", Reason.RULE_WRONG),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", Reason.RULE_WRONG),
        ("FREQ=WEEKLY;UNTIL=20251332", Reason.RULE_WRONG),
        ("FREQ=WEEKLY;COUNT=0", Reason.RULE_WRONG),
        ("FREQ=WEEKLY", Reason.RULE_ENDLESS),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20250415", Reason.RULE_ENDLESS),
    ],
)
def test_rules_that_are_none(text: str, reason: Reason) -> None:
    assert refusal(read_rule, text) == (reason, "rule")


def test_a_series_is_bounded_and_not_empty() -> None:
    assert refusal(occurrences, read_rule("FREQ=DAILY;COUNT=101"), MARCH)[0] is Reason.TOO_MANY_EVENTS
    assert refusal(occurrences, read_rule("FREQ=MONTHLY;INTERVAL=12;COUNT=4"), MARCH)[0] is Reason.TOO_MANY_EVENTS
    assert len(occurrences(read_rule("FREQ=DAILY;COUNT=100"), MARCH)) == 100
    nothing = (read_rule("FREQ=DAILY;COUNT=1"), MARCH, [date(2025, 3, 25)])
    assert refusal(occurrences, *nothing)[0] is Reason.RULE_EMPTY
    assert refusal(occurrences, read_rule("FREQ=DAILY;UNTIL=20250324"), MARCH)[0] is Reason.RULE_EMPTY


@pytest.mark.parametrize(
    ("status", "move", "after"),
    [
        (Status.DRAFT, Move.PUBLISH, Status.PUBLISHED),
        (Status.PUBLISHED, Move.POSTPONE, Status.POSTPONED),
        (Status.POSTPONED, Move.RESCHEDULE, Status.PUBLISHED),
        (Status.PUBLISHED, Move.RESCHEDULE, Status.PUBLISHED),
        (Status.PUBLISHED, Move.CANCEL, Status.CANCELLED),
        (Status.POSTPONED, Move.CANCEL, Status.CANCELLED),
        (Status.CANCELLED, Move.RESTORE, Status.PUBLISHED),
    ],
)
def test_what_follows_what(status: Status, move: Move, after: Status) -> None:
    assert status_after(status, move) is after


def test_nothing_else_follows() -> None:
    def follows(status: Status, move: Move) -> bool:
        try:
            return status_after(status, move) in Status
        except Refused:
            return False

    assert sum(follows(status, move) for status in Status for move in Move) == 7


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"name": Translated("")}, Reason.NAME_MISSING, "name_fi"),
        ({"summary": Translated("x" * 161)}, Reason.SUMMARY_TOO_LONG, "summary_fi"),
        ({"summary": Translated("x", "y" * 161)}, Reason.SUMMARY_TOO_LONG, "summary_sv"),
        ({"link": "www.example.fi"}, Reason.LINK_WRONG, "link"),
        ({"capacity": 0}, Reason.NUMBER_WRONG, "capacity"),
        ({"access": Access(steepest_percent=101)}, Reason.NUMBER_WRONG, "steepest_percent"),
        ({"venue": Venue(Translated("X"), latitude=Decimal(60))}, Reason.PLACE_WRONG, "longitude"),
        (
            {"venue": Venue(Translated("X"), latitude=Decimal(91), longitude=Decimal(24))},
            Reason.PLACE_WRONG,
            "latitude",
        ),
    ],
)
def test_details_that_cannot_be_kept(different: dict[str, Any], reason: Reason, field: str) -> None:
    check_details(DETAILS)
    assert refusal(check_details, replace(DETAILS, **different)) == (reason, field)


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"venue": Venue(Translated(""))}, Reason.VENUE_MISSING, "venue_fi"),
        ({"summary": Translated("x", "", "z")}, Reason.SUMMARY_MISSING, "summary_sv"),
        ({"description": Translated("x", "y")}, Reason.DESCRIPTION_MISSING, "description_en"),
        ({"organiser": ""}, Reason.ORGANISER_MISSING, "organiser"),
        ({"audiences": frozenset()}, Reason.AUDIENCE_MISSING, "audiences"),
    ],
)
def test_what_may_be_published_says_all(different: dict[str, Any], reason: Reason, field: str) -> None:
    check_publishable(DETAILS)
    assert refusal(check_publishable, replace(DETAILS, **different)) == (reason, field)


def test_an_event_in_finnish_alone_may_be_published() -> None:
    only = {"name": Translated("Retki"), "summary": Translated("Lyhyt"), "description": Translated("Pitkä")}
    check_publishable(replace(DETAILS, **only))


def test_what_is_written_is_tidied() -> None:
    cleaned = clean(
        replace(DETAILS, name=Translated("  Retki \n kaikille"), description=Translated("Eka\r\n\r\nToka "))
    )
    assert (cleaned.name.fi, cleaned.description.fi) == ("Retki kaikille", "Eka\n\nToka")


def test_times() -> None:
    check_times(MARCH, None)
    check_times(MARCH, MARCH + timedelta(days=14))
    assert refusal(check_times, MARCH, MARCH) == (Reason.ENDS_BEFORE_START, "ends")
    assert refusal(check_times, MARCH, MARCH + timedelta(days=15)) == (Reason.TOO_LONG, "ends")


def test_people_are_counted_from_three_hours_before_on() -> None:
    may_count(event(), MARCH - timedelta(hours=3))
    assert refusal(may_count, event(), MARCH - timedelta(hours=3, seconds=1))[0] is Reason.FUTURE_EVENT
    for status in (Status.DRAFT, Status.POSTPONED, Status.CANCELLED):
        assert refusal(may_count, event(status=status), MARCH)[0] is Reason.NOT_OPEN


@pytest.mark.parametrize(
    ("attendance", "closing", "reason", "field"),
    [
        (Attendance(-1, 0), Closing(), Reason.COUNT_NEGATIVE, "participants"),
        (Attendance(0, 5001), Closing(), Reason.TOO_MANY_PEOPLE, "helpers"),
        (Attendance(1, 0), Closing(cost=Money(-1)), Reason.COST_WRONG, "cost"),
    ],
)
def test_closings_that_cannot_be(attendance: Attendance, closing: Closing, reason: Reason, field: str) -> None:
    check_closing(event(), Attendance(), Closing(), MARCH)
    assert refusal(check_closing, event(), attendance, closing, MARCH) == (reason, field)


def test_reach_is_of_events_that_were_held() -> None:
    """Two held: 12 + 30 participants, 2 + 4 helpers, 120,50 + 0 EUR; one that nobody has written down is not held."""
    first, second, third = event(), event(), event()
    came = {first.id: Attendance(12, 2), second.id: Attendance(30, 4), third.id: Attendance(0, 0)}
    closings = {first.id: Closing(cost=Money(12050)), second.id: Closing()}
    found = reach_of([first, second, third], came, closings)
    assert (found.held, found.participants, found.helpers, found.cost) == (2, 42, 6, Money(12050))


def test_who_was_counted_before_it_was_cancelled_was_not_at_an_event() -> None:
    off = event(status=Status.CANCELLED)
    assert reach_of([off], {off.id: Attendance(12, 2)}, {}).held == 0
    assert reach_of([off], {off.id: Attendance(12, 2)}, {}).participants == 0


def test_an_event_ends_on_its_own_day_or_another() -> None:
    assert event().ends_on == date(2025, 3, 25)
    assert event(ends_at=MARCH + timedelta(hours=8)).ends_on == date(2025, 3, 26)
