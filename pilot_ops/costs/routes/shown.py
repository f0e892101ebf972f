"""What the cost pages show: the sheet, the charts of it, and the findings in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.charts import BarsChart, Bullet, CurveChart, bars_chart, bullet, curve_chart, money_step
from pilot_ops.costs.domain import Day, Figures, ParkSheet, Point, Sheet, causes_of, make_curve
from pilot_ops.costs.labels import price_words, volume_words
from pilot_ops.costs.queries import Basis
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import DayStatus

# Over the estimate to date by more than this share is worth a warning; the two causes are then given in words.
WORTH_A_WARNING = Fraction(5)
# So many parks get a chart of their own on the page of all; the rest have theirs on their own pages.
MOST_CHARTS = 12


@dataclass(frozen=True, slots=True)
class ParkLine:
    """A park on the page of all parks."""

    park_id: UUID
    name: str
    figures: Figures
    children: Fraction | None
    bullet: Bullet
    volume_first: bool


@dataclass(frozen=True, slots=True)
class DaysChart:
    """Children a day in a park: the chart, the mean, and the latest served day's number."""

    name: str
    chart: BarsChart
    mean: Fraction | None
    latest: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of all parks."""

    sheet: Sheet
    last_day: date | None
    elapsed: int
    planned: int
    lines: tuple[ParkLine, ...]
    over: tuple[ParkLine, ...]
    causes: tuple[str, ...]
    children: Fraction | None
    curve: CurveChart
    points: tuple[Point, ...]
    days_charts: tuple[DaysChart, ...]
    cancelled: tuple[tuple[str, Day], ...]
    dates: tuple[date, ...]
    children_by_date: tuple[tuple[date, tuple[int | None, ...]], ...]


def overview_of(basis: Basis, as_of: date) -> Overview:
    """Everything on the page of all parks."""
    sheet = basis.sheet(as_of)
    dates = sorted({day.day for days in basis.days.values() for day in days})
    points = make_curve(basis.terms, basis.days, basis.entries, as_of=as_of)
    lines = _lines(basis, sheet)
    charted = [park for park in sheet.parks if park.days][:MOST_CHARTS]
    past = tuple(day for day in dates if day <= as_of)
    return Overview(
        sheet=sheet,
        last_day=dates[-1] if dates else None,
        elapsed=len(past),
        planned=len(dates),
        lines=lines,
        over=tuple(line for line in lines if is_over(line.figures)),
        causes=causes_in_words(sheet.total, basis.terms.expected, one_park=len(lines) == 1),
        children=_mean(sheet.total),
        curve=_curve(points, dates, sheet.total, basis.terms.estimate_total),
        points=points,
        days_charts=_days_charts(basis, charted, past),
        cancelled=_cancelled(basis, charted, as_of),
        dates=past,
        children_by_date=_children(charted, past),
    )


def _lines(basis: Basis, sheet: Sheet) -> tuple[ParkLine, ...]:
    most = max(
        (max(park.figures.estimate_total, park.figures.actual_to_date) for park in sheet.parks), default=Money(1)
    )
    lines = [
        ParkLine(
            park.park_id,
            basis.names[park.park_id],
            park.figures,
            _mean(park.figures),
            bullet(park.figures.actual_to_date, park.figures.estimate_to_date, most),
            is_volume_first(park.figures),
        )
        for park in sheet.parks
    ]
    return tuple(sorted(lines, key=lambda line: line.figures.variance, reverse=True))


def is_over(figures: Figures) -> bool:
    """Whether a park is so far over its estimate that it needs a word."""
    return figures.variance_percent is not None and figures.variance_percent > WORTH_A_WARNING


def _mean(figures: Figures) -> Fraction | None:
    return Fraction(figures.first_portions, figures.served_days) if figures.served_days else None


def _curve(points: Sequence[Point], dates: Sequence[date], figures: Figures, estimate: Money) -> CurveChart:
    most = max(figures.estimate_total, figures.forecast, figures.actual_to_date)
    return curve_chart(
        points,
        dates=dates,
        estimate_total=figures.estimate_total,
        forecast=figures.forecast,
        step=money_step(estimate, most),
    )


def _days_charts(basis: Basis, parks: Sequence[ParkSheet], dates: Sequence[date]) -> tuple[DaysChart, ...]:
    most = max((day.first_portions for park in parks for day in park.days), default=0)
    most = max(most, basis.terms.expected)
    return tuple(
        DaysChart(
            basis.names[park.park_id],
            bars_chart(park.days, expected=basis.terms.expected, most=most, dates=dates),
            _mean(park.figures),
            _latest(park.days, dates),
        )
        for park in parks
    )


def _latest(days: Sequence[Day], dates: Sequence[date]) -> int | None:
    return next((day.first_portions for day in reversed(days) if dates and day.day <= dates[-1] and served(day)), None)


def served(day: Day) -> bool:
    """Whether children ate on a day that was not cancelled."""
    return day.first_portions > 0 and day.status is not DayStatus.CANCELLED


def _cancelled(basis: Basis, parks: Sequence[ParkSheet], as_of: date) -> tuple[tuple[str, Day], ...]:
    return tuple(
        (basis.names[park.park_id], day)
        for park in parks
        for day in park.days
        if day.status is DayStatus.CANCELLED and day.day <= as_of
    )


def _children(parks: Sequence[ParkSheet], dates: Sequence[date]) -> tuple[tuple[date, tuple[int | None, ...]], ...]:
    """Children by date, a column for each park; None where it had no meal day or it was cancelled."""
    by_park = [
        {day.day: day.first_portions for day in park.days if day.status is not DayStatus.CANCELLED} for park in parks
    ]
    return tuple((day, tuple(numbers.get(day) for numbers in by_park)) for day in dates)


@dataclass(frozen=True, slots=True)
class ParkPage:
    """The page of a park."""

    name: str
    figures: Figures
    last_day: date | None
    children: Fraction | None
    busiest: Day | None
    curve: CurveChart
    points: tuple[Point, ...]
    bars: DaysChart
    days: tuple[Day, ...]
    cancelled: tuple[Day, ...]
    volume_first: bool
    causes: tuple[str, ...]


def park_page_of(basis: Basis, park_id: UUID, as_of: date) -> ParkPage:
    """Everything on the page of a park."""
    sheet = next(park for park in basis.sheet(as_of).parks if park.park_id == park_id)
    dates = [day.day for day in sheet.days]
    past = [day for day in sheet.days if day.day <= as_of]
    points = make_curve(basis.terms, basis.days, basis.entries, as_of=as_of, park_id=park_id)
    figures = sheet.figures
    return ParkPage(
        name=basis.names[park_id],
        figures=figures,
        last_day=dates[-1] if dates else None,
        children=_mean(figures),
        busiest=max((day for day in past if served(day)), key=lambda day: day.first_portions, default=None),
        curve=_curve(points, dates, figures, basis.terms.estimate_total),
        points=points,
        bars=_days_charts(basis, [sheet], [day.day for day in past])[0],
        days=tuple(past),
        cancelled=tuple(day for day in past if day.status is DayStatus.CANCELLED),
        volume_first=is_volume_first(figures),
        causes=causes_in_words(figures, basis.terms.expected, one_park=True),
    )


def is_volume_first(figures: Figures) -> bool:
    """Whether it is more the number of children than the price of a meal that made a park over, or under."""
    if figures.variance.cents > 0:
        return figures.volume_effect >= figures.price_effect
    return figures.volume_effect <= figures.price_effect


def causes_in_words(figures: Figures, expected: int, *, one_park: bool) -> tuple[str, ...]:
    """Why the costs differ from the estimate, a sentence for volume and one for price; none before the first day."""
    if not figures.elapsed_days:
        return ()
    causes = causes_of(figures, expected=expected)
    any_meals = figures.first_portions > 0
    return volume_words(causes, one_park=one_park), price_words(causes, any_meals=any_meals)
