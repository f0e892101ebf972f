"""Pages of counted tickets: the numbers of a type, and recording what was handed out or used at one's own place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires, signed_in
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import Place
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, MonthLine, TicketType, month_lines, standing_of
from pilot_ops.tickets.forms import CountsForm, OwnCountsForm
from pilot_ops.tickets.labels import COUNT_ACTIONS, REASONS, imbalance_sentence
from pilot_ops.tickets.routes import bp

_LAST_ENTRIES = 30
_OWN = {PlaceKind.POINT: Action.HAND_OUT, PlaceKind.VENUE: Action.USE}
_PERMISSIONS = {PlaceKind.POINT: Permission.TICKETS_HAND_OUT, PlaceKind.VENUE: Permission.TICKETS_USE}


@bp.route("/tickets/types/<uuid:type_id>/counts", methods=["GET", "POST"])
@requires(Permission.TICKETS_VIEW)
def counts(type_id: UUID) -> ResponseReturnValue:
    """The numbers of a counted type by point and month, what does not agree, and recording more."""
    form = CountsForm()
    with reading() as session:
        found = queries.get_type(session, type_id)
        form.offer(list_places(session), list_groups(session))
    if found.is_coded:
        raise NotFound
    if form.validate_on_submit():
        if _record(form, found, Action(form.action.data)):
            return redirect(url_for(".counts", type_id=type_id))
    elif request.method == "GET":
        form.day.data = local_day(now())
    return _counts_page(form, found)


def _record(form: CountsForm, found: TicketType, action: Action) -> bool:
    """Record what the form says; whether it was. If not, the form says why."""
    try:
        with transaction() as session:
            service.record_counts(session, actor(), type_id=found.id, action=action, at=now(), **form.values())
    except Refused as refused:
        form.refuse(refused, REASONS)
        form.move_id.data = uuid4()
        return False
    tell(_("Tallennettu: %(name)s", name=found.name.fi))
    return True


def _counts_page(form: CountsForm, found: TicketType) -> str:
    with reading() as session:
        numbers = queries.list_counts(session, found.id)
        batches = queries.list_batches(session, found.id)
        places = {place.id: place for place in list_places(session, inactive=True)}
        groups = {group.id: group.name for group in list_groups(session)}
    standing = standing_of(sum(batch.quantity for batch in batches), numbers, uses_each=found.details.uses)
    names = {place.id: place.name for place in places.values()}
    page: dict[str, Any] = {
        "lines": sorted(month_lines(batches, numbers), key=lambda line: _place_in_table(line, names)),
        "standing": standing,
        "wrong": [imbalance_sentence(one, names) for one in standing.imbalances],
        "entries": numbers[: -_LAST_ENTRIES - 1 : -1],
    }
    words = {"actions": COUNT_ACTIONS, "PlaceKind": PlaceKind}
    return render_template("tickets/counts.html", form=form, found=found, places=places, groups=groups, **page, **words)


def _place_in_table(line: MonthLine, names: Mapping[UUID, str]) -> tuple[int, bool, str]:
    """The newest month first, in it stock first, then places by name."""
    return -line.month.toordinal(), line.place_id is not None, names[line.place_id] if line.place_id else ""


@bp.route("/tickets/counts", methods=["GET", "POST"])
@signed_in
def own_counts() -> ResponseReturnValue:
    """Record how many counted tickets were handed out at one's own point, or used at one's own venue."""
    form = OwnCountsForm()
    with reading() as session:
        places = {place.id: place for place in list_places(session) if _is_own(actor(), place)}
        types = {found.id: found for found in queries.list_types(session) if not found.is_coded}
        form.offer(tuple(places.values()), list_groups(session), stock=False)
    if not places and not any(actor().may(permission) for permission in _PERMISSIONS.values()):
        raise Forbidden(Permission.TICKETS_HAND_OUT)
    form.kind.choices = [(str(found.id), found.name.to(page_language())) for found in types.values()]
    if form.validate_on_submit():
        if _record(form, types[UUID(form.kind.data)], _OWN[places[UUID(form.place.data)].kind]):
            return redirect(url_for(".own_counts"))
    elif request.method == "GET":
        form.day.data = local_day(now())
    return render_template("tickets/own_counts.html", form=form, places=places, types=types)


def _is_own(who: Actor, place: Place) -> bool:
    return who.may(_PERMISSIONS[place.kind], place_id=place.id)
