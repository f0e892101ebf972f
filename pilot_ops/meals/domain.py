"""What happened on a meal day: portions in, portions out, temperatures, and whether the figures agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Group(StrEnum):
    """Who or what a tap counts. Children by age group are first portions."""

    UNDER_SCHOOL_AGE = "under-school-age"
    SCHOOL_AGE = "school-age"
    SECOND_HELPINGS = "second-helpings"
    ADULTS = "adults"
    TURNED_AWAY = "turned-away"


class Food(StrEnum):
    """Whether the food of the day is to be hot or cold, which decides the temperature rule."""

    HOT = "hot"
    COLD = "cold"


class Weather(StrEnum):
    """The weather at serving time."""

    SUN = "sun"
    CLOUD = "cloud"
    RAIN = "rain"


class Entered(StrEnum):
    """How a day's figures came in."""

    PHONE = "phone"
    PAPER = "paper"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Count:
    """The count of a meal day: the sum of its taps in each group."""

    under_school_age: int = 0
    school_age: int = 0
    second_helpings: int = 0
    adults: int = 0
    turned_away: int = 0

    @property
    def first_portions(self) -> int:
        """Children who ate."""
        return self.under_school_age + self.school_age

    @property
    def served(self) -> int:
        """Portions that were eaten, by whomever."""
        return self.first_portions + self.second_helpings + self.adults


@dataclass(frozen=True, slots=True)
class Record:
    """What is written down when a day is closed, besides its count. Temperatures in degrees Celsius.

    ``delivered`` is None only for an imported day whose file does not say.
    """

    delivered: int | None
    damaged: int = 0
    leftover: int = 0
    waste: int = 0
    temp_receipt: Fraction | None = None
    temp_serving: Fraction | None = None
    food: Food = Food.HOT
    weather: Weather | None = None
    note: str = ""
    entered: Entered = Entered.PHONE
