"""What happened on a meal day: portions in, portions out, temperatures, and whether the figures agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.schedule.domain import DayStatus, MealDay

# Edit checks of Meal day rule 5. Temperatures in degrees Celsius; a share of the expected children.
HOT_AT_LEAST = Fraction(60)
COLD_AT_MOST = Fraction(6)
FAR_OVER = Fraction(150, 100)
SAME_COUNT_DAYS = 3
MOST_PORTIONS = 5000
# Beyond these no thermometer in food shows anything.
COLDEST, HOTTEST = Fraction(-50), Fraction(150)


class Group(StrEnum):
    """Who or what a tap counts. Children by age group are first portions."""

    UNDER_SCHOOL_AGE = "under-school-age"
    SCHOOL_AGE = "school-age"
    SECOND_HELPINGS = "second-helpings"
    ADULTS = "adults"
    TURNED_AWAY = "turned-away"


class Food(StrEnum):
    """Whether the food of the day is to be hot or cold, which decides the temperature rule."""

    HOT = "hot"
    COLD = "cold"


class Weather(StrEnum):
    """The weather at serving time."""

    SUN = "sun"
    CLOUD = "cloud"
    RAIN = "rain"


class Entered(StrEnum):
    """How a day's figures came in."""

    PHONE = "phone"
    PAPER = "paper"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Count:
    """The count of a meal day: the sum of its taps in each group."""

    under_school_age: int = 0
    school_age: int = 0
    second_helpings: int = 0
    adults: int = 0
    turned_away: int = 0

    @property
    def first_portions(self) -> int:
        """Children who ate."""
        return self.under_school_age + self.school_age

    @property
    def served(self) -> int:
        """Portions that were eaten, by whomever."""
        return self.first_portions + self.second_helpings + self.adults

    def __add__(self, other: Count) -> Count:
        return Count(
            self.under_school_age + other.under_school_age,
            self.school_age + other.school_age,
            self.second_helpings + other.second_helpings,
            self.adults + other.adults,
            self.turned_away + other.turned_away,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """What is written down when a day is closed, besides its count. Temperatures in degrees Celsius.

    ``delivered`` is None only for an imported day whose file does not say.
    """

    delivered: int | None
    damaged: int = 0
    leftover: int = 0
    waste: int = 0
    temp_receipt: Fraction | None = None
    temp_serving: Fraction | None = None
    food: Food = Food.HOT
    weather: Weather | None = None
    note: str = ""
    entered: Entered = Entered.PHONE


class Warning(StrEnum):
    """What asks for a note before a day is closed (Meal day rules 4 and 5)."""

    IMBALANCE = "imbalance"
    MORE_SERVED_THAN_DELIVERED = "more-served-than-delivered"
    FAR_OVER_EXPECTED = "far-over-expected"
    HOT_TOO_COLD = "hot-too-cold"
    COLD_TOO_WARM = "cold-too-warm"
    TEMPERATURE_MISSING = "temperature-missing"
    SAME_COUNT = "same-count"


class Reason(StrEnum):
    """Why something about a meal day is refused."""

    NO_MEAL_DAY = "no-meal-day"
    FUTURE_DAY = "future-day"
    DAY_NOT_OPEN = "day-not-open"
    DAY_NOT_CLOSED = "day-not-closed"
    DAY_CANCELLED = "day-cancelled"
    NEGATIVE = "negative"
    TOO_MANY = "too-many"
    COUNT_NEGATIVE = "count-negative"
    DELIVERED_MISSING = "delivered-missing"
    TEMPERATURE_WRONG = "temperature-wrong"
    NOTE_MISSING = "note-missing"
    REASON_MISSING = "reason-missing"
    FIGURES_DIFFER = "figures-differ"
    HAS_TAPS = "has-taps"
    DAY_TWICE = "day-twice"
    UNKNOWN_PARK = "unknown-park"
    UNKNOWN_PILOT = "unknown-pilot"


@dataclass(frozen=True, slots=True)
class MealTap:
    """One event from a phone: so many more or fewer of a group in a park on a day."""

    id: UUID
    park_id: UUID
    day: date
    group: Group
    change: int
    tapped_at: datetime
    undoes: UUID | None = None

    @property
    def place(self) -> str:
        """The count it adds to: taps of many phones are written in the order of their places (``kernel.writer``)."""
        return f"{self.park_id}/{self.day}/{self.group}"


@dataclass(frozen=True, slots=True)
class Summary:
    """A meal day with all that is known of it. ``late`` is how many taps came since it was closed or cancelled."""

    day: MealDay
    count: Count
    record: Record | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    late: int = 0


def count_of(totals: Mapping[str, int]) -> Count:
    """The count of a meal day from the totals of its tap groups."""
    return Count(**{group.name.lower(): totals.get(group.value, 0) for group in Group})


def totals_of(count: Count) -> dict[Group, int]:
    """A count as totals by group."""
    return {group: int(getattr(count, group.name.lower())) for group in Group}


def imbalance(count: Count, record: Record) -> int:
    """Portions delivered that are not accounted for; negative when more went out than came in. Zero is in balance.

    Meal day rule 4: delivered = first + second + adults + damaged + leftover + waste. Zero also when it is not known
    how many were delivered.
    """
    if record.delivered is None:
        return 0
    return record.delivered - (count.served + record.damaged + record.leftover + record.waste)


def warnings(count: Count, record: Record, *, expected: int, earlier: Sequence[int] = ()) -> tuple[Warning, ...]:
    """What needs a note before the day is closed; ``earlier`` are first portions of the days before, newest first."""
    found: list[Warning] = []
    if record.delivered is not None and count.served > record.delivered:
        found.append(Warning.MORE_SERVED_THAN_DELIVERED)
    elif imbalance(count, record):
        found.append(Warning.IMBALANCE)
    if count.first_portions > FAR_OVER * expected:
        found.append(Warning.FAR_OVER_EXPECTED)
    found += _temperature_warnings(count, record)
    if _same_count(count, earlier):
        found.append(Warning.SAME_COUNT)
    return tuple(found)


def _temperature_warnings(count: Count, record: Record) -> list[Warning]:
    taken = [record.temp_receipt, record.temp_serving]
    known = [degrees for degrees in taken if degrees is not None]
    found: list[Warning] = []
    if record.food is Food.HOT and any(degrees < HOT_AT_LEAST for degrees in known):
        found.append(Warning.HOT_TOO_COLD)
    if record.food is Food.COLD and any(degrees > COLD_AT_MOST for degrees in known):
        found.append(Warning.COLD_TOO_WARM)
    if len(known) < len(taken) and (record.delivered or count.served):
        found.append(Warning.TEMPERATURE_MISSING)
    return found


def food_at(temperatures: Sequence[Fraction | None]) -> Food:
    """The food of a day whose file does not say: cold if all that was measured is as cold as cold food must be."""
    known = [degrees for degrees in temperatures if degrees is not None]
    return Food.COLD if known and all(degrees <= COLD_AT_MOST for degrees in known) else Food.HOT


def _same_count(count: Count, earlier: Sequence[int]) -> bool:
    """Three served days running with the very same number look like a number from memory."""
    before = list(earlier)[: SAME_COUNT_DAYS - 1]
    first = count.first_portions
    return first > 0 and len(before) == SAME_COUNT_DAYS - 1 and all(portions == first for portions in before)


def check_record(record: Record) -> None:
    """Refused with the field, if a number is missing, negative or beyond sense."""
    if record.delivered is None and record.entered is not Entered.IMPORT:
        raise Refused(Reason.DELIVERED_MISSING, "delivered")
    for field in ("delivered", "damaged", "leftover", "waste"):
        _check_number(getattr(record, field) or 0, field)
    for field in ("temp_receipt", "temp_serving"):
        degrees = getattr(record, field)
        if degrees is not None and not COLDEST <= degrees <= HOTTEST:
            raise Refused(Reason.TEMPERATURE_WRONG, field)


def check_count(count: Count) -> None:
    """Refused with the field, if a number is negative or beyond sense."""
    for group, number in totals_of(count).items():
        _check_number(number, group.name.lower())


def _check_number(number: int, field: str) -> None:
    if number < 0:
        raise Refused(Reason.NEGATIVE, field)
    if number > MOST_PORTIONS:
        raise Refused(Reason.TOO_MANY, field, most=MOST_PORTIONS)


def check_open(day: MealDay, *, today: date) -> None:
    """Refused if the day is over, cancelled or still to come."""
    if day.status is DayStatus.CANCELLED:
        raise Refused(Reason.DAY_CANCELLED)
    if day.status is DayStatus.CLOSED:
        raise Refused(Reason.DAY_NOT_OPEN)
    if day.day > today:
        raise Refused(Reason.FUTURE_DAY)


def check_closing(day: MealDay, count: Count, record: Record, found: Sequence[Warning], *, today: date) -> None:
    """Refused unless the day may be closed with these figures: errors stop, warnings ask for a note (rule 5)."""
    check_open(day, today=today)
    check_record(record)
    check_count(count)
    if found and not record.note:
        raise Refused(Reason.NOTE_MISSING, "note", warnings=tuple(found))


def is_late(status: DayStatus) -> bool:
    """Whether a tap that arrives now is late: its day is no longer being counted (Counting rule 3)."""
    return status in {DayStatus.CLOSED, DayStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class Plate:
    """What the counting page shows: portions there are, and how many of them are left (negative: over)."""

    portions: int
    left: int

    @property
    def over(self) -> int:
        return max(0, -self.left)


def plate_of(count: Count, day: MealDay, expected: int) -> Plate:
    """The plate of a day: what was ordered, or expected where nothing is ordered yet, less what has been eaten."""
    portions = expected if day.ordered is None else day.ordered
    return Plate(portions, portions - count.served)
