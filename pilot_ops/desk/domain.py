"""What needs attention, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, auto
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain import Day, Sheet, Terms, is_delivered
from pilot_ops.kernel.money import ZERO, Money
from pilot_ops.messages.domain import Message

# A park is over its estimate when it is by more than this, in percent: every season goes up and down a little.
OVER_PERCENT = Fraction(5)
# A delivered day without an invoice for so long is asked after: caterers bill by the half month or month.
BILLED_WITHIN = timedelta(days=21)


class Topic(IntEnum):
    """What a task is about, the most urgent first."""

    MESSAGE = auto()
    UNBILLED = auto()
    BILLS_DIFFER = auto()
    OVER_ESTIMATE = auto()
    OVER_BUDGET = auto()
    LOW_STOCK = auto()
    STOCK_DIFFERS = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """Something to put right. What the fields are depends on the topic.

    ``pilot_id`` and ``park_id`` (of tickets the point's id) name its place, ``name`` the park, point or pilot;
    ``amount`` is money, ``number`` days, invoices or tickets; ``kind`` the ticket type.
    """

    topic: Topic
    name: str = ""
    pilot_id: UUID | None = None
    park_id: UUID | None = None
    amount: Money = ZERO
    number: int = 0
    year: int = 0
    kind: str = ""
    first: date | None = None
    last: date | None = None
    message: Message | None = None


def unbilled(days: Iterable[Day], covered: Collection[date], *, as_of: date) -> tuple[date, ...]:
    """The delivered days that no invoice covers although it should have come by now."""
    latest = as_of - BILLED_WITHIN
    return tuple(day.day for day in days if day.day <= latest and is_delivered(day) and day.day not in covered)


def parks_over(sheet: Sheet) -> tuple[tuple[UUID, Money], ...]:
    """The parks that are over their estimate to date by more than five percent, and by how much; the most first."""
    over = [
        (park.park_id, park.figures.variance)
        for park in sheet.parks
        if park.figures.variance_percent is not None and park.figures.variance_percent > OVER_PERCENT
    ]
    return tuple(sorted(over, key=lambda park: -park[1].cents))


def has_prices(terms: Terms) -> bool:
    """Whether there is an agreed price, so that days without an invoice are counted at all."""
    return terms.pricing() is not None


def in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Tasks by urgency, and within a topic as they came."""
    return tuple(sorted(tasks, key=lambda task: task.topic))
