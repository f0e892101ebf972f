"""Ticket types, batches, and counting what is at a point."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import insert_once, secret_of
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.text import fold, tidy
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.queries import get_place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import (
    Batch,
    Reason,
    State,
    Ticket,
    TicketType,
    TypeDetails,
    check_batch,
    check_change,
    check_type,
    clean_type,
    code_key,
    make_code,
)
from pilot_ops.tickets.models import BatchRow, StockTakingRow, TicketRow, TicketTypeRow, TypeVenueRow

_CHUNK = 1000


def create_type(session: Session, actor: Actor, *, details: TypeDetails, at: datetime) -> TicketType:
    """Add a ticket type. Refused if anything is missing or wrong, or the name or prefix is taken."""
    actor.must(Permission.TICKETS_EDIT)
    details = clean_type(details)
    check_type(details)
    found = TicketType(uuid4(), details)
    if not insert_once(session, TicketTypeRow, {"id": found.id, **_columns(details)}):
        raise _taken(session, details)
    _set_venues(session, found)
    record(session, actor, Logged.TICKET_TYPE_CREATED, details.name.fi, at=at, after=_facts(details))
    return found


def change_type(session: Session, actor: Actor, *, type_id: UUID, details: TypeDetails, at: datetime) -> TicketType:
    """Correct a ticket type. Refused as in ``create_type``, or if tickets that exist would say something untrue."""
    actor.must(Permission.TICKETS_EDIT)
    # Nobody adds tickets of the type meanwhile, which would say what it was.
    queries.hold_types(session, [type_id])
    old = queries.get_type(session, type_id)
    details = replace(clean_type(details), demo=old.details.demo)
    check_type(details)
    if queries.list_batches(session, type_id):
        check_change(old.details, details)
    try:
        with session.begin_nested():
            session.execute(update(TicketTypeRow).where(TicketTypeRow.id == type_id).values(_columns(details)))
    except IntegrityError:
        raise _taken(session, details, but=type_id) from None
    session.execute(delete(TypeVenueRow).where(TypeVenueRow.type_id == type_id))
    changed = TicketType(type_id, details)
    _set_venues(session, changed)
    before, after = changes(_facts(old.details), _facts(details))
    record(session, actor, Logged.TICKET_TYPE_CHANGED, old.name.fi, at=at, before=before, after=after)
    return changed


def acquire(
    session: Session,
    actor: Actor,
    *,
    batch_id: UUID,
    type_id: UUID,
    quantity: int,
    acquired_on: date,
    note: str = "",
    at: datetime,
) -> Batch:
    """Add a batch to stock: of a coded type its tickets are made, numbered on from the last one.

    The same ``batch_id`` again gives the batch that is there. Refused if the number or the day is wrong.
    """
    actor.must(Permission.TICKETS_EDIT)
    check_batch(quantity, acquired_on, local_day(at))
    # Batches made at once take turns: each is numbered on from the one before, and one sent twice is there by then.
    queries.hold_types(session, [type_id])
    found = queries.get_type(session, type_id)
    if there := queries.find_batch(session, batch_id):
        if (there.type_id, there.quantity) != (type_id, quantity):
            raise Refused(Reason.ID_REUSED)
        return there
    batch = Batch(batch_id, type_id, quantity, acquired_on, queries.next_serial(session, type_id), tidy(note))
    if not insert_once(session, BatchRow, {**asdict(batch), "made_at": at}):
        raise Refused(Reason.CHANGED_MEANWHILE)
    if found.is_coded:
        _make_tickets(session, found, batch)
    facts = {"quantity": quantity, "day": acquired_on, "first": batch.first_serial, "note": batch.note}
    record(session, actor, Logged.TICKETS_ACQUIRED, found.name.fi, at=at, after=facts)
    return batch


def _make_tickets(session: Session, ticket_type: TicketType, batch: Batch) -> None:
    key = code_key(secret_of(session))
    rows: list[dict[str, Any]] = [
        {
            "id": uuid5(batch.id, str(serial)),
            "type_id": ticket_type.id,
            "batch_id": batch.id,
            "serial": serial,
            "digest": code_digest(make_code(key, batch.id, serial)),
            "state": State.IN_STOCK,
            "uses_left": ticket_type.details.uses,
            "version": 0,
        }
        for serial in range(batch.first_serial, batch.last_serial + 1)
    ]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(TicketRow), rows[start : start + _CHUNK])


def code_of(session: Session, actor: Actor, ticket: Ticket) -> str:
    """The code of a ticket, to be printed: it is in no table, but made anew with the service's key."""
    actor.must(Permission.TICKETS_EDIT)
    return make_code(code_key(secret_of(session)), ticket.batch_id, ticket.serial)


def take_stock(
    session: Session,
    actor: Actor,
    *,
    taking_id: UUID,
    type_id: UUID,
    point_id: UUID,
    counted: int,
    note: str = "",
    at: datetime,
) -> int:
    """Note how many tickets of a coded type were counted at a point; how many are missing (below zero: too many).

    The same ``taking_id`` again changes nothing, and says the same. Refused without a note where the count is not what
    it should be.
    """
    actor.must(Permission.TICKETS_EDIT)
    queries.hold_types(session, [type_id])
    if earlier := session.get(StockTakingRow, taking_id):
        if (earlier.type_id, earlier.point_id, earlier.counted) != (type_id, point_id, counted):
            raise Refused(Reason.ID_REUSED)
        return earlier.expected - earlier.counted
    point, found = get_place(session, point_id, PlaceKind.POINT), queries.get_type(session, type_id)
    if not found.is_coded:
        raise Refused(Reason.NOT_CODED)
    expected = queries.count_at_point(session, point_id, type_id)
    if counted != expected and not note.strip():
        raise Refused(Reason.NOTE_MISSING, "note", counted=counted, expected=expected)
    facts = {"counted": counted, "expected": expected, "note": tidy(note)}
    values = {"id": taking_id, "type_id": type_id, "point_id": point_id, "counted_at": at, "user_id": actor.user_id}
    if not insert_once(session, StockTakingRow, {**values, **facts}):
        raise Refused(Reason.ID_REUSED)
    record(session, actor, Logged.TICKETS_COUNTED, f"{point.name}, {found.name.fi}", at=at, after=facts)
    return expected - counted


def _taken(session: Session, details: TypeDetails, but: UUID | None = None) -> Refused:
    """Whether it is the name or the prefix that another type has."""
    namesake = queries.find_type_by_name(session, details.name.fi)
    if namesake and namesake.id != but and fold(namesake.name.fi) == fold(details.name.fi):
        return Refused(Reason.NAME_TAKEN, "name_fi")
    return Refused(Reason.PREFIX_TAKEN, "prefix")


def _set_venues(session: Session, ticket_type: TicketType) -> None:
    for venue_id in sorted(ticket_type.details.venues):
        try:
            get_place(session, venue_id, PlaceKind.VENUE)
        except NotFound:
            raise Refused(Reason.VENUES_MISSING, "venues") from None
        session.execute(insert(TypeVenueRow).values(type_id=ticket_type.id, venue_id=venue_id))


def _columns(details: TypeDetails) -> dict[str, Any]:
    return {
        "name_key": fold(details.name.fi),
        "name_fi": details.name.fi,
        "name_sv": details.name.sv,
        "name_en": details.name.en,
        "kind": details.kind,
        "prefix": details.prefix,
        "shape": details.shape,
        "symbol": details.symbol,
        "uses": details.uses,
        "value_cents": details.value,
        "valid_from": details.valid_from,
        "valid_until": details.valid_until,
        "low_stock": details.low_stock,
        "active": details.active,
        "demo": details.demo,
    }


def _facts(details: TypeDetails) -> dict[str, Any]:
    value = details.value.decimal() if details.value is not None else None
    venues = sorted(str(venue) for venue in details.venues)
    return {**asdict(details), "name": details.name.fi, "value": value, "venues": venues}
