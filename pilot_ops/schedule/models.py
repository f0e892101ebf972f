"""Tables of pilots, closures and meal days."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import CancelReason, DayStatus


class PilotRow(Base):
    """A pilot. ``months`` is kept in hundredths of a month; ``name_key`` is the name without case."""

    __tablename__ = "pilots"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="season"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    estimate_cents: Mapped[Money] = mapped_column(Cents)
    months_hundredths: Mapped[int]
    expected: Mapped[int]
    portion_price_cents: Mapped[Money | None] = mapped_column(Cents)
    daily_fee_cents: Mapped[Money | None] = mapped_column(Cents)
    demo: Mapped[bool]


class PilotParkRow(Base):
    """A park in a pilot, with the weekdays (bit 0 is Monday) and the time food is served there."""

    __tablename__ = "pilot_parks"

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), primary_key=True, index=True)
    weekdays: Mapped[int]
    serving_from: Mapped[time]
    serving_to: Mapped[time]


class ClosureRow(Base):
    """Days on which a park is closed."""

    __tablename__ = "closures"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="days"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)


class MealDayRow(Base):
    """A day on which a park serves food. A park has at most one a date, in whatever pilot.

    ``sequence`` is how often what families see of it has changed, ``changed_at`` when it last did.
    """

    __tablename__ = "meal_days"
    __table_args__ = (UniqueConstraint("park_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), index=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"))
    day: Mapped[date] = mapped_column(index=True)
    status: Mapped[DayStatus] = mapped_column(choice(DayStatus, "status"))
    serving_from: Mapped[time]
    serving_to: Mapped[time]
    ordered: Mapped[int | None]
    menu_fi: Mapped[str] = mapped_column(Text)
    menu_sv: Mapped[str] = mapped_column(Text)
    menu_en: Mapped[str] = mapped_column(Text)
    diets: Mapped[str] = mapped_column(Text)
    cancel_reason: Mapped[CancelReason | None] = mapped_column(choice(CancelReason, "cancel_reason"))
    cancel_note: Mapped[str] = mapped_column(Text)
    food_billed: Mapped[bool]
    sequence: Mapped[int] = mapped_column(server_default=text("0"))
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=text("'1970-01-01 00:00:00'"))
