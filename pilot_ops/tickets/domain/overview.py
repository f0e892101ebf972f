"""What the stock page shows: every type with its balance, every point with what is there, and what does not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pilot_ops.tickets.domain.counted import CountedStanding
from pilot_ops.tickets.domain.stock import Balance
from pilot_ops.tickets.domain.values import TicketType
from pilot_ops.tickets.domain.words import State


@dataclass(frozen=True, slots=True)
class Taking:
    """The last count of a type at a point, and what was since marked lost there (less what was found)."""

    type_id: UUID
    point_id: UUID
    counted: int
    expected: int
    note: str
    counted_at: datetime
    lost_since: int = 0

    @property
    def unexplained(self) -> int:
        """How many are missing and not yet marked lost; below zero, how many are there too many."""
        missing = self.expected - self.counted
        return max(0, missing - self.lost_since) if missing > 0 else missing


@dataclass(frozen=True, slots=True)
class PointStock:
    """Tickets of one type at one point."""

    type_id: UUID
    point_id: UUID
    there: int
    handed_out: int
    is_low: bool
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The stock of every type, and of every point by type. ``counted`` are the standings of counted types."""

    types: tuple[TicketType, ...]
    balances: Mapping[UUID, Balance]
    points: Mapping[UUID, tuple[PointStock, ...]]
    counted: Mapping[UUID, CountedStanding] = field(default_factory=dict)

    @property
    def differences(self) -> tuple[PointStock, ...]:
        """What was counted and does not agree with what should be there."""
        return tuple(stock for stocks in self.points.values() for stock in stocks if stock.unexplained)


def overview(
    types: Sequence[TicketType],
    balances: Mapping[UUID, Balance],
    at_points: Mapping[UUID, Mapping[UUID, Mapping[State, int]]],
    takings: Sequence[Taking],
    counted_types: Mapping[UUID, CountedStanding],
) -> Overview:
    """The stock of the types, point by point; a point that never had any of a type has no line of it."""
    counted = {(taking.point_id, taking.type_id): taking.unexplained for taking in takings}
    points = {
        point_id: tuple(
            _point_stock(found, point_id, states[found.id], counted.get((point_id, found.id), 0))
            for found in types
            if found.id in states
        )
        for point_id, states in at_points.items()
    }
    for type_id, standing in counted_types.items():
        low = next(found.details.low_stock for found in types if found.id == type_id)
        for place_id, place in standing.places.items():
            if place_id is not None and place.sent:
                line = PointStock(type_id, place_id, place.left, place.handed_out, place.left <= low)
                points[place_id] = (*points.get(place_id, ()), line)
    every = {**balances, **{type_id: standing.balance for type_id, standing in counted_types.items()}}
    return Overview(tuple(types), {found.id: every.get(found.id, Balance()) for found in types}, points, counted_types)


def _point_stock(found: TicketType, point_id: UUID, states: Mapping[State, int], unexplained: int) -> PointStock:
    there = states.get(State.AT_POINT, 0)
    handed_out = states.get(State.HANDED_OUT, 0) + states.get(State.USED_UP, 0)
    return PointStock(found.id, point_id, there, handed_out, there <= found.details.low_stock, unexplained)
