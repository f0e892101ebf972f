"""The table of letters: who a letter was for and what it said is deleted when it has been sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment


class LetterRow(Base):
    """A letter. ``claim`` is the process that is sending it; ``code`` the mail server's last number."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    queued_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    useless_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    claim: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    code: Mapped[int | None]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
