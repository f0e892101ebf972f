"""What files of others say: events of Linked Events, and units of the service map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pilot_ops.events.domain import Audience, Status
from pilot_ops.feeds.domain.linked import AUDIENCES, SOURCE
from pilot_ops.kernel.text import Translated
from pilot_ops.units.domain import Unit

# The city's own ids of audiences, and those of the thesaurus that others use.
AUDIENCE_OF: Mapping[str, Audience] = {
    **{name: audience for audience, name in AUDIENCES.items()},
    "yso:p13050": Audience.FAMILIES,
    "yso:p4354": Audience.FAMILIES,
    "yso:p11617": Audience.YOUTH,
    "yso:p2433": Audience.SENIORS,
    "yso:p2434": Audience.SENIORS,
    "yso:p7179": Audience.DISABLED,
    "yso:p16596": Audience.VISITORS,
}


class Doing(StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    SERIES = "series"
    OWN = "own"
    NO_TIME = "no-time"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong in a file: the row, whose it is by name, the field as the file spells it, and why."""

    row: int
    name: str
    where: str
    reason: StrEnum
    typed: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncomingPlace:
    """A place as an event of a file names it; one that is only an id has no name."""

    id: str
    name: Translated = field(default=Translated(""))
    address: str = ""
    city: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event of a file. What the file does not say is None, or empty: it stays as it is."""

    row: int
    source_id: str
    name: Translated
    summary: Translated
    description: Translated
    starts_at: datetime | None
    ends_at: datetime | None
    status: Status
    place: IncomingPlace | None = None
    organiser: str = ""
    audiences: frozenset[Audience] = frozenset()
    languages: frozenset[str] = frozenset()
    price: Translated | None = None
    capacity: int | None = None
    link: str = ""
    is_series: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it came from here in the first place."""
        return self.source_id.startswith(f"{SOURCE}:")


@dataclass(frozen=True, slots=True)
class IncomingUnit:
    """A unit of the service map."""

    row: int
    unit: Unit

    @property
    def name(self) -> Translated:
        return self.unit.name
