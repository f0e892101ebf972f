"""Reading feedback."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.notices.domain import Feedback
from pilot_ops.notices.models import FeedbackRow

_MOST = 200


def list_feedback(session: Session, *, answered: bool = False) -> tuple[Feedback, ...]:
    """What waits for an answer, the longest waiting first, or with ``answered`` what does no longer, newest first."""
    query = select(FeedbackRow).order_by(FeedbackRow.sent_at, FeedbackRow.id).limit(_MOST)
    if answered:
        query = select(FeedbackRow).order_by(FeedbackRow.answered_at.desc(), FeedbackRow.id).limit(_MOST)
    state = FeedbackRow.answered_at.is_not(None) if answered else FeedbackRow.answered_at.is_(None)
    return tuple(_feedback(row) for row in session.scalars(query.where(state)))


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many wait for an answer, and since when the first of them does."""
    query = select(func.count(), func.min(FeedbackRow.sent_at)).where(FeedbackRow.answered_at.is_(None))
    many, since = session.execute(query).one()
    return many, since


def _feedback(row: FeedbackRow) -> Feedback:
    return Feedback(row.id, row.page, row.text, row.contact, row.sent_at, row.answered_at)
