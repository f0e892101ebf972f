"""The counting page: one plate, two big buttons, and everything else small."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pilot_ops.counting import queries as counting
from pilot_ops.events.domain import Event
from pilot_ops.events.queries import closings_of, list_between
from pilot_ops.events.service import counts_at
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import clock
from pilot_ops.kernel.web.i18n import day as day_title
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.kernel.writer import write_shared
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Group, MealTap, count_of, plate_of
from pilot_ops.meals.forms import TapForm
from pilot_ops.meals.labels import GROUPS, REASONS
from pilot_ops.meals.routes import bp
from pilot_ops.parks.queries import get_park, list_parks
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule.domain import DayStatus, MealDay
from pilot_ops.schedule.labels import STATUS_KINDS, STATUSES

_LOOK_AHEAD = timedelta(days=60)
_LOOK_BACK = timedelta(days=7)
# The next 14 meal days of the park travel with the page.
_DAYS_CARRIED = 14


@bp.get("/today")
@requires(Permission.DAYS_VIEW)
def today() -> ResponseReturnValue:
    """Today in every park of the actor; straight to the counting page when there is but one."""
    who, day = actor(), local_day(now())
    mine = None if who.every_park else who.parks
    with reading() as session:
        parks = {park.id: park for park in list_parks(session, inactive=True)}
        days = schedule.list_days(session, park_ids=mine, first=day, last=day)
        summaries = queries.list_summaries(session, days)
        next_day = None if days else _next_day(session, mine)
        events, unclosed = _events_on(session, who, day), _unclosed(session, who, day)
    if len(days) == 1 and not who.every_park and not (events or unclosed):
        return redirect(url_for(".park_today", park_id=days[0].park_id))
    page = {"today": day, "events": events, "unclosed": unclosed, "parks": parks, "next_day": next_day}
    page["summaries"] = sorted(summaries, key=lambda summary: parks[summary.day.park_id].name)
    return render_template("meals/today.html", statuses=STATUSES, status_kinds=STATUS_KINDS, **page)


def _events_on(session: Session, who: Actor, day: date) -> list[Event]:
    return [event for event in list_between(session, first=day, last=day) if event.is_on and counts_at(who, event)]


def _unclosed(session: Session, who: Actor, day: date) -> list[Event]:
    """The events of the days before that nobody has closed: their sheets are often filled in afterwards."""
    found = list_between(session, first=day - _LOOK_BACK, last=day - timedelta(days=1))
    over = [event for event in found if event.last_day < day and event.is_on and counts_at(who, event)]
    closed = closings_of(session, [event.id for event in over])
    return [event for event in over if event.id not in closed]


def _next_day(session: Session, park_ids: frozenset[UUID] | None) -> MealDay | None:
    start = local_day(now()) + timedelta(days=1)
    days = schedule.list_days(session, park_ids=park_ids, first=start, last=start + _LOOK_AHEAD)
    return min((day for day in days if day.status is DayStatus.PLANNED), key=lambda day: day.day, default=None)


@bp.get("/today/<uuid:park_id>")
@requires(Permission.MEALS_COUNT)
def park_today(park_id: UUID) -> ResponseReturnValue:
    """The counting page of a park today."""
    actor().must(Permission.MEALS_COUNT, park_id)
    with reading() as session:
        park = get_park(session, park_id)
        day = schedule.find_day(session, park_id, local_day(now()))
        if day is None:
            next_day = _next_day(session, frozenset({park_id}))
            return render_template("meals/no_day.html", park=park, next_day=next_day, today=local_day(now()))
        if day.status in {DayStatus.CLOSED, DayStatus.CANCELLED}:
            return redirect(url_for(".day", day_id=day.id))
        page = _tally(session, day)
        coming = schedule.list_days(session, park_ids={park_id}, first=day.day, last=day.day + _LOOK_AHEAD)
        expected = schedule.get_pilot(session, day.pilot_id).details.expected
    served = [other for other in coming if other.status is not DayStatus.CANCELLED]
    days = [_carried(other, expected) for other in served[:_DAYS_CARRIED]]
    form = TapForm(tap_id=uuid4())
    return to_keep(render_template("meals/tally.html", park=park, day=day, days=days, form=form, now=now(), **page))


def _carried(day: MealDay, expected: int) -> dict[str, object]:
    """A day as the counting page carries it, so that a page opened without a network shows today, also tomorrow."""
    return {
        "day": day.day.isoformat(),
        "title": day_title(day.day),
        "starts": clock(day.window.starts),
        "ends": clock(day.window.ends),
        "portions": day.ordered if day.ordered is not None else expected,
        "ordered": day.ordered is not None,
        "close": url_for(".close", day_id=day.id),
        "cancel": url_for("schedule.cancel_day", day_id=day.id),
        "info": url_for(".day", day_id=day.id),
    }


def _tally(session: Session, day: MealDay) -> dict[str, object]:
    device = actor().device_id or uuid4()
    count = queries.get_count(session, day.id)
    expected = schedule.get_pilot(session, day.pilot_id).details.expected
    return {
        "count": count,
        "plate": plate_of(count, day, expected),
        "phone": count_of(counting.device_totals(session, day.id, device)),
        "last": counting.find_last_tap(session, day.id, device),
        "groups": GROUPS,
        "Group": Group,
    }


@bp.post("/today/<uuid:park_id>/tap")
@requires(Permission.MEALS_COUNT)
def tap(park_id: UUID) -> ResponseReturnValue:
    """One press of a button of the counting page, without JavaScript."""
    form = TapForm()
    at = now()
    pressed = _pressed(park_id) if form.validate_on_submit() else None
    if pressed is not None:
        who = actor()
        try:
            write_shared(lambda session: service.record_tap(session, who, tap=pressed, at=at), key=pressed.place)
        except Refused as refused:
            tell(sentence_of(refused, REASONS), "err")
    return redirect(url_for(".park_today", park_id=park_id))


def _pressed(park_id: UUID) -> MealTap | None:
    """The tap that a button's value says: ``group+change``, and of an undo also ``:tap``. None for anything else."""
    value, _, undone = request.form.get("tap", "").partition(":")
    group, sign, number = value.rpartition("-" if undone else "+")
    try:
        return MealTap(
            id=UUID(request.form["tap_id"]),
            park_id=park_id,
            day=local_day(now()),
            group=Group(group),
            change=int(sign + number),
            tapped_at=now(),
            undoes=UUID(undone) if undone else None,
        )
    except (ValueError, KeyError):
        return None
