"""Ticket types, batches and tickets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated, tidy
from pilot_ops.tickets.domain.words import Reason, State

MOST_USES = 100
MOST_IN_BATCH = 20_000
_LONGEST_PREFIX = 6
# Ends in a letter, so that it is clear where the number begins.
_PREFIX = re.compile(rf"[A-Z0-9]{{0,{_LONGEST_PREFIX - 1}}}[A-Z]")
_LABEL = re.compile(r"([A-Za-z0-9]*[A-Za-z])[ -]*0*([1-9][0-9]{0,6})")


class Kind(StrEnum):
    """Whether we print a code on each ticket, or keep numbers only of what a venue sold us with codes of its own."""

    CODED = "coded"
    COUNTED = "counted"


class Shape(StrEnum):
    """What is handed over."""

    WRISTBAND = "wristband"
    TICKET = "ticket"


class Symbol(StrEnum):
    """The picture of a type."""

    SWIMMING = "swimming"
    MOVIE = "movie"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class TypeDetails:
    """What people write about a ticket type. ``value`` is the face value of a whole ticket, all its uses.

    ``demo`` marks the types of the demonstration, which stay so whatever is changed.
    """

    name: Translated
    kind: Kind
    prefix: str
    shape: Shape = Shape.TICKET
    symbol: Symbol = Symbol.TICKET
    uses: int = 1
    value: Money | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    venues: frozenset[UUID] = frozenset()
    low_stock: int = 10
    active: bool = True
    demo: bool = False


@dataclass(frozen=True, slots=True)
class TicketType:
    """A type of tickets, e.g. ten-visit swim wristbands."""

    id: UUID
    details: TypeDetails

    @property
    def name(self) -> Translated:
        return self.details.name

    @property
    def is_coded(self) -> bool:
        return self.details.kind is Kind.CODED

    def label(self, serial: int) -> str:
        """A ticket's number as it is printed and read aloud, e.g. ``UIN-0342``."""
        return label_of(self.details.prefix, serial)


@dataclass(frozen=True, slots=True)
class Batch:
    """Tickets of one type that came at once; a coded one's are numbered from ``first_serial`` on."""

    id: UUID
    type_id: UUID
    quantity: int
    acquired_on: date
    first_serial: int
    note: str = ""

    @property
    def last_serial(self) -> int:
        return self.first_serial + self.quantity - 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A coded ticket. ``point_id`` is where it is, or was handed out; nobody's name is anywhere.

    ``version`` counts what was done with it, so that a change can name what its rules looked at.
    """

    id: UUID
    type_id: UUID
    batch_id: UUID
    serial: int
    state: State
    uses_left: int
    version: int = 0
    point_id: UUID | None = None
    group_id: UUID | None = None
    handed_out_at: datetime | None = None
    first_used_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_id: UUID | None = None
    replaced_by: UUID | None = None


def parse_label(text: str) -> tuple[str, int] | None:
    """The prefix and number in a ticket's number such as ``UIN-0342`` or ``uin 342``; None if it is none."""
    found = _LABEL.fullmatch(text.strip())
    return (found[1].upper(), int(found[2])) if found else None


def label_of(prefix: str, serial: int) -> str:
    """A ticket's number for people."""
    return f"{prefix}-{serial:04d}"


def clean_type(details: TypeDetails) -> TypeDetails:
    """The details as they are kept: tidy lines of text, the prefix in capitals."""
    name = Translated(tidy(details.name.fi), tidy(details.name.sv), tidy(details.name.en))
    return replace(details, name=name, prefix="".join(details.prefix.split()).upper())


def check_type(details: TypeDetails) -> None:
    """Refused with the field, unless the type has a name, a short prefix, some uses and a sensible validity."""
    if not details.name.fi:
        raise Refused(Reason.NAME_MISSING, "name_fi")
    if not _PREFIX.fullmatch(details.prefix):
        raise Refused(Reason.PREFIX_WRONG, "prefix", most=_LONGEST_PREFIX)
    if not 1 <= details.uses <= MOST_USES:
        raise Refused(Reason.USES_WRONG, "uses", most=MOST_USES)
    if details.value is not None and details.value < Money(0):
        raise Refused(Reason.VALUE_NEGATIVE, "value")
    if details.valid_from and details.valid_until and details.valid_until < details.valid_from:
        raise Refused(Reason.ENDS_BEFORE_START, "valid_until")
    if details.kind is Kind.CODED and not details.venues:
        raise Refused(Reason.VENUES_MISSING, "venues")


def check_change(old: TypeDetails, new: TypeDetails) -> None:
    """Refused if a change would make printed tickets say something untrue: kind, uses and prefix stay."""
    for field in ("kind", "uses", "prefix"):
        if getattr(old, field) != getattr(new, field):
            raise Refused(Reason.ALREADY_PRINTED, field)


def check_batch(quantity: int, acquired_on: date, today: date) -> None:
    """Refused with the field, unless some tickets came, not too many for one batch, and not in the future."""
    if not 1 <= quantity <= MOST_IN_BATCH:
        raise Refused(Reason.QUANTITY_WRONG, "quantity", most=MOST_IN_BATCH)
    if acquired_on > today:
        raise Refused(Reason.DAY_IN_FUTURE, "acquired_on")
