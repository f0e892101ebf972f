"""What families see of meal days, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

import pytest

from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park, ParkDetails
from pilot_ops.public.domain import (
    Cancelled,
    Diet,
    Dishes,
    Season,
    Serving,
    diets_in,
    make_board,
    parts_of,
    place_of,
    season_of,
    serving_of,
    shown_pilots,
    week_of,
)
from pilot_ops.schedule.domain import CancelReason, DayStatus, MealDay, ParkPlan, Pilot, PilotDetails, ServingWindow

MONDAY, WEDNESDAY, FRIDAY, SATURDAY = date(2024, 6, 17), date(2024, 6, 19), date(2024, 6, 21), date(2024, 6, 22)
SUVELA = Park(UUID(int=1), ParkDetails("Suvela", "Kirstintie 24", "02760", "Espoo", name_sv="Södrik"))
SOUKKA = Park(UUID(int=2), ParkDetails("Soukka", "Soukankaari 10", "02360", "Espoo"))
SOUP = Translated("Lohikeitto", "Laxsoppa", "Salmon soup")
NAMES = {park.id: park.names for park in (SUVELA, SOUKKA)}


def at(hour: int, minute: int = 0, day: date = WEDNESDAY) -> datetime:
    """A moment of a summer day on a Helsinki clock, three hours ahead of UTC."""
    return datetime(day.year, day.month, day.day, hour - 3, minute, tzinfo=UTC)


def meal(day: date, park: Park = SUVELA, **different: object) -> MealDay:
    return replace(MealDay(uuid4(), UUID(int=9), park.id, day, menu=SOUP, diets="L, G"), **different)


def pilot(first: date, last: date, *parks: Park, demo: bool = False, expected: int = 80) -> Pilot:
    plans = tuple(ParkPlan(park.id) for park in parks or (SUVELA,))
    return Pilot(uuid4(), PilotDetails("Pilotti", first, last, plans, expected=expected, demo=demo))


CANCELLED = {"status": DayStatus.CANCELLED, "cancel_reason": CancelReason.WEATHER}


@pytest.mark.parametrize(
    ("day", "moment", "expected"),
    [
        (None, at(12), Serving.NONE),
        (meal(WEDNESDAY), at(11, 29), Serving.AHEAD),
        (meal(WEDNESDAY), at(11, 30), Serving.NOW),
        (meal(WEDNESDAY, status=DayStatus.OPEN), at(12, 29), Serving.NOW),
        (meal(WEDNESDAY), at(12, 30), Serving.OVER),
        (meal(WEDNESDAY, status=DayStatus.CLOSED), at(12, 10), Serving.OVER),
        (meal(WEDNESDAY, **CANCELLED), at(9), Serving.CANCELLED),
        (meal(WEDNESDAY, **CANCELLED), at(15), Serving.CANCELLED),
    ],
)
def test_how_it_is_with_a_day(day: MealDay | None, moment: datetime, expected: Serving) -> None:
    assert serving_of(day, moment) is expected


def test_the_next_day_is_one_on_which_there_is_food() -> None:
    thursday, friday = date(2024, 6, 20), FRIDAY
    days = [meal(WEDNESDAY), meal(thursday, **CANCELLED), meal(friday), meal(thursday, SOUKKA)]
    place = place_of(SUVELA, days, at(9))
    assert (place.day, place.following) == (days[0], days[2])
    assert place_of(SUVELA, days[:2], at(9)).following is None


@pytest.mark.parametrize(
    ("seasons", "shown"),
    [
        ([], []),
        ([(MONDAY, FRIDAY, False)], [0]),
        # One that is over is not shown, nor one that begins after those that run.
        ([(date(2024, 6, 1), date(2024, 6, 18), False), (MONDAY, FRIDAY, False), (FRIDAY, SATURDAY, False)], [1]),
        # Where none runs: those that begin next.
        ([(SATURDAY, SATURDAY, False), (FRIDAY, FRIDAY, False), (FRIDAY, SATURDAY, False)], [1, 2]),
        # What is real comes before a demonstration, even when it only begins.
        ([(MONDAY, FRIDAY, True), (FRIDAY, FRIDAY, False)], [1]),
        ([(MONDAY, FRIDAY, True)], [0]),
    ],
)
def test_which_pilots_families_are_told_of(seasons: Sequence[tuple[date, date, bool]], shown: list[int]) -> None:
    pilots = [pilot(first, last, demo=demo) for first, last, demo in seasons]
    assert shown_pilots(pilots, WEDNESDAY) == tuple(pilots[number] for number in shown)


def test_the_board_has_parks_with_food_first_and_speaks_for_all() -> None:
    days = [meal(WEDNESDAY, SOUKKA), meal(WEDNESDAY, SUVELA, **CANCELLED), meal(FRIDAY, SUVELA)]
    board = make_board([pilot(MONDAY, FRIDAY, SUVELA, SOUKKA)], [SUVELA, SOUKKA], days, at(9))
    assert [place.park.name for place in board.places] == ["Soukka", "Suvela"]
    assert (board.serving, board.windows, board.portions) == (Serving.AHEAD, (ServingWindow(),), 80)
    assert board.next_day == FRIDAY
    later = make_board([pilot(MONDAY, FRIDAY, SUVELA, SOUKKA)], [SUVELA, SOUKKA], days, at(14))
    assert (later.serving, later.windows) == (Serving.OVER, ())
    only = make_board([pilot(MONDAY, FRIDAY, SUVELA)], [SUVELA, SOUKKA], days, at(14))
    assert ([place.park.name for place in only.places], only.serving) == (["Suvela"], Serving.CANCELLED)
    assert make_board([], [SUVELA], [], at(9)).serving is Serving.NONE


def test_portions_are_told_only_when_they_are_alike() -> None:
    pilots = [pilot(MONDAY, FRIDAY, SUVELA, expected=80), pilot(MONDAY, FRIDAY, SOUKKA, expected=60)]
    assert make_board(pilots, [SUVELA, SOUKKA], [], at(9)).portions is None


def test_the_week_from_monday_with_a_day_off_and_no_weekend() -> None:
    days = [meal(day) for day in (MONDAY, date(2024, 6, 18), WEDNESDAY, date(2024, 6, 20))]
    week = week_of(days, NAMES, WEDNESDAY)
    assert [day.day.day for day in week] == [17, 18, 19, 20, 21]
    assert [day.today for day in week] == [False, False, True, False, False]
    assert [day.served for day in week] == [True, True, True, True, False]
    assert week[0].dishes == (Dishes(SOUP, "L, G"),)


def test_when_this_week_has_no_meal_left_the_next_one_is_shown() -> None:
    assert week_of([meal(MONDAY), meal(date(2024, 6, 25))], NAMES, SATURDAY)[0].day == date(2024, 6, 24)
    # A Saturday with food is a day of the week like others.
    assert len(week_of([meal(MONDAY), meal(SATURDAY)], NAMES, MONDAY)) == 6
    assert week_of([meal(MONDAY)], NAMES, SATURDAY) == ()


def test_parks_are_named_only_where_they_eat_differently() -> None:
    casserole = Translated("Makaronilaatikko")
    alike, differ = [meal(MONDAY), meal(MONDAY, SOUKKA)], [meal(MONDAY), meal(MONDAY, SOUKKA, menu=casserole)]
    assert week_of(alike, NAMES, MONDAY)[0].dishes == (Dishes(SOUP, "L, G"),)
    assert week_of(differ, NAMES, MONDAY)[0].dishes == (
        Dishes(SOUP, "L, G", (SUVELA.names,)),
        Dishes(casserole, "L, G", (SOUKKA.names,)),
    )


def test_cancelled_in_one_park_or_in_all() -> None:
    one = week_of([meal(MONDAY), meal(MONDAY, SOUKKA, **CANCELLED)], NAMES, MONDAY)[0]
    assert (one.served, one.cancelled) == (True, (Cancelled(CancelReason.WEATHER, SOUKKA.names),))
    every = week_of([meal(MONDAY, **CANCELLED), meal(MONDAY, SOUKKA, **CANCELLED)], NAMES, MONDAY)[0]
    assert (every.served, every.dishes, every.cancelled) == (False, (), (Cancelled(CancelReason.WEATHER),))


def test_dishes_and_marks() -> None:
    assert parts_of("Lohikeitto; kasvis: linssikeitto ;") == ("Lohikeitto", "kasvis: linssikeitto")
    assert parts_of("") == ()
    assert diets_in(["L, G", "(vl)", "X", ""]) == (Diet.LACTOSE_FREE, Diet.LOW_LACTOSE, Diet.GLUTEN_FREE)


def test_a_season_leaves_out_what_is_left_out() -> None:
    days = [meal(date(2024, 6, day)) for day in (17, 18, 19, 20, 24)]
    days[2] = replace(days[2], window=ServingWindow(time(12), time(13)))
    assert season_of(days) == Season(MONDAY, date(2024, 6, 24), (0, 1, 2, 3), ServingWindow())
    with_friday = [*days, meal(date(2024, 6, 28))]
    season = season_of(with_friday)
    assert season is not None
    assert season.missing == (FRIDAY, date(2024, 6, 25), date(2024, 6, 26), date(2024, 6, 27))
    assert season_of([]) is None
