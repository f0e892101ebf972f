"""The table of messages."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment, choice
from pilot_ops.messages.domain import Kind


class MessageRow(Base):
    """A message about a park on a day. ``key`` makes it unique: the same thing is said once, however often it is found.

    ``facts`` is a JSON object of what the sentence needs.
    """

    __tablename__ = "messages"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey("parks.id"))
    day: Mapped[date] = mapped_column(index=True)
    facts: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
