"""Saying that something needs attention, once, and settling it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import insert_once
from pilot_ops.messages.domain import Kind, key_of, write_facts
from pilot_ops.messages.models import MessageRow


def say(
    session: Session,
    *,
    kind: Kind,
    park_id: UUID | None,
    day: date,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Say that something about a park on a day needs attention; False if it is said already.

    What was settled and is so again is open again.
    """
    key = key_of(kind, park_id, day)
    values = {"kind": kind, "park_id": park_id, "day": day, "facts": write_facts(facts or {}), "sent_at": at}
    if insert_once(session, MessageRow, {"key": key, "settled_at": None, **values}):
        return True
    again = update(MessageRow).where(MessageRow.key == key, MessageRow.settled_at.is_not(None))
    opened = session.execute(again.values(settled_at=None, **values).returning(MessageRow.key))
    return opened.first() is not None


def settle(session: Session, *, kind: Kind, park_id: UUID | None, day: date, at: datetime) -> None:
    """Say that it needs attention no longer."""
    session.execute(
        update(MessageRow)
        .where(MessageRow.key == key_of(kind, park_id, day), MessageRow.settled_at.is_(None))
        .values(settled_at=at)
    )
