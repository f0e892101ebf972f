"""Pilots and closures: made, shown, planned again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule import queries, service
from pilot_ops.schedule.domain import Pilot, PilotDetails, PlanChange, weekdays_of
from pilot_ops.schedule.forms import ClosureForm, PilotForm
from pilot_ops.schedule.labels import REASONS, WEEKDAYS
from pilot_ops.schedule.routes import bp
from pilot_ops.schedule.service import Calendar

_WEEK = timedelta(days=7)
_COUNT = re.compile(r"\d{1,6}")


def _calendar() -> Calendar:
    return Calendar(the_settings().holiday_country, the_settings().holiday_region)


@bp.get("/pilots")
@requires(Permission.PILOTS_EDIT)
def pilots() -> ResponseReturnValue:
    """Every pilot."""
    with reading() as session:
        found = queries.list_pilots(session)
    return render_template("schedule/pilots.html", pilots=found, today=local_day(now()))


@bp.route("/pilots/new", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def new_pilot() -> ResponseReturnValue:
    """Make a pilot; its meal days are planned with it."""
    form = PilotForm()
    with reading() as session:
        form.offer(list_parks(session))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                pilot = service.create_pilot(
                    session, actor(), details=form.details(_own_weekdays()), calendar=_calendar(), at=now()
                )
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Pilotti on tehty: %(name)s", name=pilot.name))
            return redirect(url_for(".pilot", pilot_id=pilot.id))
    return _pilot_form(form, None, None)


def _pilot_form(form: PilotForm, pilot: Pilot | None, change: PlanChange | None) -> ResponseReturnValue:
    with reading() as session:
        parks = {park.id: park for park in list_parks(session, inactive=True)}
    masks = pilot.details.own_weekdays if pilot and request.method == "GET" else _own_weekdays()
    page = {
        "parks": parks,
        "own": {park_id: weekdays_of(mask) for park_id, mask in masks.items()},
        "windows": pilot.details.own_windows if pilot else {},
        "weekdays": WEEKDAYS,
    }
    return render_template("schedule/pilot_form.html", form=form, pilot=pilot, change=change, **page)


def _own_weekdays() -> dict[UUID, int]:
    """Masks of the parks that have weekdays of their own, from ``days-<park>`` fields."""
    found: dict[UUID, int] = {}
    for name in request.form:
        if name.startswith("days-"):
            numbers = {int(value) for value in request.form.getlist(name) if value in set("0123456")}
            with suppress(ValueError):
                found[UUID(name.removeprefix("days-"))] = sum(1 << number for number in numbers)
    return found


@bp.get("/pilots/<uuid:pilot_id>")
@requires(Permission.PILOTS_EDIT)
def pilot(pilot_id: UUID) -> ResponseReturnValue:
    """A pilot: what was decided, and the days of each park."""
    with reading() as session:
        found = queries.get_pilot(session, pilot_id)
        days = queries.list_days(session, pilot_id=pilot_id)
        parks = {park.id: park for park in list_parks(session, inactive=True)}
    by_park = {park_id: [day for day in days if day.park_id == park_id] for park_id in found.park_ids}
    return render_template(
        "schedule/pilot.html",
        pilot=found,
        details=found.details,
        by_park=by_park,
        parks=parks,
        weekdays=WEEKDAYS,
        weekdays_of=weekdays_of,
        first_week=_monday(max(found.details.starts_on, min(local_day(now()), found.details.ends_on))),
    )


@bp.route("/pilots/<uuid:pilot_id>/edit", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def edit_pilot(pilot_id: UUID) -> ResponseReturnValue:
    """Change a pilot and plan again: first what would change is shown, then it is saved."""
    form = PilotForm()
    with reading() as session:
        found = queries.get_pilot(session, pilot_id)
        form.offer(_parks_for(session, found))
    if request.method == "GET":
        form.fill(found.details)
        return _pilot_form(form, found, None)
    change = None
    if form.validate_on_submit():
        details = form.details(_own_weekdays(), found.details)
        try:
            if request.form.get("step") == "save":
                return _save_pilot(pilot_id, details, form.seen.data)
            with reading() as session:
                change = service.preview_change(
                    session, actor(), pilot_id=pilot_id, details=details, calendar=_calendar()
                )
        except Refused as refused:
            form.refuse(refused, REASONS)
    return _pilot_form(form, found, change)


def _parks_for(session: Session, pilot: Pilot) -> tuple[Park, ...]:
    """The parks a pilot can have: those in use, and its own even if they no longer are."""
    parks = list_parks(session, inactive=True)
    return tuple(park for park in parks if park.details.active or park.id in pilot.park_ids)


def _save_pilot(pilot_id: UUID, details: PilotDetails, seen: str) -> ResponseReturnValue:
    with transaction() as session:
        service.change_pilot(
            session, actor(), pilot_id=pilot_id, details=details, calendar=_calendar(), seen=seen, at=now()
        )
    tell(_("Tallennettu: %(name)s", name=details.name))
    return redirect(url_for(".pilot", pilot_id=pilot_id))


@bp.route("/pilots/<uuid:pilot_id>/orders", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def orders(pilot_id: UUID) -> ResponseReturnValue:
    """The portions ordered in a week, every park and day at once."""
    monday = _monday(_day(request.args.get("from", "")))
    with reading() as session:
        found = queries.get_pilot(session, pilot_id)
        days = queries.list_days(session, pilot_id=pilot_id, first=monday, last=monday + _WEEK - timedelta(days=1))
        parks = {park.id: park for park in list_parks(session, inactive=True)}
    days = tuple(sorted(days, key=lambda day: (day.day, parks[day.park_id].name)))
    ordered = {str(day.id): "" if day.ordered is None else str(day.ordered) for day in days}
    typed, seen = _typed_orders(ordered)
    wrong = {key: _("Kirjoita kokonaisluku") for key, text in typed.items() if text and not _COUNT.fullmatch(text)}
    if request.method == "POST" and not wrong:
        try:
            return _save_orders(pilot_id, monday, typed, seen)
        except Refused as refused:
            wrong = {str(refused.field): sentence_of(refused, REASONS)}
            seen |= {key: ordered[key] for key in wrong}
    shown = {"shown": ordered | typed, "seen": ordered | seen, "wrong": wrong}
    return render_template(
        "schedule/orders.html", pilot=found, days=days, parks=parks, monday=monday, week=_WEEK, **shown
    )


def _typed_orders(ordered: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The orders a person changed, and what they had seen there; days that their page did not have stay as they are."""
    seen = {key: request.form.get(f"was-{key}", ordered[key]) for key in ordered if key in request.form}
    typed = {key: text for key, old in seen.items() if (text := request.form[key].strip()) != old}
    return typed, {key: seen[key] for key in typed}


def _save_orders(
    pilot_id: UUID, monday: date, typed: Mapping[str, str], seen: Mapping[str, str]
) -> ResponseReturnValue:
    orders, was = ({UUID(key): _order(text) for key, text in texts.items()} for texts in (typed, seen))
    with transaction() as session:
        changed = service.order_portions(session, actor(), orders=orders, seen=was, at=now())
    tell(ngettext("%(num)s tilaus muuttui", "%(num)s tilausta muuttui", changed))
    week: dict[str, Any] = {"from": monday.isoformat()}
    return redirect(url_for(".orders", pilot_id=pilot_id, **week))


def _order(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _day(text: str) -> date:
    """A day of the address; today for anything else, or so far away that its weeks have no neighbours."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return local_day(now())
    return day if MINYEAR < day.year < MAXYEAR else local_day(now())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@bp.route("/closures", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def closures() -> ResponseReturnValue:
    """Days on which parks are closed, and closing one: first what would go is shown, then it is saved."""
    form = ClosureForm()
    with reading() as session:
        parks = {park.id: park for park in list_parks(session, inactive=True)}
        found = queries.list_closures(session)
    form.park.choices = [(park.id, park.name) for park in parks.values() if park.details.active]
    change = None
    if form.validate_on_submit():
        try:
            if request.form.get("step") == "save":
                return _save_closure(form)
            with reading() as session:
                change = service.preview_closure(session, actor(), **form.details())
            # What is shown now is another closure than one saved from an older page.
            form.closure_id.data = uuid4()
        except Refused as refused:
            form.refuse(refused, REASONS)
    return render_template("schedule/closures.html", form=form, closures=found, parks=parks, change=change)


def _save_closure(form: ClosureForm) -> ResponseReturnValue:
    with transaction() as session:
        about = {"closure_id": form.closure_id.data, "note": form.note.data or "", "seen": form.seen.data}
        service.add_closure(session, actor(), **form.details(), **about, at=now())
    tell(_("Suljetut päivät on tallennettu"))
    return redirect(url_for(".closures"))


@bp.post("/closures/<uuid:closure_id>/remove")
@requires(Permission.PILOTS_EDIT)
def remove_closure(closure_id: UUID) -> ResponseReturnValue:
    """Take a closure away."""
    with transaction() as session:
        service.remove_closure(session, actor(), closure_id=closure_id, at=now())
    tell(_("Suljetut päivät on poistettu. Ruokailupäivät palaavat, kun tallennat pilotin suunnitelman uudelleen"))
    return redirect(url_for(".closures"))
