"""Running a job: once a period, its work and the note that it ran in one transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.jobs.models import JobRunRow
from pilot_ops.jobs.timetable import Job, Report, get_job
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once, upsert

_DEAD_AFTER = timedelta(hours=1)


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


def begin(session: Session, *, job: Job, now: datetime) -> bool:
    """Take the present period for a job that runs apart; False if it has run, or runs.

    A run that has not ended for long died with its process, and the period is free again.
    """
    died = JobRunRow.finished_at.is_(None) & (JobRunRow.started_at < now - _DEAD_AFTER)
    session.execute(delete(JobRunRow).where(JobRunRow.job == job.name, died))
    values = {"job": job.name, "period": job.period(now), "started_at": now, "finished_at": None, "outcome": ""}
    return insert_once(session, JobRunRow, values)


def end(session: Session, *, job: Job, started: datetime, now: datetime, report: Report | None) -> None:
    """Say that a job that ran apart has done its work; without a report it did not, and may be tried again."""
    period = (JobRunRow.job == job.name) & (JobRunRow.period == job.period(started))
    if report is None:
        session.execute(delete(JobRunRow).where(period))
    else:
        session.execute(update(JobRunRow).where(period).values(finished_at=now, outcome=outcome_of(report)))


def run_by_hand(session: Session, actor: Actor, *, name: str, day: date, now: datetime) -> Report:
    """Run a job for a day whether or not it has run: jobs find and say the same again. UnknownJob for another name."""
    actor.must(Permission.JOBS_RUN)
    job = get_job(name)
    report = job.work(session, day=day, now=now)
    note_by_hand(session, actor, job=job, day=day, now=now, report=report)
    return report


def note_by_hand(session: Session, actor: Actor, *, job: Job, day: date, now: datetime, report: Report) -> None:
    """Say that somebody ran a job by hand."""
    actor.must(Permission.JOBS_RUN)
    values = {"job": job.name, "period": f"by hand {now.isoformat()}", "started_at": now, "finished_at": now}
    insert_once(session, JobRunRow, {**values, "outcome": outcome_of(report)})
    after = {"outcome": outcome_of(report)}
    record(session, actor, Action.JOB_RUN, f"{job.name} {day.isoformat()}", at=now, after=after)


def outcome_of(report: Report) -> str:
    """A report as it is stored: days looked at, things done or found."""
    return f"{report.looked} {report.done}"
