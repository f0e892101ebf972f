"""How many children will come: a level per park with a damped trend, and factors of weekday and weather.

All numbers here are of children, not of money, and so floats. The level is exponential smoothing with a damped trend
(Holt; Gardner and McKenzie 1985), one step a meal day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple, TypeVar
from uuid import UUID

from pilot_ops.meals.domain import Weather

# Fewer counted days of a park than this say nothing about the days to come, as with the costs.
ENOUGH_DAYS = 3
# So many are few: the forecast is made, and the page says that it is uncertain.
MANY_DAYS = 8
# Days of one kind of weather before its effect is told of.
ENOUGH_WEATHER = 3
# So many errors of a park's own are taken for its spread, else those of all parks.
_ENOUGH_ERRORS = 10
# The forecasts of a park's first days, while word gets round, say little of how far later ones are off.
_SETTLED = 5
# A day counts as so much of the level at least; and as much of the trend; a trend loses a fifth with every day ahead.
_LEVEL, _TREND, _DAMPING = 0.3, 0.1, 0.8
# A weekday or a kind of weather is taken for a usual one with the weight of so many days, until more are seen.
_USUAL_DAYS = 5.0
# The spread assumed while too few errors are known: a quarter of the forecast.
_ASSUMED_SPREAD = 0.25
_POINTS = 50

Kind = TypeVar("Kind", bound=Hashable)


class Seen(NamedTuple):
    """A counted meal day: how many children came, those turned away among them; and portions ordered."""

    day: date
    children: int
    weather: Weather | None = None
    ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Where a park stands after its last counted day: children on a usual day, their growth a day, days counted."""

    children: float
    growth: float
    days: int
    last: date | None = None

    def ahead(self, steps: int) -> float:
        """Children on a usual day so many meal days later."""
        growing = sum(_DAMPING**step for step in range(1, steps + 1))
        return max(self.children + self.growth * growing, 0.0)


@dataclass(frozen=True, slots=True)
class Model:
    """What the counted days of a pilot say: levels of parks, factors, and how far forecasts were off (1 is not)."""

    levels: Mapping[UUID, Level]
    weekdays: Mapping[int, float]
    weathers: Mapping[Weather, float]
    weather_days: Mapping[Weather, int]
    errors: Mapping[UUID, Sequence[float]]
    all_errors: Sequence[float]

    def spread(self, park_id: UUID, steps: int) -> list[float]:
        """Equally likely ratios of what comes to what is forecast, in order, so many meal days ahead.

        Of the park itself, of all parks, or assumed, by how many errors are known. Farther ahead they are wider, by
        what the level itself may move meanwhile (the variance formula of exponential smoothing).
        """
        own = self.errors.get(park_id, ())
        known = own if len(own) >= _ENOUGH_ERRORS else self.all_errors
        ratios = known if len(known) >= _ENOUGH_ERRORS else _ASSUMED
        wider = sqrt(1 + (steps - 1) * _LEVEL**2)
        return [max(1 + (ratio - 1) * wider, 0.0) for ratio in ratios]


_ASSUMED = tuple(NormalDist(1, _ASSUMED_SPREAD).inv_cdf((point + 0.5) / _POINTS) for point in range(_POINTS))


def learn(history: Mapping[UUID, Sequence[Seen]], *, expected: int) -> Model:
    """The model of a pilot from each park's counted days, in order. A park starts from the ``expected`` children."""
    means = {park_id: sum(seen.children for seen in days) / len(days) for park_id, days in history.items() if days}
    everything = [(means[park_id], seen) for park_id, days in history.items() for seen in days]
    weekdays = _factors(((seen.day.weekday(), mean, seen.children) for mean, seen in everything), everything)
    adjusted = [(mean * weekdays[seen.day.weekday()], seen) for mean, seen in everything]
    weathers = _factors(((seen.weather, mean, seen.children) for mean, seen in adjusted), everything)
    usual = {weather: factor for weather, factor in weathers.items() if weather is not None}
    levels, errors = {}, {}
    for park_id, days in history.items():
        levels[park_id], errors[park_id] = _smooth(
            days, expected, lambda seen: weekdays[seen.day.weekday()] * (usual[seen.weather] if seen.weather else 1.0)
        )
    return Model(
        levels=levels,
        weekdays=weekdays,
        weathers=usual,
        weather_days=Counter(weather for _, weather in {(seen.day, seen.weather) for _, seen in everything} if weather),
        errors={park_id: _thinned(own) for park_id, own in errors.items()},
        all_errors=_thinned([error for own in errors.values() for error in own]),
    )


def _factors(days: Iterable[tuple[Kind, float, int]], everything: Sequence[tuple[float, Seen]]) -> dict[Kind, float]:
    """How many times the usual children come on each kind of day; drawn towards one while few are seen."""
    kept = _USUAL_DAYS * (sum(mean for mean, _ in everything) / len(everything) if everything else 1.0) or 1.0
    usual: dict[Kind, float] = {}
    came: dict[Kind, float] = {}
    for kind, mean, children in days:
        usual[kind] = usual.get(kind, 0.0) + mean
        came[kind] = came.get(kind, 0.0) + children
    return {kind: (came[kind] + kept) / (usual[kind] + kept) for kind in usual}


def _smooth(days: Sequence[Seen], expected: int, factor: Callable[[Seen], float]) -> tuple[Level, list[float]]:
    """The level of a park after its days, and the errors of each day's forecast by the days before it."""
    level = Level(float(expected), 0.0, 0)
    errors = []
    for number, seen in enumerate(days):
        came, before = seen.children / factor(seen), level.ahead(1)
        if number >= _SETTLED and before > 0:
            errors.append(came / before)
        # The first days are a mean, in which the expected number counts as a day.
        part = max(_LEVEL, 1 / (number + 2))
        now = before + part * (came - before)
        grown = _DAMPING * level.growth
        growth = grown + _TREND * (now - level.children - grown)
        level = Level(now, growth, number + 1, seen.day)
    return level, errors


def _thinned(errors: Iterable[float]) -> tuple[float, ...]:
    """The errors in order, evenly thinned out to so many that a season of many parks stays quick."""
    ordered = sorted(errors)
    if len(ordered) <= _POINTS:
        return tuple(ordered)
    return tuple(ordered[int((point + 0.5) * len(ordered) / _POINTS)] for point in range(_POINTS))
