"""Pages of the stock: every type and point, one type with its batches, and one point."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.queries import get_place, list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, State
from pilot_ops.tickets.forms import BatchForm, TakingForm, TypeForm, span
from pilot_ops.tickets.labels import REASONS
from pilot_ops.tickets.routes import bp


@bp.get("/tickets")
@requires(Permission.TICKETS_VIEW)
def stock() -> ResponseReturnValue:
    """What there is of every type, in stock and at every point."""
    with reading() as session:
        found = service.get_overview(session, actor())
        places = {place.id: place for place in list_places(session, PlaceKind.POINT, inactive=True)}
    return render_template("tickets/stock.html", overview=found, places=places, now=now())


@bp.route("/tickets/types/new", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def new_type() -> ResponseReturnValue:
    """Add a ticket type."""
    form = TypeForm()
    with reading() as session:
        form.offer(list_places(session, PlaceKind.VENUE))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = service.create_type(session, actor(), details=form.details(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=made.name.fi))
            return redirect(url_for(".ticket_type", type_id=made.id))
    elif request.method == "GET":
        form.begin()
    return render_template("tickets/type_form.html", form=form, found=None)


@bp.route("/tickets/types/<uuid:type_id>/edit", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def edit_type(type_id: UUID) -> ResponseReturnValue:
    """Correct a ticket type, or take it out of use."""
    form = TypeForm()
    with reading() as session:
        found = queries.get_type(session, type_id)
        form.offer(list_places(session, PlaceKind.VENUE, inactive=True))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change_type(session, actor(), type_id=type_id, details=form.details(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name_fi.data))
            return redirect(url_for(".ticket_type", type_id=type_id))
    elif request.method == "GET":
        form.fill(found.details)
    return render_template("tickets/type_form.html", form=form, found=found)


@bp.get("/tickets/types/<uuid:type_id>")
@requires(Permission.TICKETS_VIEW)
def ticket_type(type_id: UUID) -> ResponseReturnValue:
    """A ticket type: its batches, each with its balance, and what can be done."""
    with reading() as session:
        found = queries.get_type(session, type_id)
        batches = queries.list_batches(session, type_id)
        balances = queries.balances_of_batches(session, type_id)
        venues = {place.id: place for place in list_places(session, PlaceKind.VENUE, inactive=True)}
    page = {"found": found, "batches": batches, "balances": balances, "venues": venues, "span": span}
    return render_template("tickets/type.html", **page, today=local_day(now()), Action=Action)


@bp.route("/tickets/types/<uuid:type_id>/batches/new", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def new_batch(type_id: UUID) -> ResponseReturnValue:
    """Add tickets that came to stock."""
    form = BatchForm()
    with reading() as session:
        found = queries.get_type(session, type_id)
    if form.validate_on_submit():
        values = {"batch_id": form.batch_id.data, "quantity": form.quantity.data, "acquired_on": form.acquired_on.data}
        try:
            with transaction() as session:
                batch = service.acquire(session, actor(), type_id=type_id, note=form.note.data, at=now(), **values)
        except Refused as refused:
            form.refuse(refused, REASONS)
            form.batch_id.data = uuid4()
        else:
            tell(ngettext("%(num)s lippu lisätty varastoon", "%(num)s lippua lisätty varastoon", batch.quantity))
            return redirect(url_for(".ticket_type", type_id=type_id))
    elif request.method == "GET":
        form.acquired_on.data = local_day(now())
    return render_template("tickets/batch_form.html", form=form, found=found)


@bp.get("/tickets/points/<uuid:point_id>")
@requires(Permission.TICKETS_VIEW)
def point(point_id: UUID) -> ResponseReturnValue:
    """A distribution point: what is there of every type, and what was counted."""
    with reading() as session:
        place = get_place(session, point_id, PlaceKind.POINT)
        found = service.get_overview(session, actor())
        takings = service.list_takings(session, point_id)
    types = {kind.id: kind for kind in found.types}
    page = {"place": place, "stocks": found.points.get(point_id, ()), "types": types}
    return render_template("tickets/point.html", **page, takings={taking.type_id: taking for taking in takings})


@bp.route("/tickets/points/<uuid:point_id>/count/<uuid:type_id>", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def count_point(point_id: UUID, type_id: UUID) -> ResponseReturnValue:
    """Count what is at a point; a difference needs an explanation."""
    form = TakingForm()
    with reading() as session:
        place, found = get_place(session, point_id, PlaceKind.POINT), queries.get_type(session, type_id)
        expected = queries.stock_at_points(session).get(point_id, {}).get(type_id, {}).get(State.AT_POINT, 0)
    if form.validate_on_submit():
        taken = {"taking_id": form.taking_id.data, "counted": form.counted.data, "note": form.note.data or ""}
        try:
            with transaction() as session:
                service.take_stock(session, actor(), type_id=type_id, point_id=point_id, at=now(), **taken)
        except Refused as refused:
            form.refuse(refused, REASONS)
            form.taking_id.data = uuid4()
        else:
            tell(_("Inventointi tallennettu: %(name)s", name=place.name))
            return redirect(url_for(".point", point_id=point_id))
    return render_template("tickets/count.html", form=form, place=place, found=found, expected=expected)
