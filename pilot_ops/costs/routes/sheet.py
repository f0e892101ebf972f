"""The manager's pages: all parks, and each park, against the estimate."""

from __future__ import annotations

from dataclasses import dataclass
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
from pilot_ops.schedule.domain import PilotTitle
from pilot_ops.schedule.queries import list_titles


@bp.get("/costs")
@requires(Permission.COSTS_VIEW)
def costs() -> ResponseReturnValue:
    """Every park of a pilot against the estimate; the running pilot unless another is asked for."""
    with reading() as session:
        pilots = list_titles(session)
        pilot = _chosen(pilots, local_day(now()))
        if pilot is None:
            return render_template("costs/none.html")
        asked = asked_situation()
        basis = service.get_costs(session, actor(), pilot_id=pilot.id, known=asked.known)
        day = asked.day_of(basis)
        reach = get_reach(session, first=pilot.starts_on, last=day)
    return render_template(
        "costs/costs.html",
        pilots=pilots,
        page=overview_of(basis, day),
        reach=reach,
        asked=asked,
        **_situation(basis, day),
    )


@bp.get("/costs/<uuid:pilot_id>/parks/<uuid:park_id>")
@requires(Permission.COSTS_VIEW)
def park(pilot_id: UUID, park_id: UUID) -> ResponseReturnValue:
    """One park against the estimate: its curve, its figures, and why it is over or under."""
    asked = asked_situation()
    if asked.wrong:
        return ask_again(pilot_id, asked.typed)
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id, known=asked.known)
    if park_id not in basis.names:
        raise NotFound
    day = asked.day_of(basis)
    return render_template(
        "costs/park.html",
        park_id=park_id,
        page=park_page_of(basis, park_id, day),
        **_situation(basis, day),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The situation an address asks for: a day, or None for the latest; ``then`` is as it was known on that day.

    With it what was typed, and what is wrong with that; the page of all parks has a field to say so beside.
    """

    day: date | None = None
    typed: str = ""
    wrong: str = ""
    then: bool = False

    @property
    def known(self) -> date | None:
        """The day at whose end the figures are to have been known; None is now."""
        return self.day if self.then else None

    def day_of(self, basis: Basis) -> date:
        """The as-of date: the day asked for, or else the latest whose costs are known."""
        return self.day or basis.latest_day(local_day(now()))


def asked_situation() -> Asked:
    """What the address of this request asks for."""
    typed = request.args.get("as-of", "").strip()
    then = request.args.get("known") == "then"
    if not typed:
        return Asked()
    try:
        day = read_day(typed)
    except ValueError:
        return Asked(typed=typed, then=then, wrong=_("Kirjoita päivä, esimerkiksi 19.6.2024"))
    if day > local_day(now()):
        return Asked(typed=typed, then=then, wrong=_("Päivä on vasta tulossa. Kirjoita tämä päivä tai aiempi"))
    return Asked(day, typed, then=then)


def _situation(basis: Basis, day: date) -> dict[str, Any]:
    """What both pages show of the situation: the day, and when it was known (None: now).

    ``at`` is what links carry on; ``other`` the same day known at the other time, None where that is no other.
    """
    plain = {"as-of": day.isoformat()}
    then = {**plain, "known": "then"}
    other = plain if basis.known else then if day < local_day(now()) else None
    at = then if basis.known else plain
    shown = {"pilot": basis.pilot, "terms": basis.terms, "names": basis.names, "as_of": day}
    return {**shown, "known": basis.known, "at": at, "other": other}


def ask_again(pilot_id: UUID, typed: str) -> ResponseReturnValue:
    """The page of all parks, where what is wrong with the as-of date stands beside its field."""
    given: dict[str, Any] = {"pilot": pilot_id, "as-of": typed}
    return redirect(url_for("costs.costs", **given))


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
