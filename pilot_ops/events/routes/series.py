"""Pages of series: repeating an event, publishing what a series has, and giving all of them the same details."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.events import queries, service
from pilot_ops.events.domain import Rule, occurrences
from pilot_ops.events.forms import SeriesForm
from pilot_ops.events.labels import REASONS
from pilot_ops.events.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires


@bp.route("/events/<uuid:event_id>/repeat", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def repeat_event(event_id: UUID) -> ResponseReturnValue:
    """Repeat an event: first the days that the rule gives, then the making."""
    form = SeriesForm()
    planned: tuple[datetime, ...] = ()
    with reading() as session:
        found = queries.get_event(session, event_id)
    if form.validate_on_submit():
        try:
            rule, days = form.the_rule(), form.days()
            if request.form.get("step") == "make":
                return _made(event_id, form, rule, days)
            planned = occurrences(rule, found.starts_at, days)
        except Refused as refused:
            form.refuse(refused, REASONS)
        except ValueError:
            form.add_error(
                "except_days", str(_("Kirjoita päivät pilkuin erotettuina, esimerkiksi 24.6.2025, 8.7.2025"))
            )
    return render_template("events/repeat.html", form=form, event=found, planned=planned)


def _made(event_id: UUID, form: SeriesForm, rule: Rule, days: tuple[date, ...]) -> ResponseReturnValue:
    asked: dict[str, Any] = {"event_id": event_id, "series_id": form.series_id.data, "rule": rule, "except_days": days}
    with transaction() as session:
        made = service.repeat_event(session, actor(), **asked, at=now())
    tell(ngettext("Sarjassa on %(num)s tapahtuma", "Sarjassa on %(num)s tapahtumaa", len(made)))
    return redirect(url_for(".event", event_id=event_id))


@bp.post("/events/<uuid:event_id>/series/<how>")
@requires(Permission.EVENTS_EDIT)
def series_step(event_id: UUID, how: str) -> ResponseReturnValue:
    """Publish the drafts of an event's series, or have the ones to come say what this one says."""
    try:
        with transaction() as session:
            series_id = queries.get_event(session, event_id).series_id
            if how == "change":
                done = service.change_series(session, actor(), like=event_id, at=now())
            elif series_id is None or how != "publish":
                raise NotFound
            else:
                done = service.publish_series(session, actor(), series_id=series_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
    else:
        tell(ngettext("%(num)s tapahtuma tallennettu", "%(num)s tapahtumaa tallennettu", done))
    return redirect(url_for(".event", event_id=event_id))
