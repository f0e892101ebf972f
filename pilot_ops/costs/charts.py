"""The geometry of the cost charts: where every line, bar and label of an SVG goes.

templates/_parts/charts.html draws them. Units are those of the SVG's own grid; a chart is laid out twice, wide and
narrow, so that its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from pilot_ops.costs.domain import Day, Point
from pilot_ops.kernel.money import ZERO, Money
from pilot_ops.schedule.domain import DayStatus

_MOST_GRID_LINES = 8
_SMALL_STEP = Money(100_000)
_LABEL_HEIGHT = 42


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where, and what it stands for."""

    at: float
    amount: Money


@dataclass(frozen=True, slots=True)
class DateTick:
    """A mark of the time axis."""

    at: float
    day: date


@dataclass(frozen=True, slots=True)
class Frame:
    """One layout of the curve. ``actual``, ``band`` are path data; ``ends`` are y of the labels at the lines' ends."""

    left: float
    right: float
    zero: float
    amounts: tuple[Tick, ...]
    dates: tuple[DateTick, ...]
    actual: str
    band: str
    estimate_y: float
    forecast_y: float
    dot: tuple[float, float] | None
    estimate_label_y: float
    forecast_label_y: float
    dot_label: tuple[float, float, str]


@dataclass(frozen=True, slots=True)
class CurveChart:
    """Actual against the estimate through a season, with the forecast while days are left."""

    wide: Frame
    narrow: Frame
    estimate: Money
    forecast: Money
    actual: Money
    over: bool
    open_end: bool


def money_step(estimate: Money, most: Money) -> Money:
    """The step of the money axis: the estimate of one park, or a thousand euro where it is a park's own chart.

    Doubled until there are at most eight lines.
    """
    step = estimate if most.cents > 2 * estimate.cents else _SMALL_STEP
    while most.cents > _MOST_GRID_LINES * step.cents:
        step = step * 2
    return step


def curve_chart(
    points: Sequence[Point], *, dates: Sequence[date], estimate_total: Money, forecast: Money, step: Money
) -> CurveChart:
    """Lay out the curve. ``dates`` are the planned dates of the season; x is their index, so free days leave no gap."""
    actual = points[-1].actual if points else ZERO
    estimate = points[-1].estimate if points else ZERO
    open_end = len(points) < len(dates)
    most = max(estimate_total, forecast if open_end else ZERO, *(point.actual for point in points), step)
    least = min(forecast if open_end else ZERO, *(point.actual for point in points), ZERO)
    # The step was chosen for the sums of today: what was taken back since, or credited, may reach farther.
    while (most - least).cents > _MOST_GRID_LINES * step.cents:
        step = step * 2
    scale = (_floor(least, step), _ceiling(most, step))
    plan = (points, dates, estimate_total, forecast, step, scale)
    return CurveChart(
        wide=_frame(*plan, left=58, right=570, most_dates=8),
        narrow=_frame(*plan, left=50, right=316, most_dates=5, top=90.2),
        estimate=estimate_total,
        forecast=forecast,
        actual=actual,
        over=actual > estimate,
        open_end=open_end,
    )


def _ceiling(amount: Money, step: Money) -> int:
    return ceil(amount.cents / step.cents)


def _floor(amount: Money, step: Money) -> int:
    return min(0, floor(amount.cents / step.cents))


def _frame(
    points: Sequence[Point],
    dates: Sequence[date],
    estimate_total: Money,
    forecast: Money,
    step: Money,
    scale: tuple[int, int],
    *,
    left: float,
    right: float,
    most_dates: int,
    top: float = 33.9,
    bottom: float = 296.0,
) -> Frame:
    low, high = scale
    height = (bottom - top) / (high - low)

    def y(amount: Money) -> float:
        return round(bottom - float(amount.cents / step.cents - low) * height, 1)

    def x(index: float) -> float:
        return round(left + (right - left) * index / max(len(dates), 1), 1)

    line = [(x(0), y(ZERO))] + [(x(index + 1), y(point.actual)) for index, point in enumerate(points)]
    ends = (y(estimate_total), y(forecast))
    labels = _apart(*ends)
    dot = line[-1] if points else None
    return Frame(
        left=left,
        right=right,
        zero=y(ZERO),
        amounts=tuple(Tick(y(step * number), step * number) for number in range(low, high + 1)),
        dates=tuple(DateTick(x(index + 0.5), day) for index, day in _week_starts(dates, most_dates)),
        actual=_path(line) if points else "",
        band=_path([*line, (dot[0], y(points[-1].estimate))]) + " Z" if dot else "",
        estimate_y=ends[0],
        forecast_y=ends[1],
        dot=dot,
        estimate_label_y=labels[0],
        forecast_label_y=labels[1],
        dot_label=_dot_label(dot, points, left, right),
    )


def _path(line: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in line)


def _apart(estimate: float, forecast: float) -> tuple[float, float]:
    """Label heights at two line ends, pushed apart where they would touch; the higher line keeps the upper label."""
    gap = _LABEL_HEIGHT - abs(estimate - forecast)
    if gap <= 0:
        return estimate, forecast
    push = gap / 2 if estimate <= forecast else -gap / 2
    return round(estimate - push, 1), round(forecast + push, 1)


def _dot_label(
    dot: tuple[float, float] | None, points: Sequence[Point], left: float, right: float
) -> tuple[float, float, str]:
    """Where the label of the actual goes: above and left of the dot when over the estimate, below and right if not."""
    if dot is None:
        return left, 0, "start"
    x, y = dot
    over = points[-1].actual > points[-1].estimate
    if over and x - left > 150:
        return round(x - 12, 1), round(y - 34, 1), "end"
    if x > right - 90:
        return round(x - 12, 1), round(min(y + 42, 268), 1), "end"
    return round(x + 14, 1), round(min(y + 30, 268), 1), "start"


def _week_starts(dates: Sequence[date], most: int) -> list[tuple[int, date]]:
    """The first planned date of every week, thinned out evenly to at most so many."""
    starts = [
        (index, day)
        for index, day in enumerate(dates)
        if index == 0 or day.isocalendar()[:2] != dates[index - 1].isocalendar()[:2]
    ]
    # Weeks of one or two days at the ends stand too close to their neighbours.
    spread = [starts[0]] if starts else []
    for index, day in starts[1:]:
        if index - spread[-1][0] >= max(2, len(dates) / 14):
            spread.append((index, day))
    every = -(-len(spread) // most) if spread else 1
    return spread[::every]


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's bar; ``cancelled`` days have a cross instead."""

    x: float
    y: float
    width: float
    height: float
    cancelled: bool


@dataclass(frozen=True, slots=True)
class BarsChart:
    """Children a day in a park on a scale shared by all parks; ``ref_y`` is the expected number."""

    bars: tuple[Bar, ...]
    dates: tuple[DateTick, ...]
    ref_y: float
    expected: int
    right: float = 250.0
    bottom: float = 102.0


def bars_chart(days: Sequence[Day], *, expected: int, most: int, dates: Sequence[date]) -> BarsChart:
    """Lay out a bar for every planned date so far; ``most`` is the top of the scale that the parks share."""
    room = 246.0 / max(len(dates), 8)
    high = Fraction(92) / max(most, 1)
    place = {day: index for index, day in enumerate(dates)}
    bars = [
        Bar(
            x=round(4 + room * place[day.day] + room * 0.08, 1),
            y=round(102 - float(high * max(day.first_portions, 0)), 1),
            width=round(room * 0.84, 1),
            height=round(float(high * max(day.first_portions, 0)), 1),
            cancelled=day.status is DayStatus.CANCELLED,
        )
        for day in days
        if day.day in place
    ]
    ticks = tuple(DateTick(round(4 + room * index, 1), day) for index, day in _week_starts(dates, 4))
    return BarsChart(tuple(bars), ticks, round(102 - float(high * expected), 1), expected)


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bar of the actual and a mark at the estimate to date, in hundredths of the scale."""

    value: float
    mark: float


def bullet(actual: Money, mark: Money, most: Money) -> Bullet:
    """Lay out a bullet; what is below zero or beyond the scale is cut."""

    def share(amount: Money) -> float:
        return round(float(min(max(amount.cents / most.cents, Fraction(0)), Fraction(1))) * 100, 1) if most else 0.0

    return Bullet(share(actual), share(mark))
