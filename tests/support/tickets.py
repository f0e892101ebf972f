"""Places, ticket types and tickets for tests, each with everything it needs unless told otherwise."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.text import Translated
from pilot_ops.places import service as places
from pilot_ops.places.domain import ClientGroup, Kind, Place, PlaceDetails
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    Action,
    Batch,
    Move,
    Outcome,
    Scan,
    Selection,
    Shape,
    Symbol,
    Ticket,
    TicketType,
    TypeDetails,
)
from pilot_ops.tickets.domain import Kind as TicketKind
from tests.support.builders import ADMIN, NOON, make_user

_numbers = count(1)


def make_place(session: Session, kind: Kind, **different: Any) -> Place:
    """A distribution point or a venue; any field of PlaceDetails may differ."""
    name = "Jakopiste" if kind is Kind.POINT else "Uimahalli"
    given = {"name": f"{name} {next(_numbers)}", "address": "Kirkkojärventie 6", "kind": kind}
    return places.create_place(session, ADMIN, details=PlaceDetails(**{**given, **different}), at=NOON)


def make_point(session: Session, **different: Any) -> Place:
    """A distribution point."""
    return make_place(session, Kind.POINT, **different)


def make_venue(session: Session, **different: Any) -> Place:
    """A venue."""
    return make_place(session, Kind.VENUE, **different)


def make_group(session: Session, name: str = "") -> ClientGroup:
    """A client group."""
    name = name or f"Asiakasryhmä {next(_numbers)}"
    return places.create_group(session, ADMIN, name=Translated(name), at=NOON)


def make_type(session: Session, **different: Any) -> TicketType:
    """Ten-visit swim wristbands, valid at a venue of their own; any field of TypeDetails may differ."""
    number = next(_numbers)
    given = {
        "name": Translated(f"Uintiranneke {number}", f"Simarmband {number}", f"Swim wristband {number}"),
        "kind": TicketKind.CODED,
        "prefix": f"{number}U",
        "shape": Shape.WRISTBAND,
        "symbol": Symbol.SWIMMING,
        "uses": 10,
    }
    if different.get("kind") is not TicketKind.COUNTED and "venues" not in different:
        given["venues"] = frozenset({make_venue(session).id})
    return service.create_type(session, ADMIN, details=TypeDetails(**{**given, **different}), at=NOON)


def make_batch(session: Session, ticket_type: TicketType, quantity: int = 10, *, day: date | None = None) -> Batch:
    """A batch of a type, acquired some months ago."""
    return service.acquire(
        session,
        ADMIN,
        batch_id=uuid4(),
        type_id=ticket_type.id,
        quantity=quantity,
        acquired_on=day or date(2026, 3, 2),
        at=NOON,
    )


def allocate(session: Session, ticket_type: TicketType, point: Place, quantity: int, *, at: datetime = NOON) -> int:
    """Send so many tickets from stock to a point."""
    return move(session, Action.ALLOCATE, Selection(ticket_type.id, quantity=quantity), point, at=at)


def move(
    session: Session,
    action: Action,
    selection: Selection,
    point: Place | None = None,
    *,
    note: str = "Näin on sovittu",
    at: datetime = NOON,
) -> int:
    """Move tickets; how many."""
    moved = Move(uuid4(), action, selection, point.id if point else None, note)
    return service.do_move(session, ADMIN, move=moved, at=at)


def ticket_at(session: Session, ticket_type: TicketType, serial: int) -> Ticket:
    """The ticket of a type with this number, as it stands."""
    found = queries.find_by_serial(session, ticket_type.id, serial)
    assert found is not None
    return found


def code_at(session: Session, ticket_type: TicketType, serial: int) -> str:
    """The code that is printed on a ticket."""
    return service.code_of(session, ADMIN, ticket_at(session, ticket_type, serial))


def scan_of(session: Session, ticket_type: TicketType, serial: int, place: Place | UUID, **different: Any) -> Scan:
    """A scan of a ticket at a place; any field of Scan may differ."""
    place_id = place if isinstance(place, UUID) else place.id
    given = {"id": uuid4(), "digest": code_digest(code_at(session, ticket_type, serial)), "place_id": place_id}
    return Scan(**{**given, "at": NOON, **different})


def hand_out(
    session: Session, ticket_type: TicketType, serial: int, point: Place, *, at: datetime = NOON, **different: Any
) -> Outcome:
    """Hand a ticket out at a point."""
    scan = scan_of(session, ticket_type, serial, point, at=at, **different)
    return service.hand_out(session, ADMIN, scan=scan, at=at)


def use(
    session: Session,
    ticket_type: TicketType,
    serial: int,
    venue: Place | UUID,
    *,
    at: datetime = NOON,
    **different: Any,
) -> Outcome:
    """Use a ticket at a venue."""
    scan = scan_of(session, ticket_type, serial, venue, at=at, **different)
    return service.use(session, ADMIN, scan=scan, at=at)


def venue_of(ticket_type: TicketType) -> UUID:
    """The one venue where a type is valid."""
    (venue,) = ticket_type.details.venues
    return venue


def sign_up(session: Session, place: Place | UUID, role: Role = Role.VENUE) -> User:
    """Somebody who works at a place, with an account."""
    return make_user(session, role, places=[place])


def staff_of(place: Place | UUID, role: Role = Role.VENUE) -> Actor:
    """Somebody who works at a place, as an actor: no row stands behind them."""
    place_id = place if isinstance(place, UUID) else place.id
    return Actor(None, "Kassa", role, device_id=uuid4(), places=frozenset({place_id}))
