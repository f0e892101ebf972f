"""The table of survey answers: no ticket, no code, no place, and no time finer than the month."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, choice
from pilot_ops.surveys.domain import Otherwise


class SurveyAnswerRow(Base):
    """An answer. Kept in the order of its random id, not in the order in which answers came."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        CheckConstraint("before BETWEEN 1 AND 5", name="before"),
        CheckConstraint("after BETWEEN 1 AND 5", name="after"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"), index=True)
    month: Mapped[date]
    before: Mapped[int]
    after: Mapped[int]
    otherwise: Mapped[Otherwise] = mapped_column(choice(Otherwise, "otherwise"))
    line: Mapped[str] = mapped_column(Text)
