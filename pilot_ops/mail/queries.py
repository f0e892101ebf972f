"""Reading the queue. Nothing here tells who a letter is for, but to whoever sends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from pilot_ops.mail.domain import ABANDONED_AFTER, Lost, Tally
from pilot_ops.mail.models import LetterRow

WAITS = (LetterRow.sent_at.is_(None), LetterRow.given_up_at.is_(None))


def in_no_hand(at: datetime) -> ColumnElement[bool]:
    """That nobody is sending a letter, or who was has died."""
    return or_(LetterRow.claim.is_(None), LetterRow.claimed_at <= at - ABANDONED_AFTER)


def list_due(session: Session, *, at: datetime, most: int) -> tuple[str, ...]:
    """The keys of letters whose time has come and that nobody is sending, longest due first."""
    query = select(LetterRow.key).where(*WAITS, LetterRow.due_at <= at, in_no_hand(at))
    return tuple(session.scalars(query.order_by(LetterRow.due_at, LetterRow.key).limit(most)))


def has_useless(session: Session, *, at: datetime) -> bool:
    """Whether letters wait that would come too late."""
    query = select(LetterRow.key).where(*WAITS, LetterRow.useless_at <= at, in_no_hand(at))
    return session.scalars(query.limit(1)).first() is not None


def list_lost(session: Session, *, prefix: str = "", since: datetime | None = None) -> tuple[Lost, ...]:
    """Letters that were given up, newest first; with ``prefix`` those whose keys begin so."""
    query = select(LetterRow).where(
        LetterRow.given_up_at.is_not(None), LetterRow.key.startswith(prefix, autoescape=True)
    )
    if since is not None:
        query = query.where(LetterRow.given_up_at >= since)
    rows = session.scalars(query.order_by(LetterRow.given_up_at.desc(), LetterRow.key))
    return tuple(Lost(row.key, row.given_up_at, row.code) for row in rows if row.given_up_at)


def count_letters(session: Session, *, since: datetime) -> Tally:
    """How many letters wait, and how many were sent and given up since a moment."""
    count = func.count()
    waiting = session.scalar(select(count).select_from(LetterRow).where(*WAITS))
    sent = session.scalar(select(count).select_from(LetterRow).where(LetterRow.sent_at >= since))
    lost = session.scalar(select(count).select_from(LetterRow).where(LetterRow.given_up_at >= since))
    return Tally(waiting or 0, sent or 0, lost or 0)
