"""The balance of what was acquired, and what a ticket's history says it must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pilot_ops.tickets.domain.words import Action, Reason, State


@dataclass(frozen=True, slots=True)
class Balance:
    """Product description, "Tickets" 2: acquired = in stock + at points + handed out + voided + lost.

    Used up counts as handed out. ``used`` are those used at least once; ``uses`` is how often, in all.
    """

    acquired: int = 0
    in_stock: int = 0
    at_points: int = 0
    handed_out: int = 0
    voided: int = 0
    lost: int = 0
    used: int = 0
    used_up: int = 0
    uses: int = 0

    @property
    def accounted(self) -> int:
        return self.in_stock + self.at_points + self.handed_out + self.voided + self.lost

    @property
    def missing(self) -> int:
        """How many are not accounted for; below zero, how many are there too many. Zero when it balances."""
        return self.acquired - self.accounted

    def __add__(self, other: Balance) -> Balance:
        return Balance(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


def balance_of(acquired: int, states: Mapping[State, int], *, used: int = 0, uses: int = 0) -> Balance:
    """The balance of tickets of which so many are in each state."""
    return Balance(
        acquired=acquired,
        in_stock=states.get(State.IN_STOCK, 0),
        at_points=states.get(State.AT_POINT, 0),
        handed_out=states.get(State.HANDED_OUT, 0) + states.get(State.USED_UP, 0),
        voided=states.get(State.VOIDED, 0),
        lost=states.get(State.LOST, 0),
        used=used,
        used_up=states.get(State.USED_UP, 0),
        uses=uses,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something done, or tried, with a ticket. ``reason`` says why it was not done."""

    id: UUID
    action: Action
    reason: Reason | None
    happened_at: datetime
    received_at: datetime
    ticket_id: UUID | None = None
    seq: int | None = None
    from_id: UUID | None = None
    place_id: UUID | None = None
    group_id: UUID | None = None
    left_after: int | None = None
    offline: bool = False
    conflict: bool = False
    note: str = ""
    undoes: UUID | None = None
    user_id: UUID | None = None
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a ticket is: its state, how many uses are left on it, and its point."""

    state: State
    uses_left: int
    point_id: UUID | None


def standing_after(events: Iterable[Event], uses: int) -> Standing:
    """What a ticket of so many uses must be after everything that was done with it, in order: the ledger's word."""
    now = Standing(State.IN_STOCK, uses, None)
    before_lost = now
    for event in events:
        if event.reason is None:
            if event.action is Action.LOSE:
                before_lost = now
            now = _after(now, event, before_lost)
    return now


def _after(now: Standing, event: Event, before_lost: Standing) -> Standing:
    match event.action:
        case Action.ALLOCATE | Action.TRANSFER:
            return Standing(State.AT_POINT, now.uses_left, event.place_id)
        case Action.RETURN:
            return Standing(State.IN_STOCK, now.uses_left, None)
        case Action.HAND_OUT:
            return Standing(State.HANDED_OUT, now.uses_left, event.place_id)
        case Action.REPLACE:
            left = event.left_after or 0
            return Standing(State.HANDED_OUT if left else State.USED_UP, left, event.place_id)
        case Action.UNDO_HAND_OUT:
            return Standing(State.AT_POINT, now.uses_left, now.point_id)
        case Action.USE:
            left = now.uses_left - 1
            return Standing(State.HANDED_OUT if left else State.USED_UP, left, now.point_id)
        case Action.VOID:
            return Standing(State.VOIDED, now.uses_left, now.point_id)
        case Action.LOSE:
            return Standing(State.LOST, now.uses_left, now.point_id)
        case Action.FIND:
            return before_lost
    return now
