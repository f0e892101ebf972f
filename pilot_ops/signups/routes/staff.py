"""What who runs an event does: seeing who comes, adding who phoned, cancelling for somebody, and the list on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pilot_ops.events.domain import Event
from pilot_ops.events.queries import get_event
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import Form
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.mail.queries import list_lost
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import ContactKind, SignUp, State, can_ever_fit, news_for, still_matters, takes_sign_ups
from pilot_ops.signups.forms import SignUpForm
from pilot_ops.signups.jobs import writer_of
from pilot_ops.signups.labels import REASONS, needs_of
from pilot_ops.signups.routes import bp
from pilot_ops.signups.routes.public import sign_up_form


def _list(session: Session, event_id: UUID) -> dict[str, Any]:
    """An event, its numbers, and who is in and who waits."""
    event = get_event(session, event_id)
    there = service.list_for(session, actor(), event_id)
    waiting = [one for one in there if one.state is State.WAITING]
    return {
        "event": event,
        "counts": queries.count_sign_ups(session, event_id),
        "coming": [one for one in there if one.state is State.IN],
        "waiting": waiting,
        "wait_for_ever": {one.id for one in waiting if not can_ever_fit(event, one.details.people)},
        "needs_of": needs_of,
    }


@bp.get("/events/<uuid:event_id>/sign-ups")
@requires(Permission.EVENTS_EDIT)
def sign_ups(event_id: UUID) -> ResponseReturnValue:
    """Who comes to an event and who waits, what they need, and whom to call."""
    with reading() as session:
        page = _list(session, event_id)
        lost = {letter.key.split(":")[1] for letter in list_lost(session, prefix="sign-up:")}
        page["removed"] = queries.list_lost_removals(session, event_id)
    event = page["event"]
    to_call = {one.id for one in (*page["coming"], *page["waiting"]) if _must_be_called(one, event)}
    settings = the_settings()
    facts = {"open": takes_sign_ups(event, now()), "mail": settings.mail_server, "days": settings.sign_up_days}
    return render_template("signups/sign_ups.html", lost=lost, to_call=to_call, **facts, **page)


def _must_be_called(one: SignUp, event: Event) -> bool:
    """Whether somebody does not know something that no letter tells them, and can be reached."""
    kind = one.details.contact.kind
    by_hand = kind is ContactKind.PHONE or (kind is ContactKind.EMAIL and the_settings().mail_server is None)
    return by_hand and still_matters(one, event, now()) and bool(news_for(one, event))


@bp.get("/events/<uuid:event_id>/sign-ups/print")
@requires(Permission.EVENTS_EDIT)
def sign_up_sheet(event_id: UUID) -> ResponseReturnValue:
    """The list on paper, for the meeting place."""
    with reading() as session:
        page = _list(session, event_id)
    return render_template("signups/sheet.html", **page)


@bp.route("/events/<uuid:event_id>/sign-ups/add", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def add(event_id: UUID) -> ResponseReturnValue:
    """Sign somebody up who phoned."""
    with reading() as session:
        event = get_event(session, event_id)
        left = queries.count_sign_ups(session, event_id).left_of(event.details.capacity)
    form = sign_up_form()
    if form.validate_on_submit() and (added := _add(form, event_id)):
        waits = added.state is State.WAITING
        name = added.details.name
        tell(_("%(name)s on jonossa", name=name) if waits else _("%(name)s on mukana", name=name))
        return redirect(url_for(".sign_ups", event_id=event_id))
    mail = the_settings().mail_server is not None
    return render_template("signups/add.html", form=form, event=event, left=left, mail=mail)


def _add(form: SignUpForm, event_id: UUID) -> SignUp | None:
    try:
        details = form.details(page_language())
        with transaction() as session:
            new_id = form.sign_up_id.data
            return service.add(session, actor(), sign_up_id=new_id, event_id=event_id, details=details, at=now())
    except Refused as refused:
        form.refuse(refused, REASONS)
        return None


@bp.route("/events/<uuid:event_id>/sign-ups/<uuid:sign_up_id>/cancel", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def cancel_for(event_id: UUID, sign_up_id: UUID) -> ResponseReturnValue:
    """Cancel somebody's sign-up for them."""
    with reading() as session:
        event = get_event(session, event_id)
        one = queries.get_sign_up(session, sign_up_id)
    if one.event_id != event_id or one.state is State.CANCELLED:
        raise NotFound
    writer = writer_of(the_settings())
    form = Form()
    if form.validate_on_submit():
        ids = {"event_id": event_id, "sign_up_id": sign_up_id}
        with transaction() as session:
            service.cancel_for(session, actor(), **ids, write=writer, at=now())
        return redirect(url_for(".sign_ups", event_id=event_id))
    return render_template("signups/cancel_for.html", form=form, event=event, one=one, mail=writer is not None)


@bp.post("/events/<uuid:event_id>/sign-ups/<uuid:sign_up_id>/told")
@requires(Permission.EVENTS_EDIT)
def told(event_id: UUID, sign_up_id: UUID) -> ResponseReturnValue:
    """Note that somebody was told by phone."""
    with transaction() as session:
        service.note_told(session, actor(), event_id=event_id, sign_up_id=sign_up_id, at=now())
    return redirect(url_for(".sign_ups", event_id=event_id))
