"""What strangers with a code do: a survey for each use, and codes that are none of ours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import MANY_WRONG
from pilot_ops.tickets.models import SurveyTurnRow, WrongCodeRow

_DIALECTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def take_survey_turn(session: Session, ticket_id: UUID) -> bool:
    """Take one of a ticket's turns to answer the survey; False if every use has had its own.

    The change names how many uses there were, which never become fewer: of two phones that send the last survey at the
    same moment one gets the turn. The row says how many were given; nothing says which answer was this ticket's.
    """
    made = queries.count_uses(session, ticket_id)
    if made == 0:
        return False
    insert = _DIALECTS[session.get_bind().dialect.name](SurveyTurnRow).values(ticket_id=ticket_id, given=1)
    turn = insert.on_conflict_do_update(
        index_elements=["ticket_id"], set_={"given": SurveyTurnRow.given + 1}, where=SurveyTurnRow.given < made
    ).returning(SurveyTurnRow.ticket_id)
    return session.execute(turn).first() is not None


def tell_of_wrong_codes(session: Session, *, day: date, at: datetime) -> None:
    """Say once a day that more wrong codes are tried than people mistype."""
    tried = session.scalar(select(func.sum(WrongCodeRow.count)).where(WrongCodeRow.day == day)) or 0
    if tried > MANY_WRONG:
        messages.say(session, kind=Kind.WRONG_CODES, park_id=None, day=day, at=at, facts={"many": MANY_WRONG})


def settle_wrong_codes(session: Session, actor: Actor, *, at: datetime) -> None:
    """Say that the wrong codes so far have been looked at; more of them on the same day are told of again."""
    actor.must(Permission.AUDIT_VIEW)
    for message in list_messages(session):
        if message.kind is Kind.WRONG_CODES:
            messages.settle(session, kinds=[message.kind], park_id=None, day=message.day, at=at)
            record(session, actor, Logged.WRONG_CODES_SEEN, message.day.isoformat(), at=at)
