"""The manager's pages: all parks, and each park, against the estimate."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pilot_ops.costs import service
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.routes import bp
from pilot_ops.costs.routes.shown import overview_of, park_page_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.tabular import read_day
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import list_pilots


@bp.get("/costs")
@requires(Permission.COSTS_VIEW)
def costs() -> ResponseReturnValue:
    """Every park of a pilot against the estimate; the running pilot unless another is asked for."""
    with reading() as session:
        pilots = list_pilots(session)
        pilot = _chosen(pilots, local_day(now()))
        if pilot is None:
            return render_template("costs/none.html")
        basis = service.get_costs(session, actor(), pilot_id=pilot.id)
    day, typed, wrong = asked_day(basis)
    return render_template(
        "costs/costs.html",
        pilot=pilot,
        pilots=pilots,
        terms=basis.terms,
        names=basis.names,
        page=overview_of(basis, day),
        as_of=day,
        typed=typed,
        wrong=wrong,
    )


@bp.get("/costs/<uuid:pilot_id>/parks/<uuid:park_id>")
@requires(Permission.COSTS_VIEW)
def park(pilot_id: UUID, park_id: UUID) -> ResponseReturnValue:
    """One park against the estimate: its curve, its figures, and why it is over or under."""
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id)
    day, _typed, _wrong = asked_day(basis)
    if park_id not in basis.names:
        raise NotFound
    return render_template(
        "costs/park.html",
        pilot=basis.pilot,
        terms=basis.terms,
        names=basis.names,
        park_id=park_id,
        page=park_page_of(basis, park_id, day),
        as_of=day,
        asked=request.args.get("as-of", ""),
    )


def asked_day(basis: Basis) -> tuple[date, str, bool]:
    """The as-of date: the one in the address, or else the latest whose costs are known.

    With it what was typed, and whether that is no date.
    """
    typed = request.args.get("as-of", "").strip()
    latest = basis.latest_day(local_day(now()))
    if not typed:
        return latest, "", False
    try:
        return read_day(typed), typed, False
    except ValueError:
        return latest, typed, True


def _chosen(pilots: tuple[Pilot, ...], day: date) -> Pilot | None:
    """The pilot asked for; else the one running on the day, the latest begun, or the first to come."""
    asked = request.args.get("pilot", "")
    for pilot in pilots:
        if str(pilot.id) == asked:
            return pilot
    if asked:
        raise NotFound
    begun = [pilot for pilot in pilots if pilot.details.starts_on <= day]
    return begun[0] if begun else (pilots[-1] if pilots else None)
