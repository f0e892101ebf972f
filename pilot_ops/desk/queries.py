"""Finding what needs attention, in the books of those that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from functools import partial

from sqlalchemy.orm import Session

from pilot_ops.backups.domain import is_late
from pilot_ops.backups.queries import last_backup
from pilot_ops.costs.domain import covered_days, match_invoices
from pilot_ops.costs.queries import Basis, get_basis
from pilot_ops.desk.domain import (
    BOOKS_OPEN,
    Task,
    Topic,
    asked_for_invoices,
    in_order,
    needs_a_look,
    parks_over,
    standing,
    unbilled,
)
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import at_local, local_day
from pilot_ops.kernel.money import Money
from pilot_ops.messages.queries import list_messages
from pilot_ops.parks.queries import park_names
from pilot_ops.places.queries import list_places
from pilot_ops.programme import queries as programme
from pilot_ops.schedule.queries import list_pilots
from pilot_ops.tickets.service import get_overview

# A day of very many parks that nobody closed, and some.
_MOST_MESSAGES = 1000


def list_tasks(session: Session, actor: Actor, *, today: date) -> tuple[Task, ...]:
    """Everything that needs attention on a day, the most urgent first."""
    found = [
        *_messages(session, today),
        *_of_pilots(session, today),
        *_of_budget(session, today),
        *_of_tickets(session, actor, today),
        *_of_backups(session, actor, today),
    ]
    return in_order(found)


def _messages(session: Session, today: date) -> Iterator[Task]:
    parks = park_names(session)
    for message in standing(list_messages(session, most=_MOST_MESSAGES), today=today):
        name = parks.get(message.park_id, "") if message.park_id else ""
        yield Task(Topic.MESSAGE, name, park_id=message.park_id, message=message)


def _of_pilots(session: Session, today: date) -> Iterator[Task]:
    for pilot in list_pilots(session, first=today - BOOKS_OPEN, last=today):
        basis = get_basis(session, pilot)
        yield from _unbilled(basis, today)
        yield from _bills(basis)
        yield from _over(basis, today)


def _unbilled(basis: Basis, today: date) -> Iterator[Task]:
    """Parks whose delivered days no invoice has come for in three weeks."""
    covered = covered_days(basis.entries)
    for park_id in asked_for_invoices(basis.terms, basis.entries, basis.days):
        found = unbilled(basis.days[park_id], covered.get(park_id, set()), as_of=today)
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
    bills = match_invoices(basis.terms, basis.days, basis.entries)
    wrong = [bill for bill in bills if needs_a_look(bill, basis.terms)]
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


def _of_tickets(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """Points where tickets run out or differ; none runs out of what is no longer valid, or where nobody is."""
    overview = get_overview(session, actor)
    places = {place.id: place for place in list_places(session, inactive=True)}
    kinds = {kind.id: kind for kind in overview.types}
    for point_id, stocks in overview.points.items():
        place = places[point_id]
        for stock in stocks:
            kind = kinds[stock.type_id]
            task = partial(Task, name=place.name, park_id=point_id, kind=kind.name)
            if stock.unexplained:
                yield task(Topic.STOCK_DIFFERS, number=abs(stock.unexplained))
            if stock.is_low and place.details.active and (kind.details.valid_until or today) >= today:
                yield task(Topic.LOW_STOCK, number=stock.there)


def _of_backups(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """That the last backup is old, or that there is none, for those who can see to it; as it stood when today began."""
    if not actor.may(Permission.JOBS_RUN):
        return
    made = last_backup(session)
    if is_late(made.at if made else None, at_local(today, time.min)):
        yield Task(Topic.NO_BACKUP, last=local_day(made.at) if made else None)
