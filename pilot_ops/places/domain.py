"""Distribution points, venues and client groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated, tidy


class Reason(StrEnum):
    """Why a place or a client group is refused."""

    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    LINK_WRONG = "link-wrong"
    UNKNOWN_PLACE = "unknown-place"
    UNKNOWN_GROUP = "unknown-group"
    UNKNOWN_UNIT = "unknown-unit"


class Kind(StrEnum):
    """What a place is for."""

    POINT = "point"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What people write about a place. ``link`` leads to its opening hours; ``groups`` are a point's client groups.

    ``unit_id`` is its number in the service map, where its accessibility is told.
    """

    kind: Kind
    name: str
    address: str = ""
    link: str = ""
    groups: frozenset[UUID] = frozenset()
    active: bool = True
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A distribution point or a venue."""

    id: UUID
    details: PlaceDetails

    @property
    def name(self) -> str:
        return self.details.name

    @property
    def kind(self) -> Kind:
        return self.details.kind


@dataclass(frozen=True, slots=True)
class ClientGroup:
    """Whom a point serves, e.g. adult social work. Never a person."""

    id: UUID
    name: Translated


def clean(details: PlaceDetails) -> PlaceDetails:
    """The details as they are kept: each a tidy line of text; only a point has client groups."""
    groups = details.groups if details.kind is Kind.POINT else frozenset()
    return replace(
        details, name=tidy(details.name), address=tidy(details.address), link=tidy(details.link), groups=groups
    )


def check_details(details: PlaceDetails) -> None:
    """Refused with the field, unless the place has a name, and its link, if any, is one to the web."""
    if not details.name:
        raise Refused(Reason.NAME_MISSING, "name")
    if details.link and not details.link.startswith(("https://", "http://")):
        raise Refused(Reason.LINK_WRONG, "link")


def clean_group(name: Translated) -> Translated:
    """The name of a client group as it is kept. Refused without a Finnish one."""
    cleaned = Translated(tidy(name.fi), tidy(name.sv), tidy(name.en))
    if not cleaned.fi:
        raise Refused(Reason.NAME_MISSING, "name_fi")
    return cleaned
