"""What each park cost against the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from pilot_ops.kernel.money import Money


class Category(StrEnum):
    """What a cost is for. Staff stands beside the estimate, never in it."""

    CATERING = "catering"
    SUPPLIES = "supplies"
    TRANSPORT = "transport"
    OTHER = "other"
    STAFF = "staff"


class SplitKey(StrEnum):
    """How a cost shared by the parks of a pilot is split over them."""

    EQUAL = "equal"
    PLANNED_DAYS = "planned-days"
    MEALS = "meals"


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry, net of VAT. ``park_id`` None is a shared cost; a reversal has the negated amount.

    ``service_from`` and ``service_to`` are the days, both included, that an invoice is for.
    """

    id: UUID
    day: date
    category: Category
    amount: Money
    park_id: UUID | None
    split_key: SplitKey | None = None
    description: str = ""
    voucher: str = ""
    service_from: date | None = None
    service_to: date | None = None
    hours: Fraction | None = None
    rate: Money | None = None
    reverses: UUID | None = None
