"""Forecasts as CSV: suggestions, the range of the costs, and a what-if."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pilot_ops.costs.domain import Figures, Sheet
from pilot_ops.costs.queries import Basis
from pilot_ops.forecasts.domain import Plan, Range, Ranges, Season
from pilot_ops.forecasts.service import Line, OrderDate, OrderHelp
from pilot_ops.kernel.clock import to_local
from pilot_ops.kernel.tabular import write_csv

_ORDERS = ("date", "park", "children", "low", "high", "suggested", "waste", "turned_away", "ordered", "deadline")
_RANGES = ("park", "elapsed_days", "actual_to_date", "forecast", "low", "high", "estimate_total")
_SEASON = ("park_days", "meals", "food", "staff", "total", "per_meal", "per_meal_with_staff", "per_park_day")


def write_orders(found: OrderHelp) -> bytes:
    """A row for each park and date: what is expected, suggested and ordered. Numbers of children have one decimal."""
    return write_csv(_ORDERS, [_order_cells(date_, line) for date_ in found.dates for line in date_.lines])


def _order_cells(date_: OrderDate, line: Line) -> list[Any]:
    made, outcome = line.suggestion, line.suggestion.outcome
    return [
        date_.day,
        line.park,
        _one_place(made.children),
        made.low,
        made.high,
        made.portions,
        _one_place(outcome.waste if outcome else None),
        _one_place(outcome.turned_away if outcome else None),
        line.day.ordered,
        f"{to_local(date_.deadline):%Y-%m-%d %H:%M}",
    ]


def _one_place(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(round(number * 10), 10)


def write_ranges(basis: Basis, sheet: Sheet, ranges: Ranges) -> bytes:
    """A row for each park and the total: actual to date, forecast, range and estimate, in euro.

    Where the figures are as known on a day, every row says so, last.
    """
    known = {"known_on": basis.known} if basis.known else {}
    rows = [_range_cells(basis.names[park.park_id], park.figures, ranges.parks[park.park_id]) for park in sheet.parks]
    rows.append(_range_cells("total", sheet.total, ranges.total))
    return write_csv([*_RANGES, *known], [[*row, *known.values()] for row in rows])


def _range_cells(name: str, figures: Figures, found: Range) -> list[Any]:
    actual, estimate = figures.actual_to_date, figures.estimate_total
    return [name, figures.elapsed_days, actual, found.forecast, found.low, found.high, estimate]


def write_what_if(plan: Plan, columns: Sequence[tuple[str, Season]]) -> bytes:
    """First what was asked, then a row for each figure with a column for each season, in euro."""
    asked = [[name, getattr(plan, name)] for name in Plan.__slots__]
    rows = [[name, *(getattr(season, name) for _, season in columns)] for name in _SEASON]
    empty = [""] * (len(columns) - 1)
    return write_csv(["figure", *(name for name, _ in columns)], [*([*row, *empty] for row in asked), *rows])
