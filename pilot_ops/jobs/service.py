"""Running a job: once a period, its work and the note that it ran in one transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.jobs.models import JobRunRow
from pilot_ops.jobs.timetable import Job, Report, get_job
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once, upsert


def run_once(session: Session, *, job: Job, now: datetime) -> Report | None:
    """Run a job for the present period, unless it has run; None if it has.

    Whoever inserts the row of the period runs it. A fault undoes the row with the work, so that it is tried again.
    """
    values = {"job": job.name, "period": job.period(now), "started_at": now, "finished_at": now, "outcome": ""}
    if not insert_once(session, JobRunRow, values):
        return None
    report = job.work(session, day=local_day(now), now=now)
    upsert(session, JobRunRow, {**values, "outcome": outcome_of(report)})
    return report


def run_by_hand(session: Session, actor: Actor, *, name: str, day: date, now: datetime) -> Report:
    """Run a job for a day whether or not it has run: jobs find and say the same again. UnknownJob for another name."""
    actor.must(Permission.JOBS_RUN)
    job = get_job(name)
    report = job.work(session, day=day, now=now)
    values = {"job": job.name, "period": f"by hand {now.isoformat()}", "started_at": now, "finished_at": now}
    insert_once(session, JobRunRow, {**values, "outcome": outcome_of(report)})
    record(session, actor, Action.JOB_RUN, f"{name} {day.isoformat()}", at=now, after={"outcome": outcome_of(report)})
    return report


def outcome_of(report: Report) -> str:
    """A report as it is stored: days looked at, things done or found."""
    return f"{report.looked} {report.done}"
