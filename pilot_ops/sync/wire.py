"""What phones send: read strictly, and a broken event is answered rather than crashed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

Body = TypeVar("Body")

MOST_EVENTS = 100
# No tap is older than the service, and a clock may be a zone or so ahead of ours.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
# Degrees as closing.js writes them. A decimal of any form might be no number at all, or one that fills the memory.
_Degrees = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,3}(\.[0-9])?\Z")]
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
# More events than any phone holds; what a phone says of itself is shown and stored, and never refused.
_MOST_WAITING = 1_000_000


class BadPush(ValueError):
    """The message as a whole is not one of ours."""


class Event(msgspec.Struct, frozen=True):
    """One event: made on the phone at ``at``, of a kind that says what its body is."""

    id: UUID
    kind: str
    at: datetime
    body: dict[str, Any]


class TapBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``meal.tap``."""

    park: UUID
    day: date
    group: str
    change: int
    undoes: UUID | None = None


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``meal.close``; temperatures are decimals as text. ``typed`` is for the phone's own use."""

    park: UUID
    day: date
    delivered: int
    damaged: int = 0
    leftover: int = 0
    waste: int = 0
    temp_receipt: _Degrees | None = None
    temp_serving: _Degrees | None = None
    food: str = "hot"
    weather: str | None = None
    note: str = ""
    typed: dict[str, str] = {}


class CancelBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``meal.cancel``."""

    park: UUID
    day: date
    reason: str
    note: str = ""
    food_billed: bool = True
    typed: dict[str, str] = {}


class AttendanceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an ``event.tap``."""

    event: UUID
    group: str
    change: int
    undoes: UUID | None = None


class ScanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``ticket.use`` or ``ticket.hand-out``: of the code only its digest, which is no ticket."""

    digest: _Digest
    place: UUID
    group: UUID | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """An event that could not be read; ``id`` is what it called itself, if that much was readable."""

    id: str


class _Push(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]
    user: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Push:
    """What a phone sends: its events in order, whose they are, and how many it still has."""

    events: list[Event | Broken]
    user: str
    waiting: int


# Brackets nested too deeply are a RecursionError.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_push = msgspec.json.Decoder(_Push)
_event = msgspec.json.Decoder(Event)
_named = msgspec.json.Decoder(dict[str, Any])


def read(content: bytes, *, most: int = MOST_EVENTS) -> Push:
    """A push. BadPush if it is not a list of at most so many events."""
    try:
        push = _push.decode(content)
    except _UNREADABLE as broken:
        raise BadPush from broken
    if len(push.events) > most:
        raise BadPush
    return Push([_read_event(bytes(raw)) for raw in push.events], push.user, min(max(0, push.waiting), _MOST_WAITING))


def _read_event(raw: bytes) -> Event | Broken:
    try:
        event = _event.decode(raw)
    except _UNREADABLE:
        return Broken(_name_of(raw))
    return Broken(str(event.id)) if event.at.tzinfo is None else event


def moment_of(event: Event, received_at: datetime) -> datetime:
    """When an event happened: by the phone's clock, or when it was received if that clock cannot be right.

    Before 2000 or more than a day ahead it cannot. The event is kept all the same: no tap is lost to a wrong clock, and
    the time of a phone is not trusted anyway.
    """
    return event.at if _EARLIEST <= event.at <= received_at + _AHEAD else received_at


def _name_of(raw: bytes) -> str:
    try:
        return str(_named.decode(raw).get("id", ""))[:40]
    except _UNREADABLE:
        return ""


def read_body(event: Event, kind: type[Body]) -> Body | None:
    """The body of an event, or None if it is not one of this kind."""
    try:
        return msgspec.convert(event.body, kind)
    except msgspec.ValidationError:
        return None


def digest_of(event: Event) -> str:
    """What tells whether an event sent again is the same."""
    return hashlib.sha256(msgspec.json.encode((event.kind, event.body), order="deterministic")).hexdigest()
