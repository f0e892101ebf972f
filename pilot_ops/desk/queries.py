"""Finding what needs attention, in the books of those that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from pilot_ops.costs.domain import covered_days, match_invoices
from pilot_ops.costs.queries import Basis, get_basis
from pilot_ops.desk.domain import Task, Topic, has_prices, in_order, parks_over, unbilled
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.money import Money
from pilot_ops.messages.queries import list_messages
from pilot_ops.parks.queries import park_names
from pilot_ops.places.queries import list_places
from pilot_ops.programme import queries as programme
from pilot_ops.schedule.queries import list_pilots
from pilot_ops.tickets.service import get_overview

# Invoices of a pilot that is over come for some time; after that its books are history.
_BOOKS_OPEN = timedelta(days=90)


def list_tasks(session: Session, actor: Actor, *, today: date) -> tuple[Task, ...]:
    """Everything that needs attention on a day, the most urgent first."""
    found = [
        *_messages(session),
        *_of_pilots(session, today),
        *_of_budget(session, today),
        *_of_tickets(session, actor),
    ]
    return in_order(found)


def _messages(session: Session) -> Iterator[Task]:
    parks = park_names(session)
    for message in list_messages(session):
        name = parks.get(message.park_id, "") if message.park_id else ""
        yield Task(Topic.MESSAGE, name, park_id=message.park_id, message=message)


def _of_pilots(session: Session, today: date) -> Iterator[Task]:
    for pilot in list_pilots(session, first=today - _BOOKS_OPEN, last=today):
        basis = get_basis(session, pilot)
        yield from _unbilled(basis, today)
        yield from _bills(basis)
        yield from _over(basis, today)


def _unbilled(basis: Basis, today: date) -> Iterator[Task]:
    """Parks whose delivered days no invoice has come for in three weeks."""
    covered = covered_days(basis.entries)
    if not has_prices(basis.terms):
        return
    for park_id, days in basis.days.items():
        found = unbilled(days, covered.get(park_id, set()), as_of=today)
        if found:
            yield Task(
                Topic.UNBILLED,
                basis.names[park_id],
                basis.pilot.id,
                park_id,
                number=len(found),
                first=found[0],
                last=found[-1],
            )


def _bills(basis: Basis) -> Iterator[Task]:
    wrong = [bill for bill in match_invoices(basis.terms, basis.days, basis.entries) if not bill.matches]
    if wrong:
        difference = sum((bill.difference for bill in wrong if bill.difference is not None), Money(0))
        yield Task(Topic.BILLS_DIFFER, basis.pilot.name, basis.pilot.id, amount=difference, number=len(wrong))


def _over(basis: Basis, today: date) -> Iterator[Task]:
    for park_id, amount in parks_over(basis.sheet(basis.latest_day(today))):
        yield Task(Topic.OVER_ESTIMATE, basis.names[park_id], basis.pilot.id, park_id, amount=amount)


def _of_budget(session: Session, today: date) -> Iterator[Task]:
    if programme.find_year(session, today.year) is None:
        return
    left = programme.get_overview(session, today.year, today=today).left
    if left is not None and left < Money(0):
        yield Task(Topic.OVER_BUDGET, amount=-left, year=today.year)


def _of_tickets(session: Session, actor: Actor) -> Iterator[Task]:
    overview = get_overview(session, actor)
    names = {place.id: place.name for place in list_places(session)}
    kinds = {kind.id: kind.name.fi for kind in overview.types}
    for point_id, stocks in overview.points.items():
        for stock in stocks:
            name, kind = names.get(point_id, ""), kinds[stock.type_id]
            if stock.unexplained:
                yield Task(Topic.STOCK_DIFFERS, name, park_id=point_id, kind=kind, number=abs(stock.unexplained))
            if stock.is_low:
                yield Task(Topic.LOW_STOCK, name, park_id=point_id, kind=kind, number=stock.there)
