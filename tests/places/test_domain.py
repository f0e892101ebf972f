"""Rules of places and client groups."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.places.domain import Kind, PlaceDetails, Reason, check_details, clean, clean_group


def test_a_place_is_kept_tidy_and_only_points_have_groups() -> None:
    group = uuid4()
    point = clean(PlaceDetails(Kind.POINT, "  Leppävaara \t piste", groups=frozenset({group})))
    assert (point.name, point.groups) == ("Leppävaara piste", {group})
    assert clean(PlaceDetails(Kind.VENUE, "Halli", groups=frozenset({group}))).groups == frozenset()


@pytest.mark.parametrize(
    ("details", "reason", "field"),
    [
        (PlaceDetails(Kind.POINT, ""), Reason.NAME_MISSING, "name"),
        (PlaceDetails(Kind.VENUE, "Halli", link="javascript:alert(1)"), Reason.LINK_WRONG, "link"),
        (PlaceDetails(Kind.VENUE, "Halli", link="www.example.fi"), Reason.LINK_WRONG, "link"),
    ],
)
def test_a_place_must_make_sense(details: PlaceDetails, reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_details(details)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_a_group_has_a_finnish_name() -> None:
    assert clean_group(Translated(" aikuis  sosiaalityö ", "x")) == Translated("aikuis sosiaalityö", "x")
    with pytest.raises(Refused) as refused:
        clean_group(Translated(" ", "vuxna"))
    assert refused.value.field == "name_fi"
