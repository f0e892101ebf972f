"""Residents' parks, where children eat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated, tidy

# Five digits in Finland and Sweden, also with the country before them or a space after the third.
_FIVE_DIGITS = re.compile(r"\d{5}|[A-Z]{0,2}[- ]?\d{3} ?\d{2}")
_SHORT_TEXT = re.compile(r".{1,12}")
_MOST_LATITUDE, _MOST_LONGITUDE, _PLACES = 90, 180, 6
_POSTAL_CODES = {"FI": _FIVE_DIGITS, "SE": _FIVE_DIGITS}


class Reason(StrEnum):
    """Why a park is refused."""

    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    ADDRESS_MISSING = "address-missing"
    POSTAL_CODE_WRONG = "postal-code-wrong"
    CITY_MISSING = "city-missing"
    UNKNOWN_PARK = "unknown-park"
    LATITUDE_WRONG = "latitude-wrong"
    LONGITUDE_WRONG = "longitude-wrong"
    OTHER_COORDINATE_MISSING = "other-coordinate-missing"


@dataclass(frozen=True, slots=True)
class ParkDetails:
    """What people write about a park. The Swedish and English names may be empty: the Finnish one serves for them.

    ``latitude`` and ``longitude`` are WGS 84 degrees with at most six decimals; either both are known or neither.
    """

    name: str
    address: str
    postal_code: str
    city: str
    district: str = ""
    active: bool = True
    name_sv: str = ""
    name_en: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """A park."""

    id: UUID
    details: ParkDetails

    @property
    def name(self) -> str:
        return self.details.name

    @property
    def names(self) -> Translated:
        """The name in the three languages, for pages of residents."""
        return Translated(self.details.name, self.details.name_sv, self.details.name_en)


def clean(details: ParkDetails) -> ParkDetails:
    """The details as they are kept: each a tidy line of text."""
    return replace(
        details,
        name=tidy(details.name),
        address=tidy(details.address),
        postal_code=tidy(details.postal_code),
        city=tidy(details.city),
        district=tidy(details.district),
        name_sv=tidy(details.name_sv),
        name_en=tidy(details.name_en),
    )


def check_details(details: ParkDetails, country: str = "") -> None:
    """Refused with the field, unless the park has a name, an address, a postal code of its country and a city,
    and a place on the globe if any."""
    if not details.name:
        raise Refused(Reason.NAME_MISSING, "name")
    if not details.address:
        raise Refused(Reason.ADDRESS_MISSING, "address")
    if not _POSTAL_CODES.get(country, _SHORT_TEXT).fullmatch(details.postal_code):
        raise Refused(Reason.POSTAL_CODE_WRONG, "postal_code")
    if not details.city:
        raise Refused(Reason.CITY_MISSING, "city")
    _check_place(details)


def _check_place(details: ParkDetails) -> None:
    places = (
        ("latitude", details.latitude, _MOST_LATITUDE, Reason.LATITUDE_WRONG),
        ("longitude", details.longitude, _MOST_LONGITUDE, Reason.LONGITUDE_WRONG),
    )
    for field, degrees, most, reason in places:
        if degrees is not None and (abs(degrees) > most or degrees != round(degrees, _PLACES)):
            raise Refused(reason, field)
    for field, degrees, _most, _reason in places:
        if degrees is None and (details.latitude, details.longitude) != (None, None):
            raise Refused(Reason.OTHER_COORDINATE_MISSING, field)
