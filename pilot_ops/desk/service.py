"""Looking at the desk."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from pilot_ops.desk import queries
from pilot_ops.desk.domain import Task
from pilot_ops.kernel.access import Actor, Permission


def list_tasks(session: Session, actor: Actor, *, today: date) -> tuple[Task, ...]:
    """Everything that needs attention on a day, the most urgent first."""
    actor.must(Permission.PROGRAMME_EDIT)
    return queries.list_tasks(session, actor, today=today)
