"""The public page of a code: what is left on a ticket, where it is valid, and how to get help."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.web.contact import pieces
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import find_actor, public
from pilot_ops.kernel.web.limits import guesses, too_busy
from pilot_ops.kernel.web.tongues import by_link, not_to_be_found, tongue_args
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import PublicState, Ticket, TicketType, digest_in, find_code, public_state
from pilot_ops.tickets.routes import bp
from pilot_ops.units.queries import find_units

_NOT_GIVEN = {PublicState.NOT_IN_USE}


def _answer(template: str, status: int = 200, **values: Any) -> Response:
    page = render_template(f"tickets/public/{template}.html", contact=pieces(the_settings().help_contact), **values)
    return not_to_be_found(make_response(page, status))


def _wait() -> Response:
    return _answer("wait", 429)


_guesses = guesses(_wait)


@bp.get("/t")
@public
@by_link
@_guesses
def type_code() -> ResponseReturnValue:
    """A field for the code that is printed beside the QR."""
    typed = request.args.get("code", "")[:200]
    if not typed.strip():
        return _answer("type", typed="", unknown=False)
    code = find_code(typed)
    return redirect(url_for(".code", code=code, **tongue_args())) if code else _unknown(typed)


@bp.get("/T/<code>")
@bp.get("/t/<code>")
@public
@by_link
@_guesses
def code(code: str) -> ResponseReturnValue:
    """What is left on the ticket with this code; the QR's link is in capitals."""
    if too_busy("codes"):
        return _wait()
    digest = digest_in(code)
    with reading() as session:
        ticket = queries.find_by_digest(session, digest) if digest else None
        values = _values(session, ticket) if ticket else {}
    if ticket is None:
        return _unknown(code[:200])
    return _answer("ticket", **values, code=find_code(code), states=PublicState, scan=_scan(values["state"]))


def _values(session: Session, ticket: Ticket) -> dict[str, Any]:
    found: TicketType = queries.get_type(session, ticket.type_id)
    venues = [place for place in list_places(session, PlaceKind.VENUE) if place.id in found.details.venues]
    units = find_units(session, {place.details.unit_id for place in venues} - {None})
    state = public_state(ticket, found.details, local_day(now()))
    asks = state is not PublicState.NOT_VALID and queries.surveys_left(session, ticket.id) > 0
    return {"ticket": ticket, "kind": found, "venues": venues, "units": units, "state": state, "survey": asks}


def _unknown(typed: str) -> Response:
    """Say kindly that there is no such code, and count it; the limit counts it too, by the status."""
    with transaction() as session:
        service.note_wrong_code(session, source="public", day=local_day(now()))
        service.tell_of_wrong_codes(session, day=local_day(now()), at=now())
    return _answer("type", 404, typed=typed, unknown=True)


def _scan(state: PublicState) -> str:
    """What whoever works with tickets came to do, when their own camera opened the link: an endpoint, or nothing."""
    who = find_actor()
    may = {
        "tickets.hand_out": who is not None and who.may(Permission.TICKETS_HAND_OUT),
        "tickets.use": who is not None and who.may(Permission.TICKETS_USE),
    }
    first = ("tickets.hand_out", "tickets.use") if state in _NOT_GIVEN else ("tickets.use", "tickets.hand_out")
    return next((endpoint for endpoint in first if may[endpoint]), "")
