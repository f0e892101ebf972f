"""Tables of the programme. Expenses are never changed or deleted: triggers of the database refuse it."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CheckConstraint, Dialect, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import Money, whole
from pilot_ops.programme.domain import Account, MeasureDetails, PartKind


class MeasureDetailsColumn(TypeDecorator[MeasureDetails]):
    """What people write about a measure, as JSON: no question looks into it. Money is in whole cents."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: MeasureDetails | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.encode(value, order="sorted", enc_hook=_write).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> MeasureDetails | None:
        return None if value is None else msgspec.json.decode(value, type=MeasureDetails, dec_hook=_read)


def _write(value: Any) -> Any:
    if isinstance(value, Fraction):
        return whole(value)
    raise NotImplementedError(type(value))


def _read(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError(kind)


class TargetRow(Base):
    """A benefit target."""

    __tablename__ = "benefit_targets"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)


class YearRow(Base):
    """A year of the programme."""

    __tablename__ = "programme_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    budget_cents: Mapped[Money | None] = mapped_column(Cents)
    planned: Mapped[int | None]
    cancelled: Mapped[int | None]
    added: Mapped[int | None]
    residents: Mapped[int | None]
    residents_approximate: Mapped[bool]


class MeasureRow(Base):
    """A measure. ``name_key`` is its Finnish name without case; ``place`` its place in the list of its year."""

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("year", "name_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("programme_years.year"))
    place: Mapped[int]
    name_key: Mapped[str] = mapped_column(Text)
    details: Mapped[MeasureDetails] = mapped_column(MeasureDetailsColumn)
    version: Mapped[int]


class MeasurePartRow(Base):
    """What belongs to a measure: each thing to one measure a year, so that nothing is counted twice.

    ``thing_id`` is of the table that ``kind`` says; ``year`` is the measure's.
    """

    __tablename__ = "measure_parts"

    kind: Mapped[PartKind] = mapped_column(choice(PartKind, "kind"), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measures.id"), index=True)


class ExpenseRow(Base):
    """An expense; ``measure_id`` only where the account says a measure."""

    __tablename__ = "programme_expenses"
    __table_args__ = (CheckConstraint("(measure_id IS NOT NULL) = (account = 'measure')", name="measure"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("programme_years.year"), index=True)
    account: Mapped[Account] = mapped_column(choice(Account, "account"))
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("measures.id"))
    day: Mapped[date]
    amount_cents: Mapped[Money] = mapped_column(Cents)
    description: Mapped[str] = mapped_column(Text)
    voucher: Mapped[str] = mapped_column(Text)
    approximate: Mapped[bool]
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("programme_expenses.id"), unique=True)
    booked_at: Mapped[datetime] = mapped_column(Moment)
    booked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class DecisionRow(Base):
    """A decision."""

    __tablename__ = "programme_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("programme_years.year"), index=True)
    day: Mapped[date]
    decided_by_fi: Mapped[str] = mapped_column(Text)
    text_fi: Mapped[str] = mapped_column(Text)
    text_sv: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("measures.id"))
    decided_by_sv: Mapped[str] = mapped_column(Text, server_default=text("''"))
    decided_by_en: Mapped[str] = mapped_column(Text, server_default=text("''"))
