"""Queueing letters, and the steps of sending one: claiming it, and noting what became of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.text import plain, tidy
from pilot_ops.mail.domain import KNOWN_FOR, Delivery, Fate, Letter, address_in, next_try
from pilot_ops.mail.models import LetterRow
from pilot_ops.mail.queries import WAITS, in_no_hand
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages

# What a letter is without its person: nobody's address, and nothing said.
_EMPTY: dict[str, Any] = {"address": "", "subject": "", "text": "", "claim": None, "claimed_at": None}


def queue(
    session: Session,
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    due_at: datetime,
    at: datetime,
    language: str = "fi",
    useless_at: datetime | None = None,
) -> bool:
    """Have a letter sent when it is due; False if one of this key is queued or was. Refused if ``to`` is no address."""
    values = {
        "key": key,
        "address": address_in(to),
        "subject": tidy(subject),
        "text": plain(text),
        "language": language,
        "queued_at": at,
        "due_at": due_at,
        "useless_at": useless_at,
        "tries": 0,
    }
    return insert_once(session, LetterRow, values)


def claim(session: Session, *, key: str, claim_id: UUID, at: datetime) -> Letter | None:
    """Take a letter to send it, and count the try; None if another has it, or it waits no more.

    Whoever died with a letter in hand may have sent it: it is sent again under the same Message-ID, by which receivers
    know it. Losing it would be worse.
    """
    taken = update(LetterRow).where(LetterRow.key == key, *WAITS, LetterRow.due_at <= at, in_no_hand(at))
    values = {"claim": claim_id, "claimed_at": at, "tries": LetterRow.tries + 1}
    row = session.scalars(taken.values(values).returning(LetterRow)).first()
    if row is None:
        return None
    return Letter(row.key, row.address, row.subject, row.text, row.language, row.due_at, row.useless_at, row.tries)


def note(
    session: Session, *, letter: Letter, claim_id: UUID, delivery: Delivery, code: int | None, at: datetime
) -> Fate | None:
    """Note what became of a try; None if the letter is another's by now, or was withdrawn meanwhile."""
    fate, when = next_try(letter, delivery, at)
    values: dict[str, Any] = {
        Fate.SENT: {"sent_at": when, **_EMPTY},
        Fate.GIVEN_UP: {"given_up_at": when, **_EMPTY},
        Fate.WAITS: {"due_at": when, "claim": None, "claimed_at": None},
    }[fate]
    mine = update(LetterRow).where(LetterRow.key == letter.key, LetterRow.claim == claim_id)
    if session.scalars(mine.values(code=code, **values).returning(LetterRow.key)).first() is None:
        return None
    if fate is Fate.GIVEN_UP:
        _tell_of_lost(session, at)
    return fate


def _tell_of_lost(session: Session, at: datetime) -> None:
    """Say once a day that letters did not arrive. Whose they were is not said: it is deleted."""
    messages.say(session, kind=Kind.MAIL_NOT_SENT, park_id=None, day=local_day(at), at=at)


def drop_useless(session: Session, *, at: datetime) -> int:
    """Give up the letters that would come too late, which is told of; how many there were. Not one being sent."""
    late = update(LetterRow).where(*WAITS, LetterRow.useless_at <= at, in_no_hand(at))
    gone = session.scalars(late.values(given_up_at=at, **_EMPTY).returning(LetterRow.key)).all()
    if gone:
        _tell_of_lost(session, at)
    return len(gone)


def withdraw(session: Session, *, prefixes: Collection[str]) -> None:
    """Forget the letters whose keys begin so, sent or not: the person they were for is being forgotten."""
    for prefix in prefixes:
        session.execute(delete(LetterRow).where(_begins(prefix)))


def drop_waiting(session: Session, *, prefix: str) -> None:
    """Drop the letters of this prefix that nobody has sent or is sending: what they say is so no more."""
    session.execute(delete(LetterRow).where(_begins(prefix), *WAITS, LetterRow.claim.is_(None)))


def _begins(prefix: str) -> ColumnElement[bool]:
    return LetterRow.key.startswith(prefix, autoescape=True)


def forget_old(session: Session, *, at: datetime) -> int:
    """Forget that old letters were sent or given up; how many."""
    before = at - KNOWN_FOR
    old = or_(LetterRow.sent_at < before, LetterRow.given_up_at < before)
    return len(session.scalars(delete(LetterRow).where(old).returning(LetterRow.key)).all())


def settle_lost(session: Session, actor: Actor, *, at: datetime) -> None:
    """Say that the letters lost so far have been looked at; more of them on the same day are told of again."""
    actor.must(Permission.JOBS_RUN)
    for message in list_messages(session):
        if message.kind is Kind.MAIL_NOT_SENT:
            messages.settle(session, kinds=[message.kind], park_id=None, day=message.day, at=at)
            record(session, actor, Action.LOST_MAIL_SEEN, message.day.isoformat(), at=at)
