"""Reading what was done and tried with tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.tickets.domain import (
    Action,
    Event,
    Outcome,
    Reason,
    Ticket,
)
from pilot_ops.tickets.models import (
    SurveyTurnRow,
    TicketEventRow,
    TicketRow,
    WrongCodeRow,
)
from pilot_ops.tickets.queries.single import tickets_by_id


def list_events(session: Session, ticket_id: UUID) -> tuple[Event, ...]:
    """Everything done or tried with a ticket, in the order it was received."""
    query = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket_id)
    in_order = query.order_by(TicketEventRow.received_at, TicketEventRow.seq, TicketEventRow.id)
    return tuple(_event(row) for row in session.scalars(in_order))


def get_outcome(session: Session, event_id: UUID) -> tuple[Outcome, str]:
    """What a scan came to, and the digest of the ticket's code ("" of an unknown one). NotFound if there is none."""
    query = (
        select(TicketEventRow.answer, TicketRow.digest)
        .outerjoin(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(TicketEventRow.id == event_id, TicketEventRow.answer != "")
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound
    return read_answer(row.answer), row.digest or ""


def read_answer(answer: str) -> Outcome:
    """An outcome as it was stored."""
    return msgspec.json.decode(answer, type=Outcome)


def list_conflicts(session: Session, *, most: int = 200) -> tuple[tuple[Event, Ticket | None], ...]:
    """What had happened offline although the rules would not have let it, the newest first."""
    query = (
        select(TicketEventRow)
        .where(TicketEventRow.conflict)
        .order_by(TicketEventRow.received_at.desc(), TicketEventRow.id)
        .limit(most)
    )
    events = [_event(row) for row in session.scalars(query)]
    tickets = tickets_by_id(session, {event.ticket_id for event in events if event.ticket_id})
    return tuple((event, tickets.get(event.ticket_id) if event.ticket_id else None) for event in events)


def count_conflicts(session: Session) -> Mapping[UUID | None, Mapping[Reason, int]]:
    """How many scans the rules would not have let happen, by type (None: of codes that are not ours) and reason."""
    query = (
        select(TicketRow.type_id, TicketEventRow.reason, func.count())
        .select_from(TicketEventRow)
        .outerjoin(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(TicketEventRow.conflict, TicketEventRow.reason.is_not(None))
        .group_by(TicketRow.type_id, TicketEventRow.reason)
    )
    found: dict[UUID | None, dict[Reason, int]] = {}
    for type_id, reason, number in session.execute(query):
        found.setdefault(type_id, {})[Reason(str(reason))] = number
    return found


def count_wrong_codes(session: Session, since: date) -> Mapping[tuple[date, str], int]:
    """How many wrong codes were tried, by day and by where."""
    query = select(WrongCodeRow).where(WrongCodeRow.day >= since).order_by(WrongCodeRow.day.desc(), WrongCodeRow.source)
    return {(row.day, row.source): row.count for row in session.scalars(query)}


def count_uses(session: Session, ticket_id: UUID) -> int:
    """How often this very ticket was used. One that replaced another begins at none, whatever was left on the other."""
    query = select(func.count()).where(
        TicketEventRow.ticket_id == ticket_id, TicketEventRow.action == Action.USE, TicketEventRow.reason.is_(None)
    )
    return session.scalar(query) or 0


def surveys_left(session: Session, ticket_id: UUID) -> int:
    """For how many uses of a ticket no survey was given yet."""
    given = session.scalar(select(SurveyTurnRow.given).where(SurveyTurnRow.ticket_id == ticket_id)) or 0
    return count_uses(session, ticket_id) - given


def count_scans(session: Session, *, device_id: UUID | None, user_id: UUID | None, since: datetime) -> tuple[int, int]:
    """How many scans of one phone were done since a moment, less what was taken back, and how many were refused."""
    mine = TicketEventRow.device_id == device_id if device_id else TicketEventRow.user_id == user_id
    query = (
        select(TicketEventRow.action == Action.UNDO_HAND_OUT, func.count(), func.count(TicketEventRow.reason))
        .where(mine, TicketEventRow.received_at >= since)
        .where(TicketEventRow.action.in_([Action.HAND_OUT, Action.UNDO_HAND_OUT, Action.USE]))
    )
    found = {undo: (every - refused, refused) for undo, every, refused in session.execute(query.group_by(text("1")))}
    done, refused = found.get(False, (0, 0))
    return max(0, done - found.get(True, (0, 0))[0]), refused


def list_scans(
    session: Session, *, device_id: UUID | None, user_id: UUID | None, since: datetime, most: int
) -> tuple[Event, ...]:
    """What one phone has handed out or used since a moment, the newest first: the summary of a session."""
    mine = TicketEventRow.device_id == device_id if device_id else TicketEventRow.user_id == user_id
    query = (
        select(TicketEventRow)
        .where(mine, TicketEventRow.received_at >= since)
        .where(TicketEventRow.action.in_([Action.HAND_OUT, Action.UNDO_HAND_OUT, Action.USE]))
        .order_by(TicketEventRow.received_at.desc(), TicketEventRow.id)
        .limit(most)
    )
    return tuple(_event(row) for row in session.scalars(query))


def _event(row: TicketEventRow) -> Event:
    return Event(
        id=row.id,
        action=row.action,
        reason=Reason(row.reason) if row.reason else None,
        happened_at=row.happened_at,
        received_at=row.received_at,
        ticket_id=row.ticket_id,
        seq=row.seq,
        from_id=row.from_id,
        place_id=row.place_id,
        group_id=row.group_id,
        left_after=row.left_after,
        offline=row.offline,
        conflict=row.conflict,
        note=row.note,
        undoes=row.undoes,
        user_id=row.user_id,
        device_id=row.device_id,
    )
