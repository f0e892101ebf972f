"""Pages of places and client groups."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.places import queries, service
from pilot_ops.places.domain import ClientGroup, Kind, Place
from pilot_ops.places.forms import GroupForm, PlaceForm
from pilot_ops.places.labels import KINDS, REASONS, TITLES
from pilot_ops.units.queries import list_units

bp = Blueprint("places", __name__)


@bp.get("/places")
@requires(Permission.PLACES_EDIT)
def places() -> ResponseReturnValue:
    """Every distribution point, venue and client group."""
    with reading() as session:
        found = queries.list_places(session, inactive=True)
        groups = queries.list_groups(session)
    by_kind = {kind: [place for place in found if place.kind is kind] for kind in Kind}
    return render_template("places/places.html", by_kind=by_kind, groups=groups, titles=TITLES)


@bp.route("/places/new/<kind>", methods=["GET", "POST"])
@requires(Permission.PLACES_EDIT)
def new_place(kind: str) -> ResponseReturnValue:
    """Add a distribution point or a venue."""
    if kind not in set(Kind):
        raise NotFound
    return _place_page(Kind(kind), None)


@bp.route("/places/<uuid:place_id>", methods=["GET", "POST"])
@requires(Permission.PLACES_EDIT)
def place(place_id: UUID) -> ResponseReturnValue:
    """Correct a place, or take it out of use."""
    with reading() as session:
        found = queries.get_place(session, place_id)
    return _place_page(found.kind, found)


def _place_page(kind: Kind, found: Place | None) -> ResponseReturnValue:
    form = PlaceForm()
    with reading() as session:
        form.offer(queries.list_groups(session) if kind is Kind.POINT else (), list_units(session))
    if form.validate_on_submit():
        try:
            _save_place(form, kind, found)
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name.data))
            return redirect(url_for(".places"))
    elif request.method == "GET" and found:
        form.fill(found.details)
    elif request.method == "GET":
        form.active.data = True
    return render_template("places/place.html", form=form, kind=kind, found=found, kinds=KINDS, Kind=Kind)


def _save_place(form: PlaceForm, kind: Kind, found: Place | None) -> None:
    details, at = form.details(kind), now()
    with transaction() as session:
        if found:
            service.change_place(session, actor(), place_id=found.id, details=details, at=at)
        else:
            service.create_place(session, actor(), details=details, at=at)


@bp.route("/places/groups/new", methods=["GET", "POST"])
@requires(Permission.PLACES_EDIT)
def new_group() -> ResponseReturnValue:
    """Add a client group."""
    return _group_page(None)


@bp.route("/places/groups/<uuid:group_id>", methods=["GET", "POST"])
@requires(Permission.PLACES_EDIT)
def group(group_id: UUID) -> ResponseReturnValue:
    """Correct the name of a client group."""
    with reading() as session:
        found = queries.get_group(session, group_id)
    return _group_page(found)


def _group_page(found: ClientGroup | None) -> ResponseReturnValue:
    form = GroupForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                if found:
                    service.change_group(session, actor(), group_id=found.id, name=form.translated(), at=now())
                else:
                    service.create_group(session, actor(), name=form.translated(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name_fi.data))
            return redirect(url_for(".places"))
    elif request.method == "GET" and found:
        form.fill(found.name)
    return render_template("places/group.html", form=form, found=found)
