"""Files of costs: the report, the ledger, and costs from a spreadsheet."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import month_of
from pilot_ops.costs.export import COLUMNS, problems_of, read_costs, write_ledger
from pilot_ops.costs.labels import CATEGORIES, REASONS
from pilot_ops.costs.reports import KINDS, report_file
from pilot_ops.costs.routes import bp
from pilot_ops.costs.routes.periods import month_in
from pilot_ops.costs.routes.sheet import ask_again
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.tabular import Problem
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.files import FileForm, download, problem_sentence
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.situation import asked_situation
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot


@bp.get("/costs/<uuid:pilot_id>/report/<kind>")
@requires(Permission.COSTS_VIEW)
def export(pilot_id: UUID, kind: str) -> ResponseReturnValue:
    """The cost report as CSV, Excel, PDF or JSON."""
    if kind not in KINDS:
        raise NotFound
    today = local_day(now())
    asked = asked_situation(today)
    if asked.wrong:
        return ask_again(pilot_id, asked)
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id, known=asked.known)
    day = asked.day or basis.latest_day(today)
    name = f"costs-{day.isoformat()}{'-known-then' if asked.known else ''}.{kind}"
    return download(report_file(basis, basis.sheet(day), kind), name)


@bp.get("/costs/<uuid:pilot_id>/ledger/<kind>")
@requires(Permission.COSTS_VIEW)
def export_ledger(pilot_id: UUID, kind: str) -> ResponseReturnValue:
    """The ledger as a file, in the columns of the import; of a day or of a month, its name says which."""
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    asked = asked_situation(local_day(now()))
    if asked.wrong:
        return redirect(url_for(".ledger", pilot_id=pilot_id, **asked.again))
    month = month_in(request.args["month"]) if "month" in request.args else None
    with reading() as session:
        get_pilot(session, pilot_id)
        entries = queries.list_entries(session, pilot_id, last=asked.day, until=queries.known_until(asked.known))
        parks = park_names(session)
    if month:
        entries = tuple(entry for entry in entries if month_of(entry.day) == month)
    of = f"-{month:%Y-%m}" if month else ""
    of += f"-{asked.day.isoformat()}{'-known-then' if asked.known else ''}" if asked.day else ""
    return download(write_ledger(entries, parks, kind), f"ledger{of}.{kind}")


@bp.route("/costs/<uuid:pilot_id>/import", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def import_file(pilot_id: UUID) -> ResponseReturnValue:
    """Bring costs in from a file: first what it would do, row by row, then doing it."""
    form = FileForm()
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        parks = park_names(session)
    content = form.file() if form.validate_on_submit() else None
    plan, problems = _plan(pilot, content) if content else (None, [])
    if content and plan and not problems and request.form.get("step") == "import":
        if _import(pilot, plan, form.file_name.data or ""):
            return redirect(url_for(".ledger", pilot_id=pilot_id))
        plan, problems = _plan(pilot, content)
    error = _("Valitse tiedosto") if content == b"" else ""
    shown = {"plan": plan, "problems": problems, "error": error, "columns": COLUMNS, "categories": CATEGORIES}
    return render_template("costs/import.html", form=form, pilot=pilot, parks=parks, **shown)


def _import(pilot: Pilot, plan: service.CostPlan, name: str) -> bool:
    """Book what was planned; whether it was. Where a month was locked meanwhile, planning anew names its rows."""
    try:
        with transaction() as session:
            booked = service.import_costs(session, actor(), pilot=pilot, plan=plan, file_name=name, at=now())
    except Refused:
        return False
    tell(ngettext("%(num)s kulu kirjattiin", "%(num)s kulua kirjattiin", booked))
    return True


def _plan(pilot: Pilot, content: bytes) -> tuple[service.CostPlan | None, list[tuple[Problem, str]]]:
    table, costs = read_costs(content)
    problems, plan = table.problems, None
    if not problems:
        with reading() as session:
            plan = service.plan_import(session, actor(), pilot=pilot, costs=costs, at=now())
        problems = problems_of(plan, table)
    return plan, [(problem, problem_sentence(problem, REASONS)) for problem in problems]
