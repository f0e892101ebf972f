"""The manager's pages: all parks, and each park, against the estimate."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.costs import service
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.routes import bp
from pilot_ops.costs.routes.shown import overview_of, park_page_of
from pilot_ops.events.queries import get_reach
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.situation import Asked, asked_situation, shown_situation
from pilot_ops.schedule.domain import PilotTitle
from pilot_ops.schedule.queries import list_titles


@bp.get("/costs")
@requires(Permission.COSTS_VIEW)
def costs() -> ResponseReturnValue:
    """Every park of a pilot against the estimate; the running pilot unless another is asked for."""
    with reading() as session:
        pilots, today = list_titles(session), local_day(now())
        pilot = _chosen(pilots, today)
        if pilot is None:
            return render_template("costs/none.html")
        asked = asked_situation(today)
        basis = service.get_costs(session, actor(), pilot_id=pilot.id, known=asked.known)
        day = asked.day or basis.latest_day(today)
        # Who came to events is told as it is known now alone.
        reach = None if asked.known else get_reach(session, first=pilot.starts_on, last=day)
    return render_template(
        "costs/costs.html",
        pilots=pilots,
        page=overview_of(basis, day),
        reach=reach,
        **_situation(basis, asked, day),
    )


@bp.get("/costs/<uuid:pilot_id>/parks/<uuid:park_id>")
@requires(Permission.COSTS_VIEW)
def park(pilot_id: UUID, park_id: UUID) -> ResponseReturnValue:
    """One park against the estimate: its curve, its figures, and why it is over or under."""
    today = local_day(now())
    asked = asked_situation(today)
    if asked.wrong:
        return ask_again(pilot_id, asked)
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id, known=asked.known)
    if park_id not in basis.names:
        raise NotFound
    day = asked.day or basis.latest_day(today)
    return render_template(
        "costs/park.html",
        park_id=park_id,
        page=park_page_of(basis, park_id, day),
        **_situation(basis, asked, day),
    )


def _situation(basis: Basis, asked: Asked, day: date) -> dict[str, Any]:
    """What both pages show of the pilot, of the day, and of when it was known."""
    shown = shown_situation(asked, day, today=local_day(now()))
    return {**shown, "pilot": basis.pilot, "terms": basis.terms, "names": basis.names}


def ask_again(pilot_id: UUID, asked: Asked) -> ResponseReturnValue:
    """The page of all parks, where what is wrong with the as-of date stands beside its field."""
    return redirect(url_for("costs.costs", pilot=pilot_id, **asked.again))


def _chosen(pilots: tuple[PilotTitle, ...], day: date) -> PilotTitle | None:
    """The pilot asked for; else the one running on the day, the latest begun, or the first to come."""
    asked = request.args.get("pilot", "")
    for pilot in pilots:
        if str(pilot.id) == asked:
            return pilot
    if asked:
        raise NotFound
    begun = [pilot for pilot in pilots if pilot.starts_on <= day]
    return begun[0] if begun else (pilots[-1] if pilots else None)
