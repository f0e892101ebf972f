"""Pilots, meal days and closures as values, and why something about them is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from fractions import Fraction
from statistics import mode
from uuid import UUID

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated


class DayStatus(StrEnum):
    """Where a meal day stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why a meal day is cancelled."""

    WEATHER = "weather"
    DELIVERY = "delivery"
    STAFF = "staff"
    SAFETY = "safety"
    OTHER = "other"


# What a form starts from; every pilot has its own.
DEFAULT_ESTIMATE = Money(550000)

ONE_MONTH = Fraction(1)

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ServingWindow:
    """When food is served, on a Helsinki clock."""

    starts: time = time(11, 30)
    ends: time = time(12, 30)


@dataclass(frozen=True, slots=True)
class ParkPlan:
    """How a park takes part in a pilot: its weekdays (bit 0 is Monday) and serving time."""

    park_id: UUID
    weekdays: int = 0b0011111
    window: ServingWindow = ServingWindow()


@dataclass(frozen=True, slots=True)
class PilotDetails:
    """What a coordinator decides about a pilot.

    ``estimate`` is for one park for one month, net of VAT and without staff; ``months`` how many months the estimate
    is for; ``expected`` children a day in a park; ``portion_price`` and ``daily_fee`` what the caterer has agreed to.
    """

    name: str
    starts_on: date
    ends_on: date
    parks: tuple[ParkPlan, ...]
    estimate: Money = DEFAULT_ESTIMATE
    months: Fraction = ONE_MONTH
    expected: int = 80
    portion_price: Money | None = None
    daily_fee: Money | None = None
    demo: bool = False

    @property
    def usual_weekdays(self) -> int:
        """The weekdays of most parks."""
        return mode(plan.weekdays for plan in self.parks)

    @property
    def usual_window(self) -> ServingWindow:
        """The serving time of most parks."""
        return mode(plan.window for plan in self.parks)

    @property
    def own_weekdays(self) -> dict[UUID, int]:
        """The weekdays of the parks that differ from most."""
        return {plan.park_id: plan.weekdays for plan in self.parks if plan.weekdays != self.usual_weekdays}

    @property
    def own_windows(self) -> dict[UUID, ServingWindow]:
        """The serving times of the parks that differ from most."""
        return {plan.park_id: plan.window for plan in self.parks if plan.window != self.usual_window}


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot."""

    id: UUID
    details: PilotDetails

    @property
    def name(self) -> str:
        return self.details.name

    @property
    def park_ids(self) -> tuple[UUID, ...]:
        return tuple(plan.park_id for plan in self.details.parks)


@dataclass(frozen=True, slots=True)
class PilotTitle:
    """A pilot as lists name it: without its parks, of which years of pilots have many."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both ends included, on which a park is closed."""

    id: UUID
    park_id: UUID
    starts_on: date
    ends_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class MealDay:
    """A day on which a park serves food. ``ordered`` is how many portions, None while not known.

    ``food_billed`` says of a cancelled day that its food was already ordered and still costs. ``sequence`` grows with
    every change that families see (serving time, menu, cancelled, restored), the last of which was at ``changed_at``.
    """

    id: UUID
    pilot_id: UUID
    park_id: UUID
    day: date
    status: DayStatus = DayStatus.PLANNED
    window: ServingWindow = ServingWindow()
    ordered: int | None = None
    menu: Translated = field(default=Translated(""))
    diets: str = ""
    cancel_reason: CancelReason | None = None
    cancel_note: str = ""
    food_billed: bool = False
    sequence: int = 0
    changed_at: datetime = _LONG_AGO


class Action(StrEnum):
    """What may be done to a meal day as a whole."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    RESTORE = "restore"


class Reason(StrEnum):
    """Why something about the schedule is refused."""

    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    SEASON_BACKWARDS = "season-backwards"
    SEASON_TOO_LONG = "season-too-long"
    NO_PARKS = "no-parks"
    PARK_TWICE = "park-twice"
    NO_WEEKDAYS = "no-weekdays"
    WEEKDAYS_WRONG = "weekdays-wrong"
    WINDOW_BACKWARDS = "window-backwards"
    ESTIMATE_NOT_POSITIVE = "estimate-not-positive"
    MONTHS_NOT_POSITIVE = "months-not-positive"
    EXPECTED_NOT_POSITIVE = "expected-not-positive"
    NEGATIVE = "negative"
    TOO_MANY = "too-many"
    NO_DAYS = "no-days"
    PARK_BUSY = "park-busy"
    PLAN_CHANGED = "plan-changed"
    FIGURES_LOCKED = "figures-locked"
    DAYS_LOCKED = "days-locked"
    WRONG_STATUS = "wrong-status"
    ORDER_CHANGED = "order-changed"
    CANCEL_NOTE_MISSING = "cancel-note-missing"
    CLOSURE_BACKWARDS = "closure-backwards"
