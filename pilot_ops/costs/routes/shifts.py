"""Staff hours from shifts: a form for a week of a park."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from pilot_ops.costs import queries, service
from pilot_ops.costs.forms import ShiftsForm
from pilot_ops.costs.labels import REASONS, shift_words
from pilot_ops.costs.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.tabular import read_day
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.schedule.queries import get_pilot


@bp.route("/costs/<uuid:pilot_id>/shifts", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def shifts(pilot_id: UUID) -> ResponseReturnValue:
    """Book the shifts of a week in a park; those of the week that are booked stand beside."""
    form = _form(pilot_id)
    if form.validate_on_submit():
        try:
            made = {called: (shift, shift_words(shift)) for called, shift in form.shifts().items()}
            with transaction() as session:
                service.book_shifts(session, actor(), pilot_id=pilot_id, shifts=made, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(ngettext("%(num)s työvuoro kirjattiin", "%(num)s työvuoroa kirjattiin", len(made)))
            week = {"week": form.monday.isoformat(), "park": form.park.data}
            return redirect(url_for(".shifts", pilot_id=pilot_id, **week))
    return _page(pilot_id, form)


def _form(pilot_id: UUID) -> ShiftsForm:
    """The form; a fresh one is of the week and park in the address, or else of this week."""
    form = ShiftsForm()
    with reading() as session:
        form.offer(queries.list_cost_parks(session, get_pilot(session, pilot_id)))
    if request.method == "GET":
        form.park.data = request.args.get("park")
        try:
            form.week.data = read_day(request.args.get("week", ""))
        except ValueError:
            form.week.data = local_day(now())
    return form


def _page(pilot_id: UUID, form: ShiftsForm) -> str:
    monday = form.monday if form.week.data else None
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        parks = queries.list_cost_parks(session, pilot)
        last = monday + timedelta(days=6) if monday else None
        booked = queries.list_shifts(session, pilot_id, first=monday, last=last) if monday and last else ()
    shown = {"monday": monday, "booked": booked, "parks": parks, "week": timedelta(days=1)}
    return render_template("costs/shifts.html", form=form, pilot=pilot, **shown)
