"""A year of the programme on one page, and each measure on its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.accounts.queries import names_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.programme import queries, service
from pilot_ops.programme.domain import Account, PartKind, Status
from pilot_ops.programme.labels import ACCOUNTS, PART_KINDS, STATUS_KINDS, STATUSES
from pilot_ops.programme.routes import bp
from pilot_ops.programme.routes.shown import budget_bar, reach_bars, serving

WORDS = {
    "statuses": STATUSES,
    "status_kinds": STATUS_KINDS,
    "accounts": ACCOUNTS,
    "part_kinds": PART_KINDS,
    "Status": Status,
    "Account": Account,
    "PartKind": PartKind,
}


@bp.get("/programme")
@requires(Permission.PROGRAMME_VIEW)
def programme() -> ResponseReturnValue:
    """The latest year of the programme that has begun; else the first to come."""
    with reading() as session:
        years = [year.year for year in queries.list_years(session)]
    begun = [year for year in years if year <= local_day(now()).year]
    if not years:
        return render_template("programme/none.html")
    return redirect(url_for(".year", year=begun[0] if begun else years[-1]))


@bp.get("/programme/<int:year>")
@requires(Permission.PROGRAMME_VIEW)
def year(year: int) -> ResponseReturnValue:
    """A year: budget and costs, measures, benefit targets, reach and decisions."""
    day = local_day(now())
    with reading() as session:
        overview = service.get_overview(session, actor(), year=year, today=day)
        page: dict[str, Any] = {
            "years": queries.list_years(session),
            "targets": queries.list_targets(session),
            "decisions": queries.list_decisions(session, year),
        }
    page["names"] = {line.measure.id: line.measure.name for line in overview.measures}
    page["charts"] = {"budget": budget_bar(overview), "reach": reach_bars(page["years"])}
    page["serving_of"] = serving(page["targets"], overview)
    return render_template("programme/year.html", overview=overview, as_of=day, **page, **WORDS)


@bp.get("/programme/measures/<uuid:measure_id>")
@requires(Permission.PROGRAMME_VIEW)
def measure(measure_id: UUID) -> ResponseReturnValue:
    """A measure: how far it has come, what it cost, and what belongs to it."""
    day = local_day(now())
    with reading() as session:
        found = queries.get_measure(session, measure_id)
        overview = service.get_overview(session, actor(), year=found.year, today=day)
        expenses = [one for one in queries.list_expenses(session, found.year) if one.measure_id == measure_id]
        decisions = [one for one in queries.list_decisions(session, found.year) if one.measure_id == measure_id]
        targets = queries.list_targets(session)
    (figures,) = (line for line in overview.measures if line.measure.id == measure_id)
    page = {"expenses": expenses, "decisions": decisions, "targets": targets, "as_of": day}
    return render_template("programme/measure.html", figures=figures, measure=found, **page, **WORDS)


@bp.get("/programme/<int:year>/expenses")
@requires(Permission.PROGRAMME_VIEW)
def expenses(year: int) -> ResponseReturnValue:
    """Every expense of a year, the newest first."""
    with reading() as session:
        found = queries.get_year(session, year)
        measures = {measure.id: measure.name for measure in queries.list_measures(session, year)}
        booked = queries.list_expenses(session, year)
        bookers = queries.bookers_of(session, year)
        people = names_of(session, {user_id for user_id in bookers.values() if user_id})
    page = {"year": found, "measures": measures, "expenses": booked[::-1], "bookers": bookers, "people": people}
    taken_back = {expense.reverses for expense in booked}
    return render_template("programme/expenses.html", reversed_ids=taken_back, **page, **WORDS)
