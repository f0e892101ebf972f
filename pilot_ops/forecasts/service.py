"""What people do with forecasts: look at suggestions, order by them, say how a pilot orders, reckon a season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Category, Entry, Sheet
from pilot_ops.costs.queries import Basis, list_shifts
from pilot_ops.forecasts import queries
from pilot_ops.forecasts.domain import (
    Comparison,
    Experience,
    Model,
    OrderTerms,
    Outcome,
    Ranges,
    Suggestion,
    check_terms,
    learn,
    make_ranges,
    suggest,
    walk_forward,
)
from pilot_ops.forecasts.models import OrderTermsRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import upsert
from pilot_ops.kernel.money import total
from pilot_ops.meals.domain import Weather
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import DayStatus, MealDay, Pilot
from pilot_ops.schedule.queries import get_pilot, list_days

# A summer: what was longer ago says little of tomorrow, and the page stays quick.
_LOOK_BACK = timedelta(days=92)
# Days that are over but not counted yet lie between the last counted day and tomorrow.
_UNCOUNTED = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A park on a day: the suggestion, and what the order as it is now is expected to bring (None: not known)."""

    day: MealDay
    park: str
    suggestion: Suggestion
    now: Outcome | None

    @property
    def done(self) -> bool:
        """Whether as many are ordered as suggested."""
        return self.day.ordered == self.suggestion.portions


@dataclass(frozen=True, slots=True)
class OrderDate:
    """A date with its lines, parks by name; ``late`` when the caterer's deadline is over."""

    day: date
    deadline: datetime
    late: bool
    weather: Weather | None
    lines: tuple[Line, ...]

    @property
    def portions(self) -> int:
        """Portions suggested for all parks together."""
        return sum(line.suggestion.portions for line in self.lines)

    @property
    def ordered(self) -> int:
        """Portions ordered for all parks together."""
        return sum(line.day.ordered or 0 for line in self.lines)

    def portions_of(self, park: str) -> int | str:
        """Portions suggested for a park of a name; a dash where it has no meal day."""
        return next((line.suggestion.portions for line in self.lines if line.park == park), "–")

    @property
    def guessed(self) -> bool:
        """Whether a suggestion is still the expected number."""
        return any(line.suggestion.children is None for line in self.lines)

    @property
    def outcome(self) -> Outcome | None:
        """What the suggestions are expected to bring together; None unless it is known of every park."""
        known = [line.suggestion.outcome for line in self.lines if line.suggestion.outcome]
        if len(known) < len(self.lines):
            return None
        return Outcome(sum(one.waste for one in known), sum(one.turned_away for one in known))


@dataclass(frozen=True, slots=True)
class OrderHelp:
    """What the order page shows: how the pilot orders, what its days say, and the dates to come with suggestions."""

    pilot: Pilot
    terms: OrderTerms
    model: Model
    dates: tuple[OrderDate, ...]
    counted: date | None

    def chosen(self, day: date | None) -> OrderDate | None:
        """The date asked for; else the first that can still be ordered, or the first of all."""
        found = [date_ for date_ in self.dates if date_.day == day] or [one for one in self.dates if not one.late]
        return next(iter(found or self.dates), None)


def get_order_help(
    session: Session, actor: Actor, *, pilot_id: UUID, at: datetime, weathers: Mapping[date, Weather]
) -> OrderHelp:
    """Suggestions for tomorrow and until the end of next week, or for the first week of a pilot that is to come."""
    actor.must(Permission.COSTS_VIEW)
    pilot, today = get_pilot(session, pilot_id), local_day(at)
    terms = queries.get_terms(session, pilot_id)
    first, last = _window(pilot, today)
    days = list_days(session, pilot_id=pilot_id, first=today - _UNCOUNTED, last=last)
    history = queries.list_seen(session, pilot_id, first=today - _LOOK_BACK, last=today)
    names = park_names(session)
    model = learn(history, expected=pilot.details.expected)
    planned = [day for day in days if day.status is not DayStatus.CANCELLED]
    steps = _steps(planned, model)
    lines: dict[date, list[Line]] = {}
    for day in planned:
        if day.day >= first:
            made = suggest(
                model,
                terms,
                day.park_id,
                day.day,
                steps=steps[day.id],
                weather=weathers.get(day.day),
                expected=pilot.details.expected,
            )
            lines.setdefault(day.day, []).append(Line(day, names[day.park_id], made, made.outcome_of(day.ordered)))
    dates = tuple(_date(day, own, terms, weathers.get(day), at) for day, own in lines.items())
    counted = max((level.last for level in model.levels.values() if level.last), default=None)
    return OrderHelp(pilot, terms, model, dates, counted)


def _date(day: date, lines: Sequence[Line], terms: OrderTerms, weather: Weather | None, at: datetime) -> OrderDate:
    by_name = tuple(sorted(lines, key=lambda line: line.park.casefold()))
    return OrderDate(day, terms.deadline(day), at > terms.deadline(day), weather, by_name)


def _window(pilot: Pilot, today: date) -> tuple[date, date]:
    first = max(today + _DAY, pilot.details.starts_on)
    week = first if pilot.details.starts_on > today + 7 * _DAY else today + 7 * _DAY
    return first, week + (6 - week.weekday()) * _DAY


def _steps(planned: Sequence[MealDay], model: Model) -> dict[UUID, int]:
    """By day: the so-manyeth meal day it is after the last counted one of its park."""
    steps: dict[UUID, int] = {}
    reached: dict[UUID, int] = {}
    for day in planned:
        level = model.levels.get(day.park_id)
        if level is None or level.last is None or day.day > level.last:
            reached[day.park_id] = steps[day.id] = reached.get(day.park_id, 0) + 1
    return steps


def accept(
    session: Session, actor: Actor, *, orders: Mapping[UUID, int], seen: Mapping[UUID, int | None], at: datetime
) -> int:
    """Order as suggested; how many orders changed. Refused where somebody else has changed an order meanwhile."""
    return schedule.order_portions(session, actor, orders=dict(orders), seen=seen, at=at)


def compare_past(session: Session, actor: Actor, *, pilot_id: UUID, at: datetime) -> tuple[Pilot, Comparison | None]:
    """What suggestions would have brought on the pilot's counted days, beside other ways of ordering."""
    actor.must(Permission.COSTS_VIEW)
    pilot = get_pilot(session, pilot_id)
    last = min(local_day(at), pilot.details.ends_on)
    history = queries.list_seen(session, pilot_id, first=last - _LOOK_BACK, last=last)
    terms = queries.get_terms(session, pilot_id)
    return pilot, walk_forward(history, terms, expected=pilot.details.expected)


def set_terms(session: Session, actor: Actor, *, pilot_id: UUID, terms: OrderTerms, at: datetime) -> None:
    """Say how a pilot orders. Refused with the field, if it cannot be so."""
    actor.must(Permission.PILOTS_EDIT)
    pilot = get_pilot(session, pilot_id)
    check_terms(terms)
    before, values = asdict(queries.get_terms(session, pilot_id)), asdict(terms)
    upsert(session, OrderTermsRow, {"pilot_id": pilot_id, **values})
    old, new = changes(before, values)
    if new:
        record(session, actor, Action.PILOT_CHANGED, pilot.name, at=at, before=old, after=new)


def get_ranges(basis: Basis, sheet: Sheet) -> Ranges:
    """The forecast of each park and of all, with its range, on the date of a cost sheet."""
    return make_ranges(basis.terms, basis.days, basis.entries, sheet, pilot_id=basis.pilot.id)


def get_costs(session: Session, actor: Actor, *, pilot_id: UUID, known: date | None = None) -> Basis:
    """What the forecast of the costs and a what-if are made of; with ``known`` as of the end of that day."""
    return costs.get_costs(session, actor, pilot_id=pilot_id, known=known)


def get_experience(session: Session, basis: Basis, as_of: date) -> Experience:
    """What a pilot has taught by a date: staff hours and their cost, costs other than food and staff, and portions."""
    booked = [entry for entry in basis.entries if entry.day <= as_of]
    other = [entry.amount for entry in booked if entry.category not in {Category.STAFF, Category.CATERING}]
    of_shifts = {shift.id: shift.hours for shift, _ in list_shifts(session, basis.pilot.id)}
    worked = [(entry, hours) for entry in booked if (hours := _hours_of(entry, of_shifts)) is not None]
    staff = total([entry.amount for entry, _ in worked])
    hours = sum((hours for _, hours in worked), Fraction(0))
    return Experience(hours, staff, total(other), _portions(basis, as_of))


def _hours_of(entry: Entry, of_shifts: Mapping[UUID, Fraction]) -> Fraction | None:
    """The hours of a staff entry, or of its shift where they are no whole hundredths; negative when taken back."""
    if entry.category is not Category.STAFF or entry.hours is not None:
        return entry.hours
    back = of_shifts.get(entry.reverses) if entry.reverses else None
    return of_shifts.get(entry.id) if back is None else -back


def _portions(basis: Basis, as_of: date) -> int:
    """Portions ordered, or else delivered, for the days on which children ate; 0 where one of them has neither."""
    served = [day for days in basis.days.values() for day in days if day.day <= as_of and day.first_portions > 0]
    portions = [day.delivered if day.ordered is None else day.ordered for day in served]
    return sum(number or 0 for number in portions) if None not in portions else 0
