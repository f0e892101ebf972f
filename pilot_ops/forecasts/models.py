"""The table of how pilots order."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base


class OrderTermsRow(Base):
    """How a pilot orders its portions: the caterer's deadline, and how much each mistake weighs."""

    __tablename__ = "order_terms"
    __table_args__ = (CheckConstraint("lead_days >= 0 AND waste > 0 AND turned_away > 0", name="not_negative"),)

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    lead_days: Mapped[int]
    lead_time: Mapped[time]
    waste: Mapped[int]
    turned_away: Mapped[int]
