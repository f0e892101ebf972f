"""Order help: suggestions for the days to come, how they would have done, and how a pilot orders."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.forecasts import queries, service
from pilot_ops.forecasts.domain import ENOUGH_WEATHER
from pilot_ops.forecasts.export import write_orders
from pilot_ops.forecasts.forms import OrderTermsForm
from pilot_ops.forecasts.labels import REASONS, WEATHERS, footing, weather_effect
from pilot_ops.forecasts.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.meals.domain import Weather
from pilot_ops.schedule.labels import REASONS as ORDER_REASONS
from pilot_ops.schedule.queries import get_pilot

# With more parks the table of all dates has the sums alone.
MOST_COLUMNS = 8
_COUNT = re.compile(r"\d{1,6}")
_WEATHER = "weather-"


@bp.route("/pilots/<uuid:pilot_id>/order-help", methods=["GET", "POST"])
@requires(Permission.COSTS_VIEW)
def order_help(pilot_id: UUID) -> ResponseReturnValue:
    """Portions suggested for tomorrow and next week; a suggestion is ordered with one click."""
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _accept(pilot_id)
        except Refused as refused:
            wrong = {str(refused.field): sentence_of(refused, ORDER_REASONS)}
    with reading() as session:
        found = service.get_order_help(session, actor(), pilot_id=pilot_id, at=now(), weathers=_weathers())
    date = found.chosen(_day(request.args.get("day", "")))
    page = {"found": found, "date": date, "asked": _asked(), "wrong": wrong, "most_columns": MOST_COLUMNS}
    words = {"weathers": WEATHERS, "enough_weather": ENOUGH_WEATHER, "footing": footing}
    return render_template("forecasts/orders.html", Weather=Weather, weather_effect=weather_effect, **page, **words)


def _accept(pilot_id: UUID) -> ResponseReturnValue:
    """Order the one day whose button was pressed, or all days of a form, as they were suggested there."""
    pressed = request.form.get("accept", "")
    orders: dict[UUID, int] = {}
    seen: dict[UUID, int | None] = {}
    for name in request.form:
        key = name.removeprefix("take-")
        number = _number(name)
        if name.startswith("take-") and pressed in {"all", key} and number is not None and (day_id := _id(key)):
            orders[day_id], seen[day_id] = number, _number(f"was-{key}")
    with transaction() as session:
        changed = service.accept(session, actor(), orders=orders, seen=seen, at=now())
    tell(ngettext("%(num)s tilaus muuttui", "%(num)s tilausta muuttui", changed))
    return redirect(url_for(".order_help", pilot_id=pilot_id, **_asked()))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(field: str) -> int | None:
    text = request.form.get(field, "")
    return int(text) if _COUNT.fullmatch(text) else None


def _asked() -> dict[str, Any]:
    """What the address asks for, so that links and forms keep it."""
    return {name: text for name, text in request.args.items() if name == "day" or name.startswith(_WEATHER)}


def _weathers() -> dict[date, Weather]:
    """The weather that is chosen for days to come."""
    known = {weather.value: weather for weather in Weather}
    chosen = {_day(name.removeprefix(_WEATHER)): known.get(text) for name, text in _asked().items()}
    return {day: weather for day, weather in chosen.items() if day and weather}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.get("/pilots/<uuid:pilot_id>/order-help/csv")
@requires(Permission.COSTS_VIEW)
def order_help_file(pilot_id: UUID) -> ResponseReturnValue:
    """The suggestions of every park and date as CSV."""
    with reading() as session:
        found = service.get_order_help(session, actor(), pilot_id=pilot_id, at=now(), weathers=_weathers())
    return download(write_orders(found), "orders.csv")


@bp.get("/pilots/<uuid:pilot_id>/order-help/past")
@requires(Permission.COSTS_VIEW)
def past_orders(pilot_id: UUID) -> ResponseReturnValue:
    """How suggestions would have done on the days that are counted."""
    with reading() as session:
        pilot, comparison = service.compare_past(session, actor(), pilot_id=pilot_id, at=now())
        terms = queries.get_terms(session, pilot_id)
    return render_template("forecasts/past.html", pilot=pilot, found=comparison, terms=terms)


@bp.route("/pilots/<uuid:pilot_id>/order-help/terms", methods=["GET", "POST"])
@requires(Permission.PILOTS_EDIT)
def order_terms(pilot_id: UUID) -> ResponseReturnValue:
    """The caterer's deadline, and how much each mistake weighs."""
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        terms = queries.get_terms(session, pilot_id)
    form = OrderTermsForm(obj=terms)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.set_terms(session, actor(), pilot_id=pilot_id, terms=form.details(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tilaamisen ehdot on tallennettu"))
            return redirect(url_for(".order_help", pilot_id=pilot_id))
    return render_template("forecasts/terms.html", form=form, pilot=pilot)
