"""Reading the numbers of counted tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.tickets.domain import COUNTED, Action, Counts, Kind
from pilot_ops.tickets.models import BatchRow, StockMoveRow, TicketTypeRow

Key = tuple[UUID, UUID | None, date, Action]

_PLACE = func.coalesce(StockMoveRow.to_id, StockMoveRow.from_id)
_ROWS = (
    select(StockMoveRow)
    .join(TicketTypeRow, TicketTypeRow.id == StockMoveRow.type_id)
    .where(TicketTypeRow.kind == Kind.COUNTED, StockMoveRow.action.in_(COUNTED))
)


def list_counts(session: Session, type_id: UUID | None = None) -> tuple[Counts, ...]:
    """The numbers of a counted type, or of every one, in the order of their days."""
    query = _ROWS.order_by(StockMoveRow.day, StockMoveRow.received_at, StockMoveRow.id)
    if type_id is not None:
        query = query.where(StockMoveRow.type_id == type_id)
    return tuple(_counts(row) for row in session.scalars(query))


def find_counts(session: Session, move_id: UUID) -> Counts | None:
    """The number recorded with this id, or None."""
    row = session.get(StockMoveRow, move_id)
    return _counts(row) if row else None


def imported_counts(session: Session, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Of these ids, those that an import has used before: as a number, or as a batch that came."""
    moves = _ROWS.where(StockMoveRow.source == "import")
    found = {row.id: row.quantity for row in session.scalars(moves) if row.id in ids}
    batches = select(BatchRow.id, BatchRow.quantity).join(TicketTypeRow, TicketTypeRow.id == BatchRow.type_id)
    for batch_id, quantity in session.execute(batches.where(TicketTypeRow.kind == Kind.COUNTED)):
        if batch_id in ids:
            found[batch_id] = quantity
    return found


def sums_by_day(session: Session) -> Mapping[Key, int]:
    """What is known of counted types by type, place, day and what was done; what was acquired has no place."""
    query = select(StockMoveRow.type_id, _PLACE, StockMoveRow.day, StockMoveRow.action, func.sum(StockMoveRow.quantity))
    query = query.join(TicketTypeRow, TicketTypeRow.id == StockMoveRow.type_id).where(
        TicketTypeRow.kind == Kind.COUNTED, StockMoveRow.action.in_(COUNTED)
    )
    rows = session.execute(query.group_by(StockMoveRow.type_id, _PLACE, StockMoveRow.day, StockMoveRow.action))
    sums: Counter[Key] = Counter()
    for type_id, place_id, day, action, quantity in rows:
        sums[type_id, place_id, day, action] += int(quantity)
    acquired = (
        select(BatchRow.type_id, BatchRow.acquired_on, func.sum(BatchRow.quantity))
        .join(TicketTypeRow, TicketTypeRow.id == BatchRow.type_id)
        .where(TicketTypeRow.kind == Kind.COUNTED)
        .group_by(BatchRow.type_id, BatchRow.acquired_on)
    )
    for type_id, day, quantity in session.execute(acquired):
        sums[type_id, None, day, Action.ACQUIRE] = int(quantity)
    return sums


def hold_types(session: Session, type_ids: Collection[UUID]) -> None:
    """Nobody else records numbers of these types until the transaction ends. NotFound if one is missing."""
    query = select(TicketTypeRow.id).where(TicketTypeRow.id.in_(type_ids)).order_by(TicketTypeRow.id).with_for_update()
    if len(session.scalars(query).all()) != len(set(type_ids)):
        raise NotFound


def _counts(row: StockMoveRow) -> Counts:
    return Counts(
        id=row.id,
        type_id=row.type_id,
        action=row.action,
        quantity=row.quantity,
        day=row.day,
        place_id=row.to_id or row.from_id,
        group_id=row.group_id,
        note=row.note,
        source=row.source,
        received_at=row.received_at,
    )
