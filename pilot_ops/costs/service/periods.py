"""Months of a ledger: what is booked in each, locking one, and opening it again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.costs import queries
from pilot_ops.costs.domain import Month, Reason, check_held, check_lock, last_day_of, month_sheet, months_of
from pilot_ops.costs.models import LockedMonthRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import Base, insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.schedule.domain import Pilot, Replanning
from pilot_ops.schedule.domain import Reason as ScheduleReason
from pilot_ops.schedule.queries import get_pilot

_PILOTS = Base.metadata.tables["pilots"]


def list_months(session: Session, actor: Actor, *, pilot: Pilot) -> tuple[Month, ...]:
    """The months of a pilot's ledger, the oldest first."""
    actor.must(Permission.COSTS_VIEW)
    entries, locked = queries.list_entries(session, pilot.id), queries.locked_months(session, pilot.id)
    months = months_of(entries, starts_on=pilot.details.starts_on, ends_on=pilot.details.ends_on)
    return tuple(month_sheet(month, entries, locked_at=locked.get(month)) for month in months)


def lock_month(session: Session, actor: Actor, *, pilot_id: UUID, month: date, at: datetime) -> None:
    """Lock a month of a pilot's ledger; again it changes nothing. Refused for a month that is not over.

    Who is booking has done so before, or finds the month locked.
    """
    actor.must(Permission.COSTS_LOCK)
    _wait_for_bookings(session, pilot_id)
    pilot = get_pilot(session, pilot_id)
    details = pilot.details
    months = months_of(queries.list_entries(session, pilot_id), starts_on=details.starts_on, ends_on=details.ends_on)
    check_lock(month, months=months, today=local_day(at))
    if insert_once(session, LockedMonthRow, {"pilot_id": pilot_id, "month": month, "locked_at": at}):
        record(session, actor, Action.COSTS_LOCKED, _subject(pilot, month), at=at)


def unlock_month(session: Session, actor: Actor, *, pilot_id: UUID, month: date, reason: str, at: datetime) -> None:
    """Open a locked month again, for a reason that the log keeps; an open one stays so. Refused without a reason."""
    actor.must(Permission.COSTS_LOCK)
    if not reason:
        raise Refused(Reason.REASON_MISSING, "reason")
    pilot = get_pilot(session, pilot_id)
    this = delete(LockedMonthRow).where(LockedMonthRow.pilot_id == pilot_id, LockedMonthRow.month == month)
    if session.execute(this.returning(LockedMonthRow.month)).first():
        record(session, actor, Action.COSTS_UNLOCKED, _subject(pilot, month), at=at, after={"reason": reason})


def keep_locked_figures(session: Session, pilot: Pilot, wish: Replanning) -> None:
    """Refused with the field if a change of a pilot would change a locked month's figures.

    Its own prices and estimate stay as they are; days may come and go as far as they are of no locked month and leave
    the estimate and the shares of costs to its end alone.
    """
    locked = queries.locked_months(session, pilot.id)
    if not locked:
        return
    for name in ("estimate", "months", "expected", "portion_price", "daily_fee"):
        if getattr(pilot.details, name) != getattr(wish.details, name):
            raise Refused(ScheduleReason.FIGURES_LOCKED, name)
    touched = {day.day for day in wish.added} | {day.day for day in wish.removed}
    if not touched:
        return
    basis = queries.get_basis(session, pilot)
    replanned = basis.replanned(wish)
    for month in sorted(locked):
        last = last_day_of(month)
        check_held(month, before=basis.sheet(last), after=replanned.sheet(last), touched=touched, field=wish.field)


def _wait_for_bookings(session: Session, pilot_id: UUID) -> None:
    """Until the transaction ends nobody books: a booking shares the pilot's row, locking holds it alone."""
    session.execute(select(_PILOTS.c.id).where(_PILOTS.c.id == pilot_id).with_for_update())


def _subject(pilot: Pilot, month: date) -> str:
    return f"{pilot.name} {month:%Y-%m}"
