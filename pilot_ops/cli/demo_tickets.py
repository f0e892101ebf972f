"""Tickets of the demonstration: the programme's real numbers and client groups; what became of them is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from pilot_ops.accounts.domain import WORKS_AT
from pilot_ops.cli.answer import OPERATOR
from pilot_ops.cli.demo_figures import number
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.places import service as places
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import Place, PlaceDetails
from pilot_ops.places.queries import find_place_by_name, list_groups
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    Action,
    Batch,
    Kind,
    Move,
    Scan,
    Selection,
    Shape,
    Symbol,
    TicketType,
    TypeDetails,
)

_NAMESPACE = UUID("5b0f6f0e-98c4-4a53-9f5e-6f2b0f6a2d10")
WRISTBAND = "Uintiranneke"
CINEMA = "Kino Tapiola -lippu"
# Where they are handed out and used. The names of places are real; that they take part is made up.
POINTS = {"Leppävaara": 120, "Matinkylä": 100, "Espoon keskus": 70, "Espoonlahti": 90}
HALLS = {
    "Leppävaaran uimahalli": "Veräjäpellonkatu 15",
    "Espoonlahden uimahalli": "Espoonlahdenkatu 4",
    "Keski-Espoon uimahalli": "Kaivomestarinkatu 2",
}
CINEMAS = {"Kino Tapiola": "Mäntyviita 2"}
_DAYS = 45
_GROUPS = {
    "aikuissosiaalityö": ("vuxensocialarbete", "adult social work"),
    "vammaispalvelut": ("funktionshinderservice", "disability services"),
    "kotoutumisen tuki": ("integrationsstöd", "integration services"),
}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the made-up life of the wristbands happens among."""

    kind: TicketType
    halls: tuple[UUID, ...]
    today: date


def load_tickets(session: Session, programme: Mapping[str, Any], today: date) -> None:
    """Load places, types, batches and a made-up life of the tickets, unless they are there."""
    if queries.find_type_by_name(session, WRISTBAND):
        return
    at = _moment(today, -60)
    groups = frozenset(_group(session, name, at) for name in programme["ticket_client_groups"])
    points = [_place(session, PlaceKind.POINT, name, "", at, groups) for name in POINTS]
    halls = [_place(session, PlaceKind.VENUE, name, address, at) for name, address in HALLS.items()]
    cinemas = [_place(session, PlaceKind.VENUE, name, address, at) for name, address in CINEMAS.items()]
    swims, films = (lot["quantity"] for lot in programme["tickets_2023"])
    wristband = _wristband(session, halls, today, at)
    _batch(session, wristband, swims, today)
    film = _cinema_ticket(session, cinemas, at)
    _batch(session, film, films, today)
    _count(session, film, points, cinemas[0], today)
    _live(session, _Scene(wristband, tuple(hall.id for hall in halls), today), points)


def places_of_role(session: Session, role: Role) -> list[UUID]:
    """Where the demonstration's person of a role works."""
    names = {Role.POINT_STAFF: next(iter(POINTS)), Role.VENUE: next(iter(HALLS))}
    place = find_place_by_name(session, WORKS_AT[role], names[role]) if role in names else None
    return [place.id] if place else []


def _wristband(session: Session, halls: list[Place], today: date, at: datetime) -> TicketType:
    details = TypeDetails(
        name=Translated(WRISTBAND, "Simarmband", "Swim wristband"),
        kind=Kind.CODED,
        prefix="UIN",
        shape=Shape.WRISTBAND,
        symbol=Symbol.SWIMMING,
        uses=10,
        value=Money(5500),
        valid_until=today + timedelta(days=200),
        venues=frozenset(hall.id for hall in halls),
        demo=True,
    )
    return service.create_type(session, OPERATOR, details=details, at=at)


def _cinema_ticket(session: Session, cinemas: list[Place], at: datetime) -> TicketType:
    details = TypeDetails(
        name=Translated(CINEMA, "Biljett till Kino Tapiola", "Kino Tapiola ticket"),
        kind=Kind.COUNTED,
        prefix="KINO",
        symbol=Symbol.MOVIE,
        value=Money(1100),
        venues=frozenset(cinema.id for cinema in cinemas),
        demo=True,
    )
    return service.create_type(session, OPERATOR, details=details, at=at)


def _group(session: Session, name: str, at: datetime) -> UUID:
    known = {group.name.fi: group.id for group in list_groups(session)}
    swedish, english = _GROUPS.get(name, ("", ""))
    return known.get(name) or places.create_group(session, OPERATOR, name=Translated(name, swedish, english), at=at).id


def _place(
    session: Session, kind: PlaceKind, name: str, address: str, at: datetime, groups: frozenset[UUID] = frozenset()
) -> Place:
    there = find_place_by_name(session, kind, name)
    details = PlaceDetails(kind, name, address, groups=groups)
    return there or places.create_place(session, OPERATOR, details=details, at=at)


def _batch(session: Session, kind: TicketType, quantity: int, today: date) -> Batch:
    return service.acquire(
        session,
        OPERATOR,
        batch_id=uuid5(_NAMESPACE, kind.details.prefix),
        type_id=kind.id,
        quantity=quantity,
        acquired_on=today - timedelta(days=58),
        note="Esittely",
        at=_moment(today, -58),
    )


def _count(session: Session, film: TicketType, points: list[Place], cinema: Place, today: date) -> None:
    """Numbers of cinema tickets: sent to the points, handed out there, and used as the cinema reported."""
    for place, back, action, quantity in (
        *((point, 50, Action.ALLOCATE, POINTS[point.name]) for point in points),
        *((point, 20, Action.HAND_OUT, POINTS[point.name] * 6 // 10) for point in points),
        (cinema, 5, Action.USE, 149),
    ):
        service.record_counts(
            session,
            OPERATOR,
            move_id=uuid5(_NAMESPACE, f"{film.details.prefix} {action} {place.name}"),
            type_id=film.id,
            action=action,
            quantity=quantity,
            place_id=place.id,
            day=today - timedelta(days=back),
            at=_moment(today, -back),
        )


def _live(session: Session, scene: _Scene, points: list[Place]) -> None:
    """Send wristbands to the points, hand out most of them, and let some be used."""
    serial = 0
    for point in points:
        sent = POINTS[point.name]
        move = Move(uuid5(_NAMESPACE, point.name), Action.ALLOCATE, Selection(scene.kind.id, quantity=sent), point.id)
        service.do_move(session, OPERATOR, move=move, at=_moment(scene.today, -50))
        for _ in range(sent * (5 + number(4, point.name)) // 10):
            serial += 1
            _hand_out_and_use(session, scene, point, serial)
        serial = sum(POINTS[name] for name in list(POINTS)[: points.index(point) + 1])
    lost = Move(
        uuid5(_NAMESPACE, "lost"), Action.LOSE, Selection(scene.kind.id, 3, 4), note="Asiakas ilmoitti kadonneeksi"
    )
    service.do_move(session, OPERATOR, move=lost, at=_moment(scene.today, -2))


def _hand_out_and_use(session: Session, scene: _Scene, point: Place, serial: int) -> None:
    ticket = queries.find_by_serial(session, scene.kind.id, serial)
    if ticket is None:
        return
    digest = code_digest(service.code_of(session, OPERATOR, ticket))
    back = 3 + number(_DAYS - 4, "handed out", serial)
    groups = sorted(point.details.groups)
    given = _moment(scene.today, -back, serial)
    scan = Scan(uuid5(_NAMESPACE, f"give {serial}"), digest, point.id, given, groups[number(len(groups), serial)])
    service.hand_out(session, OPERATOR, scan=scan, at=given)
    for visit in range(number(5, "visits", serial) if number(3, "used", serial) else 0):
        back -= 1 + number(6, "wait", serial, visit)
        if back < 1:
            return
        hall = scene.halls[number(len(scene.halls), "hall", serial)]
        swum = _moment(scene.today, -back, serial + visit * 17)
        use = Scan(uuid5(_NAMESPACE, f"use {serial}/{visit}"), digest, hall, swum)
        service.use(session, OPERATOR, scan=use, at=swum)


def _moment(today: date, days: int, spread: int = 0) -> datetime:
    return at_local(today + timedelta(days=days), time(10)) + timedelta(minutes=7 * (spread % 60))
