"""Counted tickets: bought with codes of their venue, so that there are only numbers.

Numbers come from people and files, late and wrong. None is hidden or cut to fit: where they contradict each other, the
contradiction is named with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.tickets.domain.stock import Balance
from pilot_ops.tickets.domain.values import Batch, TicketType
from pilot_ops.tickets.domain.words import Action, Reason

# What may be recorded of counted tickets.
COUNTED = (Action.ALLOCATE, Action.RETURN, Action.HAND_OUT, Action.USE, Action.VOID, Action.LOSE)
MOST_AT_ONCE = 1_000_000
_AT_A_POINT = {Action.ALLOCATE, Action.RETURN, Action.HAND_OUT}
_GONE = {Action.VOID, Action.LOSE}


@dataclass(frozen=True, slots=True)
class Counts:
    """A number of counted tickets of a type on a day. Below zero it corrects an earlier one; nothing is edited.

    ``place_id`` is the point they came to, were handed out at, or came back from; the venue (or point) that reports
    uses; of voided and lost ones the point they were at, or None for stock.
    """

    id: UUID
    type_id: UUID
    action: Action
    quantity: int
    day: date
    place_id: UUID | None = None
    group_id: UUID | None = None
    note: str = ""
    source: str = "typed"
    received_at: datetime | None = None


class Wrong(StrEnum):
    """Why numbers contradict each other. Alphabetical."""

    CORRECTED_TOO_MUCH = "corrected-too-much"
    HANDED_OUT_TOO_MANY = "handed-out-too-many"
    RETURNED_TOO_MANY = "returned-too-many"
    SENT_TOO_MANY = "sent-too-many"
    USED_TOO_MANY = "used-too-many"
    WRITTEN_OFF_TOO_MANY = "written-off-too-many"


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A contradiction: why, at which place (None: in stock, or for uses in all), and by how many."""

    reason: Wrong
    place_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """What the numbers of one place add up to."""

    sent: int = 0
    returned: int = 0
    handed_out: int = 0
    uses: int = 0
    voided: int = 0
    lost: int = 0

    @property
    def left(self) -> int:
        """How many must be there now; below zero if the numbers cannot be right."""
        return self.sent - self.returned - self.handed_out - self.voided - self.lost


_FIELDS = {
    Action.ALLOCATE: "sent",
    Action.RETURN: "returned",
    Action.HAND_OUT: "handed_out",
    Action.USE: "uses",
    Action.VOID: "voided",
    Action.LOSE: "lost",
}


@dataclass(frozen=True, slots=True)
class CountedStanding:
    """What batches and numbers of a counted type add up to. ``places`` has stock's own losses under None."""

    acquired: int
    uses_each: int
    places: Mapping[UUID | None, PlaceCounts] = field(default_factory=dict)

    @property
    def balance(self) -> Balance:
        """Acquired = in stock + at points + handed out + voided + lost, as for coded tickets.

        How many tickets were used at least once is known only where a ticket has one use.
        """
        found = self.places.values()
        sent, returned = sum(place.sent for place in found), sum(place.returned for place in found)
        stock = self.places.get(None, PlaceCounts())
        uses = sum(place.uses for place in found)
        return Balance(
            acquired=self.acquired,
            in_stock=self.acquired - sent + returned - stock.voided - stock.lost,
            at_points=sum(place.left for key, place in self.places.items() if key is not None),
            handed_out=sum(place.handed_out for place in found),
            voided=sum(place.voided for place in found),
            lost=sum(place.lost for place in found),
            used=uses if self.uses_each == 1 else 0,
            used_up=uses if self.uses_each == 1 else 0,
            uses=uses,
        )

    @property
    def imbalances(self) -> tuple[Imbalance, ...]:
        """Everything that cannot be, stock first, then place by place, then uses in all."""
        whole = self.balance
        found = [Imbalance(Wrong.SENT_TOO_MANY, None, -whole.in_stock)] if whole.in_stock < 0 else []
        for place_id, place in self.places.items():
            found += _imbalances_at(place_id, place, self.uses_each)
        over = whole.uses - max(whole.handed_out, 0) * self.uses_each
        return (*found, *([Imbalance(Wrong.USED_TOO_MANY, None, over)] if over > 0 else []))


def _imbalances_at(place_id: UUID | None, place: PlaceCounts, uses_each: int) -> list[Imbalance]:
    below = [-number for number in (getattr(place, name) for name in _FIELDS.values()) if number < 0]
    found = [Imbalance(Wrong.CORRECTED_TOO_MUCH, place_id, number) for number in below]
    if place_id is None:
        return found
    there = max(place.sent, 0)
    taken = (
        (Wrong.HANDED_OUT_TOO_MANY, place.handed_out),
        (Wrong.RETURNED_TOO_MANY, place.returned),
        (Wrong.WRITTEN_OFF_TOO_MANY, place.voided + place.lost),
    )
    for reason, number in taken:
        if number > there:
            found.append(Imbalance(reason, place_id, number - there))
        there = max(0, there - max(number, 0))
    # A venue hands nothing out: its uses are held against what was handed out in all.
    if place.handed_out > 0 and place.uses > place.handed_out * uses_each:
        found.append(Imbalance(Wrong.USED_TOO_MANY, place_id, place.uses - place.handed_out * uses_each))
    return found


def standing_of(acquired: int, counts: Iterable[Counts], *, uses_each: int = 1) -> CountedStanding:
    """What is there and where, of so many acquired tickets after these numbers."""
    places: dict[UUID | None, Counter[str]] = {}
    for one in counts:
        places.setdefault(one.place_id, Counter())[_FIELDS[one.action]] += one.quantity
    return CountedStanding(acquired, uses_each, {key: PlaceCounts(**sums) for key, sums in places.items()})


Sums = Mapping[tuple[UUID, UUID | None, date, Action], int]


def standings_of(sums: Sums, types: Iterable[TicketType]) -> Mapping[UUID, CountedStanding]:
    """The standing of every counted type, from sums by type, place, day and what was done."""
    acquired: Counter[UUID] = Counter()
    counts: dict[UUID, list[Counts]] = {}
    for (type_id, place_id, day, action), number in sums.items():
        if action is Action.ACQUIRE:
            acquired[type_id] += number
        else:
            counts.setdefault(type_id, []).append(Counts(type_id, type_id, action, number, day, place_id))
    return {
        found.id: standing_of(acquired[found.id], counts.get(found.id, ()), uses_each=found.details.uses)
        for found in types
        if not found.is_coded
    }


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A place's month: the numbers of the month, and how many were left there at its end."""

    month: date
    place_id: UUID | None
    acquired: int
    counts: PlaceCounts
    left: int


def month_lines(batches: Iterable[Batch], counts: Iterable[Counts]) -> tuple[MonthLine, ...]:
    """The numbers by month, newest first, stock (place None) before the points: only months in which something was."""
    acquired: Counter[date] = Counter()
    for batch in batches:
        acquired[batch.acquired_on.replace(day=1)] += batch.quantity
    months: dict[date, list[Counts]] = {month: [] for month in acquired}
    for one in counts:
        months.setdefault(one.day.replace(day=1), []).append(one)
    lines: list[MonthLine] = []
    so_far: list[Counts] = []
    came = 0
    for month in sorted(months):
        so_far += months[month]
        came += acquired[month]
        lines += _lines_of_month(month, acquired[month], months[month], standing_of(came, so_far))
    return tuple(sorted(lines, key=lambda line: (-line.month.toordinal(), line.place_id is not None)))


def _lines_of_month(month: date, came: int, counts: list[Counts], end: CountedStanding) -> list[MonthLine]:
    found = dict(standing_of(0, counts).places)
    moved = {Action.ALLOCATE, Action.RETURN, *_GONE}
    if came or None in found or any(one.action in moved for one in counts):
        stock = found.pop(None, PlaceCounts())
        sent = sum(place.sent for place in found.values())
        back = sum(place.returned for place in found.values())
        own = PlaceCounts(sent, back, 0, 0, stock.voided, stock.lost)
        lines = [MonthLine(month, None, came, own, end.balance.in_stock)]
    else:
        lines = []
    return lines + [MonthLine(month, key, 0, place, end.places[key].left) for key, place in found.items()]


def check_counts(counts: Counts, *, today: date) -> None:
    """Refused with the field, unless it says how many, where and when, and why where that is asked."""
    if counts.quantity == 0 or abs(counts.quantity) > MOST_AT_ONCE:
        raise Refused(Reason.QUANTITY_WRONG, "quantity", most=MOST_AT_ONCE)
    if counts.day > today:
        raise Refused(Reason.DAY_IN_FUTURE, "day")
    if counts.action in _AT_A_POINT and counts.place_id is None:
        raise Refused(Reason.NOT_AT_POINT, "place")
    if counts.action is Action.USE and counts.place_id is None:
        raise Refused(Reason.PLACE_MISSING, "place")
    if counts.group_id is not None and counts.action is not Action.HAND_OUT:
        raise Refused(Reason.GROUP_MISSING, "group")
    if (counts.quantity < 0 or counts.action in _GONE) and not counts.note.strip():
        raise Refused(Reason.NOTE_MISSING, "note")
