"""Reading tickets one by one, also held while they are changed."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.tickets.domain import (
    SHORT,
    Listed,
    Selection,
    State,
    Ticket,
    Validity,
)
from pilot_ops.tickets.models import (
    TicketRow,
    TicketTypeRow,
    TypeVenueRow,
)

_TICKET = (
    TicketRow.id,
    TicketRow.type_id,
    TicketRow.batch_id,
    TicketRow.serial,
    TicketRow.state,
    TicketRow.uses_left,
    TicketRow.version,
    TicketRow.point_id,
    TicketRow.group_id,
    TicketRow.handed_out_at,
    TicketRow.first_used_at,
    TicketRow.last_used_at,
    TicketRow.last_used_id,
    TicketRow.replaced_by,
)


_HERE = (
    select(TypeVenueRow.type_id)
    .where(TypeVenueRow.type_id == TicketRow.type_id, TypeVenueRow.venue_id == bindparam("place"))
    .exists()
)


# Asked with every scan, and so made once.
_SCANNED = (
    select(
        *_TICKET,
        TicketRow.digest,
        TicketTypeRow.prefix,
        TicketTypeRow.uses,
        TicketTypeRow.valid_from,
        TicketTypeRow.valid_until,
        _HERE.label("here"),
    )
    .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
    .where(TicketRow.digest == bindparam("digest"))
)


_HELD = _SCANNED.with_for_update(of=TicketRow)


def get_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """A ticket. NotFound if there is none."""
    row = session.execute(select(*_TICKET).where(TicketRow.id == ticket_id)).first()
    if row is None:
        raise NotFound
    return _ticket(row)


def hold_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """A ticket that nobody else changes until the transaction ends. NotFound if there is none."""
    row = session.execute(select(*_TICKET).where(TicketRow.id == ticket_id).with_for_update()).first()
    if row is None:
        raise NotFound
    return _ticket(row)


def find_by_serial(session: Session, type_id: UUID, serial: int) -> Ticket | None:
    """The ticket of a type with this number, or None."""
    row = session.execute(select(*_TICKET).where(TicketRow.type_id == type_id, TicketRow.serial == serial)).first()
    return _ticket(row) if row else None


def find_by_digest(session: Session, digest: str, *, hold: bool = False) -> Ticket | None:
    """The ticket whose code has this digest, or None; held, nobody changes it until the transaction ends."""
    found = find_scanned(session, digest, place_id=None, hold=hold)
    return found[0] if found else None


def find_scanned(
    session: Session, digest: str, *, place_id: UUID | None, hold: bool
) -> tuple[Ticket, Validity, str, int] | None:
    """The ticket with this digest, its validity at a place, its prefix, and how many uses it had; None without one.

    Looked up by the digest, of which an attacker cannot choose a single bit; then compared in constant time.
    """
    query = _HELD if hold else _SCANNED
    row = session.connection().execute(query, {"digest": digest, "place": place_id}).first()
    if row is None or not hmac.compare_digest(row.digest.encode(), digest.encode()):
        return None
    return _ticket(row), Validity(row.valid_from, row.valid_until, bool(row.here)), row.prefix, row.uses


def list_tickets(session: Session, selection: Selection, *, hold: bool = False) -> tuple[Ticket, ...]:
    """The tickets that a selection may mean, by number; held, nobody changes them until the transaction ends."""
    query = select(*_TICKET).where(TicketRow.type_id == selection.type_id).order_by(TicketRow.serial)
    if selection.first is not None:
        query = query.where(TicketRow.serial >= selection.first)
    if selection.last is not None:
        query = query.where(TicketRow.serial <= selection.last)
    if selection.quantity is not None and selection.point_id is not None:
        query = query.where(TicketRow.point_id == selection.point_id)
    if hold:
        query = query.with_for_update()
    return tuple(_ticket(row) for row in session.execute(query))


def tickets_by_id(session: Session, ticket_ids: Collection[UUID]) -> Mapping[UUID, Ticket]:
    """Some tickets by their ids."""
    query = select(*_TICKET).where(TicketRow.id.in_(ticket_ids))
    return {row.id: _ticket(row) for row in session.execute(query)}


def list_with_clients(session: Session, venue_id: UUID, *, until: date) -> tuple[Listed, ...]:
    """The tickets of clients that may be held to a phone at a venue, used up ones too, by type and number.

    Those whose validity ended before ``until`` are left out.
    """
    here = select(TypeVenueRow.type_id).where(TypeVenueRow.venue_id == venue_id)
    lives = TicketTypeRow.valid_until.is_(None) | (TicketTypeRow.valid_until >= until)
    with_clients = TicketRow.state.in_([State.HANDED_OUT, State.USED_UP]) & TicketRow.replaced_by.is_(None)
    return _listed(session, TicketRow.type_id.in_(here), with_clients, lives)


def list_at_point(session: Session, point_id: UUID) -> tuple[Listed, ...]:
    """The tickets that a point has to hand out, by type and number."""
    return _listed(session, TicketRow.point_id == point_id, TicketRow.state == State.AT_POINT)


def _listed(session: Session, *conditions: Any) -> tuple[Listed, ...]:
    query = (
        select(
            func.substr(TicketRow.digest, 1, SHORT),
            TicketRow.type_id,
            TicketRow.serial,
            TicketRow.uses_left,
            TicketRow.last_used_at,
        )
        .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
        .where(*conditions)
        .order_by(TicketRow.type_id, TicketRow.serial)
    )
    return tuple(Listed(*row) for row in session.execute(query))


def _ticket(row: Any) -> Ticket:
    return Ticket(
        id=row.id,
        type_id=row.type_id,
        batch_id=row.batch_id,
        serial=row.serial,
        state=row.state,
        uses_left=row.uses_left,
        version=row.version,
        point_id=row.point_id,
        group_id=row.group_id,
        handed_out_at=row.handed_out_at,
        first_used_at=row.first_used_at,
        last_used_at=row.last_used_at,
        last_used_id=row.last_used_id,
        replaced_by=row.replaced_by,
    )


def digests_of(session: Session, type_id: UUID, first: int, last: int) -> Mapping[int, str]:
    """The digests of the codes of a type's tickets, by number."""
    numbers = TicketRow.serial.between(first, last)
    query = select(TicketRow.serial, TicketRow.digest).where(TicketRow.type_id == type_id, numbers)
    return {row.serial: row.digest for row in session.execute(query)}
