"""Moving many tickets at once: which of those asked for can be moved, and why the others cannot."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.tickets.domain.values import Ticket
from pilot_ops.tickets.domain.words import Action, Reason, State

# What may be done with a ticket in a state, and what becomes of it. Handing out and using have rules of their own.
MOVES: Mapping[tuple[State, Action], State] = {
    (State.IN_STOCK, Action.ALLOCATE): State.AT_POINT,
    (State.IN_STOCK, Action.VOID): State.VOIDED,
    (State.IN_STOCK, Action.LOSE): State.LOST,
    (State.AT_POINT, Action.TRANSFER): State.AT_POINT,
    (State.AT_POINT, Action.RETURN): State.IN_STOCK,
    (State.AT_POINT, Action.VOID): State.VOIDED,
    (State.AT_POINT, Action.LOSE): State.LOST,
    (State.HANDED_OUT, Action.VOID): State.VOIDED,
    (State.HANDED_OUT, Action.LOSE): State.LOST,
    (State.USED_UP, Action.VOID): State.VOIDED,
    (State.USED_UP, Action.LOSE): State.LOST,
}
BULK = (Action.ALLOCATE, Action.TRANSFER, Action.RETURN, Action.VOID, Action.LOSE, Action.FIND)
_TO_A_POINT = {Action.ALLOCATE, Action.TRANSFER}
_NEED_A_NOTE = {Action.VOID, Action.LOSE}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tickets of a type: those numbered from ``first`` to ``last``, or as many as ``quantity`` says.

    A quantity never means tickets that were given to clients, only those in stock and at points. With ``point_id`` only
    those that are at this point.
    """

    type_id: UUID
    first: int | None = None
    last: int | None = None
    quantity: int | None = None
    point_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Something done with many tickets. ``id`` is made with the form, so that sending it twice does it once."""

    id: UUID
    action: Action
    selection: Selection
    to_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move would do: the tickets it would move, and how many it would leave, by reason."""

    move: Move
    tickets: tuple[Ticket, ...]
    left_out: Mapping[Reason, int]

    @property
    def serials(self) -> tuple[int, ...]:
        return tuple(ticket.serial for ticket in self.tickets)

    @property
    def digest(self) -> str:
        """What a page carries of a plan it showed, to notice that a ticket has moved meanwhile."""
        content = [f"{ticket.serial}:{ticket.version}" for ticket in self.tickets]
        return hashlib.sha256("|".join([*content, self.move.action, str(self.move.to_id)]).encode()).hexdigest()


def check_move(move: Move) -> None:
    """Refused with the field, unless it says which tickets, where to if anywhere, and why where that is asked."""
    chosen = move.selection
    if chosen.quantity is None and (chosen.first is None or chosen.last is None):
        raise Refused(Reason.RANGE_WRONG, "first" if chosen.first is None else "last")
    if chosen.first is not None and chosen.last is not None and not 1 <= chosen.first <= chosen.last:
        raise Refused(Reason.RANGE_WRONG, "last")
    if chosen.quantity is not None and chosen.quantity < 1:
        raise Refused(Reason.NOTHING_TO_MOVE, "quantity")
    if move.action in _TO_A_POINT and move.to_id is None:
        raise Refused(Reason.NOT_AT_POINT, "to")
    if move.action in _NEED_A_NOTE and not move.note.strip():
        raise Refused(Reason.NOTE_MISSING, "note")


def plan(move: Move, tickets: Iterable[Ticket]) -> Plan:
    """What a move would do with the tickets asked for, in the order of their numbers.

    Refused if it would do nothing, or if fewer are there than the number asked for.
    """
    movable: list[Ticket] = []
    left_out: Counter[Reason] = Counter()
    wanted = move.selection.quantity
    for ticket in tickets:
        reason = why_not_move(ticket, move)
        if reason is not None:
            left_out[reason] += 1
        elif wanted is None or len(movable) < wanted:
            movable.append(ticket)
    if wanted is not None and len(movable) < wanted:
        raise Refused(Reason.TOO_FEW, "quantity", there=len(movable))
    if not movable:
        raise Refused(Reason.NOTHING_TO_MOVE, "first")
    # Of a number of tickets, those that do not fit were never asked for.
    return Plan(move, tuple(movable), {} if wanted is not None else dict(left_out))


def why_not_move(ticket: Ticket, move: Move) -> Reason | None:
    """Why a ticket cannot be moved so; None if it can."""
    if move.selection.point_id is not None and ticket.point_id != move.selection.point_id:
        return Reason.OTHER_POINT
    if move.selection.quantity is not None and ticket.handed_out_at:
        # A number of tickets says nothing of whose: what clients have is named by its number.
        return Reason.ALREADY_HANDED_OUT
    if move.action is Action.FIND:
        return _why_not_find(ticket)
    if (ticket.state, move.action) not in MOVES:
        return _WHY.get(ticket.state, Reason.NOT_IN_STOCK)
    return Reason.HERE_ALREADY if move.action is Action.TRANSFER and ticket.point_id == move.to_id else None


def _why_not_find(ticket: Ticket) -> Reason | None:
    if ticket.replaced_by:
        return Reason.REPLACED
    return None if ticket.state is State.LOST else Reason.NOT_LOST


_WHY = {
    State.IN_STOCK: Reason.IN_STOCK,
    State.AT_POINT: Reason.NOT_IN_STOCK,
    State.HANDED_OUT: Reason.ALREADY_HANDED_OUT,
    State.USED_UP: Reason.USED_UP,
    State.VOIDED: Reason.VOIDED,
    State.LOST: Reason.LOST,
}


def state_after(ticket: Ticket, action: Action) -> State:
    """What becomes of a ticket that may be moved so. A lost one that is found is where it was before."""
    if action is not Action.FIND:
        return MOVES[ticket.state, action]
    if ticket.handed_out_at:
        return State.HANDED_OUT if ticket.uses_left else State.USED_UP
    return State.AT_POINT if ticket.point_id else State.IN_STOCK


def point_after(ticket: Ticket, move: Move) -> UUID | None:
    """Where a moved ticket is: at the point it goes to, in no point when it is back in stock, else where it was."""
    if move.action in _TO_A_POINT:
        return move.to_id
    return None if move.action is Action.RETURN else ticket.point_id


def ranges(serials: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Numbers as runs of first and last, in order: 1, 2, 3, 7 are (1, 3) and (7, 7)."""
    found: list[tuple[int, int]] = []
    for serial in sorted(serials):
        if found and found[-1][1] == serial - 1:
            found[-1] = (found[-1][0], serial)
        else:
            found.append((serial, serial))
    return tuple(found)
