"""The report of tickets: acquired, allocated, handed out and used, by type, point, client group or month.

Everything comes from one kind of row, so that every grouping adds up to the same totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilot_ops.kernel.money import ZERO, Money
from pilot_ops.tickets.domain.values import TicketType

# A cell of a client group below this is not published.
FEWEST = 5


class Figure(StrEnum):
    """What a row counts."""

    ACQUIRED = "acquired"
    ALLOCATED = "allocated"
    RETURNED = "returned"
    HANDED_OUT = "handed_out"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    FIRST_USES = "first_uses"
    USES = "uses"
    OVERDRAWN = "overdrawn"
    TRACED = "traced"
    TRACED_USED = "traced_used"


class By(StrEnum):
    """What the lines of a report are."""

    TYPE = "type"
    POINT = "point"
    GROUP = "group"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Movement:
    """So many tickets of a type, in a month, named by its first day. A code of none of ours has no type."""

    figure: Figure
    type_id: UUID | None
    quantity: int
    month: date | None = None
    place_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a line; they add up.

    ``handed_out`` are hand-outs that were not taken back; a ticket given for a lost one counts in ``replaced``, one
    voided or lost while with a client in ``withdrawn``: with clients are handed out + replaced - withdrawn. ``traced``
    are the handed-out tickets of which it can be known whether they were used, and ``traced_used`` those that were.
    """

    acquired: int = 0
    allocated: int = 0
    returned: int = 0
    handed_out: int = 0
    replaced: int = 0
    withdrawn: int = 0
    first_uses: int = 0
    uses: int = 0
    overdrawn: int = 0
    traced: int = 0
    traced_used: int = 0
    possible: int = 0
    value: Money = ZERO
    used_value: Money = ZERO

    @property
    def with_clients(self) -> int:
        return self.handed_out + self.replaced - self.withdrawn

    @property
    def share_used(self) -> Fraction | None:
        """Of the handed-out tickets, the share that was used at least once; None where that cannot be known."""
        return Fraction(self.traced_used, self.traced) if self.traced > 0 else None

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


Key = UUID | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report. ``key`` is a type, place or group, or a month's first day; None: it is not known."""

    key: Key
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """The report by one grouping, and its totals."""

    by: By
    lines: tuple[Line, ...]
    total: Figures


def report(movements: Iterable[Movement], types: Mapping[UUID, TicketType], by: By) -> Report:
    """The movements grouped. The lines add up to the total, which is the same by whatever they are grouped.

    A venue reports the uses of counted tickets without their points and groups: the share used, then, is in the total
    only.
    """
    lines: dict[Key, Figures] = {}
    total = Figures()
    for movement in movements:
        figures = _figures(movement, types)
        total += figures
        if not (by in {By.POINT, By.GROUP} and _is_share_of_counted(movement, types)):
            key = _key(movement, by)
            lines[key] = lines.get(key, Figures()) + figures
    return Report(by, tuple(Line(key, figures) for key, figures in lines.items()), total)


def _is_share_of_counted(movement: Movement, types: Mapping[UUID, TicketType]) -> bool:
    share = movement.figure in {Figure.TRACED, Figure.TRACED_USED}
    return share and movement.type_id is not None and not types[movement.type_id].is_coded


def _key(movement: Movement, by: By) -> Key:
    match by:
        case By.TYPE:
            return movement.type_id
        case By.POINT:
            return movement.place_id
        case By.GROUP:
            return movement.group_id
        case By.MONTH:
            return movement.month


def _figures(movement: Movement, types: Mapping[UUID, TicketType]) -> Figures:
    counted: dict[str, Any] = {movement.figure.value: movement.quantity}
    if movement.type_id is None:
        return Figures(**counted)
    details = types[movement.type_id].details
    value = details.value or ZERO
    if movement.figure is Figure.HANDED_OUT:
        return Figures(**counted, possible=movement.quantity * details.uses, value=value * movement.quantity)
    if movement.figure is Figure.USES:
        return Figures(**counted, used_value=value * Fraction(movement.quantity, details.uses))
    return Figures(**counted)


class Hidden(StrEnum):
    """What stands in place of a figure that is not published."""

    UNDER_FIVE = "<5"
    HIDDEN = "x"


Cell = int | Fraction | Money | Hidden | None
COLUMNS = (
    "acquired",
    "allocated",
    "returned",
    "handed_out",
    "first_uses",
    "share_used",
    "uses",
    "possible",
    "value",
    "used_value",
    "replaced",
    "withdrawn",
    "overdrawn",
)
_COUNTS = tuple(name for name in COLUMNS if name not in {"share_used", "possible", "value", "used_value"})
# Figures that would tell a hidden one.
_TELL = {"handed_out": ("possible", "value", "share_used"), "uses": ("used_value",), "first_uses": ("share_used",)}


def cells_of(figures: Figures) -> dict[str, Cell]:
    """The figures of a line by their columns."""
    return {name: getattr(figures, name) for name in COLUMNS}


def shown(found: Report, *, published: bool) -> tuple[tuple[dict[str, Cell], ...], dict[str, Cell]]:
    """The cells of every line, and of the total. Published, those of client groups from 1 to 4 are hidden.

    With them goes what would tell them: the figures made of them, and where a single cell of a column is hidden the
    next smallest, too. Hiding the total instead would not do, because the reports by type, point and month have the
    same: it is hidden only where there is no other line, and then is no figure of one group among several.
    """
    rows, total = tuple(cells_of(line.figures) for line in found.lines), cells_of(found.total)
    if not published or found.by is not By.GROUP:
        return rows, total
    for name in _COUNTS:
        hidden = _hidden(tuple(getattr(line.figures, name) for line in found.lines))
        for place, mark in hidden.items():
            _hide(rows[place], name, mark)
        if len(hidden) == 1:
            _hide(total, name, Hidden.HIDDEN)
    return rows, total


def _hide(row: dict[str, Cell], name: str, mark: Hidden) -> None:
    row[name] = mark
    for other in _TELL.get(name, ()):
        row[other] = Hidden.HIDDEN


def _hidden(numbers: tuple[int, ...]) -> dict[int, Hidden]:
    """What stands in place of which numbers of a column.

    Where those that are hidden follow from what they add up to, nothing tells which of them are the small ones.
    """
    small = [place for place, number in enumerate(numbers) if 0 < abs(number) < FEWEST]
    others = [place for place in range(len(numbers)) if place not in small]
    # A zero goes with a small one only where there is nothing else.
    others.sort(key=lambda place: (numbers[place] == 0, abs(numbers[place])))
    if len(small) != 1 or not others:
        marks = dict.fromkeys(small, Hidden.UNDER_FIVE)
        return dict.fromkeys(small, Hidden.HIDDEN) if _are_told([abs(numbers[place]) for place in small]) else marks
    (one,), (beside, *rest) = small, others
    if _is_told(abs(numbers[one]), abs(numbers[beside]), abs(numbers[rest[0]]) if rest else 0):
        return {one: Hidden.HIDDEN, beside: Hidden.HIDDEN}
    return {one: Hidden.UNDER_FIVE, beside: Hidden.HIDDEN}


def _are_told(small: list[int]) -> bool:
    """Whether small numbers follow from their sum: it is as little or as much as it can be."""
    return len(small) > 1 and sum(small) in {len(small), len(small) * (FEWEST - 1)}


def _is_told(small: int, beside: int, least_shown: int) -> bool:
    """Whether a small number follows from its sum with the one beside it.

    That one is at least five, or all others are zero, and it is at most the least that is shown.
    """
    if not beside:
        return True
    possible = [small + beside - guess for guess in range(1, FEWEST)]
    return sum(other >= FEWEST and (not least_shown or other <= least_shown) for other in possible) < 2
