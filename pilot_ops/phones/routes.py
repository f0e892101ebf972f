"""Pages of phones: the list and the codes for coordinators, joining for whoever holds a code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, become_phone, public, requires
from pilot_ops.kernel.web.qr import qr_path
from pilot_ops.parks.queries import get_park, list_parks
from pilot_ops.phones import queries, service
from pilot_ops.phones.domain import Home, HomeKind, suggested_name
from pilot_ops.phones.forms import CodeForm, JoinForm
from pilot_ops.phones.labels import HOMES, REASONS, USES
from pilot_ops.places.queries import list_places

bp = Blueprint("phones", __name__)
_A_DAY = 24


@bp.route("/phones", methods=["GET", "POST"])
@requires(Permission.PHONES_EDIT)
def phones() -> ResponseReturnValue:
    """Every phone, and a code for a new one."""
    form = CodeForm()
    with reading() as session:
        parks, places = list_parks(session, inactive=True), list_places(session, inactive=True)
        found = queries.list_phones(session)
    in_use = [park for park in parks if park.details.active]
    form.offer(tuple(in_use), tuple(place for place in places if place.details.active))
    if form.validate_on_submit():
        try:
            return _code(form)
        except Refused as refused:
            form.refuse(refused, REASONS)
    elif request.method == "GET":
        form.hours.data = _A_DAY
    names = {park.id: park.name for park in parks} | {place.id: place.name for place in places}
    return render_template("phones/phones.html", form=form, phones=found, names=names, homes=HOMES, parks=in_use)


def _code(form: CodeForm) -> str:
    """The page with a new code, to be shown or printed."""
    at = now()
    with transaction() as session:
        home = form.chosen_home()
        code = service.make_code(session, actor(), home=home, hours=form.hours.data, at=at)
        name = service.name_of(session, home)
    link = f"{the_settings().public_url}{url_for('.join', code=code)}"
    path, size = qr_path(link)
    expires_at = at + timedelta(hours=form.hours.data)
    return render_template("phones/code.html", code=code, link=link, path=path, size=size, name=name, until=expires_at)


@bp.post("/phones/<uuid:phone_id>/revoke")
@requires(Permission.PHONES_EDIT)
def revoke(phone_id: UUID) -> ResponseReturnValue:
    """Shut a phone out."""
    try:
        with transaction() as session:
            phone = service.revoke(session, actor(), phone_id=phone_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
    else:
        tell(_("Puhelin on poistettu käytöstä: %(name)s", name=phone.name))
    return redirect(url_for(".phones"))


@bp.get("/phones/signs/<uuid:park_id>")
@requires(Permission.PHONES_EDIT)
def sign(park_id: UUID) -> ResponseReturnValue:
    """A sign to put up in a park: its code opens the park's counting page."""
    with reading() as session:
        park = get_park(session, park_id)
    link = f"{the_settings().public_url}{url_for('meals.park_today', park_id=park_id)}"
    path, size = qr_path(link)
    return render_template("phones/sign.html", park=park, link=link, path=path, size=size)


@bp.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> ResponseReturnValue:
    """Enrol this phone. Opening the link changes nothing; pressing the button does."""
    form = JoinForm()
    with reading() as session:
        home = service.find_home(session, code, now())
        place = service.name_of(session, home) if home else ""
        number = queries.count_phones(session, home) + 1 if home else 0
    if home and form.validate_on_submit():
        try:
            with transaction() as session:
                phone, secret = service.join(session, code=code, name=form.name.data, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            return become_phone(redirect(_first_page(phone.home)), secret)
    elif home and request.method == "GET":
        form.name.data = suggested_name(place, number)
    page = {"form": form, "home": home, "place": place, "homes": HOMES, "uses": USES}
    return render_template("phones/join.html", **page), 200 if home else 404


def _first_page(home: Home) -> str:
    return url_for("meals.park_today", park_id=home.id) if home.kind is HomeKind.PARK else url_for("home")
