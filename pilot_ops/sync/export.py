"""The file of a phone that finds no network: what it holds, for a coordinator to look at before reading it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from pilot_ops.meals.domain import Group
from pilot_ops.sync.wire import BadPush, Broken, Event, TapBody, read, read_body

_MOST = 5000


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """The events of a file, and whose phone it was."""

    made_by: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What a file adds to a day of a park: the change of each group, and how many other events there are."""

    park: str
    day: date
    changes: Mapping[Group, int]
    others: int


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
    return isinstance(event, Broken) or read_body(event, _Place) is None


def lines_of(file: PhoneFile, parks: Mapping[UUID, str]) -> tuple[Line, ...]:
    """A file in lines, one a park and day."""
    found: dict[tuple[str, date], tuple[dict[Group, int], int]] = {}
    for event in file.events:
        place = msgspec.convert(event.body, _Place)
        key = (parks.get(place.park, str(place.park)), place.day)
        changes, others = found.get(key, ({}, 0))
        tap = read_body(event, TapBody) if event.kind == "meal.tap" else None
        if tap is not None and tap.group in set(Group):
            changes[Group(tap.group)] = changes.get(Group(tap.group), 0) + tap.change
        else:
            others += 1
        found[key] = (changes, others)
    return tuple(Line(park, day, changes, others) for (park, day), (changes, others) in sorted(found.items()))


class _Place(msgspec.Struct):
    park: UUID
    day: date
