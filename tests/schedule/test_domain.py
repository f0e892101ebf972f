"""Which days food is served, and what may happen to a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import (
    MOVES,
    Action,
    CancelReason,
    Closure,
    DayStatus,
    MealDay,
    ParkPlan,
    PilotDetails,
    Reason,
    ServingWindow,
    WantedDay,
    after,
    check_cancel,
    check_closure,
    check_details,
    compare,
    days_off,
    midsummer_eve,
    month_after,
    month_before,
    month_days,
    parse_weekdays,
    plan_days,
    weekdays_of,
)

PARK, OTHER = UUID(int=1), UUID(int=2)
JUNE = PilotDetails("Kesäkuu", date(2024, 6, 3), date(2024, 6, 28), (ParkPlan(PARK),))


def planned(details: PilotDetails, closures: Sequence[Closure] = ()) -> list[date]:
    off = days_off("FI", "", {details.starts_on.year})
    return [day.day for day in plan_days(details, off, closures)]


def test_june_2024_has_19_meal_days_without_midsummer_eve() -> None:
    # Four weeks of five days, without Friday 21 June.
    days = planned(JUNE)
    assert len(days) == 19
    assert date(2024, 6, 21) not in days


def test_july_2024_has_23_meal_days() -> None:
    assert len(planned(replace(JUNE, starts_on=date(2024, 7, 1), ends_on=date(2024, 7, 31)))) == 23


@pytest.mark.parametrize("day", [date(2024, 6, 21), date(2025, 6, 20), date(2026, 6, 19), date(2027, 6, 25)])
def test_midsummer_eve(day: date) -> None:
    assert midsummer_eve(day.year) == day
    assert day in days_off("FI", "", {day.year})


def test_public_holidays_are_days_off_in_their_own_country() -> None:
    assert date(2024, 12, 6) in days_off("FI", "", {2024})
    assert date(2024, 12, 6) not in days_off("SE", "", {2024})
    assert days_off("FI", "", {2024}, "sv")[date(2024, 6, 21)] == "Midsommarafton"


def test_each_park_has_its_own_weekdays_and_closures() -> None:
    details = replace(
        JUNE,
        ends_on=date(2024, 6, 9),
        parks=(ParkPlan(PARK, parse_weekdays("mon,wed")), ParkPlan(OTHER, parse_weekdays("la-su"))),
    )
    closed = Closure(uuid4(), PARK, date(2024, 6, 5), date(2024, 6, 5))
    found = [(day.park_id, day.day.day) for day in plan_days(details, set(), [closed])]
    assert found == [(PARK, 3), (OTHER, 8), (OTHER, 9)]


def test_what_most_parks_do_is_usual_and_the_others_have_their_own() -> None:
    early = ServingWindow(time(10, 30), time(11, 30))
    third = UUID(int=3)
    parks = (ParkPlan(PARK, 1, early), ParkPlan(OTHER), ParkPlan(third))
    details = replace(JUNE, parks=parks)
    assert (details.usual_weekdays, details.usual_window) == (0b0011111, ServingWindow())
    assert details.own_weekdays == {PARK: 1}
    assert details.own_windows == {PARK: early}


def test_food_is_served_on_a_day_off_where_the_plan_says_so() -> None:
    holiday, sunday = date(2024, 6, 21), date(2024, 6, 9)
    closed = Closure(uuid4(), OTHER, holiday, holiday)
    details = replace(JUNE, parks=(ParkPlan(PARK), ParkPlan(OTHER)))
    wanted = plan_days(details, {holiday}, [closed], {holiday, sunday, date(2024, 8, 1)})
    found = {(want.park_id, want.day) for want in wanted}
    assert {(PARK, holiday), (PARK, sunday), (OTHER, sunday)} <= found
    assert not {(OTHER, holiday), (PARK, date(2024, 8, 1))} & found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("ma-pe", (0, 1, 2, 3, 4)),
        ("Mon, wed-FRI", (0, 2, 3, 4)),
        ("sat-mon", (0, 5, 6)),
        ("su", (6,)),
    ],
)
def test_weekdays_as_people_type_them(text: str, days: tuple[int, ...]) -> None:
    assert weekdays_of(parse_weekdays(text)) == days


@pytest.mark.parametrize("text", ["", "mon-", "day", "mon;tue", "0-4"])
def test_weekdays_that_are_none(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_weekdays(text)
    assert refused.value.reason is Reason.WEEKDAYS_WRONG


@pytest.mark.parametrize("status", list(DayStatus))
@pytest.mark.parametrize("action", list(Action))
def test_a_day_goes_only_where_the_table_says(status: DayStatus, action: Action) -> None:
    if (status, action) in MOVES:
        assert after(status, action) is MOVES[status, action]
    else:
        with pytest.raises(Refused):
            after(status, action)


def test_the_table_of_moves() -> None:
    ways = {(old.value, new.value) for (old, _), new in MOVES.items()}
    assert ways == {
        ("planned", "open"),
        ("planned", "closed"),
        ("planned", "cancelled"),
        ("open", "closed"),
        ("open", "cancelled"),
        ("closed", "open"),
        ("cancelled", "planned"),
    }


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"name": " "}, Reason.NAME_MISSING, "name"),
        ({"ends_on": date(2024, 6, 2)}, Reason.SEASON_BACKWARDS, "ends_on"),
        ({"ends_on": date(2025, 6, 5)}, Reason.SEASON_TOO_LONG, "ends_on"),
        ({"parks": ()}, Reason.NO_PARKS, "parks"),
        ({"parks": (ParkPlan(PARK), ParkPlan(PARK, 1))}, Reason.PARK_TWICE, "parks"),
        ({"parks": (ParkPlan(PARK, 0),)}, Reason.NO_WEEKDAYS, "weekdays"),
        ({"parks": (ParkPlan(PARK, 1, ServingWindow(time(12), time(12))),)}, Reason.WINDOW_BACKWARDS, "serving_to"),
        ({"estimate": Money(0)}, Reason.ESTIMATE_NOT_POSITIVE, "estimate"),
        ({"months": Fraction(0)}, Reason.MONTHS_NOT_POSITIVE, "months"),
        ({"months": Fraction(1201, 100)}, Reason.TOO_MANY, "months"),
        ({"expected": 0}, Reason.EXPECTED_NOT_POSITIVE, "expected"),
        ({"expected": 5001}, Reason.TOO_MANY, "expected"),
        ({"portion_price": Money(-1)}, Reason.NEGATIVE, "portion_price"),
        ({"daily_fee": Money(-1)}, Reason.NEGATIVE, "daily_fee"),
    ],
)
def test_a_pilot_that_cannot_be(different: dict[str, Any], reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_details(replace(JUNE, **different))
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_another_reason_to_cancel_is_explained() -> None:
    check_cancel(CancelReason.WEATHER, "")
    check_cancel(CancelReason.OTHER, "Vesikatko")
    with pytest.raises(Refused) as refused:
        check_cancel(CancelReason.OTHER, " ")
    assert refused.value.field == "note"


def test_a_closure_has_its_days_in_order() -> None:
    check_closure(date(2024, 6, 3), date(2024, 6, 3))
    with pytest.raises(Refused):
        check_closure(date(2024, 6, 3), date(2024, 6, 2))


def test_a_month_is_whole_weeks() -> None:
    days = month_days(date(2024, 6, 1))
    assert (days[0], days[-1], len(days)) == (date(2024, 5, 27), date(2024, 6, 30), 35)
    assert month_after(date(2024, 12, 31)) == date(2025, 1, 1)
    assert month_before(date(2024, 1, 31)) == date(2023, 12, 1)


# Planning again (Meal day rule 3) -------------------------------------------------

days_of_plan = st.builds(
    WantedDay,
    park_id=st.sampled_from([PARK, OTHER]),
    day=st.integers(0, 12).map(lambda offset: date(2024, 6, 3) + timedelta(days=offset)),
    window=st.sampled_from([ServingWindow(), ServingWindow(time(11), time(12))]),
)
plans = st.lists(days_of_plan, max_size=15, unique_by=lambda day: (day.park_id, day.day))


@settings(max_examples=200, deadline=None)
@given(old=plans, new=plans, data=st.data())
def test_planning_again_never_loses_a_counted_day(old: list[WantedDay], new: list[WantedDay], data: Any) -> None:
    statuses = [data.draw(st.sampled_from(list(DayStatus))) for _ in old]
    existing = [
        MealDay(uuid4(), uuid4(), want.park_id, want.day, status, want.window)
        for want, status in zip(old, statuses, strict=True)
    ]
    counted = {day.id for day in existing if data.draw(st.booleans())}
    change = compare(existing, new, counted)
    untouchable = {day.id for day in existing if day.id in counted or day.status is not DayStatus.PLANNED}
    assert not untouchable & {day.id for day in change.removed}
    assert not untouchable & {day.id for day, _ in change.moved}
    left = {day.id: day for day in existing if day not in change.removed}
    result = {(day.park_id, day.day): day.window for day in left.values()}
    result |= {(want.park_id, want.day): want.window for _, want in change.moved}
    result |= {(want.park_id, want.day): want.window for want in change.added}
    for want in new:
        protected = [day for day in change.protected if (day.park_id, day.day) == (want.park_id, want.day)]
        assert result[want.park_id, want.day] == (protected[0].window if protected else want.window)
    wanted = {(want.park_id, want.day) for want in new}
    assert set(result) == wanted | {(day.park_id, day.day) for day in change.protected}
    assert compare(list(left.values()), new, counted).digest == change.digest or change.removed
