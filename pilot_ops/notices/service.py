"""Giving feedback on accessibility, and having answered it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import NotFound
from pilot_ops.notices.domain import KEPT_ANSWERED, clean
from pilot_ops.notices.models import FeedbackRow


def give_feedback(session: Session, *, feedback_id: UUID, page: str, text: str, contact: str, at: datetime) -> None:
    """Keep what somebody said. The same form sent again changes nothing; nothing of it goes into the log."""
    page, text, contact = clean(page, text, contact)
    values = {"id": feedback_id, "page": page, "text": text, "contact": contact, "sent_at": at}
    insert_once(session, FeedbackRow, {**values, "answered_at": None, "answered_by": None})


def note_answer(session: Session, actor: Actor, *, feedback_id: UUID, at: datetime) -> None:
    """Say that feedback was answered; of what was answered already nothing changes. NotFound if there is none."""
    actor.must(Permission.FEEDBACK_ANSWER)
    row = session.get(FeedbackRow, feedback_id)
    if row is None:
        raise NotFound
    waits = update(FeedbackRow).where(FeedbackRow.id == feedback_id, FeedbackRow.answered_at.is_(None))
    changed = session.execute(waits.values(answered_at=at, answered_by=actor.user_id).returning(FeedbackRow.id))
    if changed.first():
        record(session, actor, Action.FEEDBACK_ANSWERED, local_day(row.sent_at).isoformat(), at=at)


def delete_answered(session: Session, *, at: datetime) -> int:
    """Delete what was answered long ago; how many."""
    old = delete(FeedbackRow).where(FeedbackRow.answered_at < at - KEPT_ANSWERED).returning(FeedbackRow.id)
    return len(session.execute(old).all())
