"""Pages of scanning: handing a ticket out at a point, and using it at a venue. One form, three ways in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import time
from typing import Any
from uuid import UUID, uuid4

from flask import g, jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import at_local, local_day, now
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires, signed_in
from pilot_ops.kernel.web.limits import limiter
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.kernel.web.pages import with_wasm
from pilot_ops.kernel.web.qr import qr_rows
from pilot_ops.kernel.writer import write_shared
from pilot_ops.places.domain import Kind, Place
from pilot_ops.places.queries import get_place, list_groups, list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Outcome, Reason, Scan, digest_in
from pilot_ops.tickets.forms import ScanForm, UndoForm
from pilot_ops.tickets.labels import ACTIONS, REASONS, SCAN_TITLES
from pilot_ops.tickets.routes import bp
from pilot_ops.tickets.routes.shown import not_done, show
from pilot_ops.tickets.wire import BadScan, Sent, read_sent

_WRONG_CODES = "30 per 10 minutes"
_SHOWN = 30
# What a reader must read before it is trusted (static/js/tickets/reader.js).
_PROOF = qr_rows("PILOT")
_PLACE_OF = {Action.HAND_OUT: Kind.POINT, Action.USE: Kind.VENUE}
_PAGES = {Action.HAND_OUT: "tickets.hand_out", Action.USE: "tickets.use"}


def _who() -> str:
    """Whose wrong codes are counted together: a phone's or a person's, else an address's."""
    return actor().key


def _was_wrong(_response: Response) -> bool:
    return bool(g.get("wrong_code", False))


def _asks_nothing() -> bool:
    """Whether a page is opened without a code: that is never stopped."""
    return request.method == "GET" and not request.args.get("code")


# Whoever scans hundreds an hour is never stopped; whoever tries wrong codes is.
_limited = limiter.shared_limit(
    _WRONG_CODES, scope="wrong-codes", key_func=_who, deduct_when=_was_wrong, exempt_when=_asks_nothing
)


@bp.route("/tickets/hand-out", methods=["GET", "POST"])
@requires(Permission.TICKETS_HAND_OUT)
@_limited
def hand_out() -> ResponseReturnValue:
    """Scan or type a code and hand the ticket out."""
    return _scan_page(Action.HAND_OUT)


@bp.route("/tickets/use", methods=["GET", "POST"])
@requires(Permission.TICKETS_USE)
@_limited
def use() -> ResponseReturnValue:
    """Scan or type a code and take the ticket."""
    return _scan_page(Action.USE)


def _scan_page(action: Action) -> ResponseReturnValue:
    form = ScanForm()
    places = _places(action)
    place = _chosen(action, places)
    _offer_groups(form, action, place)
    if place and form.validate_on_submit():
        try:
            outcome = _scan(form.scan(action, place.id))
        except Refused as refused:
            form.refuse(refused, REASONS)
            form.scan_id.data = uuid4()
        else:
            return redirect(url_for(".result", event_id=outcome.id))
    page = render_template("tickets/scan.html", proof=_PROOF, **_page(action, form, place, places))
    is_plain = not request.args and request.method == "GET"
    return with_wasm(to_keep(page) if is_plain else make_response(page))


def _page(action: Action, form: ScanForm, place: Place | None, places: tuple[Place, ...]) -> dict[str, Any]:
    code = request.args.get("code", "") if request.method == "GET" else ""
    if request.method == "GET":
        form.code.data, form.scan_id.data = code, uuid4()
    with reading() as database:
        digest = digest_in(code)
        ticket = queries.find_by_digest(database, digest) if digest else None
        kind = queries.get_type(database, ticket.type_id) if ticket else None
        summary = _summary(database)
    if code and ticket is None:
        _note_wrong(action)
    words = {"title": SCAN_TITLES[action], "Action": Action, "actions": ACTIONS}
    found = {"ticket": ticket, "kind": kind, "today": summary, "now": now()}
    return {"action": action, "form": form, "place": place, "places": places, **words, **found}


def _note_wrong(action: Action) -> None:
    """Count a wrong code that came with the address, as one that was sent: looking it up is trying it."""
    g.wrong_code = True
    at = now()
    with transaction() as database:
        service.note_wrong_code(database, source=action.value, day=local_day(at))
        service.tell_of_wrong_codes(database, day=local_day(at), at=at)


def _offer_groups(form: ScanForm, action: Action, place: Place | None) -> None:
    with reading() as database:
        groups = [group for group in list_groups(database) if place and group.id in place.details.groups]
    form.offer(groups, asked=action is Action.HAND_OUT, chosen=session.get("ticket_group", ""))


def _places(action: Action) -> tuple[Place, ...]:
    """Where the actor may do it."""
    who = actor()
    with reading() as database:
        every = list_places(database, _PLACE_OF[action])
    return tuple(place for place in every if who.every_place or place.id in who.places)


def _chosen(action: Action, places: tuple[Place, ...]) -> Place | None:
    """The place that was chosen, now or before, or the only one. Forbidden for one that is not the actor's."""
    asked = request.args.get("place")
    kept = f"{_PLACE_OF[action].value}_of_scans"
    by_id = {str(place.id): place for place in places}
    if asked is not None:
        if asked not in by_id:
            raise _not_here(action)
        session[kept] = asked
    if len(places) == 1:
        return places[0]
    return by_id.get(session.get(kept, ""))


def _not_here(action: Action) -> Forbidden:
    return Forbidden(Permission.TICKETS_HAND_OUT if action is Action.HAND_OUT else Permission.TICKETS_USE)


def _scan(scan: tuple[Action, Scan]) -> Outcome:
    """Do it, in a commit shared with other requests; a wrong code is remembered for the limit."""
    action, asked = scan
    who, at = actor(), now()
    work: dict[Action, Callable[..., Outcome]] = {Action.HAND_OUT: service.hand_out, Action.USE: service.use}
    if asked.group_id is not None or action is Action.HAND_OUT:
        session["ticket_group"] = str(asked.group_id or "")
    outcome = write_shared(lambda database: work[action](database, who, scan=asked, at=at), key=asked.digest)
    g.wrong_code = outcome.reason is Reason.UNKNOWN_CODE
    return outcome


@bp.route("/tickets/results/<uuid:event_id>", methods=["GET", "POST"])
@signed_in
def result(event_id: UUID) -> ResponseReturnValue:
    """What a scan came to, as big as it can be said; undoing a hand-out, or saying that it is for a second person."""
    form = UndoForm()
    with reading() as database:
        outcome, digest = queries.get_outcome(database, event_id)
    permission = Permission.TICKETS_USE if outcome.action is Action.USE else Permission.TICKETS_HAND_OUT
    actor().must(permission, place_id=outcome.place_id)
    if form.validate_on_submit():
        try:
            return redirect(url_for(".result", event_id=_follow(form, outcome, digest).id))
        except Refused as refused:
            form.refuse(refused, REASONS)
    with reading() as database:
        shown = show(database, outcome, now())
    back = url_for(_PAGES[Action.USE if outcome.action is Action.USE else Action.HAND_OUT])
    return render_template("tickets/result.html", form=form, outcome=outcome, shown=shown, back=back)


def _follow(form: UndoForm, outcome: Outcome, digest: str) -> Outcome:
    """What the buttons of a result do."""
    who, at = actor(), now()
    if outcome.reason is Reason.SCANNED_JUST_NOW and outcome.place_id:
        second = Scan(form.event_id.data, digest, outcome.place_id, at, confirmed=True)
        return write_shared(lambda database: service.use(database, who, scan=second, at=at), key=digest)
    event_id, undoes = form.event_id.data, outcome.id
    return write_shared(
        lambda database: service.undo_hand_out(database, who, event_id=event_id, undoes=undoes, at=at), key=digest
    )


@bp.post("/tickets/scans")
@signed_in
@_limited
def scan() -> ResponseReturnValue:
    """The same for the page's script: one scan in JSON, its outcome with its sentences."""
    try:
        sent = read_sent(request.get_data())
    except BadScan:
        return {"error": "bad request"}, 400
    try:
        outcome = _undo(sent) if sent.action is Action.UNDO_HAND_OUT else _scan(_asked(sent))
    except Refused as refused:
        return jsonify(asdict(not_done(_sentence(refused))) | {"done": False}), 409
    with reading() as database:
        shown = show(database, outcome, now())
    left = {"left": outcome.left, "reason": outcome.reason}
    return jsonify(**{**asdict(shown), "id": outcome.id, "done": outcome.done, **left})


def _sentence(refused: Refused) -> str:
    return sentence_of(refused, REASONS) + "."


def _asked(sent: Sent) -> tuple[Action, Scan]:
    """The scan that was sent. Forbidden at a place taken out of use, which a page opened before may still be at."""
    with reading() as database:
        if not get_place(database, sent.place).details.active:
            raise _not_here(sent.action)
    # What is no code at all is told, stored and counted like a code that is none of ours.
    digest = digest_in(sent.code) or code_digest(sent.code)
    return sent.action, Scan(sent.id, digest, sent.place, now(), sent.group, sent.confirmed)


def _undo(sent: Sent) -> Outcome:
    who, at = actor(), now()
    event_id, undoes = sent.id, sent.undoes or UUID(int=0)
    return write_shared(lambda database: service.undo_hand_out(database, who, event_id=event_id, undoes=undoes, at=at))


def _summary(database: Session) -> dict[str, Any]:
    """What this phone or person has done today: how much, and the newest of it, with what may still be undone."""
    who = actor()
    mine: dict[str, Any] = {"device_id": who.device_id, "user_id": who.user_id}
    mine["since"] = at_local(local_day(now()), time(0))
    done, refused = queries.count_scans(database, **mine)
    events = queries.list_scans(database, **mine, most=_SHOWN)
    tickets = queries.tickets_by_id(database, {event.ticket_id for event in events if event.ticket_id})
    types = {found.id: found for found in queries.list_types(database, inactive=True)}
    labels = {ticket.id: types[ticket.type_id].label(ticket.serial) for ticket in tickets.values()}
    lines = [(event, labels.get(event.ticket_id, "") if event.ticket_id else "") for event in events]
    return {"done": done, "refused": refused, "lines": lines}
