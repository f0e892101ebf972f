"""Tables of sign-ups: the persons, who are forgotten, and the numbers, which stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.events.domain import Status
from pilot_ops.kernel.db import Base, Moment, choice
from pilot_ops.signups.domain import ContactKind, State


class SignUpRow(Base):
    """A sign-up. Of one that was cancelled name, needs, note and contact are empty.

    ``digest`` is that of its link; ``needs`` are words with spaces between.
    """

    __tablename__ = "sign_ups"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("people BETWEEN 1 AND 10", name="people"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[State] = mapped_column(choice(State, "state"))
    name: Mapped[str] = mapped_column(Text)
    people: Mapped[int]
    needs: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    contact_kind: Mapped[ContactKind] = mapped_column(choice(ContactKind, "contact_kind"))
    contact: Mapped[str] = mapped_column(Text)
    tongue: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    told_state: Mapped[State] = mapped_column(choice(State, "told_state"))
    told_starts_at: Mapped[datetime] = mapped_column(Moment)
    told_place: Mapped[str] = mapped_column(Text)
    told_status: Mapped[Status] = mapped_column(choice(Status, "told_status"))
    welcomed: Mapped[bool]
    reminded_for: Mapped[datetime | None] = mapped_column(Moment)


class SignUpCountRow(Base):
    """The numbers of an event. Whoever changes its sign-ups holds this row, so that they are counted one by one."""

    __tablename__ = "sign_up_counts"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    last_number: Mapped[int]
    sign_ups: Mapped[int]
    people: Mapped[int]
    waiting: Mapped[int]
    waiting_people: Mapped[int]
    cancelled: Mapped[int]


class LetterTurnRow(Base):
    """That an address had a letter of one kind, for a day: ``digest`` tells nobody the address."""

    __tablename__ = "letter_turns"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime] = mapped_column(Moment, index=True)
