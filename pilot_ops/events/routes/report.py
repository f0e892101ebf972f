"""Whom events reached and what they cost: the page and the files."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pilot_ops.events import export, queries
from pilot_ops.events.domain import Event, reach_of
from pilot_ops.events.forms import PeriodForm
from pilot_ops.events.labels import STATUSES
from pilot_ops.events.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import requires


@bp.get("/events/report")
@requires(Permission.EVENTS_VIEW)
def report() -> ResponseReturnValue:
    """Participations, helpers and costs of the events of a period, this year's to begin with."""
    form = PeriodForm(request.args)
    first, last = form.period(local_day(now())) if form.validate() else (None, None)
    found = _found(first, last) if first else {}
    reach = reach_of(found["events"], found["came"], found["closings"]) if found else None
    args = {"first": request.args.get("first", ""), "last": request.args.get("last", "")}
    return render_template("events/report.html", form=form, reach=reach, args=args, statuses=STATUSES, **found)


@bp.get("/events/report/<kind>")
@requires(Permission.EVENTS_VIEW)
def report_file(kind: str) -> ResponseReturnValue:
    """The same as a file."""
    form = PeriodForm(request.args)
    if kind not in {"csv", "xlsx", "pdf", "json"} or not form.validate():
        raise NotFound
    first, last = form.period(local_day(now()))
    found = _found(first, last)
    if kind == "pdf":
        content = export.write_paper(**found, days=[day for day in (first, last) if day])
    else:
        content = export.write_report(**found, kind=kind)
    return download(content, f"events.{kind}")


def _found(first: date | None, last: date | None) -> dict[str, Any]:
    with reading() as session:
        events: list[Event] = [
            event for event in queries.list_events(session, first=first, last=last) if event.is_public
        ]
        ids = [event.id for event in events]
        came, closings = queries.attendance_of(session, ids), queries.closings_of(session, ids)
    return {"events": events, "came": came, "closings": closings}
