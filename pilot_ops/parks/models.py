"""Tables of parks and their staff."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base


class ParkRow(Base):
    """A park. ``name_key`` is the name without case, so that no two differ only in that."""

    __tablename__ = "parks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    address: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]


class StaffRow(Base):
    """A person who works in a park."""

    __tablename__ = "park_staff"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), primary_key=True, index=True)
