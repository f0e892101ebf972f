"""Which days food is served where, what planning again would change, and what may happen to a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.schedule.domain.calendar import EVERY_DAY, days_between
from pilot_ops.schedule.domain.values import (
    Action,
    CancelReason,
    Closure,
    DayStatus,
    MealDay,
    ParkPlan,
    PilotDetails,
    Reason,
    ServingWindow,
)

LONGEST_SEASON = timedelta(days=366)

MOST_EXPECTED = 5000

# A season is at most a year, and so is its estimate.
MOST_MONTHS = 12

MOVES: Mapping[tuple[DayStatus, Action], DayStatus] = {
    (DayStatus.PLANNED, Action.OPEN): DayStatus.OPEN,
    (DayStatus.PLANNED, Action.CLOSE): DayStatus.CLOSED,
    (DayStatus.PLANNED, Action.CANCEL): DayStatus.CANCELLED,
    (DayStatus.OPEN, Action.CLOSE): DayStatus.CLOSED,
    (DayStatus.OPEN, Action.CANCEL): DayStatus.CANCELLED,
    (DayStatus.CLOSED, Action.REOPEN): DayStatus.OPEN,
    (DayStatus.CANCELLED, Action.RESTORE): DayStatus.PLANNED,
}


def after(status: DayStatus, action: Action) -> DayStatus:
    """The status that an action leads to. Refused(WRONG_STATUS) where the day may not go that way."""
    if (status, action) not in MOVES:
        raise Refused(Reason.WRONG_STATUS, status=status, action=action)
    return MOVES[status, action]


def check_details(details: PilotDetails) -> None:
    """Refused with the field, if a pilot's name, season, parks or figures cannot be so."""
    if not details.name.strip():
        raise Refused(Reason.NAME_MISSING, "name")
    if details.ends_on < details.starts_on:
        raise Refused(Reason.SEASON_BACKWARDS, "ends_on")
    if details.ends_on - details.starts_on > LONGEST_SEASON:
        raise Refused(Reason.SEASON_TOO_LONG, "ends_on")
    if not details.parks:
        raise Refused(Reason.NO_PARKS, "parks")
    if len({plan.park_id for plan in details.parks}) < len(details.parks):
        raise Refused(Reason.PARK_TWICE, "parks")
    _check_plans(details.parks)
    _check_figures(details)


def _check_plans(plans: Iterable[ParkPlan]) -> None:
    for plan in plans:
        if not plan.weekdays & EVERY_DAY:
            raise Refused(Reason.NO_WEEKDAYS, "weekdays")
        if plan.window.ends <= plan.window.starts:
            raise Refused(Reason.WINDOW_BACKWARDS, "serving_to")


def _check_figures(details: PilotDetails) -> None:
    if details.estimate.cents <= 0:
        raise Refused(Reason.ESTIMATE_NOT_POSITIVE, "estimate")
    if details.months <= 0:
        raise Refused(Reason.MONTHS_NOT_POSITIVE, "months")
    if details.months > MOST_MONTHS:
        raise Refused(Reason.TOO_MANY, "months", most=MOST_MONTHS)
    if details.expected <= 0:
        raise Refused(Reason.EXPECTED_NOT_POSITIVE, "expected")
    if details.expected > MOST_EXPECTED:
        raise Refused(Reason.TOO_MANY, "expected", most=MOST_EXPECTED)
    for name in ("portion_price", "daily_fee"):
        price = getattr(details, name)
        if price is not None and price.cents < 0:
            raise Refused(Reason.NEGATIVE, name)


@dataclass(frozen=True, slots=True)
class WantedDay:
    """A meal day that the plan asks for."""

    park_id: UUID
    day: date
    window: ServingWindow


def plan_days(
    details: PilotDetails,
    off: Collection[date],
    closures: Iterable[Closure] = (),
    serving: Collection[date] = frozenset(),
) -> tuple[WantedDay, ...]:
    """The meal days of a pilot: each park's weekdays within the season, without days off and closures (rule 1).

    Days of ``serving`` are meal days whatever the weekday or day off.
    """
    shut = {(closure.park_id, day) for closure in closures for day in days_between(closure.starts_on, closure.ends_on)}
    return tuple(
        WantedDay(plan.park_id, day, plan.window)
        for plan in details.parks
        for day in days_between(details.starts_on, details.ends_on)
        if (day in serving or (plan.weekdays >> day.weekday() & 1 and day not in off))
        and (plan.park_id, day) not in shut
    )


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What planning again would do: days it adds, removes, or moves to another serving time, and those it leaves alone.

    ``protected`` are days that the new plan does not want, or wants at another time, but that have counts or are no
    longer merely planned: they stay as they are.
    """

    added: tuple[WantedDay, ...]
    removed: tuple[MealDay, ...]
    moved: tuple[tuple[MealDay, WantedDay], ...]
    protected: tuple[MealDay, ...]
    kept: int

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.moved)

    @property
    def digest(self) -> str:
        """A mark of what would change, so that what is saved is what was shown."""
        lines = [f"+{want.park_id}{want.day}{want.window}" for want in self.added]
        lines += [_removed_line(day) for day in self.removed]
        lines += [f"~{day.id}{want.window}" for day, want in self.moved]
        return _digest(lines)


def _removed_line(day: MealDay) -> str:
    """A day that goes, with what goes with it: an order made after the change was shown must be shown first."""
    return f"-{day.id}{day.ordered}{day.menu}{day.diets}"


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def compare(existing: Iterable[MealDay], wanted: Iterable[WantedDay], counted: Collection[UUID]) -> PlanChange:
    """What must change for the plan to hold (Meal day rule 3).

    Only a planned day without counts may go or move; a day that is open, closed or cancelled, or has any tap
    (``counted``: ids of days), is never touched.
    """
    wants = {(want.park_id, want.day): want for want in wanted}
    removed, moved, protected, kept = [], [], [], 0
    for day in existing:
        want = wants.pop((day.park_id, day.day), None)
        if want is not None and want.window == day.window:
            kept += 1
        elif day.status is not DayStatus.PLANNED or day.id in counted:
            protected.append(day)
        elif want is None:
            removed.append(day)
        else:
            moved.append((day, want))
    return PlanChange(tuple(wants.values()), tuple(removed), tuple(moved), tuple(protected), kept)


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """What closing a park would do: the planned days that go, and those that stay for what happened on them."""

    closure: tuple[UUID, date, date]
    removed: tuple[MealDay, ...]
    stay: tuple[MealDay, ...]

    @property
    def digest(self) -> str:
        """A mark of what would change, so that what is saved is what was shown."""
        return _digest([str(self.closure), *(_removed_line(day) for day in self.removed)])


def close_park(
    park_id: UUID, starts_on: date, ends_on: date, existing: Iterable[MealDay], counted: Collection[UUID]
) -> ClosureChange:
    """What a closure does to the days of the park (``existing``) that lie in it, by the rule of ``compare``."""
    change = compare(existing, (), counted)
    stay = tuple(day for day in change.protected if day.status is not DayStatus.CANCELLED)
    return ClosureChange((park_id, starts_on, ends_on), change.removed, stay)


@dataclass(frozen=True, slots=True)
class Replanning:
    """What somebody wants of a pilot: its details, the days that come and go, and the field that these are of."""

    details: PilotDetails
    added: Collection[WantedDay]
    removed: Collection[MealDay]
    field: str


def field_of_days(before: PilotDetails, details: PilotDetails) -> str:
    """The field of a pilot whose change brings or takes days. Days off and closures show at the weekdays."""
    if {plan.park_id for plan in before.parks} != {plan.park_id for plan in details.parks}:
        return "parks"
    for name in ("starts_on", "ends_on"):
        if getattr(before, name) != getattr(details, name):
            return name
    return "weekdays"


def check_cancel(reason: CancelReason, note: str) -> None:
    """Refused unless an "other" reason is explained."""
    if reason is CancelReason.OTHER and not note.strip():
        raise Refused(Reason.CANCEL_NOTE_MISSING, "note")


def check_closure(starts_on: date, ends_on: date) -> None:
    """Refused unless the days of a closure are in order and at most a year."""
    if ends_on < starts_on:
        raise Refused(Reason.CLOSURE_BACKWARDS, "ends_on")
    if ends_on - starts_on > LONGEST_SEASON:
        raise Refused(Reason.SEASON_TOO_LONG, "ends_on")
