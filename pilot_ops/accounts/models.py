"""Tables of people, their sessions and their sign-in links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.db import Base, Moment, choice
from pilot_ops.kernel.text import Language


class UserRow(Base):
    """A person with an account. Never deleted: the audit log and the taps name them."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    language: Mapped[Language | None] = mapped_column(choice(Language, "language"))
    active: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int]
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInLinkRow(Base):
    """A one-time link; only the digest of its token is kept."""

    __tablename__ = "sign_in_links"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SessionRow(Base):
    """A session on one device; it ends when its time is over, the row is gone, or the person's epoch has grown."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Moment)
