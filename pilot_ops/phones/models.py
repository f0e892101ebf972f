"""Tables of phones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment


class PhoneRow(Base):
    """An enrolled phone. Never deleted: the taps and the audit log name it."""

    __tablename__ = "phones"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(Text, unique=True)
    joined_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    waiting: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class EnrolmentCodeRow(Base):
    """A code that enrols one phone; only its digest is kept."""

    __tablename__ = "enrolment_codes"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("parks.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
