"""Printing tickets: the papers, which tickets are printed and why others are not, and a print on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.tickets.domain.values import MOST_IN_BATCH, Ticket
from pilot_ops.tickets.domain.words import Reason, State

# A print of which nothing was heard for so long is taken up by another process, and given up after so many tries.
ABANDONED_AFTER = timedelta(seconds=60)
MOST_TRIES = 3
# A finished file holds codes: it is deleted after so long.
KEPT_FOR = timedelta(days=7)


class Format(StrEnum):
    """The papers: cards to cut, the common 3 x 8 labels of 70 x 37 mm, and strips of 250 x 25 mm for wrists."""

    CARDS = "cards"
    LABELS = "labels"
    STRIPS = "strips"

    @property
    def per_sheet(self) -> int:
        return {Format.CARDS: 10, Format.LABELS: 24, Format.STRIPS: 8}[self]


class PrintState(StrEnum):
    """How far a print is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed. ``id`` is made with the form: sent twice, it is printed once.

    ``with_value`` prints what a ticket is worth, where its type says so.
    """

    id: UUID
    type_id: UUID
    first: int
    last: int
    format: Format
    with_value: bool = True


@dataclass(frozen=True, slots=True)
class Print:
    """A print on its way, or done. ``reprint`` says that some of its numbers were in an earlier one.

    ``has_file`` says that its file can still be fetched; ``reason`` says why there never was one.
    """

    order: Order
    state: PrintState
    total: int
    done: int
    left_out: Mapping[Reason, int]
    reprint: bool
    requested_at: datetime
    user_id: UUID | None
    finished_at: datetime | None = None
    reason: Reason | None = None
    has_file: bool = False

    @property
    def id(self) -> UUID:
        return self.order.id

    @property
    def is_going(self) -> bool:
        return self.state in {PrintState.WAITING, PrintState.RUNNING}


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """What an order would print: the tickets, how many it would leave out, by reason, and the prints before it."""

    order: Order
    tickets: tuple[Ticket, ...]
    left_out: Mapping[Reason, int] = field(default_factory=dict)
    earlier: tuple[Print, ...] = ()

    @property
    def sheets(self) -> int:
        return -(-len(self.tickets) // self.order.format.per_sheet)


def check_order(order: Order) -> None:
    """Refused with the field, unless the numbers are a range of not too many."""
    if not 1 <= order.first <= order.last:
        raise Refused(Reason.RANGE_WRONG, "last")
    if order.last - order.first >= MOST_IN_BATCH:
        raise Refused(Reason.QUANTITY_WRONG, "last", most=MOST_IN_BATCH)


def why_not_print(ticket: Ticket, valid_until: date | None, day: date) -> Reason | None:
    """Why a ticket is not printed on a day; None if it is."""
    if ticket.replaced_by:
        return Reason.REPLACED
    gone = {State.VOIDED: Reason.VOIDED, State.LOST: Reason.LOST, State.USED_UP: Reason.USED_UP}.get(ticket.state)
    if gone is None and valid_until and day > valid_until:
        return Reason.EXPIRED
    return gone


def plan_print(
    order: Order, tickets: Iterable[Ticket], *, valid_until: date | None, day: date, earlier: Iterable[Print] = ()
) -> PrintPlan:
    """What an order would print of these tickets. Refused if that is nothing."""
    printed: list[Ticket] = []
    left_out: Counter[Reason] = Counter()
    for ticket in tickets:
        reason = why_not_print(ticket, valid_until, day)
        if reason is None:
            printed.append(ticket)
        else:
            left_out[reason] += 1
    if not printed:
        raise Refused(Reason.NOTHING_TO_PRINT, "first")
    return PrintPlan(order, tuple(printed), dict(left_out), tuple(earlier))
