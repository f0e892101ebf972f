"""Pages of parks."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.parks import queries, service
from pilot_ops.parks.forms import ParkForm
from pilot_ops.parks.labels import REASONS

bp = Blueprint("parks", __name__)


def _country() -> str:
    return the_settings().holiday_country


@bp.get("/parks")
@requires(Permission.PARKS_VIEW)
def parks() -> ResponseReturnValue:
    """Every park."""
    with reading() as session:
        found = queries.list_parks(session, inactive=True)
    return render_template("parks/parks.html", parks=found)


@bp.route("/parks/new", methods=["GET", "POST"])
@requires(Permission.PARKS_EDIT)
def new_park() -> ResponseReturnValue:
    """Add a park."""
    form = ParkForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.create_park(session, actor(), details=form.details(), at=now(), country=_country())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name.data))
            return redirect(url_for(".parks"))
    elif request.method == "GET":
        form.city.data, form.active.data = the_settings().municipality, True
    return render_template("parks/park.html", form=form, park=None)


@bp.route("/parks/<uuid:park_id>", methods=["GET", "POST"])
@requires(Permission.PARKS_EDIT)
def park(park_id: UUID) -> ResponseReturnValue:
    """Correct a park's details, or take it out of use."""
    form = ParkForm()
    with reading() as session:
        found = queries.get_park(session, park_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change_park(
                    session, actor(), park_id=park_id, details=form.details(), at=now(), country=_country()
                )
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name.data))
            return redirect(url_for(".parks"))
    elif request.method == "GET":
        form.fill(found.details)
    return render_template("parks/park.html", form=form, park=found)
