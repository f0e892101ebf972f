"""The geometry of the charts of forecasts; templates/forecasts/_charts.html draws them.

Units are those of the SVG's own grid; a chart is laid out twice, wide and narrow, so that its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pilot_ops.forecasts.domain import Range, Season
from pilot_ops.kernel.money import ZERO, Money

WIDE, NARROW = 720, 330
_SIDE = 8
_ROW, _BAR_ROW = 76, 76
# Above the first row stands the estimate that all share; a label keeps this far from both ends of its line.
_HEAD, _HALF_LABEL = 24, 68


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A forecast as a dot, its range as a line (None without one), the estimate as a mark."""

    name: str
    top: int
    range: Range
    estimate: Money
    low_x: float | None
    high_x: float | None
    dot_x: float
    estimate_x: float
    label_x: float


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Forecasts below one another on one scale; ``estimate`` is that of every row, None where they differ."""

    width: int
    height: int
    rows: tuple[RangeRow, ...]
    estimate: Money | None
    estimate_x: float


def range_charts(rows: Sequence[tuple[str, Range, Money]]) -> tuple[RangeChart, RangeChart]:
    """The wide and the narrow chart of forecasts, each with its name and estimate."""
    amounts = [amount for _, found, estimate in rows for amount in (found.low, found.forecast, found.high, estimate)]
    known = [amount for amount in amounts if amount is not None] or [ZERO]
    # A little room at both ends, so that the ends of lines are seen. It does not begin at zero, and the page says so.
    scale = (min(known) * Fraction(9, 10), max(known) * Fraction(103, 100))
    return _ranges(rows, scale, WIDE), _ranges(rows, scale, NARROW)


def _ranges(rows: Sequence[tuple[str, Range, Money]], scale: tuple[Money, Money], width: int) -> RangeChart:
    def x(amount: Money) -> float:
        return _place(amount, scale, width)

    estimates = {estimate for _, _, estimate in rows}
    shared = estimates.pop() if len(estimates) == 1 else None
    head = 0 if shared is None else _HEAD
    placed = tuple(
        RangeRow(
            name,
            head + place * _ROW,
            found,
            estimate,
            None if found.low is None else x(found.low),
            None if found.high is None else x(found.high),
            x(found.forecast),
            x(estimate),
            _within(x(found.forecast), width),
        )
        for place, (name, found, estimate) in enumerate(rows)
    )
    height = head + len(rows) * _ROW
    return RangeChart(width, height, placed, shared, 0 if shared is None else _within(x(shared), width))


def _within(place: float, width: int) -> float:
    """The middle of a label as near to a place as its text allows."""
    return min(max(place, _HALF_LABEL), width - _HALF_LABEL)


def _place(amount: Money, scale: tuple[Money, Money], width: int) -> float:
    least, most = scale
    share = min(max((amount - least).ratio(most - least) or Fraction(0), Fraction(0)), Fraction(1))
    return round(_SIDE + float(share) * (width - 2 * _SIDE), 1)


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """What a season costs as a bar of two parts, food and then staff."""

    name: str
    top: int
    season: Season
    food: float
    staff: float


@dataclass(frozen=True, slots=True)
class SeasonChart:
    """Seasons below one another on one scale."""

    width: int
    height: int
    left: int
    rows: tuple[SeasonRow, ...]


def season_charts(rows: Sequence[tuple[str, Season]]) -> tuple[SeasonChart, SeasonChart]:
    """The wide and the narrow chart of seasons, each with its name."""
    most = max([season.total for _, season in rows], default=ZERO)
    return _seasons(rows, most, WIDE), _seasons(rows, most, NARROW)


def _seasons(rows: Sequence[tuple[str, Season]], most: Money, width: int) -> SeasonChart:
    placed = tuple(
        SeasonRow(
            name,
            place * _BAR_ROW,
            season,
            round(_place(season.food, (ZERO, most), width) - _SIDE, 1),
            round(_place(season.staff, (ZERO, most), width) - _SIDE, 1),
        )
        for place, (name, season) in enumerate(rows)
    )
    return SeasonChart(width, len(rows) * _BAR_ROW, _SIDE, placed)
