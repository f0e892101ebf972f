"""The table of what a closed meal day was like, besides its count."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment, choice
from pilot_ops.meals.domain import Entered, Food, Weather


class MealRecordRow(Base):
    """Portions, temperatures and notes of a meal day; temperatures in tenths of a degree Celsius.

    ``closed_at`` is empty while the day is open (again); earlier figures stay as the start of the next closing.
    """

    __tablename__ = "meal_records"
    __table_args__ = (
        CheckConstraint("delivered >= 0 AND damaged >= 0 AND leftover >= 0 AND waste >= 0", name="not_negative"),
    )

    day_id: Mapped[UUID] = mapped_column(ForeignKey("meal_days.id"), primary_key=True)
    delivered: Mapped[int | None]
    damaged: Mapped[int]
    leftover: Mapped[int]
    waste: Mapped[int]
    temp_receipt_tenths: Mapped[int | None]
    temp_serving_tenths: Mapped[int | None]
    food: Mapped[Food] = mapped_column(choice(Food, "food"))
    weather: Mapped[Weather | None] = mapped_column(choice(Weather, "weather"))
    note: Mapped[str] = mapped_column(Text)
    entered: Mapped[Entered] = mapped_column(choice(Entered, "entered"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
