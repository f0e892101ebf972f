"""Numbers of counted tickets: recorded once by the id of the form, never edited; a correction is another number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.text import tidy
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import Place
from pilot_ops.places.queries import get_place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import COUNTED, Action, Counts, Reason, check_counts
from pilot_ops.tickets.models import StockMoveRow

_NEEDED = {Action.HAND_OUT: Permission.TICKETS_HAND_OUT, Action.USE: Permission.TICKETS_USE}


def record_counts(
    session: Session,
    actor: Actor,
    *,
    move_id: UUID,
    type_id: UUID,
    action: Action,
    quantity: int,
    place_id: UUID | None,
    day: date,
    group_id: UUID | None = None,
    note: str = "",
    at: datetime,
) -> Counts:
    """Record a number of counted tickets; the same ``move_id`` again changes nothing.

    Staff of a point record what they hand out there, those of a venue what is used there. Refused if anything is
    missing or wrong, the type is coded, or the id stands for another number. What contradicts earlier numbers is kept.
    """
    actor.must(_NEEDED.get(action, Permission.TICKETS_EDIT), place_id=place_id)
    if action not in COUNTED:
        raise NotFound
    queries.hold_types(session, [type_id])
    found = queries.get_type(session, type_id)
    if found.is_coded:
        raise Refused(Reason.NOT_COUNTED)
    counts = Counts(move_id, type_id, action, quantity, day, place_id, group_id, tidy(note), received_at=at)
    if earlier := queries.find_counts(session, move_id):
        return _same(earlier, counts)
    check_counts(counts, today=local_day(at))
    place = _place_of(session, counts)
    if not store_counts(session, actor, counts, at):
        raise Refused(Reason.ID_REUSED)
    name = place.name if place else ""
    facts = {"how": action, "quantity": quantity, "day": day, "place": name, "note": counts.note}
    record(session, actor, Logged.TICKETS_MOVED, found.name.fi, at=at, after=facts)
    return counts


def _place_of(session: Session, counts: Counts) -> Place | None:
    """Where it was. Refused if it is no place for it, or not in use, or does not serve the client group."""
    if counts.place_id is None:
        return None
    kind = None if counts.action is Action.USE else PlaceKind.POINT
    why = Reason.PLACE_MISSING if counts.action is Action.USE else Reason.NOT_AT_POINT
    try:
        place = get_place(session, counts.place_id, kind)
    except NotFound:
        raise Refused(why, "place") from None
    if not place.details.active:
        raise Refused(why, "place")
    if counts.group_id is not None and counts.group_id not in place.details.groups:
        raise Refused(Reason.GROUP_MISSING, "group")
    return place


def store_counts(session: Session, actor: Actor, counts: Counts, at: datetime) -> bool:
    """Store a number that was checked; whether its id is new."""
    comes = counts.action is Action.ALLOCATE
    values = {
        "id": counts.id,
        "type_id": counts.type_id,
        "action": counts.action,
        "quantity": counts.quantity,
        "from_id": None if comes else counts.place_id,
        "to_id": counts.place_id if comes else None,
        "group_id": counts.group_id,
        "serials": "",
        "day": counts.day,
        "note": counts.note,
        "source": counts.source,
        "received_at": at,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
    }
    return insert_once(session, StockMoveRow, values)


def _same(earlier: Counts, counts: Counts) -> Counts:
    """What the id stands for. Refused if that is another number."""
    if replace(earlier, received_at=counts.received_at) != counts:
        raise Refused(Reason.ID_REUSED)
    return earlier
