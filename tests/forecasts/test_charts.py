"""What the charts of forecasts say beside their lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from pilot_ops.forecasts.charts import NARROW, range_charts
from pilot_ops.forecasts.domain import Range
from pilot_ops.forecasts.labels import weather_effect
from pilot_ops.kernel.money import Money
from pilot_ops.meals.domain import Weather

ESTIMATE = Money(5500_00)
RANGE = Range(Money(5028_00), Money(4917_00), Money(5160_00))


def test_an_estimate_that_all_share_is_named_once_and_no_label_leaves_the_chart() -> None:
    dear = replace(RANGE, forecast=Money(9000_00), low=Money(8900_00), high=Money(9100_00))
    for chart in range_charts([("Suvela", RANGE, ESTIMATE), ("Soukka", dear, ESTIMATE)]):
        assert chart.estimate == ESTIMATE
        assert all(60 <= row.label_x <= chart.width - 60 for row in chart.rows)
        assert chart.height >= chart.rows[-1].top + 64
    narrow = range_charts([("Suvela", RANGE, ESTIMATE), ("Soukka", RANGE, Money(6000_00))])[1]
    assert narrow.width == NARROW
    assert narrow.estimate is None


@pytest.mark.parametrize(
    ("factor", "sentence"),
    [
        (0.98, "Sateella lapsia käy 2 % vähemmän kuin muulloin."),
        (1.1, "Sateella lapsia käy 10 % enemmän kuin muulloin."),
        (1.001, "Sateella lapsia käy yhtä paljon kuin muulloin."),
    ],
)
def test_what_weather_does_is_said_in_words(app: Flask, factor: float, sentence: str) -> None:
    with app.test_request_context():
        assert weather_effect(Weather.RAIN, factor).replace("\N{NO-BREAK SPACE}", " ") == sentence
