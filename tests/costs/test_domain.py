"""The cost rules with figures worked by hand, and what must hold whatever the figures are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_ops.costs.domain import (
    Agreement,
    Category,
    Day,
    Entry,
    Figures,
    Reason,
    Sheet,
    SplitKey,
    Terms,
    check_entry,
    check_reversal,
    latest_day,
    make_curve,
    make_sheet,
    reversal_of,
)
from pilot_ops.costs.domain.ledger import amount_of
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money, total
from pilot_ops.schedule.domain import DayStatus

PARK, OTHER = UUID(int=1), UUID(int=2)
MONDAY = date(2024, 7, 1)
LAST = date(2024, 7, 31)
TERMS = Terms(estimate=Money(550000), months=Fraction(1), expected=80)
AGREED = Terms(Money(550000), Fraction(1), 80, portion_price=Money(275), daily_fee=Money(1500))


def eur(text: str) -> Money:
    return Money.parse(text)


def july(status: DayStatus = DayStatus.PLANNED, **different: Any) -> list[Day]:
    """The 23 weekdays of July 2024."""
    days = [MONDAY + timedelta(days=offset) for offset in range(31)]
    given = {"status": status, "food_billed": False, "ordered": None, "delivered": None, "first_portions": 0}
    return [Day(day=day, **{**given, **different}) for day in days if day.weekday() < 5]


def closed(days: list[Day], first_portions: int, ordered: int | None = 80) -> list[Day]:
    change = {"status": DayStatus.CLOSED, "first_portions": first_portions, "ordered": ordered, "delivered": ordered}
    return [day._replace(**change) for day in days]


def entry(amount: str, day: date = MONDAY, category: Category = Category.SUPPLIES, **different: Any) -> Entry:
    given = {"id": uuid4(), "day": day, "category": category, "amount": eur(amount), "park_id": PARK}
    return Entry(**{**given, **different})


def invoice(amount: str, day: date, first: date, last: date, **different: Any) -> Entry:
    return entry(amount, day, Category.CATERING, service_from=first, service_to=last, **different)


def sheet(days: dict[UUID, list[Day]], *entries: Entry, terms: Terms = TERMS, as_of: date = LAST) -> Sheet:
    return make_sheet(terms, days, entries, as_of=as_of)


def figures(days: list[Day], *entries: Entry, terms: Terms = TERMS, as_of: date = LAST) -> Figures:
    return sheet({PARK: days}, *entries, terms=terms, as_of=as_of).parks[0].figures


def test_the_estimate_is_spread_over_planned_days() -> None:
    # 5 500 / 23 = 239.13 a day; after 5 days 5 x 239.1304... = 1 195.65.
    found = figures(july(), as_of=date(2024, 7, 7))
    assert (found.planned_days, found.elapsed_days) == (23, 5)
    assert found.estimate_total == eur("5500")
    assert found.estimate_per_day == Money(Fraction(550000, 23))
    assert found.estimate_to_date == Money(Fraction(550000 * 5, 23))
    assert found.estimate_to_date.decimal() == "1195.65"


@pytest.mark.parametrize(("days", "price"), [(23, "2.99"), (19, "3.62")])
def test_the_estimated_cost_per_meal(days: int, price: str) -> None:
    # 5 500 / (80 x 23) = 2.989..., 5 500 / (80 x 19) = 3.618...
    found = figures(july()[:days])
    assert found.estimated_cost_per_meal is not None
    assert found.estimated_cost_per_meal.decimal() == price


def test_months_multiply_the_estimate() -> None:
    terms = Terms(Money(550000), Fraction(3, 2), 80)
    assert figures(july(), terms=terms).estimate_total == eur("8250")


def test_staff_is_beside_the_estimate_never_in_it() -> None:
    found = figures(july(), entry("100"), entry("400", category=Category.STAFF))
    assert found.actual_to_date == eur("100")
    assert found.staff_to_date == eur("400")
    assert found.total_with_staff == eur("500")


def test_what_is_dated_later_is_not_there_yet() -> None:
    costs = (entry("100"), entry("50", day=date(2024, 7, 10)))
    assert figures(july(), *costs, as_of=date(2024, 7, 9)).actual_to_date == eur("100")
    assert figures(july(), *costs, as_of=date(2024, 7, 10)).actual_to_date == eur("150")


def test_a_delivered_day_accrues_portions_ordered_and_the_daily_fee() -> None:
    # Two days: 90 x 2.75 + 15 = 262.50; not known what was ordered or delivered: 80 x 2.75 + 15 = 235.
    days = july()
    days[:2] = [closed(days[:1], 85, 90)[0], closed(days[1:2], 70, None)[0]]
    found = figures(days, terms=AGREED, as_of=date(2024, 7, 2))
    assert found.accrued == eur("497.50")
    assert found.actual_to_date == eur("497.50")


@pytest.mark.parametrize(
    ("change", "cents"),
    [
        ({"status": DayStatus.PLANNED}, 0),
        ({"status": DayStatus.OPEN, "first_portions": 0}, 0),
        ({"status": DayStatus.OPEN, "first_portions": 3}, 23500),
        ({"status": DayStatus.CLOSED, "delivered": 0}, 0),
        ({"status": DayStatus.CLOSED, "delivered": 5}, 1500 + 5 * 275),
        ({"status": DayStatus.CLOSED, "delivered": 5, "ordered": 70}, 1500 + 70 * 275),
        ({"status": DayStatus.CLOSED, "delivered": None}, 0),
        ({"status": DayStatus.CLOSED, "delivered": None, "first_portions": 2}, 23500),
        ({"status": DayStatus.CANCELLED, "food_billed": False}, 0),
        ({"status": DayStatus.CANCELLED, "food_billed": True}, 23500),
    ],
)
def test_which_days_accrue(change: dict[str, Any], cents: int) -> None:
    days = [july()[0]._replace(**change)]
    assert figures(days, terms=AGREED).accrued == Money(cents)


def test_an_invoice_replaces_the_accruals_of_the_days_it_covers() -> None:
    # Ten delivered days of 235; the first five are invoiced at 1 180 on 12 July: before 2 350, after 1 180 + 5 x 235.
    days = closed(july()[:10], 75) + july()[10:]
    bill = invoice("1180", date(2024, 7, 12), MONDAY, date(2024, 7, 7))
    before = figures(days, bill, terms=AGREED, as_of=date(2024, 7, 11))
    after = figures(days, bill, terms=AGREED, as_of=date(2024, 7, 12))
    assert (before.accrued, before.actual_to_date) == (eur("2115"), eur("2115"))  # nine days by 11 July
    assert (after.accrued, after.actual_to_date) == (eur("1175"), eur("2355"))


def test_a_reversed_invoice_covers_nothing_and_the_accruals_return() -> None:
    days = closed(july()[:5], 75) + july()[5:]
    bill = invoice("1180", date(2024, 7, 5), MONDAY, date(2024, 7, 7))
    back = reversal_of(bill, id_=uuid4(), day=date(2024, 7, 8), reason="Väärä puisto")
    assert figures(days, bill, back, terms=AGREED, as_of=date(2024, 7, 5)).actual_to_date == eur("1180")
    found = figures(days, bill, back, terms=AGREED, as_of=date(2024, 7, 8))
    assert (found.accrued, found.actual_to_date) == (eur("1175"), eur("1175"))


def test_a_part_of_an_invoice_credited_keeps_its_cover() -> None:
    days = closed(july()[:5], 75)
    bill = invoice("1180", date(2024, 7, 5), MONDAY, date(2024, 7, 7))
    credit = invoice("-80", date(2024, 7, 6), MONDAY, date(2024, 7, 7))
    found = figures(days, bill, credit, terms=AGREED)
    assert (found.accrued, found.actual_to_date) == (eur("0"), eur("1100"))


def test_a_credit_note_taken_back_leaves_its_invoice_in_force() -> None:
    # Five days, 1 180 by invoice; credited in full on the 6th: 5 x 235 accrue again; the credit note was for another
    # park and is reversed on the 8th: 1 180, and nothing accrues.
    days = closed(july()[:5], 75)
    bill = invoice("1180", date(2024, 7, 5), MONDAY, date(2024, 7, 7))
    credit = invoice("-1180", date(2024, 7, 6), MONDAY, date(2024, 7, 7))
    back = reversal_of(credit, id_=uuid4(), day=date(2024, 7, 8), reason="Toisen puiston hyvitys")
    for day, accrued, actual in ((6, "1175", "1175"), (8, "0", "1180")):
        found = figures(days, bill, credit, back, terms=AGREED, as_of=date(2024, 7, day))
        assert (found.accrued, found.actual_to_date) == (eur(accrued), eur(actual))


@pytest.mark.parametrize(
    "credits",
    [
        [("-700", date(2024, 7, 8)), ("-500", date(2024, 7, 9))],  # in two notes
        [("-1200", date(2024, 7, 4))],  # by a note dated before its invoice
        [("-1250", date(2024, 7, 8))],  # by more than the whole
    ],
)
def test_an_invoice_credited_in_whole_covers_nothing_however_it_was_credited(credits: list[tuple[str, date]]) -> None:
    # Five days of 235 = 1 175 accrue again; 1 200 was invoiced, and what was credited is taken off.
    bill = invoice("1200", date(2024, 7, 5), MONDAY, date(2024, 7, 7))
    notes = [invoice(amount, day, MONDAY, date(2024, 7, 7)) for amount, day in credits]
    found = figures(closed(july()[:5], 75), bill, *notes, terms=AGREED)
    assert found.accrued == eur("1175")
    assert found.actual_to_date == eur("2375") + total([note.amount for note in notes])


def test_all_on_one_day_an_invoice_its_credit_note_and_its_reversal() -> None:
    days = closed(july()[:5], 75)
    bill = invoice("1180", MONDAY, MONDAY, date(2024, 7, 7))
    credit = invoice("-1180", MONDAY, MONDAY, date(2024, 7, 7))
    back = reversal_of(credit, id_=uuid4(), day=MONDAY, reason="x")
    assert figures(days, back, credit, bill, terms=AGREED).actual_to_date == eur("1180")


def test_a_catering_invoice_without_a_period_covers_nothing() -> None:
    days = closed(july()[:1], 75)
    assert figures(days, entry("10", category=Category.CATERING), terms=AGREED).actual_to_date == eur("245")


def test_served_and_cancelled_days() -> None:
    days = [*closed(july()[:3], 10), july()[3]._replace(status=DayStatus.CANCELLED), *july()[4:]]
    found = figures(days, entry("300"))
    assert (found.planned_days, found.served_days, found.cancelled_days) == (23, 3, 1)
    assert found.cost_per_served_day == eur("100")
    assert found.cost_per_planned_day == Money(Fraction(30000, 23))


def test_variance_and_its_two_causes() -> None:
    # Ten days, 90 children each, 2 700 EUR. Estimate to date 10 x 239.1304... = 2 391.30; over by 308.70, 12.9 %.
    # Estimated meal 5 500 / 1 840 = 2.98913; volume (900 - 800) x 2.98913 = 298.91; price 2 700 - 900 x 2.98913 = 9.78.
    found = figures(closed(july()[:10], 90) + july()[10:], entry("2700"), as_of=date(2024, 7, 12))
    assert found.variance.decimal() == "308.70"
    assert found.variance_percent is not None
    assert round(float(found.variance_percent), 1) == 12.9
    assert found.variance_of_total == Fraction(found.variance.cents, 550000) * 100
    assert found.cost_per_meal == eur("3")
    assert found.volume_effect == Money(Fraction(100 * 550000, 1840))
    assert found.price_effect == Money(270000 - Fraction(900 * 550000, 1840))
    assert found.volume_effect.decimal() == "298.91"
    assert found.price_effect.decimal() == "9.78"


def test_without_meals_there_is_no_cost_per_meal_and_the_causes_still_add_up() -> None:
    found = figures(july(), entry("100"))
    assert found.cost_per_meal is None
    assert found.volume_effect == eur("-5500")
    assert found.price_effect == eur("100")


def test_without_days_what_is_per_day_does_not_exist() -> None:
    found = figures([], entry("100"))
    assert found.estimate_per_day is None
    assert found.estimated_cost_per_meal is None
    assert found.variance_percent is None
    assert (found.estimate_total, found.variance) == (eur("0"), eur("100"))
    assert (found.volume_effect, found.price_effect) == (eur("0"), eur("100"))
    assert found.forecast == eur("100")


def test_a_park_without_days_is_in_the_total_with_what_it_cost_and_no_estimate() -> None:
    # One park of 23 days, 10 of them over: 2 391.304 expected, 2 400 spent on 800 meals. The other cost 75 and has no
    # days. Total: over by 2 475 - 2 391.304 = 83.696, all of it price; estimated meal 5 500 / 1 840 as in the park.
    days = {PARK: closed(july()[:10], 80) + july()[10:], OTHER: []}
    found = sheet(days, entry("2400"), entry("75", park_id=OTHER), as_of=date(2024, 7, 12)).total
    assert found.estimate_total == eur("5500")
    assert found.variance.decimal() == "83.70"
    assert (found.volume_effect, found.price_effect) == (eur("0"), found.variance)
    assert found.estimated_cost_per_meal == Money(Fraction(550000, 1840))


def test_forecast_by_agreement() -> None:
    # After 3 of 23 days: 3 x 235 = 705; left 20: one ordered 100 (290), one cancelled (0), one cancelled and billed
    # (235), 17 at 235: 705 + 290 + 235 + 17 x 235 = 5 225.
    days = closed(july()[:3], 70) + july()[3:]
    days[5] = days[5]._replace(ordered=100)
    days[6] = days[6]._replace(status=DayStatus.CANCELLED)
    days[7] = days[7]._replace(status=DayStatus.CANCELLED, food_billed=True)
    assert figures(days, terms=AGREED, as_of=date(2024, 7, 3)).forecast == eur("5225")


def test_a_daily_fee_alone_is_no_agreement() -> None:
    # Nothing accrues, and the days left cost what those so far did: 600 + 20 x 200 = 4 600.
    terms = replace(TERMS, daily_fee=Money(1500))
    found = figures(closed(july()[:3], 70) + july()[3:], entry("600"), terms=terms, as_of=date(2024, 7, 3))
    assert (found.accrued, found.forecast) == (eur("0"), eur("4600"))


def test_without_agreement_food_that_is_billed_of_a_cancelled_day_is_forecast() -> None:
    # 3 days cost 600; left are 20, of which one is cancelled and one cancelled too late: 600 + 19 x 200 = 4 400.
    days = closed(july()[:3], 70) + july()[3:]
    days[5] = days[5]._replace(status=DayStatus.CANCELLED)
    days[6] = days[6]._replace(status=DayStatus.CANCELLED, food_billed=True)
    assert figures(days, entry("600"), as_of=date(2024, 7, 3)).forecast == eur("4400")


def test_forecast_without_agreement_is_the_mean_or_at_first_the_estimate() -> None:
    # 3 days cost 600, 200 each: 600 + 20 x 200 = 4 600. After 2 days only: 600 + 21 x 239.1304... = 5 621.74.
    days = closed(july()[:3], 70) + july()[3:]
    assert figures(days, entry("600"), as_of=date(2024, 7, 3)).forecast == eur("4600")
    assert figures(days, entry("600"), as_of=date(2024, 7, 2)).forecast.decimal() == "5621.74"


def test_a_day_that_is_invoiced_already_is_not_forecast_again() -> None:
    # Paid ahead: 5 days for 1 000; left 18 days x 235 = 4 230.
    bill = invoice("1000", date(2024, 6, 28), MONDAY, date(2024, 7, 5))
    assert figures(july(), bill, terms=AGREED, as_of=date(2024, 6, 30)).forecast == eur("5230")


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        # Planned days 23 and 10 of 33; meals 300 and 100 of 400.
        (SplitKey.EQUAL, Fraction(16500), Fraction(16500)),
        (SplitKey.PLANNED_DAYS, Fraction(23000), Fraction(10000)),
        (SplitKey.MEALS, Fraction(24750), Fraction(8250)),
    ],
)
def test_shared_costs_are_split_by_their_key(key: SplitKey, first: Fraction, second: Fraction) -> None:
    days = {PARK: closed(july()[:3], 100) + july()[3:], OTHER: closed(july()[:1], 100) + july()[1:10]}
    found = sheet(days, entry("330", park_id=None, split_key=key))
    assert [park.figures.actual_to_date.cents for park in found.parks] == [first, second]
    assert found.total.actual_to_date == eur("330")


def test_a_park_without_days_bears_nothing_of_what_is_shared_equally() -> None:
    days = {PARK: july(), OTHER: []}
    found = sheet(days, entry("300", park_id=None, split_key=SplitKey.EQUAL), entry("75", park_id=OTHER))
    assert [park.figures.actual_to_date for park in found.parks] == [eur("300"), eur("75")]


def test_a_shared_cost_with_nothing_to_go_by_is_split_equally() -> None:
    found = sheet({PARK: july(), OTHER: july()}, entry("1", park_id=None, split_key=SplitKey.MEALS))
    assert [park.figures.actual_to_date.cents for park in found.parks] == [50, 50]


@pytest.mark.parametrize("key", list(SplitKey))
def test_a_park_taken_out_bears_nothing_of_what_is_shared(key: SplitKey) -> None:
    days = {PARK: july(), OTHER: []}
    found = sheet(days, entry("300", park_id=None, split_key=key))
    assert [park.figures.actual_to_date for park in found.parks] == [eur("300"), eur("0")]
    curve = make_curve(TERMS, days, [entry("300", park_id=None, split_key=key)], as_of=LAST, park_id=PARK)
    assert curve[-1].actual == eur("300")


def test_without_a_single_day_a_shared_cost_is_split_equally() -> None:
    found = sheet({PARK: [], OTHER: []}, entry("1", park_id=None, split_key=SplitKey.PLANNED_DAYS))
    assert [park.figures.actual_to_date.cents for park in found.parks] == [50, 50]


def test_the_total_is_worked_out_of_sums() -> None:
    # 1 000 for 100 meals and 200 for 100 meals: 6 a meal together, not the mean of percents.
    days = {PARK: closed(july()[:1], 100) + july()[1:], OTHER: closed(july()[:1], 100) + july()[1:]}
    found = sheet(days, entry("1000"), entry("200", park_id=OTHER), as_of=MONDAY).total
    assert found.planned_days == 46
    assert found.estimate_total == eur("11000")
    assert found.cost_per_meal == eur("6")
    assert found.variance == eur("1200") - Money(Fraction(1100000, 23))
    assert found.variance_percent == found.variance.cents / found.estimate_to_date.cents * 100


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (DayStatus.CLOSED, date(2024, 7, 10)),
        (DayStatus.CANCELLED, date(2024, 7, 10)),
        (DayStatus.OPEN, date(2024, 7, 9)),
        (DayStatus.PLANNED, date(2024, 7, 9)),
    ],
)
def test_costs_are_known_up_to_yesterday_while_today_is_not_over(status: DayStatus, expected: date) -> None:
    days = [day._replace(status=status) if day.day == date(2024, 7, 10) else day for day in july(DayStatus.CLOSED)]
    assert latest_day({PARK: days}, today=date(2024, 7, 10)) == expected


# Whatever the figures are -----------------------------------------------------

amounts = st.integers(-5_000_000, 5_000_000).filter(bool).map(Money)
statuses = st.sampled_from(list(DayStatus))


@st.composite
def seasons(draw: st.DrawFn) -> dict[UUID, list[Day]]:
    parks = [UUID(int=number) for number in range(1, draw(st.integers(1, 4)) + 1)]
    return {park: draw(st.lists(_days(), min_size=0, max_size=15, unique_by=lambda day: day.day)) for park in parks}


@st.composite
def _days(draw: st.DrawFn) -> Day:
    return Day(
        day=MONDAY + timedelta(days=draw(st.integers(0, 25))),
        status=draw(statuses),
        food_billed=draw(st.booleans()),
        ordered=draw(st.none() | st.integers(0, 200)),
        delivered=draw(st.none() | st.integers(0, 200)),
        first_portions=draw(st.integers(0, 200)),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    found = []
    for amount in draw(st.lists(amounts, max_size=8)):
        park = draw(st.none() | st.sampled_from([UUID(int=number) for number in range(1, 5)]))
        category = draw(st.sampled_from(list(Category)))
        first = MONDAY + timedelta(days=draw(st.integers(0, 20)))
        covers = category is Category.CATERING and park is not None and draw(st.booleans())
        made = Entry(
            id=uuid4(),
            day=MONDAY + timedelta(days=draw(st.integers(-3, 30))),
            category=category,
            amount=amount,
            park_id=park,
            split_key=None if park else draw(st.sampled_from(list(SplitKey))),
            service_from=first if covers else None,
            service_to=first + timedelta(days=draw(st.integers(0, 6))) if covers else None,
        )
        found.append(made)
        if draw(st.integers(0, 3)) == 0:
            day = made.day + timedelta(days=draw(st.integers(0, 4)))
            found.append(reversal_of(made, id_=uuid4(), day=day, reason="x"))
    return found


terms_drawn = st.builds(
    Terms,
    estimate=st.integers(1, 2_000_000).map(Money),
    months=st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(7, 4)]),
    expected=st.integers(1, 200),
    portion_price=st.none() | st.integers(0, 1000).map(Money),
    daily_fee=st.none() | st.integers(0, 10000).map(Money),
    agreements=st.lists(
        st.builds(
            Agreement,
            id=st.just(uuid4()),
            valid_from=st.integers(-3, 30).map(lambda offset: MONDAY + timedelta(days=offset)),
            caterer=st.just("Ateriapalvelu"),
            order_number=st.just("1"),
            portion_price=st.integers(0, 1000).map(Money),
            daily_fee=st.none() | st.integers(0, 10000).map(Money),
        ),
        max_size=3,
        unique_by=lambda made: made.valid_from,
    ).map(lambda made: tuple(sorted(made, key=lambda one: one.valid_from))),
)
as_ofs = st.integers(-5, 35).map(lambda offset: MONDAY + timedelta(days=offset))


def _known(days: dict[UUID, list[Day]], entries: list[Entry]) -> tuple[dict[UUID, list[Day]], list[Entry]]:
    in_order = {park: sorted(found, key=lambda day: day.day) for park, found in days.items()}
    return in_order, [made for made in entries if made.park_id is None or made.park_id in days]


@settings(max_examples=150, deadline=None)
@given(days=seasons(), entries=ledgers(), terms=terms_drawn, as_of=as_ofs)
def test_volume_and_price_effect_are_the_variance_exactly(
    days: dict[UUID, list[Day]], entries: list[Entry], terms: Terms, as_of: date
) -> None:
    days, entries = _known(days, entries)
    found = make_sheet(terms, days, entries, as_of=as_of)
    for park in found.parks:
        assert park.figures.volume_effect + park.figures.price_effect == park.figures.variance
    assert found.total.volume_effect + found.total.price_effect == found.total.variance


@settings(max_examples=100, deadline=None)
@given(days=seasons(), entries=ledgers(), terms=terms_drawn)
def test_reversing_an_entry_leaves_the_costs_as_if_it_had_never_been_booked(
    days: dict[UUID, list[Day]], entries: list[Entry], terms: Terms
) -> None:
    days, entries = _known(days, entries)
    reversed_ids = {made.reverses for made in entries}
    originals = [made for made in entries if made.reverses is None and made.id not in reversed_ids]
    backs = [reversal_of(made, id_=uuid4(), day=date(2024, 12, 1), reason="x") for made in originals]
    nothing = make_sheet(terms, days, [], as_of=date(2025, 1, 1))
    all_back = make_sheet(terms, days, [*entries, *backs], as_of=date(2025, 1, 1))
    assert all_back == nothing
    # Of a single entry too, whatever else is booked.
    for made, back in zip(originals, backs, strict=True):
        without = make_sheet(terms, days, [e for e in entries if e is not made], as_of=date(2025, 1, 1))
        assert make_sheet(terms, days, [*entries, back], as_of=date(2025, 1, 1)) == without


@settings(max_examples=100, deadline=None)
@given(days=seasons(), entries=ledgers(), terms=terms_drawn)
def test_estimates_over_all_days_sum_to_the_total_and_shares_to_the_whole(
    days: dict[UUID, list[Day]], entries: list[Entry], terms: Terms
) -> None:
    days, entries = _known(days, entries)
    whole = make_sheet(terms, days, entries, as_of=date(2025, 1, 1))
    for park in whole.parks:
        if park.figures.estimate_per_day is not None:
            per_day = park.figures.estimate_per_day
            assert total([per_day] * park.figures.planned_days) == park.figures.estimate_total
            assert park.figures.estimate_to_date == park.figures.estimate_total
    operating = [made.amount for made in entries if made.category is not Category.STAFF]
    staff = [made.amount for made in entries if made.category is Category.STAFF]
    assert whole.total.actual_to_date - whole.total.accrued == total(operating)
    assert whole.total.staff_to_date == total(staff)


@settings(max_examples=100, deadline=None)
@given(days=seasons(), entries=ledgers(), terms=terms_drawn, as_of=as_ofs)
def test_the_curve_is_the_sheet_of_each_day(
    days: dict[UUID, list[Day]], entries: list[Entry], terms: Terms, as_of: date
) -> None:
    days, entries = _known(days, entries)
    for park_id in [None, *days]:
        points = make_curve(terms, days, entries, as_of=as_of, park_id=park_id)
        for point in points:
            day = as_of if point is points[-1] else point.day
            found = make_sheet(terms, days, entries, as_of=day)
            same = found.total if park_id is None else next(p.figures for p in found.parks if p.park_id == park_id)
            assert (point.actual, point.estimate) == (same.actual_to_date, same.estimate_to_date)


# What is refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "hours", "rate", "reason", "field"),
    [
        (None, None, None, Reason.AMOUNT_MISSING, "amount"),
        (None, Fraction(2), None, Reason.HOURS_HALF, "rate"),
        (None, None, Money(1000), Reason.HOURS_HALF, "hours"),
        (Money(2001), Fraction(2), Money(1000), Reason.AMOUNT_IS_NOT_HOURS, "amount"),
    ],
)
def test_an_amount_that_cannot_be(amount: Any, hours: Any, rate: Any, reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        amount_of(amount, hours, rate)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_hours_times_rate_is_rounded_once_half_up() -> None:
    # 7.5 h x 19.85 = 148.875 -> 148.88.
    assert amount_of(None, Fraction(15, 2), eur("19.85")) == eur("148.88")
    assert amount_of(eur("148.88"), Fraction(15, 2), eur("19.85")) == eur("148.88")


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"day": date(2024, 7, 2)}, Reason.FUTURE_DAY, "day"),
        ({"park_id": OTHER}, Reason.PARK_NOT_IN_PILOT, "park"),
        ({"amount": Money(0)}, Reason.AMOUNT_ZERO, "amount"),
        ({"amount": Money(-1_000_000_001)}, Reason.AMOUNT_TOO_LARGE, "amount"),
        ({"hours": Fraction(1)}, Reason.HOURS_NOT_STAFF, "hours"),
        ({"category": Category.STAFF, "hours": Fraction(0)}, Reason.HOURS_WRONG, "hours"),
        ({"category": Category.STAFF, "hours": Fraction(10_001)}, Reason.HOURS_WRONG, "hours"),
        ({"category": Category.STAFF, "hours": Fraction(-1), "rate": Money(-1985)}, Reason.RATE_WRONG, "rate"),
        ({"service_from": MONDAY}, Reason.SERVICE_HALF, "service_to"),
        ({"service_to": MONDAY}, Reason.SERVICE_HALF, "service_from"),
        ({"service_from": LAST, "service_to": MONDAY}, Reason.SERVICE_BACKWARDS, "service_to"),
        ({"service_from": MONDAY, "service_to": date(2025, 7, 2)}, Reason.SERVICE_TOO_LONG, "service_to"),
        ({"service_from": MONDAY, "service_to": MONDAY}, Reason.SERVICE_NOT_CATERING, "service_from"),
        (
            {"category": Category.CATERING, "park_id": None, "service_from": MONDAY, "service_to": MONDAY},
            Reason.SERVICE_SHARED,
            "park",
        ),
    ],
)
def test_an_entry_that_cannot_be(different: dict[str, Any], reason: Reason, field: str) -> None:
    given = {"id": uuid4(), "day": MONDAY, "category": Category.SUPPLIES, "amount": Money(1), "park_id": PARK}
    with pytest.raises(Refused) as refused:
        check_entry(Entry(**{**given, **different}), parks=[PARK], today=MONDAY)
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("made", "day", "why", "reason"),
    [
        (entry("1", reverses=uuid4()), MONDAY, "x", Reason.REVERSAL_OF_REVERSAL),
        (entry("1"), MONDAY, "", Reason.REASON_MISSING),
        (entry("1"), date(2024, 7, 2), "x", Reason.FUTURE_DAY),
        (entry("1"), date(2024, 6, 30), "x", Reason.REVERSAL_TOO_EARLY),
    ],
)
def test_a_reversal_that_cannot_be(made: Entry, day: date, why: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_reversal(made, day=day, reason=why, today=MONDAY)
    assert refused.value.reason is reason


# Agreements -------------------------------------------------------------------


def agreement(day: date, price: str, fee: str | None = None) -> Agreement:
    return Agreement(uuid4(), day, "Ateriapalvelu Oy", "4500012345", eur(price), eur(fee) if fee else None)


def test_a_price_that_changes_within_the_season_holds_from_its_day_in_accruals_and_forecast() -> None:
    """80 portions a day: 1 and 2 July at 2.75 + 15.00 = 235.00, from 3 July at 3.00 + 10.00 = 250.00.

    On 4 July: 2 x 235 + 2 x 250 = 970.00; the 19 days left 19 x 250 = 4 750.00; in all 5 720.00.
    """
    terms = replace(AGREED, agreements=(agreement(date(2024, 7, 3), "3.00", "10.00"),))
    days = closed(july()[:4], 70) + july()[4:]
    found = figures(days, terms=terms, as_of=date(2024, 7, 4))
    assert (found.accrued, found.forecast) == (eur("970"), eur("5720"))
    # A further one from 15 July, 2.00 and no fee: of the 19 days left 6 are before it, 6 x 250 + 13 x 160 = 3 580.00.
    terms = replace(terms, agreements=(*terms.agreements, agreement(date(2024, 7, 15), "2.00")))
    assert figures(days, terms=terms, as_of=date(2024, 7, 4)).forecast == eur("970") + eur("3580")


def test_without_a_price_of_the_pilot_the_first_agreement_begins_the_accruals() -> None:
    """No price before 3 July: two days cost what is booked, 60.00; the third 80 x 3.00 = 240.00.

    The 20 days left are at 240.00, or, were the agreement to begin on 15 July, those before it at the mean so far.
    """
    days = closed(july()[:3], 70) + july()[3:]
    terms = replace(TERMS, agreements=(agreement(date(2024, 7, 3), "3.00"),))
    found = figures(days, entry("60"), terms=terms, as_of=date(2024, 7, 3))
    assert (found.accrued, found.actual_to_date, found.forecast) == (eur("240"), eur("300"), eur("5100"))
    # From 15 July: accrued nothing; 7 days left before it at 60 / 3 = 20.00, 13 from it on at 240.00.
    terms = replace(TERMS, agreements=(agreement(date(2024, 7, 15), "3.00"),))
    found = figures(days, entry("60"), terms=terms, as_of=date(2024, 7, 3))
    assert (found.accrued, found.forecast) == (eur("0"), eur("60") + eur("140") + eur("3120"))
