"""Moving many tickets at once, and replacing one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.text import tidy
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.queries import get_place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import (
    Action,
    Move,
    Plan,
    Reason,
    State,
    Ticket,
    TicketType,
    check_move,
    plan,
    point_after,
    ranges,
    state_after,
)
from pilot_ops.tickets.models import StockMoveRow, TicketEventRow, TicketRow

_CHUNK = 500


def plan_move(session: Session, actor: Actor, *, move: Move, hold: bool = False) -> Plan:
    """What a move would do. Refused if it says too little, or would do nothing."""
    actor.must(Permission.TICKETS_EDIT)
    check_move(move)
    if not queries.get_type(session, move.selection.type_id).is_coded:
        raise Refused(Reason.NOT_CODED)
    if move.to_id is not None:
        _check_point(session, move.to_id)
    return plan(move, queries.list_tickets(session, move.selection, hold=hold))


def _check_point(session: Session, point_id: UUID) -> None:
    try:
        point = get_place(session, point_id, PlaceKind.POINT)
    except NotFound:
        raise Refused(Reason.NOT_AT_POINT, "to") from None
    if not point.details.active:
        raise Refused(Reason.NOT_AT_POINT, "to")


def do_move(session: Session, actor: Actor, *, move: Move, seen: str | None = None, at: datetime) -> int:
    """Move tickets as planned; how many. The same id again moves nothing more, and says the same.

    ``seen`` is the digest of the plan that was shown: refused if a ticket has moved since.
    """
    actor.must(Permission.TICKETS_EDIT)
    # Of a form sent twice at once, the second waits here, and is told what the first did.
    queries.hold_types(session, [move.selection.type_id])
    done = session.get(StockMoveRow, move.id)
    if done is not None:
        if not _is_same(done, move):
            raise Refused(Reason.ID_REUSED)
        return done.quantity
    planned = plan_move(session, actor, move=move, hold=True)
    if seen is not None and planned.digest != seen:
        raise Refused(Reason.CHANGED_MEANWHILE)
    found = queries.get_type(session, move.selection.type_id)
    if not insert_once(session, StockMoveRow, _move_values(actor, planned, at)):
        raise Refused(Reason.CHANGED_MEANWHILE)
    _move_tickets(session, planned)
    _store_events(session, actor, planned, at)
    facts = {"how": move.action, "quantity": len(planned.tickets), "numbers": _numbers(found, planned)}
    more = {"to": get_place(session, move.to_id).name} if move.to_id else {}
    after = {**facts, **more, "note": tidy(move.note)}
    record(session, actor, Logged.TICKETS_MOVED, found.name.fi, at=at, after=after)
    return len(planned.tickets)


def _is_same(done: StockMoveRow, move: Move) -> bool:
    """Whether what was done may be what is asked: as many tickets, or none but those of these numbers."""
    if (done.type_id, done.action, done.to_id) != (move.selection.type_id, move.action, move.to_id):
        return False
    if move.selection.quantity is not None:
        return done.quantity == move.selection.quantity
    serials = [int(serial) for run in done.serials.split(", ") for serial in run.split("-") if serial]
    first, last = move.selection.first, move.selection.last
    return first is not None and last is not None and all(first <= serial <= last for serial in serials)


def _move_values(actor: Actor, planned: Plan, at: datetime) -> dict[str, Any]:
    move = planned.move
    origins = {ticket.point_id for ticket in planned.tickets}
    return {
        "id": move.id,
        "type_id": move.selection.type_id,
        "action": move.action,
        "quantity": len(planned.tickets),
        "from_id": origins.pop() if len(origins) == 1 else None,
        "to_id": move.to_id,
        "group_id": None,
        "serials": ", ".join(f"{first}-{last}" for first, last in ranges(planned.serials)),
        "day": local_day(at),
        "note": tidy(move.note),
        "source": "typed",
        "received_at": at,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
    }


def _move_tickets(session: Session, planned: Plan) -> None:
    """Each kind of change in statements that name what the plan looked at; a ticket that is not so is a miss."""
    kinds: dict[tuple[State, State, UUID | None], list[UUID]] = {}
    for ticket in planned.tickets:
        kind = (ticket.state, state_after(ticket, planned.move.action), point_after(ticket, planned.move))
        kinds.setdefault(kind, []).append(ticket.id)
    for (old, new, point_id), ids in kinds.items():
        for start in range(0, len(ids), _CHUNK):
            some = ids[start : start + _CHUNK]
            change = update(TicketRow).where(TicketRow.id.in_(some), TicketRow.state == old)
            values = {"state": new, "point_id": point_id, "version": TicketRow.version + 1}
            moved = session.execute(change.values(values).returning(TicketRow.id)).all()
            if len(moved) != len(some):
                raise Refused(Reason.CHANGED_MEANWHILE)


def _store_events(session: Session, actor: Actor, planned: Plan, at: datetime) -> None:
    move = planned.move
    rows = [
        _event(
            actor,
            ticket,
            move.action,
            uuid5(move.id, str(ticket.serial)),
            place_id=point_after(ticket, move),
            left=ticket.uses_left,
            note=tidy(move.note),
            at=at,
        )
        for ticket in planned.tickets
    ]
    for some in _chunks(rows):
        session.execute(insert(TicketEventRow), some)


def _event(
    actor: Actor,
    ticket: Ticket,
    action: Action,
    event_id: UUID,
    *,
    place_id: UUID | None,
    left: int,
    note: str,
    at: datetime,
) -> dict[str, Any]:
    return {
        "id": event_id,
        "ticket_id": ticket.id,
        "seq": ticket.version + 1,
        "action": action,
        "reason": None,
        "happened_at": at,
        "received_at": at,
        "from_id": ticket.point_id,
        "place_id": place_id,
        "group_id": ticket.group_id,
        "left_after": left,
        "offline": False,
        "conflict": False,
        "note": note,
        "undoes": None,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
        "answer": "",
    }


def _chunks(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _numbers(ticket_type: TicketType, planned: Plan) -> str:
    pairs = ranges(planned.serials)
    runs = [(ticket_type.label(first), ticket_type.label(last)) for first, last in pairs]
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in runs)


def replace(
    session: Session, actor: Actor, *, event_id: UUID, old_id: UUID, new_digest: str, note: str = "", at: datetime
) -> tuple[Ticket, Ticket]:
    """Give a ticket of the same type for one that is lost or broken: the old one dies as the new one is given.

    What is left on the old one is left on the new one. The same ``event_id`` again changes nothing. Refused unless the
    old one is with a client (or lost by one) and the new one is at a point.
    """
    actor.must(Permission.TICKETS_EDIT)
    # Moves of many hold the type too: who replaces and who moves at once take turns, as do two who replace.
    queries.hold_types(session, [queries.get_ticket(session, old_id).type_id])
    first, second = sorted([old_id, _id_of(session, new_digest)])
    held = {ticket_id: queries.hold_ticket(session, ticket_id) for ticket_id in (first, second)}
    old, new = held[old_id], held[second if old_id == first else first]
    if old.replaced_by == new.id:
        return old, new
    if session.get(TicketEventRow, event_id) is not None:
        raise Refused(Reason.ID_REUSED)
    _check_replacing(old, new)
    _save_replacing(session, old, new, at)
    note = tidy(note)
    lost = _event(actor, old, Action.LOSE, uuid5(event_id, "old"), place_id=old.point_id, left=0, note=note, at=at)
    given = _event(actor, new, Action.REPLACE, event_id, place_id=new.point_id, left=old.uses_left, note=note, at=at)
    session.execute(insert(TicketEventRow), [lost, {**given, "group_id": old.group_id}])
    found = queries.get_type(session, old.type_id)
    facts = {"replaced": found.label(old.serial), "with": found.label(new.serial), "note": note}
    record(session, actor, Logged.TICKET_REPLACED, found.label(old.serial), at=at, after=facts)
    return queries.get_ticket(session, old.id), queries.get_ticket(session, new.id)


def _id_of(session: Session, digest: str) -> UUID:
    ticket = queries.find_by_digest(session, digest)
    if ticket is None:
        raise Refused(Reason.UNKNOWN_CODE, "code")
    return ticket.id


def _check_replacing(old: Ticket, new: Ticket) -> None:
    if old.replaced_by:
        raise Refused(Reason.REPLACED)
    if old.state is not State.HANDED_OUT and not (old.state is State.LOST and old.handed_out_at):
        raise Refused(Reason.USED_UP if old.state is State.USED_UP else Reason.NOT_HANDED_OUT)
    if old.uses_left == 0:
        raise Refused(Reason.USED_UP)
    if new.type_id != old.type_id or new.id == old.id:
        raise Refused(Reason.OTHER_TYPE, "code")
    if new.state is not State.AT_POINT:
        raise Refused(Reason.NOT_AT_POINT, "code")


def _save_replacing(session: Session, old: Ticket, new: Ticket, at: datetime) -> None:
    dies = (
        update(TicketRow)
        .where(TicketRow.id == old.id, TicketRow.version == old.version)
        .values(state=State.LOST, replaced_by=new.id, version=old.version + 1)
    )
    lives = (
        update(TicketRow)
        .where(TicketRow.id == new.id, TicketRow.version == new.version)
        .values(
            state=State.HANDED_OUT,
            version=new.version + 1,
            uses_left=old.uses_left,
            handed_out_at=at,
            group_id=old.group_id,
            first_used_at=old.first_used_at,
            last_used_at=old.last_used_at,
            last_used_id=old.last_used_id,
        )
    )
    for change in (dies, lives):
        if session.execute(change.returning(TicketRow.id)).first() is None:
            raise Refused(Reason.CHANGED_MEANWHILE)
