"""Reading ticket types and batches."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.tickets.domain import (
    Batch,
    Shape,
    Symbol,
    TicketType,
    TypeDetails,
)
from pilot_ops.tickets.models import (
    BatchRow,
    TicketTypeRow,
    TypeVenueRow,
)


def list_types(session: Session, *, inactive: bool = False) -> tuple[TicketType, ...]:
    """Ticket types by name; with ``inactive`` also those no longer in use."""
    query = select(TicketTypeRow).order_by(TicketTypeRow.name_key)
    if not inactive:
        query = query.where(TicketTypeRow.active)
    return _types(session, session.scalars(query))


def get_type(session: Session, type_id: UUID) -> TicketType:
    """A ticket type. NotFound if there is none."""
    row = session.get(TicketTypeRow, type_id, populate_existing=True)
    if row is None:
        raise NotFound
    return _types(session, [row])[0]


def get_look(session: Session, type_id: UUID) -> tuple[Translated, Shape, Symbol]:
    """The name, shape and symbol of a type: all that a scan's answer needs. NotFound if there is none."""
    row = session.connection().execute(_LOOK, {"type": type_id}).first()
    if row is None:
        raise NotFound
    return Translated(row.name_fi, row.name_sv, row.name_en), row.shape, row.symbol


_LOOK = select(
    TicketTypeRow.name_fi, TicketTypeRow.name_sv, TicketTypeRow.name_en, TicketTypeRow.shape, TicketTypeRow.symbol
).where(TicketTypeRow.id == bindparam("type"))


def find_type_by_name(session: Session, name: str) -> TicketType | None:
    """The ticket type of this Finnish name or prefix, in any case, or None."""
    key = fold(name)
    row = session.scalar(
        select(TicketTypeRow)
        .where((TicketTypeRow.name_key == key) | (func.lower(TicketTypeRow.prefix) == key))
        .limit(1)
    )
    return _types(session, [row])[0] if row else None


def list_batches(session: Session, type_id: UUID) -> tuple[Batch, ...]:
    """The batches of a type, in the order of their numbers."""
    query = select(BatchRow).where(BatchRow.type_id == type_id).order_by(BatchRow.first_serial)
    return tuple(_batch(row) for row in session.scalars(query))


def get_batch(session: Session, batch_id: UUID) -> Batch:
    """A batch. NotFound if there is none."""
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise NotFound
    return _batch(row)


def find_batch(session: Session, batch_id: UUID) -> Batch | None:
    """A batch, or None."""
    row = session.get(BatchRow, batch_id)
    return _batch(row) if row else None


def next_serial(session: Session, type_id: UUID) -> int:
    """The number that the next ticket of a type gets."""
    last = select(func.max(BatchRow.first_serial + BatchRow.quantity)).where(BatchRow.type_id == type_id)
    return session.scalar(last) or 1


def _batch(row: BatchRow) -> Batch:
    return Batch(row.id, row.type_id, row.quantity, row.acquired_on, row.first_serial, row.note)


def _types(session: Session, rows: Iterable[TicketTypeRow]) -> tuple[TicketType, ...]:
    found = list(rows)
    venues: dict[UUID, set[UUID]] = {row.id: set() for row in found}
    query = select(TypeVenueRow.type_id, TypeVenueRow.venue_id).where(TypeVenueRow.type_id.in_(venues))
    for type_id, venue_id in session.execute(query):
        venues[type_id].add(venue_id)
    return tuple(TicketType(row.id, _details(row, frozenset(venues[row.id]))) for row in found)


def _details(row: TicketTypeRow, venues: frozenset[UUID]) -> TypeDetails:
    return TypeDetails(
        name=Translated(row.name_fi, row.name_sv, row.name_en),
        kind=row.kind,
        prefix=row.prefix,
        shape=row.shape,
        symbol=row.symbol,
        uses=row.uses,
        value=row.value_cents,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        venues=venues,
        low_stock=row.low_stock,
        active=row.active,
        demo=row.demo,
    )
