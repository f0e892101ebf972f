"""Invoices against what was ordered and what came."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from pilot_ops.costs import service
from pilot_ops.costs.domain import match_invoices, unmatchable
from pilot_ops.costs.labels import finding_words
from pilot_ops.costs.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.situation import asked_situation, shown_situation


@bp.get("/costs/<uuid:pilot_id>/matching")
@requires(Permission.COSTS_VIEW)
def matching(pilot_id: UUID) -> ResponseReturnValue:
    """Every catering invoice of a pilot, or those up to a day: those that do not match first, and why."""
    today = local_day(now())
    asked = asked_situation(today)
    with reading() as session:
        basis = service.get_costs(session, actor(), pilot_id=pilot_id, known=asked.known).up_to(asked.day)
    bills = match_invoices(basis.terms, basis.days, basis.entries)
    return render_template(
        "costs/matching.html",
        pilot=basis.pilot,
        names=basis.names,
        wrong=[bill for bill in bills if not bill.matches],
        right=[bill for bill in bills if bill.matches],
        loose=unmatchable(basis.entries),
        finding_words=finding_words,
        **shown_situation(asked, asked.day or today, today=today),
    )
