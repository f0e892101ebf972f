"""Tables of the follow-up report: texts and reports, every version of them. Nothing is changed or deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Dialect, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from pilot_ops.kernel.db import Base, Moment, choice
from pilot_ops.kernel.text import Language
from pilot_ops.reports.domain import Block, Document


class DocumentColumn(TypeDecorator[Document]):
    """A whole report, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Document | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Document | None:
        return None if value is None else msgspec.json.decode(value, type=Document)


class ReportTextRow(Base):
    """A version of a text of the report of a year, in a language."""

    __tablename__ = "report_texts"
    __table_args__ = (UniqueConstraint("year", "language", "block", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("programme_years.year"))
    language: Mapped[Language] = mapped_column(choice(Language, "language"))
    block: Mapped[Block] = mapped_column(choice(Block, "block"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class ReportVersionRow(Base):
    """A report that was kept as it stood."""

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("year", "language", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("programme_years.year"))
    language: Mapped[Language] = mapped_column(choice(Language, "language"))
    number: Mapped[int]
    as_of: Mapped[date]
    document: Mapped[Document] = mapped_column(DocumentColumn)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
