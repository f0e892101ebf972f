"""Files of tickets: the numbers of counted kinds in and out."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.tabular import Problem, Table
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.files import FileForm, download, problem_sentence
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.export import COLUMNS, problems_of, read_counts, write_counts
from pilot_ops.tickets.labels import COUNT_COLUMNS, REASONS
from pilot_ops.tickets.routes import bp


@bp.route("/tickets/import", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def import_file() -> ResponseReturnValue:
    """Bring numbers of counted tickets in from a file: first what it would do, row by row, then doing it."""
    form = FileForm()
    content = form.file() if form.validate_on_submit() else None
    plan, problems = None, []
    if content:
        doing = request.form.get("step") == "import"
        table, rows = read_counts(content)
        plan = None if table.problems else _plan(rows, form.file_name.data or "", doing=doing)
        problems = _told(table, plan)
        if plan and doing and not problems:
            tell(ngettext("%(num)s rivi tallennettiin", "%(num)s riviä tallennettiin", len(plan.fresh)))
            return redirect(url_for(".stock"))
    error = _("Valitse tiedosto") if content == b"" else ""
    shown = {"plan": plan, "problems": problems, "error": error, "columns": COLUMNS, "words": COUNT_COLUMNS}
    return render_template("tickets/import.html", form=form, **shown)


def _plan(rows: tuple[service.ImportedCounts, ...], file_name: str, *, doing: bool) -> service.CountsPlan:
    if not doing:
        with reading() as session:
            return service.plan_import(session, actor(), rows=rows, at=now())
    with transaction() as session:
        return service.import_counts(session, actor(), rows=rows, file_name=file_name, at=now())


def _told(table: Table, plan: service.CountsPlan | None) -> list[tuple[Problem, str]]:
    problems = problems_of(plan, table) if plan else table.problems
    return [(problem, problem_sentence(problem, REASONS)) for problem in problems]


@bp.get("/tickets/export/<kind>")
@requires(Permission.TICKETS_VIEW)
def export(kind: str) -> ResponseReturnValue:
    """The numbers of counted tickets as a file, in the columns of the import."""
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    with reading() as session:
        sums = queries.sums_by_day(session)
        types, places = queries.list_types(session, inactive=True), list_places(session, inactive=True)
    return download(write_counts(sums, types, places, kind), f"tickets.{kind}")
