"""The page that tells how to subscribe to a calendar."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pilot_ops.feeds import queries
from pilot_ops.feeds.routes import bp
from pilot_ops.feeds.routes.answers import addresses, language, today
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.kept import kept
from pilot_ops.kernel.web.tongues import by_link


@bp.get("/feeds")
@public
@by_link
@kept
def feeds() -> ResponseReturnValue:
    """Lunches and events in one's own calendar, and data for other services."""
    with reading() as session:
        parks = queries.list_serving(session, today())
    return render_template("feeds/feeds.html", parks=parks, addresses=addresses(), feed_language=language())
