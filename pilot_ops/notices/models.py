"""The table of feedback on accessibility."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment


class FeedbackRow(Base):
    """What somebody said. It goes some time after it was answered; until then it waits, however long."""

    __tablename__ = "accessibility_feedback"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Moment, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
