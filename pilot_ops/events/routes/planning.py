"""Pages of planning events: the list, an event, its form, publishing, and what is told when something changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.events import queries, service
from pilot_ops.events.domain import Event, Status
from pilot_ops.events.forms import EventForm, NoticeForm, TimesForm
from pilot_ops.events.labels import AUDIENCES, LANGUAGES, REASONS, STATUSES, access_facts
from pilot_ops.events.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.parks.queries import list_parks
from pilot_ops.units.queries import find_unit_at, list_places

_NOTICES = {"cancel": service.cancel, "postpone": service.postpone}
_STEPS = {"publish": service.publish, "restore": service.restore}


@bp.get("/events")
@requires(Permission.EVENTS_VIEW)
def events() -> ResponseReturnValue:
    """The events to come, or with ``when=past`` those that were."""
    past, today = request.args.get("when") == "past", local_day(now())
    period: dict[str, Any] = {"last": today - timedelta(days=1)} if past else {"first": today}
    with reading() as session:
        found = queries.list_events(session, **period)
        ids = [event.id for event in found]
        came, closings = queries.attendance_of(session, ids), queries.closings_of(session, ids)
    found = found[::-1] if past else found
    page = {"events": found, "past": past, "came": came, "closings": closings, "statuses": STATUSES}
    return render_template("events/events.html", **page, access_facts=access_facts, Status=Status)


@bp.get("/events/<uuid:event_id>")
@requires(Permission.EVENTS_VIEW)
def event(event_id: UUID) -> ResponseReturnValue:
    """An event as it is, and what can be done with it."""
    with reading() as session:
        found = queries.get_event(session, event_id)
        series = queries.get_series(session, found.series_id) if found.series_id else None
        others = queries.list_events(session, series_id=found.series_id) if found.series_id else ()
        came = queries.attendance_of(session, [event_id])[event_id]
        closing, late = queries.find_closing(session, event_id), queries.count_late(session, event_id)
        unit = find_unit_at(session, found.details.venue.unit_id, found.details.venue.park_id)
    words = {"statuses": STATUSES, "audiences": AUDIENCES, "tongues": LANGUAGES, "facts": access_facts}
    page = {"event": found, "series": series, "others": others, "came": came, "closing": closing, "late": late}
    return render_template("events/event.html", **page, **words, unit=unit, Status=Status, today=local_day(now()))


@bp.route("/events/new", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def new_event() -> ResponseReturnValue:
    """Draft an event; with ``like`` another one's details are there to begin with."""
    form = _form()
    if form.validate_on_submit():
        answer = _saved(form, None)
        if answer:
            return answer
    elif request.method == "GET":
        _begin(form)
    return render_template("events/event_form.html", form=form, found=None)


@bp.route("/events/<uuid:event_id>/edit", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def edit_event(event_id: UUID) -> ResponseReturnValue:
    """Correct an event."""
    with reading() as session:
        found = queries.get_event(session, event_id)
    form = _form(found.details.venue.park_id)
    if form.validate_on_submit():
        answer = _saved(form, found)
        if answer:
            return answer
    elif request.method == "GET":
        form.fill(found)
    return render_template("events/event_form.html", form=form, found=found)


def _form(park_id: UUID | None = None) -> EventForm:
    form = EventForm()
    with reading() as session:
        form.offer(list_parks(session, inactive=True), list_places(session), park_id)
    return form


def _begin(form: EventForm) -> None:
    """A fresh form: empty, or like another event, whose time it does not take."""
    like = request.args.get("like", "")
    if like:
        with reading() as session:
            try:
                model = queries.get_event(session, UUID(like))
            except ValueError:
                raise NotFound from None
        form.fill(model)
        form.day.data = form.last_day.data = None
    form.event_id.process(None)


def _saved(form: EventForm, found: Event | None) -> ResponseReturnValue | None:
    """Where to go after an event was saved; None if it was refused, with the sentence beside the field."""
    times = {"starts_at": form.starts_at, "ends_at": form.ends_at}
    asked: dict[str, Any] = {"details": form.details(), **times, "at": now()}
    try:
        with transaction() as session:
            if found:
                seen = int(form.seen.data) if (form.seen.data or "").isdigit() else -1
                service.change_event(session, actor(), event_id=found.id, seen=seen, **asked)
            else:
                service.create_event(session, actor(), event_id=form.event_id.data, **asked)
    except Refused as refused:
        form.refuse(refused, REASONS)
        return None
    tell(_("Tallennettu: %(name)s", name=form.name_fi.data))
    return redirect(url_for(".event", event_id=found.id if found else form.event_id.data))


@bp.post("/events/<uuid:event_id>/state/<step>")
@requires(Permission.EVENTS_EDIT)
def step(event_id: UUID, step: str) -> ResponseReturnValue:
    """Publish a draft, or have an event that was cancelled by mistake be on again."""
    if step not in _STEPS:
        raise NotFound
    try:
        with transaction() as session:
            done = _STEPS[step](session, actor(), event_id=event_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
        return redirect(url_for(".event", event_id=event_id))
    tell(_("%(name)s: %(status)s", name=done.name.fi, status=STATUSES[done.status]))
    return redirect(url_for(".event", event_id=event_id))


@bp.post("/events/<uuid:event_id>/delete")
@requires(Permission.EVENTS_EDIT)
def delete_event(event_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    try:
        with transaction() as session:
            service.delete_draft(session, actor(), event_id=event_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
        return redirect(url_for(".event", event_id=event_id))
    tell(_("Luonnos poistettu"))
    return redirect(url_for(".events"))


@bp.route("/events/<uuid:event_id>/notice/<how>", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def tell_change(event_id: UUID, how: str) -> ResponseReturnValue:
    """Cancel or postpone an event, and say why."""
    if how not in _NOTICES:
        raise NotFound
    form = NoticeForm()
    with reading() as session:
        found = queries.get_event(session, event_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                done = _NOTICES[how](session, actor(), event_id=event_id, notice=form.notice(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("%(name)s: %(status)s", name=done.name.fi, status=STATUSES[done.status]))
            return redirect(url_for(".event", event_id=event_id))
    return render_template("events/notice.html", form=form, event=found, how=how)


@bp.route("/events/<uuid:event_id>/move", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def move_event(event_id: UUID) -> ResponseReturnValue:
    """Give an event its new time."""
    form = TimesForm()
    with reading() as session:
        found = queries.get_event(session, event_id)
    if form.validate_on_submit():
        times: dict[str, Any] = {"starts_at": form.starts_at, "ends_at": form.ends_at}
        try:
            with transaction() as session:
                done = service.reschedule(session, actor(), event_id=event_id, **times, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("%(name)s: %(status)s", name=done.name.fi, status=STATUSES[done.status]))
            return redirect(url_for(".event", event_id=event_id))
    elif request.method == "GET":
        form.show_times(found)
    return render_template("events/move.html", form=form, event=found)
