"""Residents' parks, where children eat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import tidy

# Five digits in Finland and Sweden, also with the country before them or a space after the third.
_FIVE_DIGITS = re.compile(r"\d{5}|[A-Z]{0,2}[- ]?\d{3} ?\d{2}")
_SHORT_TEXT = re.compile(r".{1,12}")
_POSTAL_CODES = {"FI": _FIVE_DIGITS, "SE": _FIVE_DIGITS}


class Reason(StrEnum):
    """Why a park is refused."""

    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    ADDRESS_MISSING = "address-missing"
    POSTAL_CODE_WRONG = "postal-code-wrong"
    CITY_MISSING = "city-missing"
    UNKNOWN_PARK = "unknown-park"


@dataclass(frozen=True, slots=True)
class ParkDetails:
    """What people write about a park."""

    name: str
    address: str
    postal_code: str
    city: str
    district: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Park:
    """A park."""

    id: UUID
    details: ParkDetails

    @property
    def name(self) -> str:
        return self.details.name


def clean(details: ParkDetails) -> ParkDetails:
    """The details as they are kept: each a tidy line of text."""
    return replace(
        details,
        name=tidy(details.name),
        address=tidy(details.address),
        postal_code=tidy(details.postal_code),
        city=tidy(details.city),
        district=tidy(details.district),
    )


def check_details(details: ParkDetails, country: str = "") -> None:
    """Refused with the field, unless the park has a name, an address, a postal code of its country and a city."""
    if not details.name:
        raise Refused(Reason.NAME_MISSING, "name")
    if not details.address:
        raise Refused(Reason.ADDRESS_MISSING, "address")
    if not _POSTAL_CODES.get(country, _SHORT_TEXT).fullmatch(details.postal_code):
        raise Refused(Reason.POSTAL_CODE_WRONG, "postal_code")
    if not details.city:
        raise Refused(Reason.CITY_MISSING, "city")
