"""Reading pilots, meal days and closures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.schedule.domain import (
    Closure,
    DayStatus,
    MealDay,
    ParkPlan,
    Pilot,
    PilotDetails,
    PilotTitle,
    ServingWindow,
)
from pilot_ops.schedule.models import ClosureRow, MealDayRow, PilotParkRow, PilotRow

# The columns of a meal day, in the order of the value: plain rows are much quicker than objects where days are many.
_DAY = MealDayRow.__table__.c
_COLUMNS = (
    _DAY.id,
    _DAY.pilot_id,
    _DAY.park_id,
    _DAY.day,
    _DAY.status,
    _DAY.serving_from,
    _DAY.serving_to,
    _DAY.ordered,
    _DAY.menu_fi,
    _DAY.menu_sv,
    _DAY.menu_en,
    _DAY.diets,
    _DAY.cancel_reason,
    _DAY.cancel_note,
    _DAY.food_billed,
    _DAY.sequence,
    _DAY.changed_at,
)


_LATEST_FIRST = (PilotRow.ends_on.desc(), PilotRow.name)

# Asked with every tap, and so made once: making a statement takes longer than asking it.
_FIND = select(*_COLUMNS).where(_DAY.park_id == bindparam("its_park"), _DAY.day == bindparam("its_day"))
# Locks are PostgreSQL's; on SQLite whoever works is alone, and these ask no more than _FIND does.
_SHARED = _FIND.where(_DAY.status != DayStatus.PLANNED).with_for_update(read=True)
_HELD = _FIND.with_for_update()


def list_titles(session: Session) -> tuple[PilotTitle, ...]:
    """Every pilot as lists name it, the latest season first."""
    query = select(PilotRow.id, PilotRow.name, PilotRow.starts_on, PilotRow.ends_on)
    return tuple(PilotTitle(*row) for row in session.execute(query.order_by(*_LATEST_FIRST)))


def list_pilots(
    session: Session,
    *,
    pilot_ids: Collection[UUID] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> tuple[Pilot, ...]:
    """Pilots, the latest season first: every one, some, or those of which a day is between a first and a last."""
    query = select(PilotRow).order_by(*_LATEST_FIRST)
    if pilot_ids is not None:
        query = query.where(PilotRow.id.in_(pilot_ids))
    if first is not None:
        query = query.where(PilotRow.ends_on >= first)
    if last is not None:
        query = query.where(PilotRow.starts_on <= last)
    rows = session.scalars(query).all()
    plans: dict[UUID, list[ParkPlan]] = {row.id: [] for row in rows}
    for plan in session.scalars(select(PilotParkRow).where(PilotParkRow.pilot_id.in_(plans))):
        plans[plan.pilot_id].append(_plan(plan))
    return tuple(_pilot(row, plans[row.id]) for row in rows)


def get_pilot(session: Session, pilot_id: UUID) -> Pilot:
    """A pilot. NotFound if there is none."""
    row = session.get(PilotRow, pilot_id)
    if row is None:
        raise NotFound
    plans = session.scalars(select(PilotParkRow).where(PilotParkRow.pilot_id == pilot_id))
    return _pilot(row, [_plan(plan) for plan in plans])


def find_pilot_by_name(session: Session, name: str) -> Pilot | None:
    """The pilot of this name in any case, or None."""
    pilot_id = session.scalar(select(PilotRow.id).where(PilotRow.name_key == fold(name)))
    return get_pilot(session, pilot_id) if pilot_id else None


def list_days(
    session: Session,
    *,
    pilot_id: UUID | None = None,
    park_ids: Collection[UUID] | None = None,
    first: date | None = None,
    last: date | None = None,
    statuses: Collection[DayStatus] | None = None,
    after: tuple[date, UUID] | None = None,
    most: int | None = None,
) -> tuple[MealDay, ...]:
    """Meal days by day and park: of a pilot, of some parks, from a first to a last day, of some statuses.

    ``most`` of them at most, those that come ``after`` a day of a park.
    """
    query = select(*_COLUMNS).order_by(_DAY.day, _DAY.park_id).limit(most)
    if after is not None:
        query = query.where((_DAY.day > after[0]) | ((_DAY.day == after[0]) & (_DAY.park_id > after[1])))
    if pilot_id is not None:
        query = query.where(_DAY.pilot_id == pilot_id)
    if park_ids is not None:
        query = query.where(_DAY.park_id.in_(park_ids))
    if first is not None:
        query = query.where(_DAY.day >= first)
    if last is not None:
        query = query.where(_DAY.day <= last)
    if statuses is not None:
        query = query.where(_DAY.status.in_(statuses))
    return tuple(_day(row) for row in session.execute(query))


def get_day(session: Session, day_id: UUID) -> MealDay:
    """A meal day. NotFound if there is none."""
    row = session.execute(select(*_COLUMNS).where(_DAY.id == day_id)).first()
    if row is None:
        raise NotFound
    return _day(row)


def find_day(session: Session, park_id: UUID, day: date) -> MealDay | None:
    """The meal day of a park on a date, or None."""
    row = session.connection().execute(_FIND, {"its_park": park_id, "its_day": day}).first()
    return _day(row) if row else None


def find_day_to_count(session: Session, park_id: UUID, day: date) -> MealDay | None:
    """The meal day of a park on a date, or None; its status stays as it is until the transaction ends.

    Many may count a day at once. A planned day is held by one alone, because its first tap opens it.
    """
    place = {"its_park": park_id, "its_day": day}
    connection = session.connection()
    row = connection.execute(_SHARED, place).first() or connection.execute(_HELD, place).first()
    return _day(row) if row else None


def hold_day(session: Session, day_id: UUID) -> MealDay:
    """A meal day that nobody else counts, closes or changes until the transaction ends. NotFound if there is none."""
    for day in hold_days(session, (day_id,)):
        return day
    raise NotFound


def hold_days(session: Session, day_ids: Collection[UUID]) -> tuple[MealDay, ...]:
    """The same of many; always taken in one order, so that no two wait for each other."""
    query = select(*_COLUMNS).where(_DAY.id.in_(day_ids)).order_by(_DAY.park_id, _DAY.day).with_for_update()
    return tuple(_day(row) for row in session.execute(query))


def list_closures(session: Session, *, park_ids: Collection[UUID] | None = None) -> tuple[Closure, ...]:
    """Closures, the latest first."""
    query = select(ClosureRow).order_by(ClosureRow.starts_on.desc())
    if park_ids is not None:
        query = query.where(ClosureRow.park_id.in_(park_ids))
    return tuple(Closure(row.id, row.park_id, row.starts_on, row.ends_on, row.note) for row in session.scalars(query))


def _plan(row: PilotParkRow) -> ParkPlan:
    return ParkPlan(row.park_id, row.weekdays, ServingWindow(row.serving_from, row.serving_to))


def _pilot(row: PilotRow, plans: list[ParkPlan]) -> Pilot:
    details = PilotDetails(
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        parks=tuple(sorted(plans, key=lambda plan: plan.park_id)),
        estimate=row.estimate_cents,
        months=Fraction(row.months_hundredths, 100),
        expected=row.expected,
        portion_price=row.portion_price_cents,
        daily_fee=row.daily_fee_cents,
        demo=row.demo,
    )
    return Pilot(row.id, details)


def _day(row: Any) -> MealDay:
    id_, pilot_id, park_id, day, status, starts, ends, ordered, fi, sv, en, diets, reason, note, billed, *change = row
    window, menu = ServingWindow(starts, ends), Translated(fi, sv, en)
    return MealDay(id_, pilot_id, park_id, day, status, window, ordered, menu, diets, reason, note, billed, *change)
