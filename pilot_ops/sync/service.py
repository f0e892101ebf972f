"""Taking in what a phone sends: each event once, each answered, all that wait in one commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor
from pilot_ops.meals import service as meals
from pilot_ops.meals.domain import Group, MealTap
from pilot_ops.sync.wire import Event, TapBody, moment_of, read_tap


class Result(StrEnum):
    """What became of an event: kept, refused by a rule, or not understood (the phone keeps that one)."""

    STORED = "stored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored tap: where it belongs, and the total of its group on all phones."""

    park_id: UUID
    day: date
    group: Group
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    """What an event asks for, to be done in a transaction; ``key`` names what it changes."""

    do: Callable[[Session], Stored]
    key: str


def work_of(event: Event, actor: Actor, at: datetime) -> Work | None:
    """The work an event asks for; None if its kind or its body is not understood."""
    body = read_tap(event) if event.kind == "meal.tap" else None
    if body is None or body.group not in set(Group):
        return None
    tap = _tap(event, body, at)

    def store(session: Session) -> Stored:
        tapped = meals.record_tap(session, actor, tap=tap, at=at)
        return Stored(tap.park_id, tap.day, tap.group, tapped.total)

    return Work(store, tap.place)


def _tap(event: Event, body: TapBody, received_at: datetime) -> MealTap:
    return MealTap(
        id=event.id,
        park_id=body.park,
        day=body.day,
        group=Group(body.group),
        change=body.change,
        tapped_at=moment_of(event, received_at),
        undoes=body.undoes,
    )
