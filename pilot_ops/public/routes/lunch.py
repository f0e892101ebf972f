"""Today's lunches of all parks, and the coming days of one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.kernel.web.kept import kept
from pilot_ops.kernel.web.tongues import by_link_and_more, further
from pilot_ops.public.domain import Serving, WeekDay, diets_in, parts_of, place_of, usual_window
from pilot_ops.public.labels import CANCELLED, DIETS, HEADINGS, SERVINGS
from pilot_ops.public.queries import get_board, get_lunch_park, list_coming
from pilot_ops.public.routes import bp
from pilot_ops.public.routes.events import EVENT_WORDS
from pilot_ops.public.routes.ways import way_to_park
from pilot_ops.schedule.domain import days_off
from pilot_ops.units.queries import find_unit_of_park

_COMING_DAYS, _MOST_EVENTS = 10, 4
_WORDS = {
    "cancelled": CANCELLED,
    "diet_names": DIETS,
    "headings": HEADINGS,
    "parts_of": parts_of,
    "servings": SERVINGS,
    "states": Serving,
}


@bp.get("/lunch")
@public
@by_link_and_more
@kept
def lunch() -> ResponseReturnValue:
    """Today's lunches of every park, with the week's food."""
    moment = now()
    with reading() as session:
        board = get_board(session, moment)
        events = list_coming(session, moment)[:_MOST_EVENTS] if not further() else ()
    diets = diets_in(dish.diets for day in board.week for dish in day.dishes)
    ways = {place.park.id: way_to_park(place.park) for place in board.places}
    shown = {"board": board, "moment": moment, "diets": diets, "ways": ways, "off": _off(board.week), "events": events}
    return render_template("public/lunch.html", **shown, **_WORDS, **EVENT_WORDS)


@bp.get("/lunch/<uuid:park_id>")
@public
@by_link_and_more
@kept
def park(park_id: UUID) -> ResponseReturnValue:
    """One park: whether there is food today, the coming days, and how to get there."""
    moment = now()
    with reading() as session:
        found, days, pilot = get_lunch_park(session, park_id, local_day(moment))
        unit = find_unit_of_park(session, park_id)
    coming = days[:_COMING_DAYS]
    shown = {
        "place": place_of(found, days, moment),
        "coming": coming,
        "usual": usual_window(days),
        "last": days[-1].day if len(days) > len(coming) else None,
        "pilot": pilot,
        "moment": moment,
        "today": local_day(moment),
        "diets": diets_in(day.diets for day in coming),
        "way": way_to_park(found),
        "unit": unit,
    }
    return render_template("public/park.html", **shown, **_WORDS)


def _off(week: tuple[WeekDay, ...]) -> dict[date, str]:
    """The names of days off, which a further language has none of."""
    if further() or not week:
        return {}
    settings = the_settings()
    years = {day.day.year for day in week}
    return days_off(settings.holiday_country, settings.holiday_region, years, page_language())
