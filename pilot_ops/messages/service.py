"""Saying that something needs attention, once, and settling it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


def settle(session: Session, *, kinds: Collection[Kind], park_id: UUID | None, day: date, at: datetime) -> None:
    """Say that these kinds of things about a park on a day need attention no longer."""
    keys = [key_of(kind, park_id, day) for kind in kinds]
    open_still = update(MessageRow).where(MessageRow.key.in_(keys), MessageRow.settled_at.is_(None))
    session.execute(open_still.values(settled_at=at))
