"""The file of a phone that finds no network: what it holds, for a coordinator to look at before reading it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from pilot_ops.events.domain import Group as EventGroup
from pilot_ops.kernel.clock import local_day
from pilot_ops.meals.domain import Group
from pilot_ops.sync.wire import AttendanceBody, BadPush, Broken, Event, ScanBody, TapBody, read, read_body

_MOST = 5000


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """The events of a file, and whose phone it was."""

    made_by: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What a file adds to a day of a park or a place.

    The change of each group of a meal day, how many tickets were handed out and used, and other events there are.
    """

    place: str
    day: date
    changes: Mapping[Group | EventGroup, int]
    handed_out: int = 0
    used: int = 0
    others: int = 0


class _Head(msgspec.Struct):
    kind: str
    made_by: str = ""


def read_file(content: bytes) -> PhoneFile:
    """A phone's file. BadPush if it is none, or if an event in it cannot be read or is of no park and day."""
    try:
        head = msgspec.json.decode(content, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as broken:
        raise BadPush from broken
    events = read(content, most=_MOST).events
    if head.kind != "pilot-ops.outbox" or any(_is_broken(event) for event in events):
        raise BadPush
    return PhoneFile(head.made_by[:200], tuple(event for event in events if isinstance(event, Event)))


def _is_broken(event: Event | Broken) -> bool:
    return isinstance(event, Broken) or _where(event) is None


def _where(event: Event) -> tuple[UUID, date] | None:
    """The park and meal day of an event, the nature-sport event it counts, or the place and day of a scan."""
    if attendance := read_body(event, AttendanceBody):
        return attendance.event, local_day(event.at)
    if meal := read_body(event, _MealDay):
        return meal.park, meal.day
    scan = read_body(event, ScanBody)
    return (scan.place, local_day(event.at)) if scan else None


def lines_of(file: PhoneFile, names: Mapping[UUID, str]) -> tuple[Line, ...]:
    """A file in lines, one a day of a park or a place; ``names`` are those of parks and places."""
    found: dict[tuple[str, date], list[Event]] = {}
    for event in file.events:
        where = _where(event)
        assert where is not None  # noqa: S101 - read_file refuses such a file
        found.setdefault((names.get(where[0], str(where[0])), where[1]), []).append(event)
    return tuple(_line(place, day, events) for (place, day), events in sorted(found.items()))


def _line(place: str, day: date, events: list[Event]) -> Line:
    changes: dict[Group | EventGroup, int] = {}
    counted = Counter(event.kind for event in events)
    for event in events:
        group, change = _tap_in(event)
        if group is not None:
            changes[group] = changes.get(group, 0) + change
            counted["known tap"] += 1
    known = counted["known tap"] + counted["ticket.hand-out"] + counted["ticket.use"]
    others = len(events) - known
    return Line(place, day, changes, counted["ticket.hand-out"], counted["ticket.use"], others)


def _tap_in(event: Event) -> tuple[Group | EventGroup | None, int]:
    """The group and the change of a tap; None if it is none that is known."""
    if event.kind == "meal.tap" and (tap := read_body(event, TapBody)) and tap.group in set(Group):
        return Group(tap.group), tap.change
    if event.kind == "event.tap" and (seen := read_body(event, AttendanceBody)) and seen.group in set(EventGroup):
        return EventGroup(seen.group), seen.change
    return None, 0


class _MealDay(msgspec.Struct):
    park: UUID
    day: date
