"""Reading messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pilot_ops.messages.domain import FOR_STAFF, Message, read_facts
from pilot_ops.messages.models import MessageRow


def list_messages(
    session: Session, *, park_ids: Collection[UUID] | None = None, settled: bool = False, most: int = 200
) -> tuple[Message, ...]:
    """What needs attention, or with ``settled`` what no longer does; newest first.

    With ``park_ids`` only what staff of those parks are to see.
    """
    state = MessageRow.settled_at.is_not(None) if settled else MessageRow.settled_at.is_(None)
    query = select(MessageRow).where(state, *_of(park_ids))
    rows = session.scalars(query.order_by(MessageRow.day.desc(), MessageRow.sent_at.desc(), MessageRow.key).limit(most))
    return tuple(_message(row) for row in rows)


def count_open(session: Session, *, park_ids: Collection[UUID] | None = None) -> int:
    """How many things need attention; with ``park_ids`` as in ``list_messages``."""
    query = select(func.count()).select_from(MessageRow).where(MessageRow.settled_at.is_(None), *_of(park_ids))
    return session.scalar(query) or 0


def list_open_places(session: Session) -> frozenset[tuple[UUID, date]]:
    """The parks and days about which anything needs attention."""
    query = select(MessageRow.park_id, MessageRow.day).distinct()
    rows = session.execute(query.where(MessageRow.settled_at.is_(None), MessageRow.park_id.is_not(None)))
    return frozenset((park_id, day) for park_id, day in rows if park_id is not None)


def _of(park_ids: Collection[UUID] | None) -> tuple[ColumnElement[bool], ...]:
    if park_ids is None:
        return ()
    return (MessageRow.park_id.in_(park_ids), MessageRow.kind.in_(FOR_STAFF))


def _message(row: MessageRow) -> Message:
    return Message(row.key, row.kind, row.park_id, row.day, row.sent_at, read_facts(row.facts), row.settled_at)
