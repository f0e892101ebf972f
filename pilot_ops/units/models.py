"""The table of units."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Degrees


class UnitRow(Base):
    """A unit by its number in the service map. A count is how many shortcomings a profile has; null is not told."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey("parks.id"), unique=True)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    latitude: Mapped[Decimal | None] = mapped_column(Degrees)
    longitude: Mapped[Decimal | None] = mapped_column(Degrees)
    hours_fi: Mapped[str] = mapped_column(Text)
    hours_sv: Mapped[str] = mapped_column(Text)
    hours_en: Mapped[str] = mapped_column(Text)
    wheelchair: Mapped[int | None]
    reduced_mobility: Mapped[int | None]
    rollator: Mapped[int | None]
    stroller: Mapped[int | None]
    visually_impaired: Mapped[int | None]
    hearing_aid: Mapped[int | None]
