"""What the clock does with meal days: opens them, reminds, and looks for what is not right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record as note_in_log
from pilot_ops.kernel.access import the_service
from pilot_ops.kernel.clock import at_local, local_day
from pilot_ops.meals import queries
from pilot_ops.meals.domain import Summary, imbalance
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_open_places as messages_about
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule import service as planning
from pilot_ops.schedule.domain import Action, DayStatus, MealDay

# A park is reminded so long after its serving ended.
REMIND_AFTER = timedelta(hours=1)
# The nightly check looks so far back.
LOOK_BACK = timedelta(days=14)
_TIMETABLE = the_service("timetable")
_UNFINISHED = (DayStatus.PLANNED, DayStatus.OPEN)


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: how many meal days it looked at, and how many things it did or found."""

    looked: int
    done: int


def open_days(session: Session, *, day: date, now: datetime) -> Report:
    """Open the planned meal days of a day. Nothing is opened before its day has come."""
    days = schedule.list_days(session, first=day, last=day, statuses=(DayStatus.PLANNED,))
    if day > local_day(now):
        return Report(len(days), 0)
    opened = [
        found
        for found in days
        if planning.move_day(session, day_id=found.id, expected=DayStatus.PLANNED, action=Action.OPEN)
    ]
    for found in opened:
        note_in_log(session, _TIMETABLE, Logged.DAY_OPENED, planning.subject_of(session, found), at=now)
    return Report(len(days), len(opened))


def remind_parks(session: Session, *, day: date, now: datetime) -> Report:
    """Tell each park whose serving ended an hour ago that its day is not closed yet."""
    days = schedule.list_days(session, first=day, last=day, statuses=_UNFINISHED)
    late = [found for found in days if now >= at_local(found.day, found.window.ends) + REMIND_AFTER]
    said = [_say(session, Kind.PARK_NOT_CLOSED_YET, found, now) for found in late]
    return Report(len(days), sum(said))


def tell_coordinator(session: Session, *, day: date, now: datetime) -> Report:
    """In the evening, tell the coordinator which of the day's meal days are over and not closed."""
    days = schedule.list_days(session, first=day, last=day)
    over = [found for found in days if found.status in _UNFINISHED and now >= at_local(found.day, found.window.ends)]
    said = [_say(session, Kind.DAY_NOT_CLOSED, found, now) for found in over]
    return Report(len(days), sum(said))


def nightly_check(session: Session, *, day: date, now: datetime) -> Report:
    """Look at the two weeks before a day, and at whatever still needs attention, for what is not right.

    What is right again is settled, and so is what was said about a day that is planned no more. A day still to come, or
    not over, is not looked at.
    """
    last = min(day, local_day(now)) - timedelta(days=1)
    days = schedule.list_days(session, first=last - LOOK_BACK + timedelta(days=1), last=last)
    looked = {(found.park_id, found.day) for found in days}
    older = {place for place in messages_about(session) if place not in looked and place[1] <= last}
    found = 0
    for summary in queries.list_summaries(session, (*days, *_days_of(session, older, now))):
        wrong = dict(_flaws(summary))
        for kind, facts in wrong.items():
            _say(session, kind, summary.day, now, **facts)
        right = set(Kind) - set(wrong)
        messages.settle(session, kinds=right, park_id=summary.day.park_id, day=summary.day.day, at=now)
        found += len(wrong)
    return Report(len(days), found)


def _days_of(session: Session, places: Iterable[tuple[UUID, date]], now: datetime) -> list[MealDay]:
    """The meal days of parks and days; where there is none any more, nothing needs attention."""
    found: list[MealDay] = []
    for park_id, day in sorted(places):
        meal_day = schedule.find_day(session, park_id, day)
        if meal_day is None:
            messages.settle(session, kinds=set(Kind), park_id=park_id, day=day, at=now)
        else:
            found.append(meal_day)
    return found


def _flaws(summary: Summary) -> Iterable[tuple[Kind, dict[str, Any]]]:
    """What is not right about a day that is over."""
    status = summary.day.status
    if status in _UNFINISHED:
        yield Kind.DAY_NOT_CLOSED, {}
    if status is DayStatus.CLOSED and not summary.count.first_portions:
        yield Kind.DAY_WITHOUT_COUNT, {}
    if status is DayStatus.CLOSED and (missing := _unexplained(summary)):
        yield Kind.IMBALANCE, {"missing": missing}
    if summary.late and status not in _UNFINISHED:
        yield Kind.LATE_TAPS, {"taps": summary.late}


def _unexplained(summary: Summary) -> int:
    """The imbalance of a closed day that nobody has explained. A note tells of the figures as they were at closing.

    It stays on the page of the day, and needs attention no more (Meal days, rule 4); figures of a file may have none.
    """
    record = summary.record
    if record is None or (record.note.strip() and not summary.late):
        return 0
    return imbalance(summary.count, record)


def _say(session: Session, kind: Kind, day: MealDay, at: datetime, **facts: Any) -> bool:
    facts |= {"day_id": str(day.id)}
    return messages.say(session, kind=kind, park_id=day.park_id, day=day.day, at=at, facts=facts)
