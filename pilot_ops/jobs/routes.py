"""The page of the timetable."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.backups.domain import is_late
from pilot_ops.backups.labels import REASONS as BACKUP_REASONS
from pilot_ops.backups.queries import last_backup
from pilot_ops.jobs import queries
from pilot_ops.jobs.forms import JobForm
from pilot_ops.jobs.labels import JOBS
from pilot_ops.jobs.runner import run_by_hand
from pilot_ops.jobs.timetable import TIMETABLE, UnknownJob
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.settings import Settings
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
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
    app, day = current_app._get_current_object(), form.day.data or local_day(now())  # type: ignore[attr-defined]
    try:
        report = run_by_hand(app, actor(), name=name, day=day, now=now())
    except UnknownJob:
        raise NotFound from None
    except (Refused, OSError) as problem:
        form.add_error("day", _sentence(problem))
        return _page(form, name)
    tell(
        _(
            "Työ on tehty. Päiviä käyty läpi %(looked)s, muutoksia tai huomioita %(done)s",
            looked=report.looked,
            done=report.done,
        )
    )
    return redirect(url_for(".jobs"))


def _sentence(problem: Refused | OSError) -> str:
    """Why a job was not run; of a disk that is full or missing in the words of the system, which name the file."""
    if isinstance(problem, Refused):
        return str(sentence_of(problem, BACKUP_REASONS))
    return str(_("Työtä ei voitu tehdä: %(cause)s", cause=problem))


def _page(form: JobForm, asked: str) -> ResponseReturnValue:
    with reading() as session:
        runs, made = queries.list_last_runs(session), last_backup(session)
    late = is_late(made.at if made else None, now())
    settings: Settings = current_app.config["PILOT_OPS"]
    backup = {"backup": made, "late": late, "nightly": settings.backups is not None, "kept": settings.backups_kept}
    return render_template(
        "jobs/jobs.html", timetable=TIMETABLE, labels=JOBS, runs=runs, form=form, asked=asked, **backup
    )
