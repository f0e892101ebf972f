"""Money is exact and rounds half up only when shown."""

from fractions import Fraction

import pytest

from pilot_ops.kernel.money import Money, round_half_up, total


def test_a_day_of_the_estimate_times_the_days_is_the_estimate() -> None:
    day = Money(550_000) / 23
    assert total([day] * 23) == Money(550_000)
    assert day.decimal() == "239.13"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(1, 2), 1), (Fraction(-1, 2), -1), (Fraction(149, 100), 1), (Fraction(-149, 100), -1), (7, 7)],
)
def test_half_goes_away_from_zero(value: Fraction, expected: int) -> None:
    assert round_half_up(value) == expected


@pytest.mark.parametrize("text", ["", "1,50", "1.234", "abc", "1e3", "nan"])
def test_parse_refuses_what_is_not_plain_money(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Money.parse(text)


def test_parse_and_decimal_are_inverse() -> None:
    assert Money.parse("-0.05").decimal() == "-0.05"
    assert Money.parse("5500").whole_cents == 550_000


def test_a_fraction_of_a_cent_cannot_be_booked() -> None:
    with pytest.raises(ValueError, match="whole number"):
        _ = (Money(100) / 3).whole_cents


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
