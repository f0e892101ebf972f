"""Pages of who comes: counting, closing, opening again, and the numbers of a period."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.counting.domain import Tap
from pilot_ops.counting.queries import find_last_tap
from pilot_ops.events import queries, service
from pilot_ops.events.domain import Group, Reason
from pilot_ops.events.forms import CloseForm, ReopenForm
from pilot_ops.events.labels import GROUPS, REASONS, STATUSES
from pilot_ops.events.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import Form, sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.kernel.writer import write_shared


@bp.get("/events/<uuid:event_id>/count")
@requires(Permission.EVENTS_COUNT)
def count(event_id: UUID) -> ResponseReturnValue:
    """The counting page of an event; once it is closed, what it came to."""
    who = actor()
    with reading() as session:
        found = queries.get_event(session, event_id)
        came = queries.attendance_of(session, [event_id])[event_id]
        closing, late = queries.find_closing(session, event_id), queries.count_late(session, event_id)
        last = find_last_tap(session, event_id, who.device_id) if who.device_id else None
    service.must_count(who, found)
    page = {"event": found, "came": came, "closing": closing, "last": last, "groups": GROUPS, "Group": Group}
    if closing or not found.is_on:
        return render_template("events/counted.html", late=late, statuses=STATUSES, **page)
    return to_keep(render_template("events/count.html", tap_id=uuid4(), now=now(), **page))


@bp.post("/events/<uuid:event_id>/tap")
@requires(Permission.EVENTS_COUNT)
def tap(event_id: UUID) -> ResponseReturnValue:
    """One press of a button of the counting page, without JavaScript."""
    pressed, who, at = _pressed(event_id), actor(), now()
    if pressed is not None and Form().validate_on_submit():
        try:
            write_shared(
                lambda session: service.record_attendance_tap(session, who, tap=pressed, at=at), key=f"event/{event_id}"
            )
        except Refused as refused:
            tell(sentence_of(refused, REASONS), "err")
    return redirect(url_for(".count", event_id=event_id))


def _pressed(event_id: UUID) -> Tap | None:
    """The tap that a button's value says: ``group+change``, and of an undo also ``:tap``. None for anything else."""
    value, _sep, undone = request.form.get("tap", "").partition(":")
    group, sign, number = value.rpartition("-" if undone else "+")
    try:
        tap_id, change = UUID(request.form["tap_id"]), int(sign + number)
        return Tap(tap_id, event_id, Group(group).value, change, now(), undoes=UUID(undone) if undone else None)
    except (ValueError, KeyError):
        return None


@bp.get("/events/<uuid:event_id>/counts")
@requires(Permission.EVENTS_COUNT)
def counts(event_id: UUID) -> ResponseReturnValue:
    """The counts of an event on all phones, for an open counting page; unchanged it is answered 304 by the ETag."""
    with reading() as session:
        found = queries.get_event(session, event_id)
        came = queries.attendance_of(session, [event_id])[event_id]
        ended = not found.is_on or queries.find_closing(session, event_id) is not None
    service.must_count(actor(), found)
    answer = jsonify(counts=asdict(came), ended=ended)
    answer.add_etag()
    answer.headers["Pilot-Ops-Now"] = now().isoformat()
    return answer.make_conditional(request)


@bp.route("/events/<uuid:event_id>/close", methods=["GET", "POST"])
@requires(Permission.EVENTS_COUNT)
def close_event(event_id: UUID) -> ResponseReturnValue:
    """End an event with who came, the weather, a note and what it cost."""
    form = CloseForm()
    with reading() as session:
        found = queries.get_event(session, event_id)
        came = queries.attendance_of(session, [event_id])[event_id]
    service.must_count(actor(), found)
    if form.validate_on_submit():
        figures: dict[str, Any] = {"attendance": form.attendance(), "closing": form.closing(), "seen": form.counted()}
        try:
            with transaction() as session:
                service.close(session, actor(), event_id=event_id, form_id=form.form_id.data, **figures, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
            if refused.reason is Reason.COUNTED_MEANWHILE:
                form.show_seen(came)
        else:
            tell(_("Päätetty: %(name)s", name=found.name.fi))
            return redirect(url_for(".count", event_id=event_id))
    elif request.method == "GET":
        form.show_count(came)
    return render_template("events/close.html", form=form, event=found)


@bp.route("/events/<uuid:event_id>/reopen", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def reopen_event(event_id: UUID) -> ResponseReturnValue:
    """Open a closed event again, to correct it."""
    form = ReopenForm()
    with reading() as session:
        found = queries.get_event(session, event_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.reopen(session, actor(), event_id=event_id, reason=form.reason.data, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Avattu uudelleen: %(name)s", name=found.name.fi))
            return redirect(url_for(".close_event", event_id=event_id))
    return render_template("events/reopen.html", form=form, event=found)
