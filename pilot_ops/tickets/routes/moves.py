"""Pages of moving many tickets, and of one ticket with all that can be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.accounts.queries import names_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.writer import write_shared
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    BULK,
    Action,
    Move,
    Plan,
    Reason,
    Selection,
    Ticket,
    TicketType,
    digest_in,
    parse_label,
    ranges,
    why_not_move,
)
from pilot_ops.tickets.forms import FindForm, MoveForm, ReplaceForm, TicketMoveForm
from pilot_ops.tickets.labels import ACTIONS, MOVE_TITLES, REASONS, STATES
from pilot_ops.tickets.routes import bp

_ONE_BY_ONE = (Action.VOID, Action.LOSE, Action.FIND)


@bp.route("/tickets/types/<uuid:type_id>/move/<action>", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def move(type_id: UUID, action: str) -> ResponseReturnValue:
    """Move tickets of a type: first what would move, then the moving."""
    how = _action(action)
    form = MoveForm()
    with reading() as session:
        found = queries.get_type(session, type_id)
        form.offer(list_places(session, PlaceKind.POINT))
    planned = None
    if form.validate_on_submit():
        try:
            if request.form.get("step") == "move":
                return _move(form.move(found, how), form.seen.data or "")
            planned = _plan(form.move(found, how))
        except Refused as refused:
            form.refuse(refused, REASONS)
            form.move_id.data = uuid4()
    elif request.method == "GET":
        form.how.data, form.source.data = "quantity", request.args.get("from", "")
    page = {"form": form, "found": found, "how": how, "planned": planned, "title": MOVE_TITLES[how]}
    return render_template("tickets/move.html", **page, Action=Action, ranges=ranges, reasons=REASONS)


def _action(text: str) -> Action:
    """What an address says is to be done with many tickets. NotFound for anything else."""
    for action in BULK:
        if action.value == text:
            return action
    raise NotFound


def _plan(asked: Move) -> Plan:
    with reading() as session:
        return service.plan_move(session, actor(), move=asked)


def _move(asked: Move, seen: str) -> ResponseReturnValue:
    who, at = actor(), now()
    # The writer does it again where the database stops it for a scan's sake: each holds a ticket that the other wants.
    moved = write_shared(lambda session: service.do_move(session, who, move=asked, seen=seen, at=at))
    tell(
        ngettext("%(num)s lippu: %(done)s", "%(num)s lippua: %(done)s", moved, done=str(ACTIONS[asked.action]).lower())
    )
    return redirect(url_for(".ticket_type", type_id=asked.selection.type_id))


@bp.route("/tickets/find", methods=["GET", "POST"])
@requires(Permission.TICKETS_VIEW)
def find() -> ResponseReturnValue:
    """Find a ticket by its code, link or number."""
    form = FindForm()
    if form.validate_on_submit():
        with reading() as session:
            digest, number = digest_in(form.code.data), parse_label(form.code.data)
            ticket = queries.find_by_digest(session, digest) if digest else None
            if ticket is None and number:
                kind = queries.find_type_by_name(session, number[0])
                ticket = queries.find_by_serial(session, kind.id, number[1]) if kind else None
        if ticket:
            return redirect(url_for(".ticket", ticket_id=ticket.id))
        form.add_error("code", str(_("Lippua ei löydy. Tarkista koodi tai numero")))
    return render_template("tickets/find.html", form=form)


@bp.route("/tickets/<uuid:ticket_id>", methods=["GET", "POST"])
@requires(Permission.TICKETS_VIEW)
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    """A ticket: how it stands, all that was done and tried with it, and what can be done."""
    form, replacing = TicketMoveForm(), ReplaceForm(formdata=None)
    with reading() as session:
        found = queries.get_ticket(session, ticket_id)
        kind = queries.get_type(session, found.type_id)
    if form.validate_on_submit():
        try:
            return _move_one(form, kind, found)
        except Refused as refused:
            form.refuse(refused, REASONS)
            form.move_id.data = uuid4()
    return _ticket_page(form, replacing, kind, ticket_id)


def _move_one(form: TicketMoveForm, kind: TicketType, found: Ticket) -> ResponseReturnValue:
    how = _action(form.action.data or "")
    if how not in _ONE_BY_ONE:
        raise NotFound
    one = Selection(kind.id, found.serial, found.serial)
    asked = Move(form.move_id.data, how, one, note=form.note.data or "")
    who, at = actor(), now()
    write_shared(lambda session: service.do_move(session, who, move=asked, at=at))
    tell(_("%(ticket)s: %(done)s", ticket=kind.label(found.serial), done=str(ACTIONS[how]).lower()))
    return redirect(url_for(".ticket", ticket_id=found.id))


@bp.post("/tickets/<uuid:ticket_id>/replace")
@requires(Permission.TICKETS_EDIT)
def replace(ticket_id: UUID) -> ResponseReturnValue:
    """Give another ticket for one that is lost or broken."""
    form, replacing = TicketMoveForm(formdata=None), ReplaceForm()
    with reading() as session:
        kind = queries.get_type(session, queries.get_ticket(session, ticket_id).type_id)
    if replacing.validate_on_submit():
        try:
            new = _replace(replacing, ticket_id)
        except Refused as refused:
            replacing.refuse(refused, REASONS)
        else:
            tell(_("Uusi lippu on annettu: %(ticket)s", ticket=kind.label(new.serial)))
            return redirect(url_for(".ticket", ticket_id=new.id))
    return _ticket_page(form, replacing, kind, ticket_id)


def _replace(form: ReplaceForm, ticket_id: UUID) -> Ticket:
    who, at, digest = actor(), now(), digest_in(form.code.data or "") or ""
    given: dict[str, Any] = {"event_id": form.event_id.data, "old_id": ticket_id, "new_digest": digest}
    return write_shared(lambda session: service.replace(session, who, **given, at=at))[1]


def _ticket_page(form: TicketMoveForm, replacing: ReplaceForm, kind: TicketType, ticket_id: UUID) -> str:
    with reading() as session:
        found = queries.get_ticket(session, ticket_id)
        events = queries.list_events(session, ticket_id)
        places = {place.id: place.name for place in list_places(session, inactive=True)}
        groups = {group.id: group.name for group in list_groups(session)}
        people = names_of(session, {event.user_id for event in events if event.user_id})
        other = queries.get_ticket(session, found.replaced_by) if found.replaced_by else None
    can = [how for how in _ONE_BY_ONE if _may_move(found, how)]
    page = {"form": form, "replacing": replacing, "kind": kind, "ticket": found, "events": events, "other": other}
    words = {"states": STATES, "actions": ACTIONS, "reason_text": _reason_text, "titles": MOVE_TITLES}
    return render_template(
        "tickets/ticket.html", **page, **words, places=places, groups=groups, people=people, can=can, Action=Action
    )


def _may_move(found: Ticket, how: Action) -> bool:
    return why_not_move(found, Move(uuid4(), how, Selection(found.type_id, found.serial, found.serial))) is None


def _reason_text(reason: Reason) -> str:
    return sentence_of(Refused(reason), REASONS)
