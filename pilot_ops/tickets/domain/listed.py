"""The list of codes that a phone keeps for the time without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pilot_ops.tickets.domain.values import TicketType

# Of the digest of a code, 80 bits: no two tickets share them, and no code can be found that has them.
SHORT = 20
# A phone says for so long that a ticket has expired; then it only says that it cannot tell.
KEPT_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket as a phone knows it: the beginning of its digest, which is no ticket, and what is left on it."""

    digest: str
    type_id: UUID
    serial: int
    left: int
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """The tickets that a phone at a place may meet, with their types in the order in which they are numbered."""

    types: tuple[TicketType, ...]
    tickets: tuple[Listed, ...]


def code_list(types: Sequence[TicketType], tickets: Sequence[Listed]) -> CodeList:
    """The list of some tickets, with those types alone that it needs."""
    needed = {ticket.type_id for ticket in tickets}
    return CodeList(tuple(found for found in types if found.id in needed), tuple(tickets))


def listed_until(day: date) -> date:
    """The earliest last day of validity that a list of this day still tells of."""
    return day - KEPT_AFTER
