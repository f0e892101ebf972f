"""What the clock does with feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from pilot_ops.notices import service


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: what it looked at, and what it did."""

    looked: int
    done: int


def delete_feedback(session: Session, *, day: date, now: datetime) -> Report:
    """Delete feedback that was answered long ago, with how its sender is reached."""
    deleted = service.delete_answered(session, at=now)
    return Report(deleted, deleted)
