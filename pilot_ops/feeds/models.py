"""The table of what the service map says of parks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base


class UnitRow(Base):
    """A park in the service map. A count is how many shortcomings were found for a profile; null is not told."""

    __tablename__ = "park_units"

    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(unique=True)
    hours_fi: Mapped[str] = mapped_column(Text)
    hours_sv: Mapped[str] = mapped_column(Text)
    hours_en: Mapped[str] = mapped_column(Text)
    wheelchair: Mapped[int | None]
    reduced_mobility: Mapped[int | None]
    rollator: Mapped[int | None]
    stroller: Mapped[int | None]
    visually_impaired: Mapped[int | None]
    hearing_aid: Mapped[int | None]
