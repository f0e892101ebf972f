"""Balance, warnings and closing, with figures worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.meals.domain import (
    Count,
    Entered,
    Food,
    Group,
    Reason,
    Record,
    Warning,
    check_closing,
    check_count,
    check_record,
    count_of,
    imbalance,
    is_late,
    plate_of,
    totals_of,
    warnings,
)
from pilot_ops.schedule.domain import DayStatus, MealDay

COUNT = Count(under_school_age=30, school_age=45, second_helpings=4, adults=2, turned_away=3)
# 30 + 45 + 4 + 2 = 81 served; 81 + 1 damaged + 3 leftover + 5 waste = 90 delivered.
RECORD = Record(90, damaged=1, leftover=3, waste=5, temp_receipt=Fraction(70), temp_serving=Fraction(65))
MONDAY = date(2024, 7, 1)
DAY = MealDay(uuid4(), uuid4(), uuid4(), MONDAY, ordered=90)


def test_first_portions_are_children_and_served_is_everybody() -> None:
    assert (COUNT.first_portions, COUNT.served) == (75, 81)
    assert COUNT + Count(school_age=5) == replace(COUNT, school_age=50)
    assert count_of(totals_of(COUNT)) == COUNT
    assert count_of({Group.ADULTS: 2}) == Count(adults=2)


@pytest.mark.parametrize(("delivered", "missing"), [(90, 0), (93, 3), (88, -2)])
def test_balance(delivered: int, missing: int) -> None:
    assert imbalance(COUNT, replace(RECORD, delivered=delivered)) == missing


def test_what_is_not_known_is_no_imbalance() -> None:
    assert imbalance(COUNT, replace(RECORD, delivered=None)) == 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, ()),
        ({"delivered": 93}, (Warning.IMBALANCE,)),
        ({"delivered": 80}, (Warning.MORE_SERVED_THAN_DELIVERED,)),
        ({"temp_serving": Fraction(60)}, ()),
        ({"temp_serving": Fraction(599, 10)}, (Warning.HOT_TOO_COLD,)),
        ({"temp_serving": None}, (Warning.TEMPERATURE_MISSING,)),
        ({"food": Food.COLD, "temp_receipt": Fraction(6), "temp_serving": Fraction(4)}, ()),
        ({"food": Food.COLD, "temp_receipt": Fraction(61, 10), "temp_serving": Fraction(4)}, (Warning.COLD_TOO_WARM,)),
    ],
)
def test_what_asks_for_a_note(change: dict[str, Any], found: tuple[Warning, ...]) -> None:
    assert warnings(COUNT, replace(RECORD, **change), expected=80) == found


def test_more_than_half_again_of_what_was_expected_is_far_over() -> None:
    assert warnings(COUNT, RECORD, expected=50) == ()  # 75 is exactly 150 %
    assert warnings(COUNT, RECORD, expected=49) == (Warning.FAR_OVER_EXPECTED,)


@pytest.mark.parametrize(
    ("earlier", "same"),
    [((), False), ((75,), False), ((75, 75), True), ((75, 74), False), ((74, 75, 75), False)],
)
def test_the_third_same_number_running_is_odd(earlier: tuple[int, ...], same: bool) -> None:
    assert (Warning.SAME_COUNT in warnings(COUNT, RECORD, expected=80, earlier=earlier)) is same
    assert warnings(Count(), Record(0), expected=80, earlier=(0, 0)) == ()


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"delivered": None}, Reason.DELIVERED_MISSING, "delivered"),
        ({"delivered": -1}, Reason.NEGATIVE, "delivered"),
        ({"waste": -1}, Reason.NEGATIVE, "waste"),
        ({"leftover": 5001}, Reason.TOO_MANY, "leftover"),
    ],
)
def test_a_record_that_cannot_be(change: dict[str, Any], reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_record(replace(RECORD, **change))
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_only_an_imported_day_may_leave_out_what_was_delivered() -> None:
    check_record(Record(None, entered=Entered.IMPORT))


def test_a_count_that_cannot_be() -> None:
    with pytest.raises(Refused) as refused:
        check_count(Count(adults=-1))
    assert (refused.value.reason, refused.value.field) == (Reason.NEGATIVE, "adults")


@pytest.mark.parametrize(
    ("status", "today", "found", "note", "reason"),
    [
        (DayStatus.CANCELLED, MONDAY, (), "", Reason.DAY_CANCELLED),
        (DayStatus.CLOSED, MONDAY, (), "", Reason.DAY_NOT_OPEN),
        (DayStatus.OPEN, date(2024, 6, 30), (), "", Reason.FUTURE_DAY),
        (DayStatus.OPEN, MONDAY, (Warning.IMBALANCE,), "", Reason.NOTE_MISSING),
    ],
)
def test_a_day_that_is_not_closed(
    status: DayStatus, today: date, found: tuple[Warning, ...], note: str, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        check_closing(replace(DAY, status=status), COUNT, replace(RECORD, note=note), found, today=today)
    assert refused.value.reason is reason


def test_a_note_lets_an_odd_day_be_closed() -> None:
    check_closing(DAY, COUNT, replace(RECORD, note="Kolme annosta kaatui"), (Warning.IMBALANCE,), today=MONDAY)


def test_the_plate_shows_what_is_left_of_what_was_ordered() -> None:
    # 90 ordered, 81 eaten: 9 left. Nothing ordered: 80 expected, one over.
    assert (plate_of(COUNT, DAY, 80).portions, plate_of(COUNT, DAY, 80).left) == (90, 9)
    over = plate_of(COUNT, replace(DAY, ordered=None), 80)
    assert (over.portions, over.left, over.over) == (80, -1, 1)


def test_a_tap_is_late_once_the_day_is_over() -> None:
    assert [status.value for status in DayStatus if is_late(status)] == ["closed", "cancelled"]
