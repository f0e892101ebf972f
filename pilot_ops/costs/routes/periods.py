"""Months of the ledger: what is in each, locking, and opening again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.costs import queries, service
from pilot_ops.costs.forms import UnlockForm
from pilot_ops.costs.labels import REASONS
from pilot_ops.costs.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import month as month_name
from pilot_ops.schedule.queries import get_pilot


@bp.get("/costs/<uuid:pilot_id>/months")
@requires(Permission.COSTS_VIEW)
def months(pilot_id: UUID) -> ResponseReturnValue:
    """The months of a pilot's ledger: open or locked, what is booked in each, and what later ones correct of it."""
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        found = service.list_months(session, actor(), pilot=pilot)
        parks = queries.list_cost_parks(session, pilot)
    return render_template("costs/months.html", pilot=pilot, months=found, parks=parks, today=local_day(now()))


@bp.post("/costs/<uuid:pilot_id>/months/<month>/lock")
@requires(Permission.COSTS_LOCK)
def lock(pilot_id: UUID, month: str) -> ResponseReturnValue:
    """Lock a month."""
    day = month_in(month)
    try:
        with transaction() as session:
            service.lock_month(session, actor(), pilot_id=pilot_id, month=day, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS))
    else:
        tell(_("%(month)s on lukittu", month=month_name(day)))
    return redirect(url_for(".months", pilot_id=pilot_id))


@bp.route("/costs/<uuid:pilot_id>/months/<month>/unlock", methods=["GET", "POST"])
@requires(Permission.COSTS_LOCK)
def unlock(pilot_id: UUID, month: str) -> ResponseReturnValue:
    """Open a locked month again, with a reason."""
    day, form = month_in(month), UnlockForm()
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        if day not in queries.locked_months(session, pilot_id):
            return redirect(url_for(".months", pilot_id=pilot_id))
    if form.validate_on_submit():
        with transaction() as session:
            reason = form.reason.data
            service.unlock_month(session, actor(), pilot_id=pilot_id, month=day, reason=reason, at=now())
        tell(_("%(month)s on avattu", month=month_name(day)))
        return redirect(url_for(".months", pilot_id=pilot_id))
    return render_template("costs/unlock.html", form=form, pilot=pilot, month=day)


def month_in(text: str) -> date:
    """The first day of ``2024-07``. NotFound for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound from None
