"""An event: what, when, where, for whom, and its accessibility as measured facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated, plain, tidy

# Other calendars show no more of a summary (Linked Events).
LONGEST_SUMMARY = 160
MOST_PEOPLE = 5000
LONGEST_EVENT = timedelta(days=14)
_MOST_M, _MOST_CM = 100_000, 1000
# A text that nobody has written.
NOTHING = Translated("")
_LINKS = ("https://", "http://")


class Status(StrEnum):
    """Where an event is: only the public ones are seen outside."""

    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What is done with an event besides changing its details."""

    PUBLISH = "publish"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    RESTORE = "restore"


class Audience(StrEnum):
    """For whom an event is (the audiences of the Espoo calendar)."""

    FAMILIES = "families"
    YOUTH = "youth"
    SENIORS = "seniors"
    DISABLED = "disabled"
    VISITORS = "visitors"


class Shape(StrEnum):
    """What way an event takes: a loop, there and back, or none because it stays in one place."""

    LOOP = "loop"
    THERE_AND_BACK = "there-and-back"
    PLACE = "place"


class Surface(StrEnum):
    """What one walks or rolls on."""

    ASPHALT = "asphalt"
    GRAVEL = "gravel"
    BOARDWALK = "boardwalk"
    FOREST_PATH = "forest-path"
    ICE_SNOW = "ice-snow"
    INDOOR = "indoor"


class Group(StrEnum):
    """Who is counted at an event."""

    PARTICIPANTS = "participants"
    HELPERS = "helpers"


class Weather(StrEnum):
    """The weather during an event."""

    SUN = "sun"
    CLOUD = "cloud"
    RAIN = "rain"
    SNOW = "snow"


class Reason(StrEnum):
    """Why something about an event is refused."""

    NAME_MISSING = "name-missing"
    VENUE_MISSING = "venue-missing"
    SUMMARY_MISSING = "summary-missing"
    SUMMARY_TOO_LONG = "summary-too-long"
    DESCRIPTION_MISSING = "description-missing"
    ORGANISER_MISSING = "organiser-missing"
    AUDIENCE_MISSING = "audience-missing"
    PLACE_WRONG = "place-wrong"
    LINK_WRONG = "link-wrong"
    NUMBER_WRONG = "number-wrong"
    ENDS_BEFORE_START = "ends-before-start"
    TOO_LONG = "too-long"
    TIME_OVER = "time-over"
    RULE_WRONG = "rule-wrong"
    RULE_ENDLESS = "rule-endless"
    RULE_EMPTY = "rule-empty"
    TOO_MANY_EVENTS = "too-many-events"
    NOTICE_MISSING = "notice-missing"
    NOT_NOW = "not-now"
    CHANGED_MEANWHILE = "changed-meanwhile"
    ID_REUSED = "id-reused"
    NOT_OPEN = "not-open"
    FUTURE_EVENT = "future-event"
    COUNT_NEGATIVE = "count-negative"
    TOO_MANY_PEOPLE = "too-many-people"
    COST_WRONG = "cost-wrong"
    ALREADY_CLOSED = "already-closed"
    NOT_CLOSED = "not-closed"
    CLOSED = "closed"
    COUNTED_MEANWHILE = "counted-meanwhile"
    REASON_MISSING = "reason-missing"


@dataclass(frozen=True, slots=True)
class Access:
    """How accessible an event is, as measured facts, so that people judge for themselves.

    Lengths in metres or centimetres, the steepest slope in per cent. None, False and empty mean that it is not told.
    """

    route_m: int | None = None
    shape: Shape | None = None
    steepest_percent: int | None = None
    narrowest_cm: int | None = None
    surfaces: frozenset[Surface] = frozenset()
    rest_every_m: int | None = None
    toilet: bool = False
    parking: bool = False
    strollers: bool = False
    guide_dog: bool = False
    assistant_free: bool = False
    sign_language: bool = False
    induction_loop: bool = False
    quiet: bool = False
    aids: Translated = NOTHING
    note: Translated = NOTHING


@dataclass(frozen=True, slots=True)
class Venue:
    """Where an event is. ``unit_id`` is the place's id in the service map, e.g. ``tprek:20355``.

    ``park_id`` names the residents' park it is held in, if it is in one. Coordinates are degrees of WGS 84.
    """

    name: Translated
    address: str = ""
    city: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    unit_id: str = ""
    park_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What people write about an event. An empty ``price`` means that it is free; ``capacity`` None has no limit.

    ``demo`` marks the events of the demonstration, which stay so whatever is changed.
    """

    name: Translated
    venue: Venue
    summary: Translated = NOTHING
    description: Translated = NOTHING
    organiser: str = ""
    partners: str = ""
    audiences: frozenset[Audience] = frozenset()
    languages: frozenset[str] = frozenset({"fi"})
    price: Translated = NOTHING
    capacity: int | None = None
    sign_up: bool = False
    access: Access = Access()
    contact: str = ""
    link: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event.

    ``sequence`` grows with every change, so that calendars know which is newer, and that a change can name what it was
    made from. ``notice`` says why it was cancelled or postponed. ``source_id`` names an event that came in a file.
    ``moved_from`` is when a public event was to begin before it was given its present time. ``postponed_notice`` says
    why one that is cancelled had been postponed before; None if it had not.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime | None
    status: Status
    details: EventDetails
    sequence: int
    changed_at: datetime
    series_id: UUID | None = None
    published_at: datetime | None = None
    notice: Translated = NOTHING
    source_id: str = ""
    moved_from: datetime | None = None
    postponed_notice: Translated | None = None

    @property
    def name(self) -> Translated:
        return self.details.name

    @property
    def day(self) -> date:
        """The day in Helsinki on which it begins."""
        return local_day(self.starts_at)

    @property
    def ends_on(self) -> date:
        """The day in Helsinki on which it ends; one without an end ends with its day."""
        return local_day(self.ends_at) if self.ends_at else self.day

    @property
    def last_day(self) -> date:
        """The last day on which it goes on: one that ends at midnight does not reach the day that begins then."""
        return max(self.day, local_day(self.ends_at - timedelta(microseconds=1))) if self.ends_at else self.day

    @property
    def is_public(self) -> bool:
        return self.status is not Status.DRAFT

    @property
    def is_free(self) -> bool:
        return not self.details.price.fi

    @property
    def is_on(self) -> bool:
        """Whether people may come: it is published, and neither postponed nor cancelled."""
        return self.status is Status.PUBLISHED


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many came: the sum of the taps of each group."""

    participants: int = 0
    helpers: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """What is written down after an event, besides who came. ``cost`` is net of VAT."""

    weather: Weather | None = None
    note: str = ""
    cost: Money | None = None
    closed_at: datetime | None = None
    user_id: UUID | None = None


def told_of(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that strangers are told of: those of a demonstration only while there is nothing real to show."""
    found = tuple(events)
    return tuple(event for event in found if not event.details.demo) or found


def clean(details: EventDetails) -> EventDetails:
    """The details as they are kept: names are tidy lines, the description keeps its paragraphs."""
    venue, access = details.venue, details.access
    return replace(
        details,
        name=_tidy(details.name),
        summary=_tidy(details.summary),
        description=Translated(*(plain(text).strip() for text in _texts(details.description))),
        organiser=tidy(details.organiser),
        partners=tidy(details.partners),
        price=_tidy(details.price),
        contact=tidy(details.contact),
        link=tidy(details.link),
        access=replace(access, aids=_tidy(access.aids), note=_tidy(access.note)),
        venue=replace(
            venue,
            name=_tidy(venue.name),
            address=tidy(venue.address),
            city=tidy(venue.city),
            unit_id=tidy(venue.unit_id),
        ),
    )


def check_details(details: EventDetails) -> None:
    """Refused with the field, unless a draft can be kept: it has a name, and its numbers, link and place can be."""
    if not details.name.fi:
        raise Refused(Reason.NAME_MISSING, "name_fi")
    for language, text in zip(("fi", "sv", "en"), _texts(details.summary), strict=True):
        if len(text) > LONGEST_SUMMARY:
            raise Refused(Reason.SUMMARY_TOO_LONG, f"summary_{language}", most=LONGEST_SUMMARY)
    if details.link and not details.link.startswith(_LINKS):
        raise Refused(Reason.LINK_WRONG, "link")
    if details.capacity is not None and not 1 <= details.capacity <= MOST_PEOPLE:
        raise Refused(Reason.NUMBER_WRONG, "capacity", least=1, most=MOST_PEOPLE)
    _check_access(details.access)
    _check_place(details.venue)


def _check_access(access: Access) -> None:
    limits = {"route_m": _MOST_M, "rest_every_m": _MOST_M, "narrowest_cm": _MOST_CM, "steepest_percent": 100}
    for name, most in limits.items():
        value = getattr(access, name)
        if value is not None and not 0 <= value <= most:
            raise Refused(Reason.NUMBER_WRONG, name, most=most)


def _check_place(venue: Venue) -> None:
    if (venue.latitude is None) != (venue.longitude is None):
        raise Refused(Reason.PLACE_WRONG, "longitude" if venue.longitude is None else "latitude")
    if venue.latitude is not None and not -90 <= venue.latitude <= 90:
        raise Refused(Reason.PLACE_WRONG, "latitude")
    if venue.longitude is not None and not -180 <= venue.longitude <= 180:
        raise Refused(Reason.PLACE_WRONG, "longitude")


def check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refused with the field, unless an event ends after it begins, and within two weeks."""
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise Refused(Reason.ENDS_BEFORE_START, "ends")
    if ends_at - starts_at > LONGEST_EVENT:
        raise Refused(Reason.TOO_LONG, "ends")


def _texts(text: Translated) -> tuple[str, str, str]:
    return text.fi, text.sv, text.en


def _tidy(text: Translated) -> Translated:
    return Translated(*(tidy(part) for part in _texts(text)))
