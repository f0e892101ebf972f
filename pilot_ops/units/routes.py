"""Pages of units: the places of the service map that are known."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.units import queries, service
from pilot_ops.units.domain import Unit
from pilot_ops.units.labels import REASONS, SOURCE, unit_facts

bp = Blueprint("units", __name__)


@bp.app_context_processor
def _words() -> dict[str, object]:
    """What pages of other slices need to tell of a unit."""
    return {"unit_facts": unit_facts, "unit_link": unit_link, "unit_source": SOURCE}


def unit_link(unit: Unit) -> str:
    """Where the service map tells more of a unit; empty if the settings have no such link."""
    return the_settings().unit_link.format(id=unit.id)


@bp.get("/units")
@requires(Permission.PLACES_EDIT)
def units() -> ResponseReturnValue:
    """The units that are known: parks, and places for events and tickets."""
    with reading() as session:
        found = queries.list_units(session)
    return render_template("units/units.html", units=found)


@bp.post("/units/<int:unit_id>/remove")
@requires(Permission.PLACES_EDIT)
def remove(unit_id: int) -> ResponseReturnValue:
    """Take a unit out that is neither a park nor a place of tickets."""
    try:
        with transaction() as session:
            service.remove_unit(session, actor(), unit_id=unit_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
    else:
        tell(_("Paikka poistettiin. Sen tapahtumat säilyvät"))
    return redirect(url_for(".units"))
