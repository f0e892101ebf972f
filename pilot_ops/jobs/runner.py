"""The clock: APScheduler starts the jobs, beside the web server or in a process of its own."""

from __future__ import annotations

import logging
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from pilot_ops.jobs.service import run_once
from pilot_ops.jobs.timetable import TIMETABLE, Job
from pilot_ops.kernel.clock import HELSINKI, now
from pilot_ops.kernel.db import transaction
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


def run(app: Flask, job: Job, moment: datetime | None = None) -> None:
    """Run a job unless its period has been run. A fault is logged, and the timetable goes on."""
    try:
        with app.app_context(), transaction() as session:
            report = run_once(session, job=job, now=moment or now())
        if report is not None:
            _log.info("%s: %d days, %d done or found", job.name, report.looked, report.done)
    except Exception:  # noqa: BLE001 - whatever it was, the other jobs go on
        _log.exception("%s did not run", job.name)
