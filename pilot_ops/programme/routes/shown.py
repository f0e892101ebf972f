"""Where the bars of the programme's charts go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_ops.kernel.money import Money
from pilot_ops.programme.domain import MeasureFigures, Overview, Target, Year

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class BudgetBar:
    """The budget as a bar of a hundred: what measures and administration take of it, and where the budget ends."""

    measures: float
    administration: float
    budget: float


@dataclass(frozen=True, slots=True)
class ReachBar:
    """A year's residents as a bar of a hundred."""

    year: Year
    width: float


def budget_bar(overview: Overview) -> BudgetBar | None:
    """The bar of a year; None without a budget, or where something negative cannot be drawn."""
    budget = overview.year.budget
    if not budget or min(overview.of_measures, overview.administration) < Money(0):
        return None
    most = max(budget, overview.total)
    return BudgetBar(
        measures=_share(overview.of_measures, most),
        administration=_share(overview.administration, most),
        budget=_share(budget, most),
    )


def _share(amount: Money, most: Money) -> float:
    return round(float(amount.cents / most.cents) * _WIDTH, 2)


def reach_bars(years: Sequence[Year]) -> list[ReachBar]:
    """The years that say whom they reached, the earliest first."""
    known = sorted((year for year in years if year.residents), key=lambda year: year.year)
    most = max((year.residents or 0 for year in known), default=0)
    return [ReachBar(year, round((year.residents or 0) / most * _WIDTH, 2)) for year in known]


def serving(targets: Sequence[Target], overview: Overview) -> dict[int, list[MeasureFigures]]:
    """The measures that each benefit target is served by, by its number."""
    return {
        target.number: [line for line in overview.measures if target.number in line.measure.details.targets]
        for target in targets
    }
