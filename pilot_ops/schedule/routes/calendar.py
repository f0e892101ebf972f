"""The month, with every park's meal days and what was counted on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pilot_ops.counting.queries import totals
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule import queries
from pilot_ops.schedule.domain import MealDay, days_off, month_after, month_before, month_days, years_of
from pilot_ops.schedule.labels import CANCEL_REASONS, STATUSES, WEEKDAYS
from pilot_ops.schedule.routes import bp

# The tap groups of first portions, by the names the meals slice above gives them.
_FIRST = ("under-school-age", "school-age")
_STEP = 5
_LABELS = {"statuses": STATUSES, "cancel_reasons": CANCEL_REASONS, "weekdays": WEEKDAYS}


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A park on a day of the calendar: children counted, and how full its bar is, 0 to 100 in steps of five."""

    day: MealDay
    park: str
    children: int
    fill: int


@bp.get("/calendar")
@requires(Permission.DAYS_VIEW)
def calendar() -> ResponseReturnValue:
    """One month of meal days, of all parks of the actor or of one."""
    month, today = _month(), local_day(now())
    shown = month_days(month)
    park_id = _park()
    with reading() as session:
        mine = [park for park in list_parks(session, inactive=True) if actor().every_park or park.id in actor().parks]
        wanted = {park.id: park.name for park in mine if park_id in {None, park.id}}
        days = queries.list_days(session, park_ids=wanted, first=shown[0], last=shown[-1])
        counts = totals(session, [day.id for day in days])
    page = {
        "today": today,
        "days": shown,
        "entries": _entries(days, wanted, counts),
        "parks": [park for park in mine if park.details.active],
        "park_id": park_id,
    }
    return render_template("schedule/calendar.html", **page, **_surroundings(month, shown), **_LABELS)


def _surroundings(month: date, shown: Sequence[date]) -> dict[str, Any]:
    """The month with its neighbours, and the days off of those shown with their names."""
    settings = the_settings()
    years = years_of(shown[0], shown[-1])
    off = days_off(settings.holiday_country, settings.holiday_region, years, page_language())
    return {"month": month, "before": month_before(month), "after": month_after(month), "off": off}


def _entries(
    days: tuple[MealDay, ...], parks: Mapping[UUID, str], counts: Mapping[UUID, Mapping[str, int]]
) -> dict[date, list[CalendarEntry]]:
    children = {day.id: sum(counts.get(day.id, {}).get(group, 0) for group in _FIRST) for day in days}
    most = max(children.values(), default=0) or 1
    found: dict[date, list[CalendarEntry]] = {}
    for day in sorted(days, key=lambda day: parks[day.park_id]):
        fill = min(100, max(0, children[day.id] * 100 // most // _STEP * _STEP))
        found.setdefault(day.day, []).append(CalendarEntry(day, parks[day.park_id], children[day.id], fill))
    return found


def _month() -> date:
    """The month of the address; the present one for anything else, or so far away that it has no neighbours."""
    present = local_day(now()).replace(day=1)
    try:
        month = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return present
    return month if MINYEAR < month.year < MAXYEAR else present


def _park() -> UUID | None:
    try:
        return UUID(request.args.get("park", ""))
    except ValueError:
        return None
