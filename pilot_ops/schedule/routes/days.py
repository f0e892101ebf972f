"""Single meal days: what is known beforehand, cancelling, and taking that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule import queries, service
from pilot_ops.schedule.domain import CancelReason, MealDay, ServingWindow
from pilot_ops.schedule.forms import CancelForm, DayForm
from pilot_ops.schedule.labels import REASONS
from pilot_ops.schedule.routes import bp


@bp.route("/days/<uuid:day_id>/edit", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def edit_day(day_id: UUID) -> ResponseReturnValue:
    """Portions ordered, menu, diet marks and serving time of a day."""
    with reading() as session:
        day = queries.get_day(session, day_id)
        park = get_park(session, day.park_id)
    form = DayForm(data=_shown(day)) if request.method == "GET" else DayForm()
    if form.validate_on_submit():
        facts = {"ordered": form.ordered.data, "menu": form.menu(), "diets": form.diets.data or ""}
        window = ServingWindow(form.serving_from.data, form.serving_to.data)
        try:
            with transaction() as session:
                service.change_day(session, actor(), day_id=day_id, window=window, at=now(), **facts)
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Päivän tiedot on tallennettu"))
            return redirect(url_for("meals.day", day_id=day_id))
    return render_template("schedule/day_form.html", form=form, day=day, park=park)


def _shown(day: MealDay) -> dict[str, object]:
    return {
        "ordered": day.ordered,
        "serving_from": day.window.starts,
        "serving_to": day.window.ends,
        "menu_fi": day.menu.fi,
        "menu_sv": day.menu.sv,
        "menu_en": day.menu.en,
        "diets": day.diets,
    }


@bp.route("/days/<uuid:day_id>/cancel", methods=["GET", "POST"])
@requires(Permission.DAYS_CANCEL)
def cancel_day(day_id: UUID) -> ResponseReturnValue:
    """Cancel a day, with the reason and whether its food still costs."""
    form = CancelForm()
    with reading() as session:
        day = queries.get_day(session, day_id)
        actor().must(Permission.DAYS_CANCEL, day.park_id)
        park = get_park(session, day.park_id)
    if form.validate_on_submit():
        why: dict[str, Any] = {"reason": CancelReason(form.reason.data), "note": (form.note.data or "").strip()}
        billed = form.food_billed.data == "yes"
        try:
            with transaction() as session:
                service.cancel_day(session, actor(), day_id=day_id, food_billed=billed, at=now(), **why)
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Päivä on peruttu"))
            return redirect(url_for("meals.day", day_id=day_id))
    return to_keep(render_template("schedule/cancel.html", form=form, day=day, park=park))


@bp.post("/days/<uuid:day_id>/restore")
@requires(Permission.DAYS_REOPEN)
def restore_day(day_id: UUID) -> ResponseReturnValue:
    """Take a cancellation back."""
    with transaction() as session:
        service.restore_day(session, actor(), day_id=day_id, at=now())
    tell(_("Päivä on taas suunniteltu"))
    return redirect(url_for("meals.day", day_id=day_id))
