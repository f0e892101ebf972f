"""How many children will come and how many portions to order, worked out by hand and walked forward."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from statistics import fmean
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_ops.cli import demo_figures
from pilot_ops.forecasts.domain import (
    Footing,
    Level,
    Model,
    OrderTerms,
    Outcome,
    Reason,
    Seen,
    check_terms,
    expect,
    learn,
    suggest,
    walk_forward,
)
from pilot_ops.kernel.errors import Refused
from pilot_ops.meals.domain import Weather

PARK, OTHER = UUID(int=1), UUID(int=2)
MONDAY = date(2024, 7, 1)


def meal_days(number: int, first: date = MONDAY) -> list[date]:
    """So many days from Monday to Friday."""
    days = [first + timedelta(days=after) for after in range(2 * number + 2)]
    return [day for day in days if day.weekday() < 5][:number]


def days_of(*children: int) -> list[Seen]:
    return [Seen(day, came) for day, came in zip(meal_days(len(children)), children, strict=True)]


def test_the_level_of_a_park_begins_halfway_between_the_expected_number_and_its_first_day() -> None:
    # 80 are expected and 100 come: halfway is 90. The level grew by 10, of which the trend takes a tenth.
    level = learn({PARK: days_of(100)}, expected=80).levels[PARK]
    assert (level.children, level.growth, level.days, level.last) == (90, 1, 1, MONDAY)
    # A growth of 1 a day loses a fifth every day: two days ahead it is 0.8 + 0.64.
    assert level.ahead(2) == pytest.approx(91.44)


def test_a_park_that_is_as_expected_stays_so() -> None:
    model = learn({PARK: days_of(*[80] * 20)}, expected=80)
    assert model.levels[PARK].ahead(5) == pytest.approx(80)
    assert set(model.weekdays.values()) == {1.0}
    made = suggest(model, OrderTerms(), PARK, date(2024, 7, 29), steps=1, weather=None, expected=80)
    assert (made.portions, made.low, made.high, made.outcome) == (80, 80, 80, Outcome(0, 0))
    assert made.footing is Footing.MANY_DAYS


def test_a_weekday_counts_by_how_often_it_was_seen() -> None:
    # On average 80 come: 60 on the one Monday and 100 on the one Tuesday. Five usual days are put beside each:
    # (60 + 5 x 80) / (80 + 5 x 80) and (100 + 400) / 480.
    model = learn({PARK: days_of(60, 100)}, expected=80)
    assert model.weekdays == pytest.approx({0: 460 / 480, 1: 500 / 480})


def test_rain_keeps_children_away_and_sun_does_not() -> None:
    weathers = [Weather.RAIN if place % 4 == 3 else Weather.SUN for place in range(20)]
    history = {
        PARK: [
            Seen(day, 60 if weather is Weather.RAIN else 90, weather)
            for day, weather in zip(meal_days(20), weathers, strict=True)
        ]
    }
    model = learn(history, expected=80)
    assert model.weathers[Weather.RAIN] < 0.9 < 1 < model.weathers[Weather.SUN]
    assert model.weather_days == {Weather.RAIN: 5, Weather.SUN: 15}
    rain, sun, unknown = (
        suggest(model, OrderTerms(), PARK, date(2024, 7, 29), steps=1, weather=weather, expected=80).portions
        for weather in (Weather.RAIN, Weather.SUN, None)
    )
    assert rain < unknown < sun


@pytest.mark.parametrize(("days", "footing"), [(0, "expected"), (2, "expected"), (3, "few-days"), (7, "few-days")])
def test_few_days_say_so_and_too_few_fall_back_to_the_expected_number(days: int, footing: str) -> None:
    model = learn({PARK: days_of(*[40] * days)}, expected=80)
    made = suggest(model, OrderTerms(), PARK, date(2024, 7, 29), steps=1, weather=None, expected=80)
    assert (made.footing, made.days) == (footing, days)
    if footing == "expected":
        assert (made.portions, made.children, made.outcome) == (80, None, None)
    else:
        # Few errors are known: a spread of a quarter is assumed, and the range is wide.
        assert made.low is not None
        assert made.high is not None
        assert made.outcome is not None
        assert made.high - made.low > 0.5 * 40
        assert made.outcome.waste > 0 < made.outcome.turned_away


def test_a_park_nobody_has_counted_in_has_the_expected_number() -> None:
    made = suggest(learn({}, expected=80), OrderTerms(), PARK, MONDAY, steps=3, weather=Weather.SUN, expected=80)
    assert (made.portions, made.days, made.footing) == (80, 0, Footing.EXPECTED)


def test_farther_ahead_is_less_certain() -> None:
    model = learn(season(Random(5), parks=2), expected=80)
    near, far = (model.spread(UUID(int=1), steps) for steps in (1, 10))
    assert max(far) > max(near)
    assert min(far) < min(near)


def test_what_an_order_brings_is_a_mean_over_the_days_that_may_come() -> None:
    # 10 portions for 8, 10, 12 or 14 children: two are left over once, two and four are turned away.
    assert expect(10, [8, 10, 12, 14]) == Outcome(0.5, 1.5)


@given(
    ratios=st.lists(st.floats(0, 2), min_size=10, max_size=30),
    waste=st.integers(1, 9),
    away=st.integers(1, 9),
)
def test_no_other_order_weighs_less(ratios: list[float], waste: int, away: int) -> None:
    model = Model({PARK: Level(75, 0, 20, MONDAY)}, {}, {}, {}, {PARK: sorted(ratios)}, ())
    terms = OrderTerms(waste=waste, turned_away=away)
    made = suggest(model, terms, PARK, date(2024, 7, 29), steps=1, weather=None, expected=80)

    def weight(portions: int) -> float:
        brings = expect(portions, made.likely)
        return waste * brings.waste + away * brings.turned_away

    assert weight(made.portions) == pytest.approx(min(weight(portions) for portions in range(152)))


def test_a_child_turned_away_that_weighs_more_makes_the_order_larger() -> None:
    model = learn(season(Random(3), parks=1), expected=80)
    orders = [
        suggest(
            model, OrderTerms(turned_away=away), UUID(int=1), date(2025, 8, 4), steps=1, weather=None, expected=80
        ).portions
        for away in (1, 2, 9)
    ]
    assert orders == sorted(orders)
    assert orders[0] < orders[-1]


def test_the_deadline_is_a_time_of_day_in_helsinki_so_many_days_before() -> None:
    assert OrderTerms().deadline(date(2024, 7, 10)) == datetime(2024, 7, 3, 9, tzinfo=UTC)
    assert OrderTerms(1, time(14, 30)).deadline(date(2024, 1, 10)) == datetime(2024, 1, 9, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (OrderTerms(lead_days=31), "lead_days"),
        (OrderTerms(waste=0), "waste"),
        (OrderTerms(turned_away=21), "turned_away"),
    ],
)
def test_terms_that_cannot_be(terms: OrderTerms, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_terms(terms)
    assert refused.value.field == field
    assert refused.value.reason is (Reason.LEAD_TOO_LONG if field == "lead_days" else Reason.WEIGHT_WRONG)


def demonstration(days: int = 23) -> dict[UUID, list[Seen]]:
    """The days of the demonstration's finished pilot, July 2024."""
    return {
        UUID(int=number): [
            Seen(day, count.first_portions + count.turned_away, None, demo_figures.ordered_of(park, place))
            for place, day in enumerate(meal_days(days))
            if (count := demo_figures.count_of_day(park, day, place))
        ]
        for number, park in enumerate(demo_figures.USUAL, start=1)
    }


def season(random: Random, parks: int = 4, days: int = 23) -> dict[UUID, list[Seen]]:
    """A season that is made up: parks of different sizes that grow or shrink, weekdays, rain, and chance."""
    weathers = [random.choice(list(Weather)) for _ in range(days)]
    factors = {Weather.SUN: 1.05, Weather.CLOUD: 1.0, Weather.RAIN: 0.8}
    found = {}
    for number in range(1, parks + 1):
        usual, growth = random.uniform(50, 120), random.uniform(-0.5, 1.0)
        found[UUID(int=number)] = [
            Seen(
                day,
                max(
                    0,
                    round(
                        (usual + growth * place)
                        * (0.9, 1.0, 1.08, 1.05, 0.92)[day.weekday()]
                        * factors[weather]
                        * random.gauss(1, 0.07)
                    ),
                ),
                weather,
                80,
            )
            for place, (day, weather) in enumerate(zip(meal_days(days, date(2025, 7, 1)), weathers, strict=True))
        ]
    return found


@pytest.mark.parametrize("lead_days", [1, 7])
def test_suggestions_are_better_than_always_80_on_the_demonstration(lead_days: int) -> None:
    found = walk_forward(demonstration(), OrderTerms(lead_days=lead_days), expected=80)
    assert found is not None
    assert found.ordered is not None
    assert found.suggested.days >= 60
    assert found.suggested.both < 0.6 * found.always.both
    assert found.suggested.both < found.ordered.both


@pytest.mark.parametrize("lead_days", [1, 7])
def test_suggestions_are_better_than_always_80_on_made_up_seasons(lead_days: int) -> None:
    pasts = [
        walk_forward(season(Random(seed)), OrderTerms(lead_days=lead_days), expected=80) for seed in range(100, 110)
    ]
    found = [past for past in pasts if past]
    assert len(found) == 10
    suggested, always = (fmean(getattr(past, way).both for past in found) for way in ("suggested", "always"))
    assert suggested < 0.8 * always
    # Not in the mean alone: in nearly every season.
    assert sum(past.suggested.both < past.always.both for past in found) >= 8


def test_walking_forward_knows_nothing_of_what_comes_later() -> None:
    history = demonstration(15)
    terms = OrderTerms(lead_days=2)
    changed = {park_id: [*days[:-1], days[-1]._replace(children=500)] for park_id, days in history.items()}
    before, after = (walk_forward(days, terms, expected=80) for days in (history, changed))
    assert before
    assert after
    last = history[PARK][-1].day
    known = {park_id: [seen for seen in days if (last - seen.day).days > 2] for park_id, days in history.items()}
    model = learn(known, expected=80)
    more = 0.0
    for park_id, days in history.items():
        steps = len(days) - len(known[park_id])
        order = suggest(model, terms, park_id, last, steps=steps, weather=None, expected=80).portions
        more += abs(500 - order) - abs(days[-1].children - order)
    assert (after.suggested.both - before.suggested.both) * before.suggested.days == pytest.approx(more)


def test_there_is_nothing_to_compare_before_suggestions_differ() -> None:
    assert walk_forward({}, OrderTerms(), expected=80) is None
    assert walk_forward({PARK: days_of(70, 75, 80)}, OrderTerms(), expected=80) is None


def test_orders_that_are_not_all_written_down_are_not_compared() -> None:
    history = demonstration(12)
    history[PARK] = [seen._replace(ordered=None) for seen in history[PARK]]
    found = walk_forward(history, OrderTerms(lead_days=1), expected=80)
    assert found is not None
    assert found.ordered is None
