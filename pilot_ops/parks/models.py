"""Tables of parks and their staff."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Degrees


class ParkRow(Base):
    """A park. ``name_key`` is the name without case, so that no two differ only in that."""

    __tablename__ = "parks"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90000000 AND 90000000", name="latitude"),
        CheckConstraint(
            "longitude BETWEEN -180000000 AND 180000000 AND (latitude IS NULL) = (longitude IS NULL)", name="longitude"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    address: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    latitude: Mapped[Decimal | None] = mapped_column(Degrees)
    longitude: Mapped[Decimal | None] = mapped_column(Degrees)


class StaffRow(Base):
    """A person who works in a park."""

    __tablename__ = "park_staff"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), primary_key=True, index=True)
