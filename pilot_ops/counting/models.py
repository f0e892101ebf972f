"""Tables of taps. Taps are never changed or deleted: triggers of the database refuse it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.counting.domain import Source
from pilot_ops.kernel.db import Base, Moment, choice


class TapRow(Base):
    """One event. ``undoes`` is unique: a tap is taken back once."""

    __tablename__ = "taps"
    __table_args__ = (CheckConstraint("change <> 0", name="change"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    group: Mapped[str] = mapped_column(Text)
    change: Mapped[int]
    source: Mapped[Source] = mapped_column(choice(Source, "source"))
    reason: Mapped[str] = mapped_column(Text)
    undoes: Mapped[UUID | None] = mapped_column(unique=True)
    late: Mapped[bool]
    tapped_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID | None]


class TapTotalRow(Base):
    """The running total of a group, kept in the transaction of each tap so that a page need not add them up."""

    __tablename__ = "tap_totals"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(Text, primary_key=True)
    total: Mapped[int]
