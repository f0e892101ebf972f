"""What a feed tells of: a lunch of a park or an event, as one value, whatever it is written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pilot_ops.events.domain import Audience, Status
from pilot_ops.kernel.text import Language, Translated
from pilot_ops.units.domain import Unit

LANGUAGES = tuple(language.value for language in Language)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What happens: a lunch in a park, or an event."""

    LUNCH = "lunch"
    EVENT = "event"


class Reason(StrEnum):
    """Why something in a file is refused."""

    NOT_JSON = "not-json"
    NOT_A_LIST = "not-a-list"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    WRONG_KIND = "wrong-kind"
    ID_MISSING = "id-missing"
    ID_TWICE = "id-twice"
    NAME_MISSING = "name-missing"
    NAME_TOO_LONG = "name-too-long"
    START_MISSING = "start-missing"
    NOT_A_MOMENT = "not-a-moment"
    NO_ZONE = "no-zone"
    UNKNOWN_STATUS = "unknown-status"
    UNKNOWN_PLACE = "unknown-place"
    ADDRESS_MISSING = "address-missing"
    PARK_TWICE = "park-twice"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Where:
    """A place as feeds name it. ``id`` is its id in a register, such as ``tprek:20355``, or our own."""

    id: str
    name: Translated
    street: str = ""
    postal_code: str = ""
    city: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    unit: Unit | None = None

    @property
    def is_registered(self) -> bool:
        """Whether others know the place by this id."""
        return not self.id.startswith("pilot-ops:")

    @property
    def line(self) -> str:
        """``Kirstintie 24, 02760 Espoo``: the address in one line."""
        return ", ".join(part for part in (self.street, f"{self.postal_code} {self.city}".strip()) if part)


@dataclass(frozen=True, slots=True)
class Happening:
    """A lunch or an event. Texts of each language are complete: ``summary`` at most 160 characters, ``text`` long.

    ``facts`` are sentences about accessibility by language. ``gathering`` is the id of the series it belongs to.
    """

    id: UUID
    kind: Kind
    name: Translated
    summary: Translated
    text: Translated
    starts_at: datetime
    ends_at: datetime | None
    where: Where
    status: Status = Status.PUBLISHED
    notice: Translated = field(default=Translated(""))
    organiser: str = ""
    audiences: frozenset[Audience] = frozenset()
    languages: frozenset[str] = frozenset({"fi"})
    price: Translated = field(default=Translated(""))
    capacity: int | None = None
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    link: str = ""
    gathering: UUID | None = None
    park_id: UUID | None = None
    sequence: int = 0
    changed_at: datetime = _LONG_AGO
    published_at: datetime | None = None
    moved_from: datetime | None = None

    @property
    def is_free(self) -> bool:
        return not self.price.fi


@dataclass(frozen=True, slots=True)
class Gathering:
    """Happenings that belong together: the lunches of a park, or a series of events."""

    id: UUID
    name: Translated
    parts: tuple[Happening, ...]
