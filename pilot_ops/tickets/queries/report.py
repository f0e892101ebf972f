"""Reading what the report of tickets is made of, summed in the database: as few questions for any number of points.

A month is Helsinki's: its bounds are given to the database as moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, literal_column, select
from sqlalchemy.orm import Session, aliased

from pilot_ops.kernel.clock import at_local, local_day
from pilot_ops.tickets.domain import Action, Figure, Kind, Movement, State
from pilot_ops.tickets.models import BatchRow, StockMoveRow, TicketEventRow, TicketRow, TicketTypeRow


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to another, both included; None: from the beginning, or until now. Of one type, or of every one."""

    first: date | None = None
    last: date | None = None
    type_id: UUID | None = None


def list_movements(session: Session, period: Period) -> tuple[Movement, ...]:
    """Everything that happened in a period, summed by type, month, place and client group."""
    months = _months(session, period)
    parts = (_acquired, _counted, _moved, _given, _used, _overdrawn)
    return tuple(movement for part in parts for movement in part(session, period, months))


def _months(session: Session, period: Period) -> tuple[date, ...]:
    """The first days of the months from the first in which anything happened to the last."""
    query = select(
        func.min(TicketEventRow.happened_at),
        func.max(TicketEventRow.happened_at),
        select(func.min(StockMoveRow.day)).scalar_subquery(),
        select(func.max(StockMoveRow.day)).scalar_subquery(),
        select(func.min(BatchRow.acquired_on)).scalar_subquery(),
        select(func.max(BatchRow.acquired_on)).scalar_subquery(),
    )
    found = session.execute(query).one()
    days = [local_day(value) if isinstance(value, datetime) else value for value in found if value is not None]
    days = [max(min(day, period.last or day), period.first or day) for day in days]
    if not days:
        return ()
    months = [min(days).replace(day=1)]
    while (following := (months[-1] + timedelta(days=31)).replace(day=1)) <= max(days):
        months.append(following)
    return tuple(months)


def _month_of(column: Any, months: Sequence[date], *, moment: bool) -> Any:
    """Of a row the place of its month among the months."""
    bounds = [_start(month) if moment else month for month in months[1:]]
    whens = [(column < bound, place) for place, bound in enumerate(bounds)]
    return case(*whens, else_=len(bounds)) if whens else literal(0)


def _start(day: date) -> datetime:
    return at_local(day, time())


def _within(query: Any, column: Any, period: Period, *, moment: bool) -> Any:
    if period.first:
        query = query.where(column >= (_start(period.first) if moment else period.first))
    if period.last:
        after = period.last + timedelta(days=1)
        query = query.where(column < (_start(after) if moment else after))
    return query


def _grouped(session: Session, query: Any, keys: Sequence[Any]) -> Iterator[Any]:
    # As numbered columns: PostgreSQL does not see that two CASEs with parameters are the same.
    numbers: list[Any] = [literal_column(str(place)) for place in range(1, len(keys) + 1)]
    return iter(session.execute(query.group_by(*numbers)))


def _acquired(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    keys = (BatchRow.type_id, _month_of(BatchRow.acquired_on, months, moment=False))
    query = _within(select(*keys, func.sum(BatchRow.quantity)), BatchRow.acquired_on, period, moment=False)
    if period.type_id:
        query = query.where(BatchRow.type_id == period.type_id)
    for type_id, month, quantity in _grouped(session, query, keys):
        yield Movement(Figure.ACQUIRED, type_id, int(quantity), months[month])


_OF_COUNTED = {
    Action.ALLOCATE: (Figure.ALLOCATED,),
    Action.RETURN: (Figure.RETURNED,),
    Action.HAND_OUT: (Figure.HANDED_OUT, Figure.TRACED),
    Action.USE: (Figure.USES, Figure.FIRST_USES, Figure.TRACED_USED),
}
# Of a ticket of many uses a number of uses does not say of how many tickets.
_OF_ONE_USE = {Figure.TRACED, Figure.FIRST_USES, Figure.TRACED_USED}


def _counted(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    row = StockMoveRow
    place = func.coalesce(row.to_id, row.from_id)
    month = _month_of(row.day, months, moment=False)
    keys = (row.type_id, row.action, TicketTypeRow.uses, place, row.group_id, month)
    query = select(*keys, func.sum(row.quantity)).join(TicketTypeRow, TicketTypeRow.id == row.type_id)
    query = query.where(TicketTypeRow.kind == Kind.COUNTED, row.action.in_(_OF_COUNTED))
    query = _within(query, row.day, period, moment=False)
    if period.type_id:
        query = query.where(row.type_id == period.type_id)
    for type_id, action, uses, place_id, group_id, at, quantity in _grouped(session, query, keys):
        for figure in _OF_COUNTED[action]:
            if uses == 1 or figure not in _OF_ONE_USE:
                yield Movement(figure, type_id, int(quantity), months[at], place_id, group_id)


def _moved(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    """Coded tickets sent to points, moved between them, and come back. A transfer leaves one point for another."""
    row = TicketEventRow
    month = _month_of(row.happened_at, months, moment=True)
    keys = (TicketRow.type_id, row.action, row.from_id, row.place_id, month)
    query = select(*keys, func.count()).join(TicketRow, TicketRow.id == row.ticket_id)
    query = query.where(row.action.in_([Action.ALLOCATE, Action.TRANSFER, Action.RETURN]), row.reason.is_(None))
    query = _of_type(_within(query, row.happened_at, period, moment=True), period)
    for type_id, action, from_id, place_id, at, number in _grouped(session, query, keys):
        if action is Action.RETURN:
            yield Movement(Figure.RETURNED, type_id, number, months[at], from_id)
            continue
        yield Movement(Figure.ALLOCATED, type_id, number, months[at], place_id)
        if action is Action.TRANSFER:
            yield Movement(Figure.ALLOCATED, type_id, -number, months[at], from_id)


def _of_type(query: Any, period: Period) -> Any:
    return query.where(TicketRow.type_id == period.type_id) if period.type_id else query


def _given(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    """Coded tickets handed out and not taken back, or given for lost ones; of those, what became of them."""
    row, undo = TicketEventRow, aliased(TicketEventRow)
    month = _month_of(row.happened_at, months, moment=True)
    keys = (TicketRow.type_id, row.action, row.place_id, TicketRow.group_id, month)
    lives = TicketRow.replaced_by.is_(None)
    used = case((lives & TicketRow.first_used_at.is_not(None), 1), else_=0)
    gone = case((TicketRow.state.in_([State.VOIDED, State.LOST]), 1), else_=0)
    sums = (func.count(), func.sum(case((lives, 1), else_=0)), func.sum(used), func.sum(gone))
    query = select(*keys, *sums).join(TicketRow, TicketRow.id == row.ticket_id)
    query = query.outerjoin(undo, undo.undoes == row.id).where(undo.id.is_(None), row.reason.is_(None))
    query = query.where(row.action.in_([Action.HAND_OUT, Action.REPLACE]))
    query = _of_type(_within(query, row.happened_at, period, moment=True), period)
    for type_id, action, place_id, group_id, at, number, *rest in _grouped(session, query, keys):
        what = Figure.HANDED_OUT if action is Action.HAND_OUT else Figure.REPLACED
        counted = zip((what, Figure.TRACED, Figure.TRACED_USED, Figure.WITHDRAWN), (number, *rest), strict=True)
        for figure, quantity in counted:
            if quantity:
                yield Movement(figure, type_id, int(quantity), months[at], place_id, group_id)


def _used(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    """Uses of coded tickets, by the point and client group that each was handed out at and to."""
    row = TicketEventRow
    month = _month_of(row.happened_at, months, moment=True)
    keys = (TicketRow.type_id, TicketRow.point_id, TicketRow.group_id, month)
    first = func.sum(case((row.left_after == TicketTypeRow.uses - 1, 1), else_=0))
    query = select(*keys, func.count(), first).join(TicketRow, TicketRow.id == row.ticket_id)
    query = query.join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
    query = query.where(row.action == Action.USE, row.reason.is_(None))
    query = _of_type(_within(query, row.happened_at, period, moment=True), period)
    for type_id, point_id, group_id, at, number, firsts in _grouped(session, query, keys):
        yield Movement(Figure.USES, type_id, number, months[at], point_id, group_id)
        yield Movement(Figure.FIRST_USES, type_id, int(firsts), months[at], point_id, group_id)


def _overdrawn(session: Session, period: Period, months: Sequence[date]) -> Iterator[Movement]:
    """Uses that had happened offline although the rules would not have let them; also of codes that are none."""
    row = TicketEventRow
    month = _month_of(row.happened_at, months, moment=True)
    keys = (TicketRow.type_id, TicketRow.point_id, TicketRow.group_id, month)
    query = select(*keys, func.count()).select_from(row).outerjoin(TicketRow, TicketRow.id == row.ticket_id)
    query = query.where(row.action == Action.USE, row.conflict)
    query = _of_type(_within(query, row.happened_at, period, moment=True), period)
    for type_id, point_id, group_id, at, number in _grouped(session, query, keys):
        yield Movement(Figure.OVERDRAWN, type_id, number, months[at], point_id, group_id)
