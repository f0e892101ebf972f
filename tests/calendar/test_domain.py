"""Clashes, periods and places, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from pilot_ops.calendar.domain import Clash, Look, fill_of, find_clashes, is_at, period_of
from pilot_ops.events.domain import Event, EventDetails, Status, Venue
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park, ParkDetails
from pilot_ops.schedule.domain import Closure, DayStatus, MealDay, ServingWindow

DAY = date(2026, 7, 1)
SUVELA = Park(UUID(int=1), ParkDetails("Suvelan asukaspuisto", "Kirstintie 24", "02760", "Espoo"))
SOUKKA = Park(UUID(int=2), ParkDetails("Soukan asukaspuisto", "Soukantie 1", "02360", "Espoo"))
PARKS = {park.id: park for park in (SUVELA, SOUKKA)}
IN_SUVELA = Venue(Translated("Puiston piha"), park_id=SUVELA.id)
OITTAA = Venue(Translated("Oittaa"), unit_id="tprek:20355")


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment on a Helsinki clock."""
    return at_local(day, time(hour, minute))


def meal(park: Park = SUVELA, status: DayStatus = DayStatus.PLANNED, day: date = DAY) -> MealDay:
    """Served from 11.30 to 12.30."""
    return MealDay(uuid4(), UUID(int=9), park.id, day, status, ServingWindow(time(11, 30), time(12, 30)))


def event(venue: Venue, starts: datetime, ends: datetime | None = None, status: Status = Status.PUBLISHED) -> Event:
    details = EventDetails(Translated("Retki"), venue)
    return Event(uuid4(), starts, ends, status, details, 0, at(9))


def kinds(*args: object) -> list[Clash]:
    return [found.clash for found in find_clashes(PARKS, *args)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [
        (at(10), at(11, 30), False),  # ends as serving begins
        (at(10), at(11, 31), True),
        (at(12, 30), at(14), False),  # begins as serving ends
        (at(12, 29), at(14), True),
        (at(11, 45), at(12), True),
        (at(8), at(20), True),
        (at(10, 30), None, False),  # taken to last an hour: until 11.30
        (at(10, 31), None, True),
        (at(11, 45, DAY + timedelta(days=1)), at(12, 0, DAY + timedelta(days=1)), False),
        (at(18, 0, DAY - timedelta(days=1)), at(15), True),  # from the evening before until the afternoon
    ],
)
def test_an_event_in_a_park_while_it_serves(starts: datetime, ends: datetime | None, clashes: bool) -> None:
    found = find_clashes(PARKS, [meal()], [event(IN_SUVELA, starts, ends)])
    assert [one.clash for one in found] == [Clash.EVENT_AT_MEAL] * clashes
    assert all(one.day == DAY and one.meal and len(one.events) == 1 for one in found)


@pytest.mark.parametrize(
    ("venue", "same"),
    [
        (Venue(Translated("Piha"), park_id=SUVELA.id), True),
        (Venue(Translated("suvelan  ASUKASPUISTO")), True),
        (Venue(Translated("Leikkipuisto"), address="kirstintie 24", city="ESPOO"), True),
        (Venue(Translated("Leikkipuisto"), address="Kirstintie 24", city="Helsinki"), False),
        (Venue(Translated("Leikkipuisto"), address="Kirstintie 2", city="Espoo"), False),
        (Venue(Translated("Piha"), park_id=SOUKKA.id), False),
        (Venue(Translated("")), False),
    ],
)
def test_what_is_the_same_place(venue: Venue, same: bool) -> None:
    held = event(venue, at(12), at(13))
    assert is_at(held, SUVELA) == same
    assert kinds([meal()], [held]) == [Clash.EVENT_AT_MEAL] * same


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.POSTPONED])
def test_what_is_not_held_is_in_nobodys_way(status: Status) -> None:
    off, on = event(IN_SUVELA, at(12), at(13), status), event(IN_SUVELA, at(12), at(13), Status.DRAFT)
    assert kinds([meal()], [off]) == []
    assert kinds([], [off, on]) == []
    assert kinds([meal()], [on]) == [Clash.EVENT_AT_MEAL]


@pytest.mark.parametrize(
    ("status", "clashes"), [(DayStatus.OPEN, True), (DayStatus.CLOSED, False), (DayStatus.CANCELLED, False)]
)
def test_meals_that_are_over_or_cancelled_are_in_nobodys_way(status: DayStatus, clashes: bool) -> None:
    closure = Closure(UUID(int=5), SUVELA.id, DAY, DAY)
    found = kinds([meal(status=status)], [event(IN_SUVELA, at(12), at(13))], [closure])
    assert found == [Clash.EVENT_AT_MEAL, Clash.MEAL_IN_CLOSURE] * clashes


def test_two_events_at_one_venue() -> None:
    first, second = (
        event(OITTAA, at(10), at(12)),
        event(replace(OITTAA, name=Translated("Toinen nimi")), at(11), at(13)),
    )
    third, elsewhere = event(OITTAA, at(13), at(14)), event(Venue(Translated("Nuuksio")), at(10), at(14))
    (found,) = find_clashes(PARKS, [], [third, elsewhere, second, first])
    assert (found.clash, found.events, found.meal) == (Clash.EVENTS_TOGETHER, (first, second), None)


def test_two_events_that_share_more_than_one_sign_clash_once() -> None:
    venue = replace(OITTAA, address="Kunnarlantie 33", city="Espoo")
    assert kinds([], [event(venue, at(10), at(12)), event(venue, at(11), at(13))]) == [Clash.EVENTS_TOGETHER]
    assert len(kinds([], [event(venue, at(10), at(12)) for _ in range(3)])) == 3


def test_a_meal_in_a_closure() -> None:
    closure = Closure(UUID(int=5), SUVELA.id, DAY, DAY + timedelta(days=2))
    days = [meal(day=DAY + timedelta(days=number)) for number in range(-1, 4)]
    found = find_clashes(PARKS, [*days, meal(SOUKKA)], [], [closure])
    assert [one.day for one in found] == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert {one.closure for one in found} == {closure}


def test_days_come_in_order() -> None:
    later = DAY + timedelta(days=5)
    events = [event(IN_SUVELA, at(12, 0, day), at(13, 0, day)) for day in (later, DAY)]
    found = find_clashes(PARKS, [meal(), meal(day=later)], events)
    assert [one.day for one in found] == [DAY, later]


def test_periods() -> None:
    month = period_of(Look.MONTH, date(2024, 7, 19))
    assert (month.days[0], month.first, month.last, month.days[-1]) == (
        date(2024, 7, 1),
        date(2024, 7, 1),
        date(2024, 7, 31),
        date(2024, 8, 4),
    )
    assert (month.before, month.after) == (date(2024, 6, 1), date(2024, 8, 1))
    week = period_of(Look.WEEK, date(2024, 12, 31))
    assert (week.first, week.last) == (date(2024, 12, 30), date(2025, 1, 5))
    assert (week.before, week.after) == (date(2024, 12, 23), date(2025, 1, 6))
    assert len(period_of(Look.LIST, date(2024, 2, 29)).days) == 29


@pytest.mark.parametrize(
    ("children", "most", "fill"), [(0, 0, 0), (80, 80, 100), (39, 80, 45), (-3, 80, 0), (1, 80, 0)]
)
def test_bars_are_filled_in_steps_of_five(children: int, most: int, fill: int) -> None:
    assert fill_of(children, most) == fill
