"""Why actual costs differ from the estimate: how many more children, and how much dearer a meal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pilot_ops.costs.domain.sheet import Figures
from pilot_ops.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Causes:
    """The volume and price effect with what explains each.

    ``children`` is how many more came on a planned day of a park than expected, ``cents`` by how many cents a meal was
    dearer than estimated; negative is fewer, cheaper. None where there is no such figure, or where it points the
    other way than the effect: of parks of different estimates taken together, a mean may.
    """

    children: Fraction | None
    volume: Money
    cents: Fraction | None
    price: Money


def causes_of(figures: Figures, *, expected: int) -> Causes:
    """The causes of a variance. ``expected`` is children a day in a park. Source: Costs, volume and price effect."""
    children = None
    if figures.elapsed_days:
        children = Fraction(figures.first_portions, figures.elapsed_days) - expected
    cents = None
    if figures.cost_per_meal is not None and figures.estimated_cost_per_meal is not None:
        cents = (figures.cost_per_meal - figures.estimated_cost_per_meal).cents
    return Causes(
        children if _agree(children, figures.volume_effect) else None,
        figures.volume_effect,
        cents if _agree(cents, figures.price_effect) else None,
        figures.price_effect,
    )


def _agree(figure: Fraction | None, effect: Money) -> bool:
    return figure is not None and _sign(figure) == _sign(effect.cents)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
