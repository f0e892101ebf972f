"""How many portions to order: a choice between food that is left over and children who are turned away.

The newsvendor's choice (Arrow, Harris and Marschak 1951): with weights u for a child turned away and w for a portion
left over, order so much that it is enough on u / (u + w) of days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil, floor
from statistics import fmean
from uuid import UUID

from pilot_ops.forecasts.domain.demand import ENOUGH_DAYS, MANY_DAYS, Model, Seen, learn
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.errors import Refused
from pilot_ops.meals.domain import Weather

MOST_LEAD_DAYS = 30
MOST_WEIGHT = 20
# The range that is told of holds eight days of ten.
_LOW, _HIGH = 0.1, 0.9


class Reason(StrEnum):
    """Why something about ordering or a what-if is refused."""

    LEAD_TOO_LONG = "lead-too-long"
    WEIGHT_WRONG = "weight-wrong"
    NUMBER_WRONG = "number-wrong"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How a pilot orders: so many days before and by what time, and how much each mistake weighs.

    ``waste`` is the weight of a portion left over, ``turned_away`` that of a child turned away.
    """

    lead_days: int = 7
    lead_time: time = time(12)
    waste: int = 1
    turned_away: int = 2

    def deadline(self, day: date) -> datetime:
        """The moment by which a day's portions are to be ordered."""
        return at_local(day - timedelta(days=self.lead_days), self.lead_time)

    @property
    def enough(self) -> float:
        """The share of days on which the order is to be enough."""
        return self.turned_away / (self.turned_away + self.waste)


DEFAULT_TERMS = OrderTerms()


def check_terms(terms: OrderTerms) -> None:
    """Refused with the field, if the terms of ordering cannot be so."""
    if not 0 <= terms.lead_days <= MOST_LEAD_DAYS:
        raise Refused(Reason.LEAD_TOO_LONG, "lead_days", most=MOST_LEAD_DAYS)
    for field in ("waste", "turned_away"):
        if not 1 <= getattr(terms, field) <= MOST_WEIGHT:
            raise Refused(Reason.WEIGHT_WRONG, field, most=MOST_WEIGHT)


class Footing(StrEnum):
    """What a suggestion stands on: the expected number, few counted days, or many."""

    EXPECTED = "expected"
    FEW_DAYS = "few-days"
    MANY_DAYS = "many-days"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an order is expected to bring: portions left over, and children turned away."""

    waste: float
    turned_away: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Portions to order for a park and day, and what stands behind them.

    ``children`` come on average, ``low`` to ``high`` on eight days of ten; None where too few days were counted to say.
    """

    portions: int
    days: int
    footing: Footing
    children: float | None = None
    low: int | None = None
    high: int | None = None
    outcome: Outcome | None = None
    likely: Sequence[float] = ()

    def outcome_of(self, portions: int | None) -> Outcome | None:
        """What another order for the same day is expected to bring; None where it is not known."""
        return expect(portions, self.likely) if portions is not None and self.likely else None


def suggest(
    model: Model, terms: OrderTerms, park_id: UUID, day: date, *, steps: int, weather: Weather | None, expected: int
) -> Suggestion:
    """Portions for a park's day, which is so many meal days after the last one counted.

    With fewer than three counted days the ``expected`` number, and no figure of what it will bring.
    """
    level = model.levels.get(park_id)
    days = level.days if level else 0
    if level is None or days < ENOUGH_DAYS:
        return Suggestion(expected, days, Footing.EXPECTED)
    children = level.ahead(steps) * model.weekdays.get(day.weekday(), 1.0)
    if weather is not None:
        children *= model.weathers.get(weather, 1.0)
    likely = [children * ratio for ratio in model.spread(park_id, steps)]
    portions = _best(likely, terms)
    return Suggestion(
        portions=portions,
        days=days,
        footing=Footing.MANY_DAYS if days >= MANY_DAYS else Footing.FEW_DAYS,
        children=fmean(likely),
        low=round(_quantile(likely, _LOW)),
        high=round(_quantile(likely, _HIGH)),
        outcome=expect(portions, likely),
        likely=likely,
    )


def _best(likely: Sequence[float], terms: OrderTerms) -> int:
    """The whole number of portions whose mistakes weigh least: next to what is enough on the share of days wanted."""
    enough = _quantile(likely, terms.enough)

    def weight(portions: int) -> float:
        brings = expect(portions, likely)
        return terms.waste * brings.waste + terms.turned_away * brings.turned_away

    return min((ceil(enough), floor(enough)), key=weight)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of equally likely numbers that at least this share of them does not exceed."""
    return ordered[min(max(ceil(share * len(ordered)) - 1, 0), len(ordered) - 1)]


def expect(portions: int, likely: Collection[float]) -> Outcome:
    """What an order brings on average over equally likely numbers of children."""
    left = sum(portions - children for children in likely if children < portions)
    away = sum(children - portions for children in likely if children > portions)
    return Outcome(left / len(likely), away / len(likely))


@dataclass(frozen=True, slots=True)
class Past:
    """What some way of ordering brought on past days, a park and day on average."""

    days: int
    waste: float
    turned_away: float

    @property
    def both(self) -> float:
        """Portions left over and children turned away together."""
        return self.waste + self.turned_away


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same past days by three ways of ordering: as suggested, always the expected number, and as was ordered.

    ``ordered`` is None where not every one of those days has an order written down.
    """

    suggested: Past
    always: Past
    ordered: Past | None


def walk_forward(history: Mapping[UUID, Sequence[Seen]], terms: OrderTerms, *, expected: int) -> Comparison | None:
    """What suggestions would have brought, each made by its deadline from the days counted by then; None without days.

    Days for which the suggestion was still the expected number are not compared: there both are the same. Nobody knows
    the weather at the deadline, and so no weather is used.
    """
    pairs: list[tuple[int, Seen]] = []
    for day in sorted({seen.day for days in history.values() for seen in days}):
        # The meal on the day of the deadline is not over when the order is made.
        last_known = day - timedelta(days=terms.lead_days + 1)
        known = {park_id: [seen for seen in days if seen.day <= last_known] for park_id, days in history.items()}
        if any(len(days) >= ENOUGH_DAYS for days in known.values()):
            pairs += _pairs_of(day, history, learn(known, expected=expected), terms, expected)
    if not pairs:
        return None
    written = [(seen.ordered, seen) for _, seen in pairs if seen.ordered is not None]
    return Comparison(
        suggested=_past(pairs),
        always=_past([(expected, seen) for _, seen in pairs]),
        ordered=_past(written) if len(written) == len(pairs) else None,
    )


def _pairs_of(
    day: date, history: Mapping[UUID, Sequence[Seen]], model: Model, terms: OrderTerms, expected: int
) -> Iterator[tuple[int, Seen]]:
    """The suggestion for each park's day, and what came."""
    for park_id, days in history.items():
        for place, seen in enumerate(days):
            if seen.day == day:
                steps = place + 1 - model.levels[park_id].days
                made = suggest(model, terms, park_id, day, steps=steps, weather=None, expected=expected)
                if made.footing is not Footing.EXPECTED:
                    yield made.portions, seen


def _past(pairs: Sequence[tuple[int, Seen]]) -> Past:
    left = sum(max(portions - seen.children, 0) for portions, seen in pairs)
    away = sum(max(seen.children - portions, 0) for portions, seen in pairs)
    return Past(len(pairs), left / len(pairs), away / len(pairs))
