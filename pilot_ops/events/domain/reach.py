"""Whom events reached and what they cost over a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pilot_ops.events.domain.values import Attendance, Closing, Event, Status
from pilot_ops.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Reach:
    """The sums of a period: events that were held, participations (one person at two events is two), helpers, cost."""

    held: int
    participants: int
    helpers: int
    cost: Money


def reach_of(events: Sequence[Event], came: Mapping[UUID, Attendance], closings: Mapping[UUID, Closing]) -> Reach:
    """The sums over these events. An event was held if it is closed, or if somebody was counted at it.

    One that was cancelled while people came was not held, and those who came were not at an event.
    """
    on = [event for event in events if event.status is not Status.CANCELLED]
    held = [event for event in on if event.id in closings or came[event.id].participants]
    costs = [closings[event.id].cost for event in events if event.id in closings]
    return Reach(
        held=len(held),
        participants=sum(came[event.id].participants for event in held),
        helpers=sum(came[event.id].helpers for event in held),
        cost=sum((cost for cost in costs if cost is not None), Money(0)),
    )
