"""Charts of sums that nobody expects: less than a cent, and less than nothing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pilot_ops.costs.charts import curve_chart, money_step
from pilot_ops.costs.domain import Point
from pilot_ops.kernel.money import ZERO, Money

DATES = [date(2024, 7, number) for number in (1, 2, 3)]


@pytest.mark.parametrize("estimate", [Money(Fraction(1, 2)), Money(Fraction(100, 3)), Money(550_000), Money(10**9)])
@pytest.mark.parametrize("cents", [0, 1, 45_001, -45_001, 10**9])
def test_every_line_is_on_the_chart(estimate: Money, cents: int) -> None:
    total, actual = estimate * 4, Money(cents)
    # Two days are to come, which cost as much as the first.
    forecast = actual * 3
    points = [Point(DATES[0], total / 3, actual)]
    step = money_step(estimate, max(total, forecast, actual))
    chart = curve_chart(points, dates=DATES, estimate_total=total, forecast=forecast, step=step)
    frame = chart.wide
    assert 2 <= len(frame.amounts) <= 10
    top, bottom = frame.amounts[-1].at, frame.amounts[0].at
    assert top <= min(frame.estimate_y, frame.forecast_y)
    assert max(frame.zero, frame.forecast_y) <= bottom
    assert any(tick.amount == ZERO for tick in frame.amounts)
