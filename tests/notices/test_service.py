"""Feedback is kept once, answered once, and goes when it was answered long ago."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Forbidden, NotFound
from pilot_ops.notices.jobs import delete_feedback
from pilot_ops.notices.queries import list_feedback, waiting
from pilot_ops.notices.service import give_feedback, note_answer
from tests.support.builders import NOON, make_actor


def give(session: Session, feedback_id: UUID | None = None, days: int = 0, text: str = "Ei toimi") -> UUID:
    feedback_id = feedback_id or uuid4()
    at = NOON + timedelta(days=days)
    give_feedback(session, feedback_id=feedback_id, page="", text=text, contact="", at=at)
    return feedback_id


def test_the_same_form_again_changes_nothing(session: Session) -> None:
    one = give(session)
    give(session, one, days=1, text="Muuta")
    (kept,) = list_feedback(session)
    assert (kept.text, kept.sent_at) == ("Ei toimi", NOON)
    give(session, days=2)
    assert waiting(session) == (2, NOON)


def test_an_answer_is_noted_once(session: Session, admin: Actor) -> None:
    one = give(session)
    for days in (1, 2):
        note_answer(session, admin, feedback_id=one, at=NOON + timedelta(days=days))
    assert waiting(session) == (0, None)
    assert list_feedback(session)[0:] == ()
    assert [kept.answered_at for kept in list_feedback(session, answered=True)] == [NOON + timedelta(days=1)]
    (entry,) = list_entries(session, action="feedback.answered", most=9)
    assert (entry.subject, entry.before, entry.after) == ("2026-07-01", "{}", "{}")


def test_only_those_who_may_note_it_and_only_of_what_there_is(session: Session, admin: Actor) -> None:
    one = give(session)
    for role in (Role.PARK_STAFF, Role.MANAGER, Role.VENUE):
        with pytest.raises(Forbidden):
            note_answer(session, make_actor(session, role), feedback_id=one, at=NOON)
    with pytest.raises(NotFound):
        note_answer(session, admin, feedback_id=uuid4(), at=NOON)


def test_it_goes_ninety_days_after_the_answer(session: Session, admin: Actor) -> None:
    old, lately, unanswered = give(session), give(session), give(session, days=-400)
    note_answer(session, admin, feedback_id=old, at=NOON)
    note_answer(session, admin, feedback_id=lately, at=NOON + timedelta(days=1))
    after = NOON + timedelta(days=90, hours=1)
    assert delete_feedback(session, day=local_day(after), now=after).done == 1
    assert [kept.id for kept in list_feedback(session, answered=True)] == [lately]
    assert [kept.id for kept in list_feedback(session)] == [unanswered]
