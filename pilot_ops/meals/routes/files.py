"""Files of meal days, in and out."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.tabular import Problem
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.files import FileForm, download, problem_sentence
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.meals import queries, service
from pilot_ops.meals.export import COLUMNS, problems_of, read_days, write_days
from pilot_ops.meals.labels import REASONS, warning_sentences
from pilot_ops.meals.routes import bp
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot, list_days

_KINDS = {"csv", "xlsx"}


@bp.route("/pilots/<uuid:pilot_id>/import-meals", methods=["GET", "POST"])
@requires(Permission.MEALS_IMPORT)
def import_meals(pilot_id: UUID) -> ResponseReturnValue:
    """Bring meal days in from a file: first what it would do, row by row, then doing it."""
    form = FileForm()
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
    content, error = b"", ""
    if form.validate_on_submit():
        content = form.file()
        error = "" if content else _("Valitse tiedosto")
    plan, problems = _plan(pilot, content) if content else (None, [])
    if plan and not problems and request.form.get("step") == "import":
        with transaction() as session:
            closed = service.import_days(
                session, actor(), pilot=pilot, plan=plan, file_name=form.file_name.data, at=now()
            )
        tell(ngettext("%(num)s päivä tuotiin", "%(num)s päivää tuotiin", closed))
        return redirect(url_for("schedule.pilot", pilot_id=pilot_id))
    shown = {"plan": plan, "problems": problems, "error": error, "columns": COLUMNS, "odd": warning_sentences}
    return render_template("meals/import.html", form=form, pilot=pilot, **shown)


def _plan(pilot: Pilot, content: bytes) -> tuple[service.MealPlan | None, list[tuple[Problem, str]]]:
    table, days = read_days(content)
    problems, plan = table.problems, None
    if not problems:
        with reading() as session:
            plan = service.plan_import(session, actor(), pilot=pilot, days=days, at=now())
        problems = problems_of(plan, table)
    return plan, [(problem, problem_sentence(problem, REASONS)) for problem in problems]


@bp.get("/pilots/<uuid:pilot_id>/meals/<kind>")
@requires(Permission.DAYS_VIEW)
def export_meals(pilot_id: UUID, kind: str) -> ResponseReturnValue:
    """The closed days of a pilot as a file, in the columns of the import; of staff only those of their own parks."""
    if kind not in _KINDS:
        raise NotFound
    mine = None if actor().every_park else actor().parks
    with reading() as session:
        get_pilot(session, pilot_id)
        summaries = queries.list_summaries(session, list_days(session, pilot_id=pilot_id, park_ids=mine))
        parks = park_names(session)
    return download(write_days(summaries, parks, kind), f"meals.{kind}")
