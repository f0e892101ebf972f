"""Tables of phones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment

_ONE_HOME = "(park_id IS NULL) <> (place_id IS NULL)"


class PhoneRow(Base):
    """An enrolled phone of a park or of a place. Never deleted: the taps and the audit log name it."""

    __tablename__ = "phones"
    __table_args__ = (CheckConstraint(_ONE_HOME, name="one_home"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey("parks.id"), index=True)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(Text, unique=True)
    joined_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    waiting: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class EnrolmentCodeRow(Base):
    """A code that enrols one phone; only its digest is kept."""

    __tablename__ = "enrolment_codes"
    __table_args__ = (CheckConstraint(_ONE_HOME, name="one_home"),)

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey("parks.id"), index=True)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
