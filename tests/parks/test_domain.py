"""What a park needs, by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.parks.domain import ParkDetails, Reason, check_details, clean

SUVELA = ParkDetails("Suvelan asukaspuisto", "Kirstintie 24", "02760", "Espoo")


@pytest.mark.parametrize("code", ["02760", "00100", "114 55", "SE-114 55", "11455", "AX 221 00"])
def test_postal_codes_of_finland_and_sweden(code: str) -> None:
    for country in ("FI", "SE"):
        check_details(replace(SUVELA, postal_code=code), country)


@pytest.mark.parametrize("code", ["0150", "DK-1050", "SW1A 1AA", "1012 AB"])
def test_other_countries_write_their_own_postal_codes(code: str) -> None:
    check_details(replace(SUVELA, postal_code=code), "NO")
    with pytest.raises(Refused):
        check_details(replace(SUVELA, postal_code=code), "FI")


def test_details_are_kept_without_stray_spaces_and_composed() -> None:
    messy = ParkDetails("  Matinkyla\u0308n \n puisto", " Kirstintie  24 ", " 02760 ", "Espoo\t", " ")
    assert clean(messy) == ParkDetails("Matinkylän puisto", "Kirstintie 24", "02760", "Espoo", "")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", Reason.NAME_MISSING),
        ("address", "", Reason.ADDRESS_MISSING),
        ("postal_code", "", Reason.POSTAL_CODE_WRONG),
        ("postal_code", "2760", Reason.POSTAL_CODE_WRONG),
        ("postal_code", "02760 Espoo", Reason.POSTAL_CODE_WRONG),
        ("postal_code", "O2760", Reason.POSTAL_CODE_WRONG),
        ("postal_code", "0" * 13, Reason.POSTAL_CODE_WRONG),
        ("city", "", Reason.CITY_MISSING),
    ],
)
def test_what_is_missing_is_named_with_its_field(field: str, value: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_details(replace(SUVELA, **{field: value}), "FI")
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason", "field"),
    [
        ("90.000001", "0", Reason.LATITUDE_WRONG, "latitude"),
        ("-90.5", "0", Reason.LATITUDE_WRONG, "latitude"),
        ("60.1234567", "24", Reason.LATITUDE_WRONG, "latitude"),
        ("60", "-180.1", Reason.LONGITUDE_WRONG, "longitude"),
        ("60", None, Reason.OTHER_COORDINATE_MISSING, "longitude"),
        (None, "24", Reason.OTHER_COORDINATE_MISSING, "latitude"),
    ],
)
def test_a_place_on_the_globe_is_whole_and_on_it(
    latitude: str | None, longitude: str | None, reason: Reason, field: str
) -> None:
    degrees = [None if text is None else Decimal(text) for text in (latitude, longitude)]
    with pytest.raises(Refused) as refused:
        check_details(replace(SUVELA, latitude=degrees[0], longitude=degrees[1]), "FI")
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(("latitude", "longitude"), [("60.200312", "24.6645"), ("-90", "180"), ("0", "0")])
def test_places_on_the_globe(latitude: str, longitude: str) -> None:
    check_details(replace(SUVELA, latitude=Decimal(latitude), longitude=Decimal(longitude)), "FI")
