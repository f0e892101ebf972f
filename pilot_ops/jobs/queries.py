"""Reading when jobs ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.jobs.models import JobRunRow


@dataclass(frozen=True, slots=True)
class Run:
    """A job's latest run: when, and how many meal days it looked at and things it did or found."""

    job: str
    at: datetime
    looked: int
    done: int


def list_last_runs(session: Session) -> dict[str, Run]:
    """The latest run of each job that has run."""
    ended = select(JobRunRow.job, func.max(JobRunRow.started_at).label("at")).where(JobRunRow.finished_at.is_not(None))
    latest = ended.group_by(JobRunRow.job).subquery()
    query = select(JobRunRow).join(latest, (latest.c.job == JobRunRow.job) & (latest.c.at == JobRunRow.started_at))
    return {row.job: _run(row) for row in session.scalars(query)}


def _run(row: JobRunRow) -> Run:
    looked, _, done = row.outcome.partition(" ")
    return Run(row.job, row.started_at, int(looked or 0), int(done or 0))
