"""The page of the timetable."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.jobs import queries, service
from pilot_ops.jobs.forms import JobForm
from pilot_ops.jobs.labels import JOBS
from pilot_ops.jobs.timetable import TIMETABLE, UnknownJob
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires

bp = Blueprint("jobs", __name__)


@bp.get("/jobs")
@requires(Permission.JOBS_RUN)
def jobs() -> ResponseReturnValue:
    """What runs when, and when it last ran."""
    return _page(JobForm(day=local_day(now())), "")


@bp.post("/jobs/<name>/run")
@requires(Permission.JOBS_RUN)
def run(name: str) -> ResponseReturnValue:
    """Run a job by hand, for a day."""
    form = JobForm()
    if not form.validate_on_submit():
        return _page(form, name)
    try:
        with transaction() as session:
            day = form.day.data or local_day(now())
            report = service.run_by_hand(session, actor(), name=name, day=day, now=now())
    except UnknownJob:
        raise NotFound from None
    tell(
        _(
            "Työ on tehty. Päiviä käyty läpi %(looked)s, muutoksia tai huomioita %(done)s",
            looked=report.looked,
            done=report.done,
        )
    )
    return redirect(url_for(".jobs"))


def _page(form: JobForm, asked: str) -> ResponseReturnValue:
    with reading() as session:
        runs = queries.list_last_runs(session)
    return render_template("jobs/jobs.html", timetable=TIMETABLE, labels=JOBS, runs=runs, form=form, asked=asked)
