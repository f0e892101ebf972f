"""The page of wrong codes: how many were tried, day by day, and where."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import MANY_WRONG
from pilot_ops.tickets.labels import SOURCES
from pilot_ops.tickets.routes import bp

_DAYS = 30


@bp.get("/tickets/wrong-codes")
@requires(Permission.AUDIT_VIEW)
def wrong_codes() -> ResponseReturnValue:
    """Codes that were none of ours, in the last thirty days; a day without any is left out."""
    with reading() as session:
        found = queries.count_wrong_codes(session, local_day(now()) - timedelta(days=_DAYS - 1))
        unseen = any(message.kind is Kind.WRONG_CODES for message in list_messages(session))
    days = sorted({day for day, _source in found}, reverse=True)
    rows = [(day, [found.get((day, source), 0) for source in SOURCES]) for day in days]
    page = {"rows": rows, "sources": SOURCES, "many": MANY_WRONG, "days": _DAYS, "open": unseen}
    return render_template("tickets/wrong_codes.html", **page)


@bp.post("/tickets/wrong-codes")
@requires(Permission.AUDIT_VIEW)
def settle_wrong_codes() -> ResponseReturnValue:
    """Take the messages about wrong codes off what needs attention: somebody has looked at them."""
    with transaction() as session:
        service.settle_wrong_codes(session, actor(), at=now())
    return redirect(url_for("messages.attention"))
