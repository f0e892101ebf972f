"""Reading what happened on meal days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries as accounts
from pilot_ops.counting import queries as counting
from pilot_ops.kernel.db import Base
from pilot_ops.meals.domain import Count, Group, Record, Summary, count_of
from pilot_ops.meals.models import MealRecordRow
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule.domain import DayStatus, MealDay

# Tables of lower slices, by name: one statement joins all three, so that a whole season is one question.
_DAYS = Base.metadata.tables["meal_days"]
_TOTALS = Base.metadata.tables["tap_totals"]
_TAPS = Base.metadata.tables["taps"]
_RECORDS = MealRecordRow.__table__.c
_FIRST = (Group.UNDER_SCHOOL_AGE, Group.SCHOOL_AGE)
_EATEN = (*_FIRST, Group.SECOND_HELPINGS, Group.ADULTS)


class DayFacts(NamedTuple):
    """What the costs need to know of a meal day; portions in whole numbers."""

    park_id: UUID
    day: date
    status: DayStatus
    food_billed: bool
    ordered: int | None
    delivered: int | None
    first_portions: int
    served: int


def list_facts(session: Session, pilot_id: UUID, *, until: datetime | None = None) -> list[DayFacts]:
    """Every meal day of a pilot by park and day, in one question however many there are.

    With ``until``, what was known just before that moment: counts are without the taps received since, and a day
    closed or cancelled since is not so yet. What was ordered is as it is now.
    """
    served = (
        select(
            _TOTALS.c.subject_id,
            func.sum(_TOTALS.c.total).filter(_TOTALS.c.group.in_(_FIRST)).label("first"),
            func.sum(_TOTALS.c.total).filter(_TOTALS.c.group.in_(_EATEN)).label("eaten"),
        )
        .where(_TOTALS.c.subject_id.in_(select(_DAYS.c.id).where(_DAYS.c.pilot_id == pilot_id)))
        .group_by(_TOTALS.c.subject_id)
        .subquery()
    )
    query = (
        select(
            _DAYS.c.park_id,
            _DAYS.c.day,
            _DAYS.c.status,
            _DAYS.c.food_billed,
            _DAYS.c.ordered,
            _RECORDS.delivered,
            func.coalesce(served.c.first, 0),
            func.coalesce(served.c.eaten, 0),
        )
        .outerjoin_from(_DAYS, served, served.c.subject_id == _DAYS.c.id)
        .outerjoin(MealRecordRow.__table__, _RECORDS.day_id == _DAYS.c.id)
        .where(_DAYS.c.pilot_id == pilot_id)
        .order_by(_DAYS.c.park_id, _DAYS.c.day)
    )
    if until is None:
        return [DayFacts(*row) for row in session.connection().execute(query)]
    since = _counted_since(pilot_id, until)
    query = query.outerjoin(since, since.c.subject_id == _DAYS.c.id).add_columns(
        func.coalesce(since.c.first, 0), func.coalesce(since.c.eaten, 0), _RECORDS.closed_at, _DAYS.c.changed_at
    )
    found = []
    for *facts, first, eaten, closed_at, changed_at in session.connection().execute(query):
        now = DayFacts(*facts)
        then = now._replace(first_portions=now.first_portions - int(first), served=now.served - int(eaten))
        found.append(_status_then(then, closed_at, changed_at, until))
    return found


def _counted_since(pilot_id: UUID, until: datetime) -> Subquery:
    """What was counted of each day of a pilot from a moment on."""
    return (
        select(
            _TAPS.c.subject_id,
            func.sum(_TAPS.c.change).filter(_TAPS.c.group.in_(_FIRST)).label("first"),
            func.sum(_TAPS.c.change).filter(_TAPS.c.group.in_(_EATEN)).label("eaten"),
        )
        .where(_TAPS.c.subject_id.in_(select(_DAYS.c.id).where(_DAYS.c.pilot_id == pilot_id)))
        .where(_TAPS.c.received_at >= until)
        .group_by(_TAPS.c.subject_id)
        .subquery()
    )


def _status_then(day: DayFacts, closed_at: datetime | None, changed_at: datetime, until: datetime) -> DayFacts:
    """A day closed or cancelled from a moment on, as it was before: counted or planned."""
    closed_since = day.status is DayStatus.CLOSED and closed_at is not None and closed_at >= until
    cancelled_since = day.status is DayStatus.CANCELLED and changed_at >= until
    if not (closed_since or cancelled_since):
        return day
    status = DayStatus.OPEN if day.served else DayStatus.PLANNED
    return day._replace(status=status, food_billed=False, delivered=None)


def get_count(session: Session, day_id: UUID) -> Count:
    """The count of a meal day."""
    return count_of(counting.totals_of(session, day_id))


def find_record(session: Session, day_id: UUID) -> Record | None:
    """What was written down when the day was last closed, or None."""
    row = session.get(MealRecordRow, day_id)
    return _record(row) if row else None


def get_summary(session: Session, day_id: UUID) -> Summary:
    """A meal day with its count and record. NotFound if there is no such day."""
    return list_summaries(session, (schedule.get_day(session, day_id),))[0]


def list_summaries(session: Session, days: tuple[MealDay, ...]) -> tuple[Summary, ...]:
    """The same days with their counts and records, in the same order, in a fixed number of questions."""
    ids = [day.id for day in days]
    counts, late = counting.totals(session, ids), counting.late_taps(session, ids)
    rows = {row.day_id: row for row in session.scalars(select(MealRecordRow).where(MealRecordRow.day_id.in_(ids)))}
    names = accounts.names_of(session, {row.closed_by for row in rows.values() if row.closed_by})
    return tuple(_summary(day, counts.get(day.id, {}), rows.get(day.id), names, late.get(day.id, [])) for day in days)


def earlier_portions(session: Session, day: MealDay, most: int) -> tuple[int, ...]:
    """First portions of the park's meal days before this one that had any, newest first."""
    query = (
        select(func.sum(_TOTALS.c.total))
        .join_from(_DAYS, _TOTALS, _TOTALS.c.subject_id == _DAYS.c.id)
        .where(_DAYS.c.park_id == day.park_id, _DAYS.c.day < day.day, _TOTALS.c.group.in_(_FIRST))
        .group_by(_DAYS.c.day)
        .having(func.sum(_TOTALS.c.total) > 0)
        .order_by(_DAYS.c.day.desc())
        .limit(most)
    )
    return tuple(int(portions) for portions in session.scalars(query))


def portions_by_day(session: Session, park_ids: Collection[UUID], last: date) -> dict[UUID, dict[date, int]]:
    """First portions of every meal day of some parks up to a last day; a day nobody counted is absent."""
    query = (
        select(_DAYS.c.park_id, _DAYS.c.day, func.sum(_TOTALS.c.total))
        .join_from(_DAYS, _TOTALS, _TOTALS.c.subject_id == _DAYS.c.id)
        .where(_DAYS.c.park_id.in_(park_ids), _DAYS.c.day <= last, _TOTALS.c.group.in_(_FIRST))
        .group_by(_DAYS.c.park_id, _DAYS.c.day)
    )
    found: dict[UUID, dict[date, int]] = {}
    for park_id, day, portions in session.execute(query):
        found.setdefault(park_id, {})[day] = int(portions)
    return found


def _summary(
    day: MealDay, totals: Mapping[str, int], row: MealRecordRow | None, names: Mapping[UUID, str], late: list[datetime]
) -> Summary:
    count = count_of(totals)
    if row is None:
        return Summary(day, count, late=len(late))
    closed_by = names.get(row.closed_by, "") if row.closed_by else ""
    # Whoever closed the day again had the late taps before them: only those that came since still need a look.
    unseen = sum(row.closed_at is None or at >= row.closed_at for at in late)
    return Summary(day, count, _record(row), row.closed_at, closed_by, unseen)


def _record(row: MealRecordRow) -> Record:
    return Record(
        delivered=row.delivered,
        damaged=row.damaged,
        leftover=row.leftover,
        waste=row.waste,
        temp_receipt=_degrees(row.temp_receipt_tenths),
        temp_serving=_degrees(row.temp_serving_tenths),
        food=row.food,
        weather=row.weather,
        note=row.note,
        entered=row.entered,
    )


def _degrees(tenths: int | None) -> Fraction | None:
    return None if tenths is None else Fraction(tenths, 10)
