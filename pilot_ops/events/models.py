"""Tables of events, series and closings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CheckConstraint, Dialect, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from pilot_ops.events.domain import EventDetails, Status, Weather
from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated


class JsonColumn(TypeDecorator[Any]):
    """A value of a type as JSON, for what no question looks into."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value, type=self.kind)


class SeriesRow(Base):
    """Events made by one rule. ``except_days`` are ISO dates with commas between."""

    __tablename__ = "event_series"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    first_starts_at: Mapped[datetime] = mapped_column(Moment)
    except_days: Mapped[str] = mapped_column(Text)


class EventRow(Base):
    """An event. ``source_id`` is empty for those that were made here, ``moved_from`` for those at their first time.

    ``postponed_notice`` is why one that is cancelled had been postponed before; null if it had not.
    """

    __tablename__ = "events"
    __table_args__ = (CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="times"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_series.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    status: Mapped[Status] = mapped_column(choice(Status, "status"))
    details: Mapped[EventDetails] = mapped_column(JsonColumn(EventDetails))
    notice_fi: Mapped[str] = mapped_column(Text)
    notice_sv: Mapped[str] = mapped_column(Text)
    notice_en: Mapped[str] = mapped_column(Text)
    postponed_notice: Mapped[Translated | None] = mapped_column(JsonColumn(Translated))
    sequence: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    moved_from: Mapped[datetime | None] = mapped_column(Moment)
    source_id: Mapped[str | None] = mapped_column(Text, unique=True)


class ClosingRow(Base):
    """What was written down after an event; its count is the sum of its taps."""

    __tablename__ = "event_closings"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    weather: Mapped[Weather | None] = mapped_column(choice(Weather, "weather"))
    note: Mapped[str] = mapped_column(Text)
    cost_cents: Mapped[Money | None] = mapped_column(Cents)
    closed_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
