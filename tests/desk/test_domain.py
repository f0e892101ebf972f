"""What needs attention, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from pilot_ops.costs.domain import Category, Day, Entry, Terms, make_sheet
from pilot_ops.desk.domain import (
    BILLED_WITHIN,
    Task,
    Topic,
    asked_for_invoices,
    in_order,
    needs_a_look,
    parks_over,
    standing,
    unbilled,
)
from pilot_ops.kernel.money import Money
from pilot_ops.messages.domain import Kind, Message
from pilot_ops.schedule.domain import DayStatus
from tests.costs.test_domain import AGREED, TERMS, entry
from tests.costs.test_domain import PARK as HERE
from tests.costs.test_matching import FIRST, SECOND, THIRD, THREE, came, cancelled, match

AS_OF = date(2024, 7, 31)
PARK, OTHER = UUID(int=1), UUID(int=2)


def day(number: int, status: DayStatus = DayStatus.CLOSED, ordered: int | None = 80) -> Day:
    return Day(date(2024, 7, number), status, False, ordered, ordered, 80 if status is DayStatus.CLOSED else 0)


def test_a_delivered_day_is_asked_after_when_its_invoice_should_have_come() -> None:
    days = [day(1), day(2, DayStatus.CANCELLED), day(3), day(10), day(11), day(12, DayStatus.PLANNED)]
    # 31.7. less three weeks is 10.7.: what is later may still come. The 3rd is invoiced, the 2nd was cancelled in time.
    assert unbilled(days, {date(2024, 7, 3)}, as_of=AS_OF) == (date(2024, 7, 1), date(2024, 7, 10))
    assert unbilled(days, {date(2024, 7, 3)}, as_of=AS_OF - timedelta(days=1)) == (date(2024, 7, 1),)
    assert BILLED_WITHIN.days == 21


def test_without_a_price_invoices_are_asked_after_unless_food_is_booked_in_sums() -> None:
    """Nothing is counted of days that have no price: a park whose invoices never come would look cheap for ever."""
    here = entry("900.00", AS_OF, Category.CATERING)
    shared, parks = replace(here, park_id=None), (HERE, OTHER)
    assert asked_for_invoices(TERMS, [], parks) == parks
    assert asked_for_invoices(TERMS, [here], parks) == (OTHER,)
    assert asked_for_invoices(TERMS, [shared], parks) == ()
    assert asked_for_invoices(AGREED, [here, shared], parks) == parks


SHORT = [came(FIRST), came(SECOND, delivered=70), came(THIRD)]


@pytest.mark.parametrize(
    ("terms", "days", "amounts", "asked"),
    [
        (AGREED, THREE, ["705.00"], False),
        (AGREED, THREE, ["708.30"], True),
        # Ten portions fewer came on one of three days: 27.50 is to be asked back, and when it has come all is well.
        (AGREED, SHORT, ["705.00"], True),
        (AGREED, SHORT, ["705.00", "-27.50"], False),
        (AGREED, SHORT, ["677.50"], False),
        # Twenty more than ordered, and billed: somebody has to say whether that was agreed.
        (AGREED, [came(FIRST), came(SECOND, delivered=100), came(THIRD)], ["760.00"], True),
        # Without a price there is nothing to compare with; but food for days without any is food for days without any.
        (TERMS, THREE, ["705.00"], False),
        (TERMS, SHORT, ["705.00"], False),
        (TERMS, [cancelled(FIRST, billed=False)], ["705.00"], True),
    ],
)
def test_a_bill_needs_a_look_when_somebody_has_to_do_something(
    terms: Terms, days: list[Day], amounts: list[str], asked: bool
) -> None:
    assert needs_a_look(match(days, *amounts, terms=terms), terms) is asked


def test_parks_are_over_by_more_than_five_percent_the_most_first() -> None:
    """Estimate 100.00 a park over 2 days: 105.00 is five percent over and no more; 105.01 and 130.00 are."""
    terms = Terms(Money(100_00), Fraction(1), 80)
    parks = {PARK: [day(1), day(2)], OTHER: [day(1), day(2)]}

    def over(*cents: int) -> tuple[tuple[UUID, Money], ...]:
        entries = [
            Entry(UUID(int=number), date(2024, 7, 2), Category.SUPPLIES, Money(amount), park)
            for number, (park, amount) in enumerate(zip(parks, cents, strict=True))
        ]
        return parks_over(make_sheet(terms, parks, entries, as_of=AS_OF))

    assert over(105_00, 100_00) == ()
    assert over(105_01, 130_00) == ((OTHER, Money(30_00)), (PARK, Money(5_01)))


def test_a_day_is_one_line_and_old_books_are_history() -> None:
    def said(kind: Kind, number: int, park: UUID = PARK) -> Message:
        day = AS_OF - timedelta(days=number)
        return Message(f"{kind}{number}{park}", kind, park, day, datetime(2024, 7, 31, tzinfo=UTC))

    closed, yet, imbalance = Kind.DAY_NOT_CLOSED, Kind.PARK_NOT_CLOSED_YET, Kind.IMBALANCE
    kept = [said(closed, 0), said(yet, 0, OTHER), said(imbalance, 90)]
    messages = [kept[0], said(yet, 0), kept[1], kept[2], said(imbalance, 91)]
    assert standing(messages, today=AS_OF) == tuple(kept)


def test_the_most_urgent_comes_first_and_the_rest_as_it_came() -> None:
    tasks = [
        Task(Topic.LOW_STOCK, "a"),
        Task(Topic.MESSAGE, "b"),
        Task(Topic.LOW_STOCK, "c"),
        Task(Topic.UNBILLED, "d"),
    ]
    assert [task.name for task in in_order(tasks)] == ["b", "d", "a", "c"]
