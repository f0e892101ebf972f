"""A unit of the service map: where it is, when it is open, and how many shortcomings it has for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.text import Translated

_REGISTER = "tprek"
_KEY = re.compile(rf"{_REGISTER}:(\d{{1,10}})", re.ASCII)


class Profile(StrEnum):
    """For whom the service map counts shortcomings (``accessibility_shortcoming_count`` of a unit)."""

    WHEELCHAIR = "wheelchair"
    REDUCED_MOBILITY = "reduced_mobility"
    ROLLATOR = "rollator"
    STROLLER = "stroller"
    VISUALLY_IMPAIRED = "visually_impaired"
    HEARING_AID = "hearing_aid"


class Reason(StrEnum):
    """Why something about a unit is refused."""

    IN_USE = "in-use"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its number in the service map, and what that says of it.

    ``shortcomings`` has no profile that the map tells nothing of. ``park_id`` names the park that the unit is; the
    others are places for events and tickets. Coordinates are degrees of WGS 84.
    """

    id: int
    name: Translated = field(default=Translated(""))
    address: str = ""
    postal_code: str = ""
    city: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    hours: Translated = field(default=Translated(""))
    shortcomings: Mapping[Profile, int] = field(default_factory=dict)
    park_id: UUID | None = None

    @property
    def key(self) -> str:
        """``tprek:20355``: what registers of events call the place."""
        return f"{_REGISTER}:{self.id}"


def number_in(key: str) -> int | None:
    """The number of a unit in what registers of events call it, or None if that is another register's."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None


class Register:
    """The units that are known, to be asked by park or by place."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_number = {unit.id: unit for unit in units}
        self._by_park = {unit.park_id: unit for unit in self._by_number.values() if unit.park_id}

    def of_park(self, park_id: UUID) -> Unit | None:
        """The unit that a park is."""
        return self._by_park.get(park_id)

    def at(self, key: str, park_id: UUID | None = None) -> Unit | None:
        """The unit of a place: the one that it is called by, else the one of the park that it is in."""
        number = number_in(key)
        if number is not None:
            return self._by_number.get(number)
        return self._by_park.get(park_id) if park_id and not key else None
