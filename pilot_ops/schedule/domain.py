"""Pilots and their meal days: which days food is served where, and what may happen to a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

import holidays

from pilot_ops.kernel.errors import Refused
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

    ``food_billed`` says of a cancelled day that its food was already ordered and still costs.
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


LONGEST_SEASON = timedelta(days=366)
MOST_EXPECTED = 5000
EVERY_DAY = 0b1111111
_FIRST_MIDSUMMER_EVE = 19
_FRIDAY = 4
_WEEKDAY_NAMES = (
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ("ma", "ti", "ke", "to", "pe", "la", "su"),
)


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
    WRONG_STATUS = "wrong-status"
    CANCEL_NOTE_MISSING = "cancel-note-missing"
    CLOSURE_BACKWARDS = "closure-backwards"


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


def parse_weekdays(text: str) -> int:
    """Weekdays such as ``mon-fri``, ``mon,wed-fri`` or ``ma-pe`` as a mask; bit 0 is Monday. Refused otherwise."""
    mask = 0
    for part in text.replace(" ", "").lower().split(","):
        first, dash, last = part.partition("-")
        start, end = _weekday(first), _weekday(last if dash else first)
        days = range(start, end + 1) if start <= end else (*range(start, 7), *range(end + 1))
        mask |= sum(1 << day for day in days)
    return mask


def _weekday(name: str) -> int:
    for names in _WEEKDAY_NAMES:
        if name in names:
            return names.index(name)
    raise Refused(Reason.WEEKDAYS_WRONG, "weekdays", typed=name)


def weekdays_of(mask: int) -> tuple[int, ...]:
    """The weekdays of a mask, 0 for Monday."""
    return tuple(day for day in range(7) if mask >> day & 1)


def days_off(country: str, region: str, years: Collection[int], language: str = "fi") -> dict[date, str]:
    """Public holidays and customary days off with their names (Meal day rule 1).

    Midsummer Eve, the Friday from 19 to 25 June, is no public holiday in Finland but a day off in practice.
    """
    public = holidays.country_holidays(
        country, subdiv=region or None, years=list(years), language=_supported(country, language)
    )
    found = {day: name for day, name in public.items() if day.year in years}
    if country == "FI":
        for year in years:
            found.setdefault(
                midsummer_eve(year), {"sv": "Midsommarafton", "en": "Midsummer Eve"}.get(language, "Juhannusaatto")
            )
    return found


def _supported(country: str, language: str) -> str | None:
    wanted = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}[language]
    return wanted if country == "FI" else None


def midsummer_eve(year: int) -> date:
    """The Friday before Midsummer Day: 21.6.2024, 20.6.2025, 19.6.2026, 25.6.2027."""
    first = date(year, 6, _FIRST_MIDSUMMER_EVE)
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7)


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
    for plan in details.parks:
        if not plan.weekdays & EVERY_DAY:
            raise Refused(Reason.NO_WEEKDAYS, "weekdays")
        if plan.window.ends <= plan.window.starts:
            raise Refused(Reason.WINDOW_BACKWARDS, "serving_to")
    _check_figures(details)


def _check_figures(details: PilotDetails) -> None:
    if details.estimate.cents <= 0:
        raise Refused(Reason.ESTIMATE_NOT_POSITIVE, "estimate")
    if details.months <= 0:
        raise Refused(Reason.MONTHS_NOT_POSITIVE, "months")
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


def plan_days(details: PilotDetails, off: Collection[date], closures: Iterable[Closure] = ()) -> tuple[WantedDay, ...]:
    """The meal days of a pilot: each park's weekdays within the season, without days off and closures (rule 1)."""
    shut = {(closure.park_id, day) for closure in closures for day in days_between(closure.starts_on, closure.ends_on)}
    return tuple(
        WantedDay(plan.park_id, day, plan.window)
        for plan in details.parks
        for day in days_between(details.starts_on, details.ends_on)
        if plan.weekdays >> day.weekday() & 1 and day not in off and (plan.park_id, day) not in shut
    )


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


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
        lines += [f"-{day.id}" for day in self.removed]
        lines += [f"~{day.id}{want.window}" for day, want in self.moved]
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


def month_days(first: date) -> tuple[date, ...]:
    """The days of the calendar page of a month: whole weeks from Monday to Sunday."""
    start = first.replace(day=1)
    start -= timedelta(days=start.weekday())
    last = month_after(first) - timedelta(days=1)
    last += timedelta(days=6 - last.weekday())
    return tuple(days_between(start, last))


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def years_of(first: date, last: date) -> Sequence[int]:
    """The years that a season touches."""
    return range(first.year, last.year + 1)
