"""The forecast of the costs with its range, and the cost of another season."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from pilot_ops.costs.domain import ParkSheet, Sheet
from pilot_ops.costs.queries import Basis
from pilot_ops.forecasts import service
from pilot_ops.forecasts.charts import range_charts, season_charts
from pilot_ops.forecasts.domain import Plan, Range, Ranges, Season, check_plan, estimated, reckon, so_far, usual_plan
from pilot_ops.forecasts.export import write_ranges, write_what_if
from pilot_ops.forecasts.forms import PlanForm
from pilot_ops.forecasts.labels import REASONS
from pilot_ops.forecasts.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.situation import Asked, asked_situation, shown_situation
from pilot_ops.schedule.domain import Pilot

# So many parks are drawn; all are in the table.
MOST_DRAWN = 12


@bp.get("/costs/<uuid:pilot_id>/forecast")
@requires(Permission.COSTS_VIEW)
def forecast(pilot_id: UUID) -> ResponseReturnValue:
    """What the pilot will have cost when its season is over: the forecast, and what it may become."""
    today = local_day(now())
    asked = asked_situation(today)
    basis, sheet, ranges = _forecast(pilot_id, asked, today)
    return render_template(
        "forecasts/forecast.html",
        pilot=basis.pilot,
        names=basis.names,
        costs=sheet,
        ranges=ranges,
        charts=range_charts(_drawn(basis, sheet, ranges)),
        last_day=max((park_day.day for days in basis.days.values() for park_day in days), default=None),
        has_price=basis.terms.pricing() is not None,
        **shown_situation(asked, sheet.as_of, today=today),
    )


def _forecast(pilot_id: UUID, asked: Asked, today: date) -> tuple[Basis, Sheet, Ranges]:
    """The forecast of the situation asked for, and what it is made of."""
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id, known=asked.known)
    sheet = basis.sheet(asked.day or basis.latest_day(today))
    return basis, sheet, service.get_ranges(basis, sheet)


def _drawn(basis: Basis, sheet: Sheet, ranges: Ranges) -> list[tuple[str, Range, Money]]:
    """The parks of the chart: all, or of many those that are to cost most beyond their estimate."""
    parks: Sequence[ParkSheet] = sheet.parks
    if len(parks) > MOST_DRAWN:
        parks = sorted(parks, key=lambda park: park.figures.estimate_total - park.figures.forecast)[:MOST_DRAWN]
    return [(basis.names[park.park_id], ranges.parks[park.park_id], park.figures.estimate_total) for park in parks]


@bp.get("/costs/<uuid:pilot_id>/forecast/csv")
@requires(Permission.COSTS_VIEW)
def forecast_file(pilot_id: UUID) -> ResponseReturnValue:
    """The forecast of each park with its range as CSV."""
    today = local_day(now())
    asked = asked_situation(today)
    if asked.wrong:
        return redirect(url_for(".forecast", pilot_id=pilot_id, **asked.again))
    basis, sheet, ranges = _forecast(pilot_id, asked, today)
    name = f"forecast-{sheet.as_of.isoformat()}{'-known-then' if asked.known else ''}.csv"
    return download(write_ranges(basis, sheet, ranges), name)


@bp.get("/costs/<uuid:pilot_id>/what-if")
@requires(Permission.COSTS_VIEW)
def what_if(pilot_id: UUID) -> ResponseReturnValue:
    """The cost of another season beside this pilot's own figures; everything asked is in the address."""
    pilot, day, form, plan, columns = _reckoned(pilot_id)
    return render_template(
        "forecasts/what_if.html",
        pilot=pilot,
        form=form,
        plan=plan,
        columns=columns,
        charts=season_charts(columns),
        as_of=day,
        args=_asked(),
    )


@bp.get("/costs/<uuid:pilot_id>/what-if/csv")
@requires(Permission.COSTS_VIEW)
def what_if_file(pilot_id: UUID) -> ResponseReturnValue:
    """The same as CSV."""
    *_page, plan, columns = _reckoned(pilot_id)
    if plan is None:
        return redirect(url_for(".what_if", pilot_id=pilot_id, **_asked()))
    return download(write_what_if(plan, columns), "what-if.csv")


def _asked() -> dict[str, Any]:
    """What the address asks for, so that links keep it."""
    return {name: text for name, text in request.args.items() if name in Plan.__slots__}


def _reckoned(pilot_id: UUID) -> tuple[Pilot, date, PlanForm, Plan | None, list[tuple[str, Season]]]:
    """The pilot, the day of its figures, the form with what was asked or those figures, the plan and the seasons.

    The plan is None if it cannot be.
    """
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id)
        day = basis.latest_day(local_day(now()))
        seen = service.get_experience(session, basis, day)
    figures = basis.sheet(day).total
    parks = sum(bool(days) for days in basis.days.values()) or len(basis.names) or 1
    form, plan = _asked_plan(usual_plan(basis.terms, figures, seen, parks=parks))
    columns = [(_("Laskelma"), reckon(plan))] if plan else []
    columns.append((_("Pilotti tähän asti"), so_far(figures, parks=parks)))
    columns.append((_("Arvio"), estimated(basis.terms, figures, parks=parks)))
    return basis.pilot, day, form, plan, columns


def _asked_plan(usual: Plan) -> tuple[PlanForm, Plan | None]:
    if not _asked():
        return PlanForm(MultiDict(), obj=usual), usual
    form = PlanForm(request.args)
    if not form.validate():
        return form, None
    plan = form.plan()
    try:
        check_plan(plan)
    except Refused as refused:
        form.refuse(refused, REASONS)
        return form, None
    return form, plan
