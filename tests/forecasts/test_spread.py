"""The range around the forecast, and what another season would cost, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from pilot_ops.costs.domain import Agreement, Category, Day, Entry, SplitKey, Terms, make_sheet
from pilot_ops.forecasts.domain import (
    Experience,
    Plan,
    Ranges,
    Reason,
    check_plan,
    day_costs,
    estimated,
    make_ranges,
    reckon,
    so_far,
    usual_plan,
)
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import DayStatus

PILOT, SUVELA, SOUKKA = UUID(int=9), UUID(int=1), UUID(int=2)
PLAIN = Terms(Money(550_000), Fraction(1), 80)
AGREED = replace(PLAIN, portion_price=Money(250), daily_fee=Money(1000))


def day(number: int, children: int = 0, **different: Any) -> Day:
    """A day of July 2024; closed when children came."""
    status = DayStatus.CLOSED if children else DayStatus.PLANNED
    made = Day(date(2024, 7, number), status, food_billed=False, ordered=None, delivered=None, first_portions=children)
    return made._replace(**different)


def cost(number: int, cents: int, **different: Any) -> Entry:
    """A cost of Suvela on a day of July 2024."""
    made = Entry(UUID(int=1000 * number + cents), date(2024, 7, number), Category.SUPPLIES, Money(cents), SUVELA)
    return replace(made, **different)


def ranges_of(terms: Terms, days: dict[UUID, list[Day]], entries: list[Entry], last: int) -> Ranges:
    as_of = date(2024, 7, last)
    return make_ranges(terms, days, entries, make_sheet(terms, days, entries, as_of=as_of), pilot_id=PILOT)


# Four days that cost 100, 200, 300 and 400, and one to come: the rule says 1000 + 250 = 1250.
DAYS = {SUVELA: [day(number, 80) for number in (1, 2, 3, 4)] + [day(5)]}
COSTS = [cost(1, 10_000), cost(2, 20_000), cost(3, 30_000), cost(4, 40_000)]


def test_the_range_of_one_day_to_come_is_that_of_the_days_gone() -> None:
    # They were 150 and 50 under and over the mean: of four equally likely results a tenth is at the lowest.
    found = ranges_of(PLAIN, DAYS, COSTS, 4)
    assert found.total == found.parks[SUVELA]
    assert (found.total.forecast, found.total.low, found.total.high) == (Money(125_000), Money(110_000), Money(140_000))


def test_with_an_agreement_the_range_is_what_days_cost_beside_it() -> None:
    # 80 portions at 2.50 and 10.00 a day: 210.00. Supplies of 40.00 on the first of four days: it cost 30.00 more than
    # the mean of the days, the others 10.00 less. The rule: 4 x 210 + 40 + 210 = 1090.
    days = {SUVELA: [day(number, 70, ordered=80) for number in (1, 2, 3, 4)] + [day(5, ordered=80)]}
    found = ranges_of(AGREED, days, [cost(1, 4_000)], 4).total
    assert (found.forecast, found.low, found.high) == (Money(109_000), Money(108_000), Money(112_000))


def test_a_cancelled_day_is_a_day_that_cost_less() -> None:
    # Of five days one was cancelled in time: it cost 210 less than agreed, 168 less than the mean of that.
    gone = [day(number, 70, ordered=80) for number in (1, 2, 3, 4)]
    gone.append(day(5, ordered=80, status=DayStatus.CANCELLED))
    found = ranges_of(AGREED, {SUVELA: [*gone, day(8, ordered=80)]}, [], 5).total
    assert found.forecast == Money(105_000)
    assert (found.low, found.high) == (Money(105_000 - 16_800), Money(105_000 + 4_200))


def test_the_forecast_lies_within_its_range_and_the_range_does_not_jump() -> None:
    days = {
        park_id: [day(number, 60 + number * park, ordered=80) for number in range(1, 11)]
        + [day(number, ordered=80) for number in range(15, 26)]
        for park, park_id in enumerate((SUVELA, SOUKKA), start=1)
    }
    entries = [*COSTS, cost(8, 7_777, park_id=None, split_key=SplitKey.MEALS)]
    first, again = (ranges_of(AGREED, days, entries, 10) for _ in range(2))
    assert first == again
    sheet = make_sheet(AGREED, days, entries, as_of=date(2024, 7, 10))
    assert first.total.forecast == sheet.total.forecast
    for found in (first.total, *first.parks.values()):
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.forecast < found.high
    other = make_ranges(AGREED, days, entries, sheet, pilot_id=UUID(int=10))
    assert other.total.forecast == first.total.forecast
    assert other.total.low != first.total.low


def test_days_that_all_cost_the_same_leave_no_doubt() -> None:
    days = {SUVELA: [day(number, 80, ordered=80) for number in (1, 2, 3)] + [day(4, ordered=80)]}
    found = ranges_of(AGREED, days, [], 3).total
    assert found.low == found.forecast == found.high == Money(84_000)


def test_fewer_than_three_days_say_nothing_of_a_range() -> None:
    found = ranges_of(PLAIN, DAYS, COSTS, 2)
    assert (found.total.low, found.total.high, found.parks[SUVELA].low) == (None, None, None)


def test_one_day_of_four_parks_is_not_four_days() -> None:
    days = {UUID(int=park): [day(1, 80), day(2), day(3), day(4), day(5)] for park in range(1, 5)}
    found = ranges_of(PLAIN, days, [cost(1, 10_000)], 1)
    assert {(one.low, one.high) for one in (found.total, *found.parks.values())} == {(None, None)}


def test_a_park_that_has_just_begun_leaves_the_total_in_doubt_and_not_the_other_parks() -> None:
    found = ranges_of(PLAIN, {**DAYS, SOUKKA: [day(4, 80), day(5)]}, COSTS, 4)
    assert (found.total.low, found.parks[SOUKKA].low) == (None, None)
    assert found.parks[SUVELA].low == Money(110_000)
    # Once it has no days left it is certain, and so the total has the range of the other.
    found = ranges_of(PLAIN, {**DAYS, SOUKKA: [day(4, 80)]}, COSTS, 4)
    assert (found.parks[SOUKKA].low, found.total.low) == (found.parks[SOUKKA].forecast, Money(110_000))


def test_a_season_that_is_over_is_certain() -> None:
    found = ranges_of(PLAIN, DAYS, COSTS, 5).total
    assert found.low == found.forecast == found.high == Money(100_000)


def test_a_day_left_that_an_invoice_covers_already_is_not_drawn_for() -> None:
    week = {"service_from": date(2024, 7, 1), "service_to": date(2024, 7, 5), "category": Category.CATERING}
    found = ranges_of(PLAIN, DAYS, [cost(4, 90_000, **week)], 4).total
    assert found.low == found.forecast == found.high == Money(90_000)


def test_the_days_of_a_park_add_up_to_its_actual_cost() -> None:
    days = {
        SUVELA: [
            day(1, 70, ordered=80, delivered=80),
            day(2, 75, delivered=85),
            day(3, ordered=80, status=DayStatus.CANCELLED, food_billed=True),
            day(4, 82, ordered=90),
            day(5, ordered=80),
        ],
        SOUKKA: [day(1, 50, ordered=60), day(4, 55, ordered=60), day(5, ordered=60)],
    }
    week = {"service_from": date(2024, 7, 1), "service_to": date(2024, 7, 2), "category": Category.CATERING}
    entries = [
        cost(4, 45_001, **week),
        cost(2, 333, park_id=None, split_key=SplitKey.EQUAL),
        cost(3, 1_000, park_id=None, split_key=SplitKey.PLANNED_DAYS),
        cost(4, 1_001, park_id=None, split_key=SplitKey.MEALS),
        cost(4, -500),
        cost(4, 9_999, category=Category.STAFF),
        cost(1, 77, day=date(2024, 6, 20)),
        cost(5, 12_345),
    ]
    as_of = date(2024, 7, 4)
    sheet = make_sheet(AGREED, days, entries, as_of=as_of)
    costs = day_costs(AGREED, days, entries, as_of=as_of)
    for park in sheet.parks:
        assert sum(costs[park.park_id].values()) == park.figures.actual_to_date.cents
    # The invoice of two days, half each, and the cancelled day at its price with its part of what was shared that day.
    shared = Fraction(1_000) * 5 / 8
    assert costs[SUVELA][date(2024, 7, 3)] == 80 * 250 + 1000 + shared
    assert costs[SUVELA][date(2024, 7, 1)] == Fraction(45_001, 2) + 77


PLAN = Plan(
    parks=3,
    months=Fraction(2),
    days=Fraction(20),
    children=80,
    price=Money(250),
    spare=Fraction(10),
    fee=Money(1000),
    other=Money(10_000),
    hours=Fraction(7, 2),
    rate=Money(2000),
)


def test_a_season_is_reckoned_by_hand() -> None:
    # 3 x 2 x 20 = 120 days of parks. Food: 120 x (88 x 2.50 + 10) = 27 600, and 6 x 100 = 600 of other costs.
    # Staff: 120 x 3.5 x 20 = 8 400. Meals: 9 600, so 2.9375 each, and with staff 3.8125.
    found = reckon(PLAN)
    assert (found.park_days, found.meals) == (120, 9_600)
    assert (found.food, found.staff, found.total) == (Money(2_820_000), Money(840_000), Money(3_660_000))
    assert (found.per_meal, found.per_park_day) == (Money(Fraction(29_375, 100)), Money(23_500))
    assert found.per_meal_with_staff == Money(Fraction(38_125, 100))


@pytest.mark.parametrize(
    ("different", "field", "reason"),
    [
        ({"parks": 0}, "parks", Reason.NUMBER_WRONG),
        ({"parks": 1001}, "parks", Reason.TOO_LARGE),
        ({"days": Fraction(32)}, "days", Reason.TOO_LARGE),
        ({"months": Fraction(0)}, "months", Reason.NUMBER_WRONG),
        ({"spare": Fraction(301)}, "spare", Reason.TOO_LARGE),
        ({"price": Money(-1)}, "price", Reason.NUMBER_WRONG),
        ({"rate": Money(10_000_001)}, "rate", Reason.TOO_LARGE),
    ],
)
def test_a_season_that_cannot_be_reckoned(different: dict[str, Any], field: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_plan(replace(PLAN, **different))
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_nothing_for_staff_and_fees_is_a_plan() -> None:
    check_plan(replace(PLAN, spare=Fraction(0), hours=Fraction(0), rate=Money(0), fee=Money(0), other=Money(0)))


def test_a_what_if_starts_from_what_the_pilot_has_taught() -> None:
    # Four of five days gone, 75 children on each, 14 hours of staff for 280.00 and 80.00 of supplies.
    days = {SUVELA: [day(number, 75, ordered=80) for number in (1, 2, 3, 4)] + [day(5, ordered=80)]}
    entries = [cost(2, 8_000), cost(4, 28_000, category=Category.STAFF, hours=Fraction(14), rate=Money(2000))]
    total = make_sheet(AGREED, days, entries, as_of=date(2024, 7, 4)).total
    seen = Experience(Fraction(14), Money(28_000), Money(8_000), portions=320)
    plan = usual_plan(AGREED, total, seen, parks=1)
    # 320 portions for 300 children: 6.7 percent to spare.
    assert plan == Plan(
        parks=1,
        months=Fraction(1),
        days=Fraction(5),
        children=75,
        price=Money(250),
        spare=Fraction(67, 10),
        fee=Money(1000),
        other=Money(8_000),
        hours=Fraction(7, 2),
        rate=Money(2000),
    )
    # So far: 4 x (80 x 2.50 + 10) + 80 = 920 for 300 meals. At the estimate: 5 500 for 400.
    real, whole = so_far(total, parks=1), estimated(AGREED, total, parks=1)
    assert (real.food, real.meals, real.staff) == (Money(92_000), 300, Money(28_000))
    assert (whole.food, whole.meals, whole.per_meal) == (Money(550_000), 400, Money(1375))


def test_a_what_if_is_at_the_prices_last_agreed() -> None:
    days = {SUVELA: [day(number, 75, ordered=80) for number in (1, 2, 3)] + [day(5, ordered=80)]}
    made = [
        Agreement(UUID(int=number), date(2024, 7, number), "Keittiö", "1", Money(price), fee)
        for number, price, fee in ((1, 260, Money(900)), (4, 300, None))
    ]
    terms = replace(AGREED, agreements=tuple(made))
    total = make_sheet(terms, days, [], as_of=date(2024, 7, 3)).total
    plan = usual_plan(terms, total, Experience(portions=240), parks=1)
    assert (plan.price, plan.fee) == (Money(300), Money(0))


def test_a_what_if_without_an_agreement_counts_supplies_and_spare_portions_once() -> None:
    # 225 children ate of 240 portions; food 600.00 and supplies 90.00 by now: a portion cost 2.50.
    days = {SUVELA: [day(number, 75, ordered=80) for number in (1, 2, 3)]}
    entries = [cost(3, 60_000, category=Category.CATERING), cost(1, 9_000)]
    total = make_sheet(PLAIN, days, entries, as_of=date(2024, 7, 3)).total
    plan = usual_plan(PLAIN, total, Experience(other=Money(9_000), portions=240), parks=1)
    assert (plan.price, plan.spare, plan.other) == (Money(250), Fraction(67, 10), Money(9_000))
    # 3 days x 75 x 1.067 x 2.50 + 90: what it cost, 690.00, to a tenth of a percent of portions.
    assert reckon(plan).food == Money(69_019) - Money(Fraction(1, 4))
    # Where nobody wrote portions down it is the price of a meal; before the first invoice what was estimated.
    assert usual_plan(PLAIN, total, Experience(other=Money(9_000)), parks=1).price == Money(267)
    before = make_sheet(PLAIN, days, entries[1:], as_of=date(2024, 7, 3)).total
    assert usual_plan(PLAIN, before, Experience(other=Money(9_000), portions=240), parks=1).price == Money(327)


def test_a_what_if_of_a_pilot_that_has_not_begun_starts_from_what_was_agreed() -> None:
    days = {SUVELA: [day(number) for number in (1, 2, 3, 4, 5)]}
    total = make_sheet(PLAIN, days, [], as_of=date(2024, 6, 1)).total
    plan = usual_plan(PLAIN, total, Experience(), parks=1)
    # 5 500 / (80 x 21) = 3.27 a meal.
    assert (plan.children, plan.price, plan.days, plan.hours) == (80, Money(327), 5, 0)
    check_plan(plan)
