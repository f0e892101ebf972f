"""The calendar: meal days and events by month, week or list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.calendar import service
from pilot_ops.calendar.domain import Choice, Kind, Look, has_neighbours
from pilot_ops.calendar.labels import KINDS, LOOKS, clash_sentence, signs_of
from pilot_ops.calendar.service import Page
from pilot_ops.events.domain import Status as EventStatus
from pilot_ops.events.labels import STATUSES as EVENT_STATUSES
from pilot_ops.events.labels import access_facts
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.schedule.domain import days_off, years_of
from pilot_ops.schedule.labels import CANCEL_REASONS, STATUSES, WEEKDAYS

bp = Blueprint("calendar", __name__)
# More parks than these are chosen in a field, not by tabs.
_MOST_TABS = 8
_LABELS = {
    "statuses": STATUSES,
    "cancel_reasons": CANCEL_REASONS,
    "weekdays": WEEKDAYS,
    "event_statuses": EVENT_STATUSES,
    "EventStatus": EventStatus,
    "Look": Look,
    "signs_of": signs_of,
    "access_facts": access_facts,
    "clash_sentence": clash_sentence,
}
Chosen = TypeVar("Chosen", Look, Kind)


@dataclass(frozen=True, slots=True)
class Tab:
    """A link that changes what is shown and keeps the rest of what was chosen."""

    label: str
    href: str
    current: bool


@bp.get("/calendar")
@requires(Permission.DAYS_VIEW)
def calendar() -> ResponseReturnValue:
    """Meal days and events of a month or week, as the address asks for them."""
    choice = _choice()
    with reading() as session:
        page = service.get_page(session, actor(), choice)
    return render_template("calendar/calendar.html", page=page, choice=choice, **_around(page, choice), **_LABELS)


def _around(page: Page, choice: Choice) -> dict[str, Any]:
    """The days off among those shown with their names, and where the links lead."""
    settings, period, today = the_settings(), page.period, local_day(now())
    years = years_of(period.first, period.last)
    parks = [park for park in page.parks.values() if park.details.active]
    return {
        "today": today,
        "off": days_off(settings.holiday_country, settings.holiday_region, years, page_language()),
        "before": _href(replace(choice, day=period.before)),
        "after": _href(replace(choice, day=period.after)),
        "at_today": _href(replace(choice, day=today)),
        "looks": [Tab(str(LOOKS[look]), _href(_looked(choice, look, today)), look is choice.look) for look in Look],
        "tabs": _tabs(choice, parks if len(parks) <= _MOST_TABS else []),
        "many_parks": parks if len(parks) > _MOST_TABS else [],
    }


def _tabs(choice: Choice, parks: list[Any]) -> list[Tab]:
    """Everything; each park; each kind. A park that is chosen in a field instead stays beside the kind."""
    kinds = [Kind.MEALS, Kind.EVENTS] if actor().may(Permission.EVENTS_VIEW) else []
    whole = replace(choice, kind=Kind.ALL, park_id=None if parks else choice.park_id)
    tabs = [Tab(str(KINDS[Kind.ALL]), _href(whole), choice == whole)]
    if len(parks) > 1:
        tabs += [Tab(park.name, _href(replace(whole, park_id=park.id)), park.id == choice.park_id) for park in parks]
    tabs += [Tab(str(KINDS[kind]), _href(replace(whole, kind=kind)), choice.kind is kind) for kind in kinds]
    return tabs if len(tabs) > 1 else []


def _looked(choice: Choice, look: Look, today: date) -> Choice:
    """The same in another look: of a month that is now, the week that is now."""
    same_month = (choice.day.year, choice.day.month) == (today.year, today.month)
    return replace(choice, look=look, day=today if look is Look.WEEK and same_month else choice.day)


def _href(choice: Choice) -> str:
    """The address of a choice, which says no more than it must."""
    by_week = choice.look is Look.WEEK
    asked: dict[str, Any] = {
        "day" if by_week else "month": choice.day.isoformat() if by_week else f"{choice.day:%Y-%m}",
        "look": choice.look if choice.look is not Look.MONTH else None,
        "kind": choice.kind if choice.kind is not Kind.ALL else None,
        "park": choice.park_id,
    }
    return url_for(".calendar", **asked)


def _choice() -> Choice:
    """What the address asks for; what it asks for and is none is as if it were not asked for."""
    return Choice(_member(Look.MONTH, "look"), _day(), _member(Kind.ALL, "kind"), _park())


def _member(otherwise: Chosen, name: str) -> Chosen:
    try:
        return type(otherwise)(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _day() -> date:
    """A day of the address, or the first of its month; today for anything else, or so far away that nothing is next."""
    month = request.args.get("month", "")
    try:
        day = date.fromisoformat(f"{month}-01" if month else request.args.get("day", ""))
    except ValueError:
        return local_day(now())
    return day if has_neighbours(day) else local_day(now())


def _park() -> UUID | None:
    try:
        return UUID(request.args.get("park", ""))
    except ValueError:
        return None
