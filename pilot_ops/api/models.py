"""The table of tokens."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment


class ApiTokenRow(Base):
    """A token of another program. Never deleted: its name is in the audit log, and stays its own."""

    __tablename__ = "api_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    digest: Mapped[str] = mapped_column(Text, unique=True)
    scopes: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_on: Mapped[date | None]
    used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
