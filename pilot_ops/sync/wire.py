"""What phones send: read strictly, and a broken event is answered rather than crashed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

MOST_EVENTS = 100
# No tap is older than the service, and a clock may be a zone or so ahead of ours.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Broken:
    """An event that could not be read; ``id`` is what it called itself, if that much was readable."""

    id: str


class _Push(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]


# Brackets nested too deeply are a RecursionError.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_push = msgspec.json.Decoder(_Push)
_event = msgspec.json.Decoder(Event)
_named = msgspec.json.Decoder(dict[str, Any])


def read(content: bytes) -> list[Event | Broken]:
    """The events of a push, in order. BadPush if it is not a list of at most a hundred events."""
    try:
        events = _push.decode(content).events
    except _UNREADABLE as broken:
        raise BadPush from broken
    if len(events) > MOST_EVENTS:
        raise BadPush
    return [_read_event(bytes(raw)) for raw in events]


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


def read_tap(event: Event) -> TapBody | None:
    """The body of a ``meal.tap``, or None if it is not one."""
    try:
        return msgspec.convert(event.body, TapBody)
    except msgspec.ValidationError:
        return None
