"""The manager's pages: all parks, and each park, against the estimate."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.costs import service
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.routes import bp
from pilot_ops.costs.routes.shown import overview_of, park_page_of
from pilot_ops.events.queries import get_reach
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
        reach = get_reach(session, first=pilot.details.starts_on, last=day)
    return render_template(
        "costs/costs.html",
        pilot=pilot,
        pilots=pilots,
        terms=basis.terms,
        names=basis.names,
        page=overview_of(basis, day),
        reach=reach,
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
    if park_id not in basis.names:
        raise NotFound
    day, typed, wrong = asked_day(basis)
    if wrong:
        return ask_again(pilot_id, typed)
    return render_template(
        "costs/park.html",
        pilot=basis.pilot,
        terms=basis.terms,
        names=basis.names,
        park_id=park_id,
        page=park_page_of(basis, park_id, day),
        as_of=day,
    )


def asked_day(basis: Basis) -> tuple[date, str, str]:
    """The as-of date: the one in the address, or else the latest whose costs are known.

    With it what was typed, and what is wrong with that; the page of all parks has a field to say so beside.
    """
    typed = request.args.get("as-of", "").strip()
    today = local_day(now())
    latest = basis.latest_day(today)
    if not typed:
        return latest, "", ""
    try:
        day = read_day(typed)
    except ValueError:
        return latest, typed, _("Kirjoita päivä, esimerkiksi 19.6.2024")
    if day > today:
        return latest, typed, _("Päivä on vasta tulossa. Kirjoita tämä päivä tai aiempi")
    return day, typed, ""


def ask_again(pilot_id: UUID, typed: str) -> ResponseReturnValue:
    """The page of all parks, where what is wrong with the as-of date stands beside its field."""
    given: dict[str, Any] = {"pilot": pilot_id, "as-of": typed}
    return redirect(url_for("costs.costs", **given))


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
