"""Invoices that were booked; what they cost is in the ledger."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.invoices.domain import Format
from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import ZERO, Money


class InvoiceRow(Base):
    """One invoice as it was booked. ``turn`` is 2 when it was booked anew after all of it had been reversed.

    ``preceding`` are the numbers of invoices that it refers to, a line each.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("supplier_key", "number_key", "turn"),
        CheckConstraint("turn >= 1 AND lines >= 1", name="counts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), index=True)
    supplier_key: Mapped[str] = mapped_column(Text)
    number_key: Mapped[str] = mapped_column(Text)
    turn: Mapped[int]
    supplier: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    format: Mapped[Format] = mapped_column(choice(Format, "format"))
    net_cents: Mapped[Money] = mapped_column(Cents)
    vat_cents: Mapped[Money] = mapped_column(Cents)
    gross_cents: Mapped[Money] = mapped_column(Cents)
    prepayment: Mapped[bool] = mapped_column(default=False, server_default=false())
    prepaid_cents: Mapped[Money] = mapped_column(Cents, default=ZERO, server_default=text("0"))
    preceding: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    lines: Mapped[int]
    file: Mapped[str] = mapped_column(Text)
    booked_at: Mapped[datetime] = mapped_column(Moment)
