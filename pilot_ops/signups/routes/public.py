"""What anybody does: signing up, and with the link of a sign-up looking at it, changing and cancelling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.events.domain import Event
from pilot_ops.events.queries import get_event
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.contact import pieces
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.forms import Form
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.kernel.web.limits import client_network, guesses, limiter, too_busy
from pilot_ops.kernel.web.tongues import PLAIN, by_link, in_plain_finnish, not_to_be_found, tongue_args
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import SignUp, State, can_ever_fit, most_at_once, takes_sign_ups
from pilot_ops.signups.forms import PeopleForm, SignUpForm
from pilot_ops.signups.labels import REASONS
from pilot_ops.signups.routes import bp

View = TypeVar("View", bound=Callable[..., Any])


def _answer(template: str, status: int = 200, **values: Any) -> Response:
    page = make_response(render_template(f"signups/{template}", **values), status)
    # The check of a form sent over https asks for the page it came from: our own pages may be told.
    return not_to_be_found(page, referrer="same-origin")


def _wait() -> Response:
    return _answer("wait.html", 429)


_guesses = guesses(_wait)


def _limited(view: View) -> View:
    """Limit how many sign-ups come from one network: of those that are taken, which are redirects."""
    limit: Any = limiter.limit(
        lambda: current_app.config["PILOT_OPS"].event_sign_up_limit,
        methods=["POST"],
        key_func=client_network,
        deduct_when=lambda response: response.status_code == 302,
        on_breach=lambda _limit: _wait(),
    )
    return limit(view)  # type: ignore[no-any-return]


def tongue() -> str:
    """In what somebody is reading: fi, plain, sv or en."""
    return PLAIN if in_plain_finnish() else page_language()


@bp.route("/outdoors/<uuid:event_id>/sign-up", methods=["GET", "POST"])
@public
@by_link
@_limited
def sign_up(event_id: UUID) -> ResponseReturnValue:
    """Sign up for an event."""
    if too_busy("signups"):
        return _wait()
    with reading() as session:
        event = _public_event(get_event(session, event_id))
        counts = queries.count_sign_ups(session, event_id)
    if not takes_sign_ups(event, now()):
        return _answer("closed.html", event=event)
    form = sign_up_form()
    if form.validate_on_submit() and (token := _sign_up(form, event_id)):
        return redirect(url_for(".own", token=token, **tongue_args()))
    left = counts.left_of(event.details.capacity)
    return _answer("sign_up.html", form=form, event=event, left=left, **_about(event))


def sign_up_form() -> SignUpForm:
    """The form of sign-up, as this service can reach people."""
    form = SignUpForm()
    if the_settings().mail_server is None:
        form.ask_for_phone()
    return form


def _public_event(event: Event) -> Event:
    if not event.is_public:
        raise NotFound
    return event


def _about(event: Event) -> dict[str, Any]:
    settings = the_settings()
    return {
        "mail": settings.mail_server is not None,
        "days": settings.sign_up_days,
        "contact": pieces(event.details.contact),
        "most": most_at_once(event),
    }


def _sign_up(form: SignUpForm, event_id: UUID) -> str | None:
    """The token of the link of the new sign-up; None if it was refused, and the form says why."""
    try:
        details = form.details(tongue())
        with transaction() as session:
            new_id = form.sign_up_id.data
            service.sign_up(session, sign_up_id=new_id, event_id=event_id, details=details, at=now())
            return service.link_token(session, new_id)
    except Refused as refused:
        form.refuse(refused, REASONS)
        return None


@bp.get("/sign-ups/<token>")
@public
@by_link
@_guesses
def own(token: str) -> ResponseReturnValue:
    """What somebody signed up for: whether they are in, when and where it is, and how to change or cancel it."""
    found = _find(token)
    if found is None:
        return _answer("gone.html", 404)
    mine, event = found
    with reading() as session:
        place = queries.place_of(session, mine)
    link = f"{the_settings().public_url}{url_for('.own', token=token)}"
    open_still = now() < event.starts_at
    page: dict[str, Any] = {
        "mine": mine,
        "event": event,
        "place": place,
        "token": token,
        "link": link,
        "open_still": open_still,
        "waits_for_ever": mine.state is State.WAITING and not can_ever_fit(event, mine.details.people),
    }
    return _answer("own.html", states=State, **page, **_about(event))


def _find(token: str) -> tuple[SignUp, Event] | None:
    try:
        with reading() as session:
            mine = queries.get_by_token(session, token)
            return mine, get_event(session, mine.event_id)
    except NotFound:
        return None


@bp.route("/sign-ups/<token>/people", methods=["GET", "POST"])
@public
@by_link
@_guesses
def people(token: str) -> ResponseReturnValue:
    """Change how many come."""
    found = _find(token)
    if found is None:
        return _answer("gone.html", 404)
    mine, event = found
    form = PeopleForm(people=mine.details.people)
    if form.validate_on_submit() and _changed(form, token):
        return redirect(url_for(".own", token=token, **tongue_args()))
    return _answer("people.html", form=form, mine=mine, event=event, token=token, most=most_at_once(event))


def _changed(form: PeopleForm, token: str) -> bool:
    try:
        with transaction() as session:
            service.change_people(session, token=token, people=form.people.data, at=now())
    except Refused as refused:
        form.refuse(refused, REASONS)
        return False
    return True


@bp.route("/sign-ups/<token>/cancel", methods=["GET", "POST"])
@public
@by_link
@_guesses
def cancel(token: str) -> ResponseReturnValue:
    """Cancel a sign-up. Only the button does, so that a mail scanner's look does not."""
    found = _find(token)
    if found is None:
        return _answer("gone.html", 404)
    mine, event = found
    form = Form()
    if form.validate_on_submit():
        with transaction() as session:
            service.cancel(session, token=token, at=now())
        return redirect(url_for(".own", token=token, **tongue_args()))
    return _answer("cancel.html", form=form, mine=mine, event=event, token=token)
