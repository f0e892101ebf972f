"""What if: the cost of another season, by parks, months, children and prices; and what the pilot really cost."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from pilot_ops.costs.domain import Figures, Terms
from pilot_ops.forecasts.domain.orders import Reason
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money

MOST = {"parks": 1000, "months": 12, "days": 31, "children": 5000, "spare": 300, "hours": 500}
_MAY_BE_NOTHING = {"hours", "spare"}
MOST_MONEY = Money(10_000_000)
_DAYS_OF_MONTH = Fraction(21)


@dataclass(frozen=True, slots=True)
class Plan:
    """A season to be reckoned. Money is net of VAT.

    ``days`` are meal days in a month; ``children`` come to a park a day, and ``spare`` percent more portions are
    ordered; ``fee`` is for a park and day, ``other`` (supplies, transport) for a park and month; ``hours`` are of staff
    in a park a day.
    """

    parks: int
    months: Fraction
    days: Fraction
    children: int
    price: Money
    spare: Fraction = Fraction(0)
    fee: Money = ZERO
    other: Money = ZERO
    hours: Fraction = Fraction(0)
    rate: Money = ZERO

    @property
    def park_days(self) -> Fraction:
        """Meal days of all parks together."""
        return self.parks * self.months * self.days

    @property
    def portions(self) -> Fraction:
        """Portions ordered for a park a day."""
        return self.children * (1 + self.spare / 100)


@dataclass(frozen=True, slots=True)
class Season:
    """What a season costs: food with what goes with it, which the estimate is for, and staff beside it."""

    parks: int
    park_days: Fraction
    meals: Fraction
    food: Money
    staff: Money

    @property
    def total(self) -> Money:
        return self.food + self.staff

    @property
    def per_meal(self) -> Money | None:
        """Food for a meal; None without meals."""
        return self.food / self.meals if self.meals else None

    @property
    def per_meal_with_staff(self) -> Money | None:
        """Food and staff for a meal; None without meals."""
        return self.total / self.meals if self.meals else None

    @property
    def per_park_day(self) -> Money | None:
        """Food for a park's meal day; None without days."""
        return self.food / self.park_days if self.park_days else None


def check_plan(plan: Plan) -> None:
    """Refused with the field, if a season cannot be reckoned."""
    for name, most in MOST.items():
        value = getattr(plan, name)
        if value < 0 or (value == 0 and name not in _MAY_BE_NOTHING):
            raise Refused(Reason.NUMBER_WRONG, name)
        if value > most:
            raise Refused(Reason.TOO_LARGE, name, most=most)
    for name in (field.name for field in fields(plan) if field.name not in MOST):
        if getattr(plan, name).cents < 0:
            raise Refused(Reason.NUMBER_WRONG, name)
        if getattr(plan, name) > MOST_MONEY:
            raise Refused(Reason.TOO_LARGE, name, most=MOST_MONEY.whole_cents // 100)


def reckon(plan: Plan) -> Season:
    """The cost of a season, exactly: days x (portions x price + fee) + other, and beside it days x hours x rate."""
    days = plan.park_days
    food = (plan.price * plan.portions + plan.fee) * days + plan.other * (plan.parks * plan.months)
    return Season(plan.parks, days, days * plan.children, food, plan.rate * (days * plan.hours))


def so_far(figures: Figures, *, parks: int) -> Season:
    """What the pilot has cost to date, as the sheet of the costs says."""
    days = Fraction(figures.elapsed_days)
    meals = Fraction(figures.first_portions)
    return Season(parks, days, meals, figures.actual_to_date, figures.staff_to_date)


def estimated(terms: Terms, figures: Figures, *, parks: int) -> Season:
    """What the pilot was estimated to cost in its whole season; the estimate is without staff."""
    days = Fraction(figures.planned_days)
    return Season(parks, days, days * terms.expected, figures.estimate_total, ZERO)


@dataclass(frozen=True, slots=True)
class Experience:
    """What the pilot teaches: staff hours and their cost to date, other costs than food and staff, and portions.

    ``portions`` are those ordered for the days on which children ate; 0 where they are not known of every such day.
    """

    hours: Fraction = Fraction(0)
    staff: Money = ZERO
    other: Money = ZERO
    portions: int = 0


def usual_plan(terms: Terms, figures: Figures, seen: Experience, *, parks: int) -> Plan:
    """The plan a what-if starts from: the pilot's own figures so far, or where there are none, what was agreed.

    Supplies and the like are taken as booked so far: they are mostly bought before the first day.
    """
    days = Fraction(figures.planned_days) / (terms.months * parks) if figures.planned_days else _DAYS_OF_MONTH
    elapsed = figures.elapsed_days
    children = round(Fraction(figures.first_portions, figures.served_days)) if figures.served_days else terms.expected
    price, fee = _prices(terms, figures, seen)
    return Plan(
        parks=parks,
        months=terms.months,
        days=_cut(days),
        children=max(children, 1),
        price=_cents(price),
        spare=_spare(seen.portions, figures.first_portions),
        fee=fee,
        other=_cents(seen.other / (terms.months * parks)),
        hours=_cut(seen.hours / elapsed) if elapsed else Fraction(0),
        rate=_cents(seen.staff / seen.hours) if seen.hours else ZERO,
    )


def _prices(terms: Terms, figures: Figures, seen: Experience) -> tuple[Money, Money]:
    """The price of a portion and for a day: as last agreed, or else what food has cost a portion, or was estimated to.

    Without an agreement other costs are in the sum to date; a plan has them apart.
    """
    agreed = terms.agreed_on(date.max)
    if agreed is not None:
        return agreed
    food, portions = figures.actual_to_date - seen.other, seen.portions or figures.first_portions
    if food > ZERO and portions > 0:
        return food / portions, ZERO
    return terms.estimate / (terms.expected * _DAYS_OF_MONTH), ZERO


def _spare(portions: int, meals: int) -> Fraction:
    """By how many percent portions are more than meals."""
    return max(_cut(Fraction(100 * (portions - meals), meals)), Fraction(0)) if meals and portions else Fraction(0)


def _cut(number: Fraction) -> Fraction:
    """A number as it can be typed, to a tenth."""
    return Fraction(round(number * 10), 10)


def _cents(amount: Money) -> Money:
    return Money(amount.rounded())
