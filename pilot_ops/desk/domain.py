"""What needs attention, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, auto
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain import Bill, Day, Entry, Finding, Sheet, Terms, is_delivered, unmatchable
from pilot_ops.kernel.money import ZERO, Money
from pilot_ops.kernel.text import Translated
from pilot_ops.messages.domain import Kind, Message

# A park is over its estimate when it is by more than this, in percent: every season goes up and down a little.
OVER_PERCENT = Fraction(5)
# A delivered day without an invoice for so long is asked after: caterers bill by the half month or month.
BILLED_WITHIN = timedelta(days=21)
# Invoices of a pilot that is over come for some time; after that its books are history.
BOOKS_OPEN = timedelta(days=90)

_NOTHING = Translated("")
# Findings that only a price could make something of.
_WITHOUT_PRICE = {Finding.NO_AGREEMENT, Finding.ORDER_UNKNOWN, Finding.DELIVERY_UNKNOWN, Finding.FEWER_CAME}


class Topic(IntEnum):
    """What a task is about, the most urgent first."""

    MESSAGE = auto()
    UNBILLED = auto()
    BILLS_DIFFER = auto()
    OVER_ESTIMATE = auto()
    OVER_BUDGET = auto()
    LOW_STOCK = auto()
    STOCK_DIFFERS = auto()
    NO_BACKUP = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """Something to put right. What the fields are depends on the topic.

    ``pilot_id`` and ``park_id`` (of tickets the point's id) name its place, ``name`` the park, point or pilot;
    ``amount`` is money, ``number`` days, invoices or tickets; ``kind`` the ticket type; ``last`` of days without an
    invoice the last one, of backups the day of the latest.
    """

    topic: Topic
    name: str = ""
    pilot_id: UUID | None = None
    park_id: UUID | None = None
    amount: Money = ZERO
    number: int = 0
    year: int = 0
    kind: Translated = _NOTHING
    first: date | None = None
    last: date | None = None
    message: Message | None = None


def standing(messages: Iterable[Message], *, today: date) -> tuple[Message, ...]:
    """The messages that are tasks today, each day once: parks are told of it first, coordinators later.

    What was found of a day whose books are history, say one without a count, is no task any more.
    """
    recent = [message for message in messages if message.day >= today - BOOKS_OPEN]
    told = {(message.park_id, message.day) for message in recent if message.kind is Kind.DAY_NOT_CLOSED}
    return tuple(
        message
        for message in recent
        if message.kind is not Kind.PARK_NOT_CLOSED_YET or (message.park_id, message.day) not in told
    )


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


def asked_for_invoices(terms: Terms, entries: Iterable[Entry], park_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """The parks whose days without an invoice are asked after.

    Without an agreed price nothing is counted of them, so a park would look cheap for ever; unless its food is booked
    in sums that say no days, its own or shared.
    """
    if has_prices(terms):
        return tuple(park_ids)
    booked = {entry.park_id for entry in unmatchable(entries)}
    return () if None in booked else tuple(park_id for park_id in park_ids if park_id not in booked)


def needs_a_look(bill: Bill, terms: Terms) -> bool:
    """Whether somebody has to do something about a bill.

    One that bills what came, where less came than was ordered, is right as it is; so is, without an agreed price, one
    that cannot be compared.
    """
    found = {one.finding for one in bill.found} - {Finding.MORE_CAME}
    if bill.difference is not None and bill.difference < ZERO and Finding.BILLED_AS_DELIVERED in found:
        found -= {Finding.BILLED_AS_DELIVERED, Finding.FEWER_CAME}
    return bool(found if has_prices(terms) else found - _WITHOUT_PRICE)


def in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Tasks by urgency, and within a topic as they came."""
    return tuple(sorted(tasks, key=lambda task: task.topic))
