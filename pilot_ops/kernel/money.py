"""Exact money in euro, net of VAT: nothing is rounded before it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering

_TEXT = re.compile(r"[+-]?\d+(\.\d{1,2})?")


def round_half_up(value: Fraction | int) -> int:
    """The nearest whole number; a tie goes away from zero (commercial rounding, as on an invoice)."""
    value = Fraction(value)
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole


def whole(number: Fraction) -> int:
    """A number that is a whole one, as an int. ValueError otherwise: nothing is cut off unsaid."""
    if number.denominator != 1:
        raise ValueError(f"{number} is not a whole number")
    return number.numerator


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in euro cents, held exactly.

    What is booked is a whole number of cents. What is computed (5 500 EUR / 23 days) may be any
    fraction of a cent, so that parts always add up to the whole; ``rounded()`` is for showing only.
    """

    cents: Fraction

    def __init__(self, cents: Fraction | int) -> None:
        if isinstance(cents, float):
            raise TypeError("money is never a float")
        object.__setattr__(self, "cents", Fraction(cents))

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read a plain decimal such as ``5500`` or ``-2.99`` (point, at most two places). ValueError otherwise."""
        if not _TEXT.fullmatch(text.strip()):
            raise ValueError(text)
        return cls(Fraction(Decimal(text.strip())) * 100)

    @property
    def whole_cents(self) -> int:
        """The cents of a bookable amount. ValueError if the amount is a fraction of a cent."""
        return whole(self.cents)

    def rounded(self) -> int:
        """Cents for showing, half up."""
        return round_half_up(self.cents)

    def decimal(self) -> str:
        """``"-1234.50"``: a decimal string of two places, for files and other programs."""
        cents = self.rounded()
        sign = "-" if cents < 0 else ""
        return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __mul__(self, factor: int | Fraction) -> Money:
        return Money(self.cents * factor)

    def __truediv__(self, divisor: int | Fraction) -> Money:
        return Money(self.cents / Fraction(divisor))

    def ratio(self, other: Money) -> Fraction | None:
        """This amount as a share of another; None when the other is zero."""
        return self.cents / other.cents if other.cents else None

    def __lt__(self, other: Money) -> bool:
        return self.cents < other.cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def __repr__(self) -> str:
        return f"Money({self.decimal()} EUR)"


ZERO = Money(0)


def total(amounts: list[Money] | tuple[Money, ...]) -> Money:
    """The exact sum of amounts; zero for none."""
    return Money(sum((amount.cents for amount in amounts), Fraction(0)))
