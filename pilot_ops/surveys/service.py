"""Answering the survey, and its results."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.surveys import queries
from pilot_ops.surveys.domain import Answer, Reason, Results, clean, results_of
from pilot_ops.surveys.models import SurveyAnswerRow
from pilot_ops.tickets.service import take_survey_turn


def give(session: Session, *, ticket_id: UUID, answer: Answer) -> None:
    """Keep an answer, and count that the ticket gave one: both, or neither. The same answer again changes nothing.

    Refused if every use of the ticket has had its survey. Whoever holds the code may answer; there is no actor, and
    nothing goes into the log, which would say when.
    """
    answer = clean(answer)
    values = {
        "id": answer.id,
        "type_id": answer.type_id,
        "month": answer.month,
        "before": answer.before,
        "after": answer.after,
        "otherwise": answer.otherwise,
        "line": answer.line,
    }
    if insert_once(session, SurveyAnswerRow, values) and not take_survey_turn(session, ticket_id):
        raise Refused(Reason.NO_TURN_LEFT)


def get_results(session: Session, actor: Actor) -> tuple[Results, ...]:
    """The results by ticket type and year, with what must be hidden hidden."""
    actor.must(Permission.TICKETS_VIEW)
    return results_of(queries.list_answers(session))
