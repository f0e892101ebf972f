"""Scanning one ticket: handing it out, taking that back, and using it. Each once, however often it is sent.

The order is what makes it so. First the ticket is held, so that nobody else changes it meanwhile; then the id of the
scan is looked for, and what was answered then is answered again, before any rule is asked: the honest retry of a tenth
visit is no eleventh. Then the rules; then a change that names what the rules looked at; then the event with its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.places.domain import Kind
from pilot_ops.places.queries import get_place, list_groups
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import (
    Action,
    Outcome,
    Reason,
    Scan,
    State,
    Ticket,
    Validity,
    label_of,
    moment_of,
    why_not_hand_out,
    why_not_undo,
    why_not_use,
)
from pilot_ops.tickets.models import TicketEventRow, TicketRow, WrongCodeRow
from pilot_ops.tickets.service.public import tell_of_wrong_codes

# Made once: with every scan, making a statement would take longer than doing it.
_EARLIER = select(
    TicketEventRow.ticket_id, TicketEventRow.action, TicketEventRow.place_id, TicketEventRow.answer
).where(TicketEventRow.id == bindparam("event"))
_DIALECTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_INSERTS = {
    name: make(TicketEventRow).on_conflict_do_nothing().returning(TicketEventRow.id) for name, make in _DIALECTS.items()
}
_GUARD = (TicketRow.id == bindparam("ticket"), TicketRow.version == bindparam("seen"))
_NEXT = TicketRow.version + 1
_HAND_OUT = (
    update(TicketRow)
    .where(*_GUARD)
    .values(version=_NEXT, state=State.HANDED_OUT, handed_out_at=bindparam("moment"), group_id=bindparam("the_group"))
    .returning(TicketRow.id)
)
_TAKE_BACK = (
    update(TicketRow)
    .where(*_GUARD)
    .values(version=_NEXT, state=State.AT_POINT, handed_out_at=None, group_id=None)
    .returning(TicketRow.id)
)
_USE = (
    update(TicketRow)
    .where(*_GUARD)
    .values(
        version=_NEXT,
        state=bindparam("new_state"),
        uses_left=TicketRow.uses_left - 1,
        first_used_at=bindparam("first_at"),
        last_used_at=bindparam("moment"),
        last_used_id=bindparam("place"),
    )
    .returning(TicketRow.id)
)


def hand_out(session: Session, actor: Actor, *, scan: Scan, at: datetime) -> Outcome:
    """Hand a ticket out at a point: what it came to, also stored when it is not done; an id used twice is ``Refused``.

    Refused, too, if the client group is none of the point's, unless it had happened offline; NotFound if the place is
    no point.
    """
    actor.must(Permission.TICKETS_HAND_OUT, place_id=scan.place_id)
    scan = replace(scan, at=moment_of(scan.at, at) if scan.offline else at)
    found = queries.find_scanned(session, scan.digest, place_id=scan.place_id, hold=True)
    scan, earlier = _told_before(session, Action.HAND_OUT, scan, found)
    if earlier:
        return earlier
    if actor.every_place or scan.group_id is not None:
        scan = replace(scan, group_id=_group_of(session, scan))
    if found is None:
        return _unknown(session, actor, Action.HAND_OUT, scan, at)
    ticket, validity, _prefix, _uses = found
    reason = why_not_hand_out(ticket, validity, point_id=scan.place_id, day=local_day(scan.at))
    if reason is None:
        _change(session, _HAND_OUT, ticket, {"moment": scan.at, "the_group": scan.group_id})
    outcome = _outcome(Action.HAND_OUT, scan, found, reason)
    at_point = queries.count_at_point(session, scan.place_id, ticket.type_id)
    outcome = replace(outcome, left=ticket.uses_left, point_left=at_point)
    if reason is not None:
        outcome = replace(outcome, seen_at=ticket.handed_out_at, seen_place_id=ticket.point_id)
    return _store(session, actor, scan, ticket, outcome, at)


def _group_of(session: Session, scan: Scan) -> UUID | None:
    """The client group of a hand-out: one of the point's.

    What had happened offline is kept with a group that the point may have served then.
    """
    point = get_place(session, scan.place_id, Kind.POINT)
    if scan.group_id is None or scan.group_id in point.details.groups:
        return scan.group_id
    if not scan.offline:
        raise Refused(Reason.GROUP_MISSING, "group")
    return scan.group_id if any(group.id == scan.group_id for group in list_groups(session)) else None


def use(session: Session, actor: Actor, *, scan: Scan, at: datetime) -> Outcome:
    """Use a ticket at a venue: what it came to, also stored when it is refused; an id used twice is ``Refused``.

    What had happened offline is kept even where the rules would not have let it, as a conflict that changes nothing.
    NotFound if the place is no venue.
    """
    actor.must(Permission.TICKETS_USE, place_id=scan.place_id)
    if actor.every_place:
        get_place(session, scan.place_id, Kind.VENUE)
    # The client group of a use is the ticket's own, whatever was sent.
    scan = replace(scan, at=moment_of(scan.at, at) if scan.offline else at, group_id=None)
    found = queries.find_scanned(session, scan.digest, place_id=scan.place_id, hold=True)
    scan, earlier = _told_before(session, Action.USE, scan, found)
    if earlier:
        return earlier
    if found is None:
        return _unknown(session, actor, Action.USE, scan, at)
    ticket, validity, _prefix, _uses = found
    confirmed = scan.confirmed or scan.offline
    reason = why_not_use(ticket, validity, at=scan.at, day=local_day(scan.at), confirmed=confirmed)
    if reason is None:
        _spend(session, ticket, scan)
    left = ticket.uses_left - (reason is None)
    outcome = _outcome(Action.USE, scan, found, reason)
    outcome = replace(outcome, left=left, seen_at=ticket.last_used_at, seen_place_id=ticket.last_used_id)
    return _store(session, actor, scan, ticket, outcome, at)


def _spend(session: Session, ticket: Ticket, scan: Scan) -> None:
    values = {
        "new_state": State.HANDED_OUT if ticket.uses_left > 1 else State.USED_UP,
        # What was used offline may come later than what was used after it.
        "first_at": min(ticket.first_used_at or scan.at, scan.at),
        "moment": max(ticket.last_used_at or scan.at, scan.at),
        "place": scan.place_id,
    }
    _change(session, _USE, ticket, values)


def undo_hand_out(session: Session, actor: Actor, *, event_id: UUID, undoes: UUID, at: datetime) -> Outcome:
    """Take a hand-out back: the ticket is at its point again. Done once; refused when it is too late or was used."""
    row = session.execute(
        select(TicketEventRow.ticket_id, TicketEventRow.place_id, TicketEventRow.happened_at, TicketRow.digest)
        .join(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(TicketEventRow.id == undoes, TicketEventRow.action == Action.HAND_OUT, TicketEventRow.reason.is_(None))
    ).first()
    if row is None:
        raise Refused(Reason.ALREADY_UNDONE)
    actor.must(Permission.TICKETS_HAND_OUT, place_id=row.place_id)
    scan = Scan(event_id, row.digest, row.place_id, at)
    found = queries.find_scanned(session, row.digest, place_id=row.place_id, hold=True)
    if earlier := _find_earlier(session, Action.UNDO_HAND_OUT, event_id, row.place_id, found):
        return earlier
    assert found is not None  # noqa: S101 - the event names it
    ticket, _validity, _prefix, uses = found
    if reason := why_not_undo(ticket, uses=uses, handed_out_at=row.happened_at, at=at):
        raise Refused(reason)
    _change(session, _TAKE_BACK, ticket, {})
    outcome = _outcome(Action.UNDO_HAND_OUT, scan, found, None)
    at_point = queries.count_at_point(session, row.place_id, ticket.type_id)
    outcome = replace(outcome, left=ticket.uses_left, point_left=at_point)
    return _store(session, actor, scan, ticket, outcome, at, undoes=undoes)


def note_wrong_code(session: Session, *, source: str, day: date) -> None:
    """Count a code that is none of ours, by where it was tried; administrators see the numbers."""
    insert = _DIALECTS[session.get_bind().dialect.name](WrongCodeRow).values(day=day, source=source, count=1)
    more = {"count": WrongCodeRow.count + 1}
    session.execute(insert.on_conflict_do_update(index_elements=["day", "source"], set_=more))


_Found = tuple[Ticket, Validity, str, int]


def _told_before(session: Session, action: Action, scan: Scan, found: _Found | None) -> tuple[Scan, Outcome | None]:
    """What was answered to a scan before, if it was.

    Where that was a no that never reached the phone, and it went on without a network, what happened is an event of its
    own: its id follows from the scan's, so that it too is stored once.
    """
    earlier = _find_earlier(session, action, scan.id, scan.place_id, found)
    if earlier is None or earlier.done or earlier.conflict or not scan.offline:
        return scan, earlier
    scan = replace(scan, id=uuid5(scan.id, "offline"))
    return scan, _find_earlier(session, action, scan.id, scan.place_id, found)


def _find_earlier(
    session: Session, action: Action, event_id: UUID, place_id: UUID, found: _Found | None
) -> Outcome | None:
    """What was answered to this id before, if it was; Refused if it stood for something else."""
    row = session.connection().execute(_EARLIER, {"event": event_id}).first()
    if row is None:
        return None
    if (row.ticket_id, row.action, row.place_id) != (found[0].id if found else None, action, place_id):
        raise Refused(Reason.ID_REUSED)
    return queries.read_answer(row.answer)


def _unknown(session: Session, actor: Actor, action: Action, scan: Scan, at: datetime) -> Outcome:
    note_wrong_code(session, source=action.value, day=local_day(at))
    tell_of_wrong_codes(session, day=local_day(at), at=at)
    outcome = Outcome(scan.id, action, Reason.UNKNOWN_CODE, scan.at, scan.place_id, conflict=scan.offline)
    return _store(session, actor, scan, None, outcome, at)


def _outcome(action: Action, scan: Scan, found: _Found, reason: Reason | None) -> Outcome:
    ticket, _validity, prefix, uses = found
    return Outcome(
        id=scan.id,
        action=action,
        reason=reason,
        at=scan.at,
        place_id=scan.place_id,
        label=label_of(prefix, ticket.serial),
        type_id=ticket.type_id,
        uses=uses,
        conflict=scan.offline and reason is not None,
    )


def _change(session: Session, statement: Any, ticket: Ticket, values: Mapping[str, Any]) -> None:
    """Change a ticket from what the rules looked at. It is held, so that a miss would be a fault of ours."""
    guard = {"ticket": ticket.id, "seen": ticket.version}
    if session.connection().execute(statement, {**guard, **values}).first() is None:
        raise Refused(Reason.CHANGED_MEANWHILE)


def _store(
    session: Session,
    actor: Actor,
    scan: Scan,
    ticket: Ticket | None,
    outcome: Outcome,
    at: datetime,
    *,
    undoes: UUID | None = None,
) -> Outcome:
    """Store what was tried and what was answered. Refused if the same id came for another ticket at the same moment."""
    values = {
        "id": scan.id,
        "ticket_id": ticket.id if ticket else None,
        "seq": ticket.version + 1 if ticket and outcome.done else None,
        "action": outcome.action,
        "reason": outcome.reason.value if outcome.reason else None,
        "happened_at": scan.at,
        "received_at": at,
        "from_id": None,
        "place_id": scan.place_id,
        # A use is one of the group that the ticket was handed out to.
        "group_id": scan.group_id if outcome.action is Action.HAND_OUT or ticket is None else ticket.group_id,
        "left_after": outcome.left,
        "offline": scan.offline,
        "conflict": outcome.conflict,
        "note": "",
        "undoes": undoes,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
        "answer": msgspec.json.encode(outcome).decode(),
    }
    insert = _INSERTS[session.get_bind().dialect.name]
    if session.connection().execute(insert, values).first() is None:
        raise Refused(Reason.ID_REUSED)
    return outcome
