"""The clock: APScheduler starts the jobs, beside the web server or in a process of its own."""

from __future__ import annotations

import logging
from datetime import date, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from pilot_ops.jobs import service
from pilot_ops.jobs.timetable import TIMETABLE, Job, Report, get_job
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import HELSINKI, local_day, now
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.mail.jobs import send_mail
from pilot_ops.signups.jobs import tell_sign_ups
from pilot_ops.tickets.jobs import resume_prints

_log = logging.getLogger("pilot_ops.jobs")
# A start that was missed by less than this is made up for; by more, the next start or catching up does it.
_GRACE_SECONDS = 3600


def start(app: Flask) -> BackgroundScheduler:
    """Start the timetable in the background. The caller shuts it down."""
    scheduler = BackgroundScheduler(timezone=HELSINKI)
    _fill(scheduler, app)
    scheduler.start()
    return scheduler


def run_forever(app: Flask) -> None:
    """Run the timetable until the process is told to stop."""
    scheduler = BlockingScheduler(timezone=HELSINKI)
    _fill(scheduler, app)
    scheduler.start()


def _fill(scheduler: BaseScheduler, app: Flask) -> None:
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": _GRACE_SECONDS}
    for job in TIMETABLE.values():
        scheduler.add_job(run, job.trigger(), args=(app, job), id=job.name, **options)
    # Who makes a print says so in its row: it needs no row of a period, of which there would be one a minute.
    scheduler.add_job(resume_prints, CronTrigger(minute="*"), args=(app,), id="resume-prints", **options)
    # The same of who tells people, and of who sends a letter.
    scheduler.add_job(tell_sign_ups, CronTrigger(minute="*"), args=(app,), id="tell-sign-ups", **options)
    scheduler.add_job(send_mail, CronTrigger(minute="*"), args=(app,), id="send-mail", **options)
    scheduler.add_job(catch_up, args=(app,), id="catch-up", **options)


def catch_up(app: Flask) -> None:
    """Run what should have run today already: the service may have been off at the time."""
    moment = now()
    for job in TIMETABLE.values():
        if job.due(moment):
            run(app, job, moment)


def run_by_hand(app: Flask, actor: Actor, *, name: str, day: date, now: datetime) -> Report:
    """Run a job for a day by hand, in an app context. UnknownJob for another name; Refused where it cannot be run."""
    actor.must(Permission.JOBS_RUN)
    job = get_job(name)
    if not job.apart:
        with transaction() as session:
            return service.run_by_hand(session, actor, name=name, day=day, now=now)
    report = job.work(app, day=day, now=now)
    with transaction() as session:
        service.note_by_hand(session, actor, job=job, day=day, now=now, report=report)
    return report


def _run_within(job: Job, moment: datetime) -> Report | None:
    with transaction() as session:
        return service.run_once(session, job=job, now=moment)


def _run_apart(app: Flask, job: Job, moment: datetime) -> Report | None:
    """The period is taken first and given back if the work fails; who comes meanwhile finds it taken."""
    with transaction() as session:
        if not service.begin(session, job=job, now=moment):
            return None
    report = None
    try:
        report = job.work(app, day=local_day(moment), now=moment)
    finally:
        with transaction() as session:
            service.end(session, job=job, started=moment, now=now(), report=report)
    return report


def run(app: Flask, job: Job, moment: datetime | None = None) -> None:
    """Run a job unless its period has been run. A fault is logged, and the timetable goes on."""
    moment = moment or now()
    try:
        with app.app_context():
            report = _run_apart(app, job, moment) if job.apart else _run_within(job, moment)
        if report is not None:
            _log.info("%s: %d days, %d done or found", job.name, report.looked, report.done)
    except Refused as refused:
        _log.info("%s had nothing to do: %s", job.name, refused)
    except Exception:  # noqa: BLE001 - whatever it was, the other jobs go on
        _log.exception("%s did not run", job.name)
