"""The page of what needs attention."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.messages import queries
from pilot_ops.messages.labels import sentence_of
from pilot_ops.parks.queries import park_names

bp = Blueprint("messages", __name__)
_SETTLED = 50


@bp.get("/attention")
@requires(Permission.DAYS_VIEW)
def attention() -> ResponseReturnValue:
    """What needs attention now, and what did a while ago; park staff see that of their own parks."""
    mine = None if actor().every_park else actor().parks
    with reading() as session:
        waiting = queries.list_messages(session, park_ids=mine)
        settled = queries.list_messages(session, park_ids=mine, settled=True, most=_SETTLED)
        parks = park_names(session)
    return render_template(
        "messages/attention.html", waiting=waiting, settled=settled, parks=parks, sentence_of=sentence_of
    )
