"""Reading survey answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.surveys.domain import Answer
from pilot_ops.surveys.models import SurveyAnswerRow


def list_answers(session: Session) -> tuple[Answer, ...]:
    """Every answer, by its random id. Only for results: nothing else may be made of single answers."""
    rows = session.scalars(select(SurveyAnswerRow).order_by(SurveyAnswerRow.id))
    return tuple(Answer(row.id, row.type_id, row.month, row.before, row.after, row.otherwise, row.line) for row in rows)
