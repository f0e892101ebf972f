"""The ledger, its months that are locked, and agreements. Entries are never changed: the database refuses it."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.costs.domain import Category, SplitKey
from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import Money


class LedgerEntryRow(Base):
    """One entry; ``park_id`` is empty for a shared cost, which ``split_key`` shares out. ``hours`` in hundredths."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("(park_id IS NULL) = (split_key IS NOT NULL)", name="split_key_of_shared"),
        CheckConstraint("(service_from IS NULL) = (service_to IS NULL)", name="service_period"),
        Index(None, "booked_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), index=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey("parks.id"))
    split_key: Mapped[SplitKey | None] = mapped_column(choice(SplitKey, "split_key"))
    day: Mapped[date]
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    amount_cents: Mapped[Money] = mapped_column(Cents)
    description: Mapped[str] = mapped_column(Text)
    voucher: Mapped[str] = mapped_column(Text)
    service_from: Mapped[date | None]
    service_to: Mapped[date | None]
    hours_hundredths: Mapped[int | None]
    rate_cents: Mapped[Money | None] = mapped_column(Cents)
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entries.id"), unique=True)
    booked_at: Mapped[datetime] = mapped_column(Moment)
    booked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    corrects: Mapped[date | None]


class LockedMonthRow(Base):
    """A month of a pilot's ledger that is locked; ``month`` is its first day. Who locked it is in the log."""

    __tablename__ = "locked_months"

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    locked_at: Mapped[datetime] = mapped_column(Moment)


class AgreementRow(Base):
    """What a caterer has agreed to from a day on; withdrawn if recorded by mistake. Who did so is in the log."""

    __tablename__ = "agreements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), index=True)
    valid_from: Mapped[date]
    caterer: Mapped[str] = mapped_column(Text)
    order_number: Mapped[str] = mapped_column(Text)
    portion_price_cents: Mapped[Money] = mapped_column(Cents)
    daily_fee_cents: Mapped[Money | None] = mapped_column(Cents)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ShiftRow(Base):
    """What a staff entry is of: so many people from one time to another, less a break; never who. Append-only too."""

    __tablename__ = "shifts"
    __table_args__ = (CheckConstraint("people > 0 AND break_minutes >= 0 AND starts_at < ends_at", name="times"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    people: Mapped[int]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    break_minutes: Mapped[int]
    rate_cents: Mapped[Money] = mapped_column(Cents)
