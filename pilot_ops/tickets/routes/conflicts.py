"""What had happened without a network although the rules would not have let it, for coordinators to look into."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pilot_ops.accounts.queries import names_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import requires
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Reason
from pilot_ops.tickets.labels import ACTIONS, CONFLICTS, REASONS
from pilot_ops.tickets.routes import bp


@bp.get("/tickets/conflicts")
@requires(Permission.TICKETS_VIEW)
def conflicts() -> ResponseReturnValue:
    """What phones did without a network that the rules would not have let, with why, and how many by type."""
    with reading() as session:
        found = queries.list_conflicts(session)
        counts = queries.count_conflicts(session)
        types = {kind.id: kind for kind in queries.list_types(session, inactive=True)}
        places = {place.id: place.name for place in list_places(session, inactive=True)}
        people = names_of(session, {event.user_id for event, _ticket in found if event.user_id})
    page = {"found": found, "counts": counts, "types": types, "places": places, "people": people}
    return render_template(
        "tickets/conflicts.html", **page, actions=ACTIONS, say=_sentence, explain=CONFLICTS, Reason=Reason
    )


def _sentence(reason: Reason) -> str:
    return sentence_of(Refused(reason), REASONS)
