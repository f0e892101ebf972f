"""What people do with the programme: its years, targets, measures, expenses and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once, upsert
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.programme import queries
from pilot_ops.programme.domain import (
    MOST_TARGETS,
    Decision,
    Expense,
    Measure,
    MeasureDetails,
    Overview,
    Part,
    Reason,
    Target,
    Year,
    check_decision,
    check_expense,
    check_measure,
    check_seen,
    check_year,
    clean_expense,
    clean_measure,
    reversal_of,
    tidied,
)
from pilot_ops.programme.models import (
    DecisionRow,
    ExpenseRow,
    MeasurePartRow,
    MeasureRow,
    TargetRow,
    YearRow,
)


def get_overview(session: Session, actor: Actor, *, year: int, today: date) -> Overview:
    """A year of the programme in figures. NotFound if it is none."""
    actor.must(Permission.PROGRAMME_VIEW)
    return queries.get_overview(session, year, today=today)


def add_year(session: Session, actor: Actor, *, year: Year, at: datetime) -> None:
    """Add a year. Refused if it is there, or a figure is wrong."""
    actor.must(Permission.PROGRAMME_EDIT)
    year = check_year(year)
    if not insert_once(session, YearRow, _year_columns(year)):
        raise Refused(Reason.YEAR_TAKEN, "year")
    record(session, actor, Action.PROGRAMME_YEAR_ADDED, str(year.year), at=at, after=_year_facts(year))


def change_year(session: Session, actor: Actor, *, year: Year, seen: str, at: datetime) -> None:
    """Correct the figures of a year. NotFound if it is none; refused unless ``seen`` is the mark of what is there."""
    actor.must(Permission.PROGRAMME_EDIT)
    old = queries.get_year(session, year.year)
    year = check_year(year)
    check_seen(old, year, seen)
    session.execute(update(YearRow).where(YearRow.year == year.year).values(_year_columns(year)))
    before, after = changes(_year_facts(old), _year_facts(year))
    if after:
        record(session, actor, Action.PROGRAMME_YEAR_CHANGED, str(year.year), at=at, before=before, after=after)


def set_targets(
    session: Session, actor: Actor, *, names: Sequence[Translated], at: datetime, seen: str | None = None
) -> None:
    """Say the benefit targets, numbered from one. Refused if one that a measure is for would go.

    ``seen`` is the mark of the targets that were looked at: refused if they are others by now.
    """
    actor.must(Permission.PROGRAMME_EDIT)
    names = [tidied(name) for name in names]
    if any(not name.fi for name in names):
        raise Refused(Reason.NAME_MISSING)
    there = queries.list_targets(session)
    if seen is not None:
        check_seen(there, tuple(Target(number, name) for number, name in enumerate(names, start=1)), seen)
    old = {target.number: target.name.fi for target in there}
    gone = {number for number in old if number > len(names)}
    years = queries.list_years(session)
    measures = [measure for year in years for measure in queries.list_measures(session, year.year)]
    if any(measure.details.targets & gone for measure in measures):
        raise Refused(Reason.UNKNOWN_TARGET)
    session.execute(delete(TargetRow).where(TargetRow.number > len(names)))
    for number, name in enumerate(names[:MOST_TARGETS], start=1):
        values = {"number": number, "name_fi": name.fi, "name_sv": name.sv, "name_en": name.en}
        upsert(session, TargetRow, values)
    new = {number: name.fi for number, name in enumerate(names, start=1)}
    before, after = _by_number(old), _by_number(new)
    record(session, actor, Action.TARGETS_CHANGED, str(len(names)), at=at, before=before, after=after)


def create_measure(
    session: Session,
    actor: Actor,
    *,
    measure_id: UUID,
    year: int,
    details: MeasureDetails,
    parts: Iterable[Part] = (),
    at: datetime,
) -> Measure:
    """Add a measure to a year; the same again changes nothing. Refused with the field if something is wrong."""
    actor.must(Permission.PROGRAMME_EDIT)
    queries.get_year(session, year)
    details = _checked(session, details, year)
    there = queries.find_measure(session, measure_id)
    if there is not None:
        if (there.year, there.details) != (year, details):
            raise Refused(Reason.ID_REUSED)
        return there
    measure = Measure(measure_id, year, queries.next_place(session, year), details)
    _write(
        session,
        insert(MeasureRow).values(id=measure.id, year=year, place=measure.place, version=1, **_columns(details)),
    )
    _set_parts(session, measure, parts)
    record(session, actor, Action.MEASURE_CREATED, details.name.fi, at=at, after=_facts(details))
    return measure


def change_measure(
    session: Session,
    actor: Actor,
    *,
    measure_id: UUID,
    seen: int,
    details: MeasureDetails,
    parts: Iterable[Part],
    at: datetime,
) -> None:
    """Correct a measure, and what belongs to it. ``seen`` is the version that was looked at."""
    actor.must(Permission.PROGRAMME_EDIT)
    old = queries.get_measure(session, measure_id)
    details = _checked(session, details, old.year)
    change = update(MeasureRow).where(MeasureRow.id == measure_id, MeasureRow.version == seen)
    if not _write(session, change.values(version=seen + 1, **_columns(details))):
        raise Refused(Reason.CHANGED_MEANWHILE)
    _set_parts(session, old, parts)
    before, after = changes(_facts(old.details), _facts(details))
    record(session, actor, Action.MEASURE_CHANGED, old.name.fi, at=at, before=before, after=after)


def _checked(session: Session, details: MeasureDetails, year: int) -> MeasureDetails:
    details = clean_measure(details)
    numbers = frozenset(target.number for target in queries.list_targets(session))
    check_measure(details, year=year, targets=numbers)
    return details


def _write(session: Session, statement: Any) -> bool:
    """Write a measure; whether a row was written. Refused if its year has one of that name."""
    try:
        with session.begin_nested():
            return session.execute(statement.returning(MeasureRow.id)).first() is not None
    except IntegrityError:
        raise Refused(Reason.NAME_TAKEN, "name_fi") from None


def _set_parts(session: Session, measure: Measure, parts: Iterable[Part]) -> None:
    """Say what belongs to a measure. Refused if something is not of its year, or belongs to another measure."""
    parts = sorted(set(parts))
    choices = queries.list_choices(session, measure.year)
    if any(part not in choices for part in parts):
        raise Refused(Reason.UNKNOWN_PART, "parts")
    session.execute(delete(MeasurePartRow).where(MeasurePartRow.measure_id == measure.id))
    for kind, thing_id in parts:
        values = {"kind": kind, "thing_id": thing_id, "year": measure.year, "measure_id": measure.id}
        if not insert_once(session, MeasurePartRow, values):
            raise Refused(Reason.PART_TAKEN, "parts", name=choices[kind, thing_id].fi)


def book_expense(session: Session, actor: Actor, *, expense: Expense, at: datetime) -> None:
    """Book an expense of the programme; the same again changes nothing. Refused with the field if a figure is wrong."""
    actor.must(Permission.PROGRAMME_EDIT)
    expense = clean_expense(expense)
    queries.get_year(session, expense.year)
    measure = queries.find_measure(session, expense.measure_id) if expense.measure_id else None
    check_expense(expense, measure=measure, today=local_day(at))
    if not _insert(session, actor, expense, at):
        if queries.get_expense(session, expense.id) != expense:
            raise Refused(Reason.ID_REUSED)
        return
    record(session, actor, Action.EXPENSE_BOOKED, _subject(expense, measure), at=at, after=_expense_facts(expense))


def reverse_expense(
    session: Session, actor: Actor, *, expense_id: UUID, day: date, reason: str, at: datetime
) -> Expense:
    """Take an expense back by one of the negated amount; once."""
    actor.must(Permission.PROGRAMME_EDIT)
    expense = queries.get_expense(session, expense_id)
    back = reversal_of(expense, id_=uuid4(), day=day, reason=reason, today=local_day(at))
    if not _insert(session, actor, back, at):
        raise Refused(Reason.ALREADY_REVERSED)
    measure = queries.find_measure(session, expense.measure_id) if expense.measure_id else None
    facts = {"before": _expense_facts(expense), "after": _expense_facts(back)}
    record(session, actor, Action.EXPENSE_REVERSED, _subject(expense, measure), at=at, **facts)
    return back


def _insert(session: Session, actor: Actor, expense: Expense, at: datetime) -> bool:
    values = {
        "id": expense.id,
        "year": expense.year,
        "account": expense.account,
        "measure_id": expense.measure_id,
        "day": expense.day,
        "amount_cents": expense.amount,
        "description": expense.description,
        "voucher": expense.voucher,
        "approximate": expense.approximate,
        "reverses": expense.reverses,
        "booked_at": at,
        "booked_by": actor.user_id,
    }
    return insert_once(session, ExpenseRow, values)


def save_decision(session: Session, actor: Actor, *, decision: Decision, at: datetime, seen: str = "") -> None:
    """Write down a decision, or correct one that is there. Refused with the field if something is wrong.

    ``seen`` is the mark of the decision that is corrected: refused if it is another by now.
    """
    actor.must(Permission.PROGRAMME_EDIT)
    queries.get_year(session, decision.year)
    decision = check_decision(decision, today=local_day(at))
    measure = queries.get_measure(session, decision.measure_id) if decision.measure_id else None
    if measure is not None and measure.year != decision.year:
        raise Refused(Reason.MEASURE_OF_ANOTHER_YEAR, "measure")
    fresh = insert_once(session, DecisionRow, _decision_columns(decision))
    before: dict[str, Any] = {}
    if not fresh:
        old = queries.get_decision(session, decision.id)
        check_seen(old, decision, seen)
        before = _decision_facts(old)
        session.execute(update(DecisionRow).where(DecisionRow.id == decision.id).values(_decision_columns(decision)))
    before, after = changes(before, _decision_facts(decision))
    if after:
        record(session, actor, Action.DECISION_SAVED, str(decision.year), at=at, before=before, after=after)


def _subject(expense: Expense, measure: Measure | None) -> str:
    return f"{expense.year} {measure.name.fi if measure else expense.account.value}"


def _by_number(names: dict[int, str]) -> dict[str, str]:
    return {str(number): name for number, name in names.items()}


def _columns(details: MeasureDetails) -> dict[str, Any]:
    return {"name_key": fold(details.name.fi), "details": details}


def _year_columns(year: Year) -> dict[str, Any]:
    columns = asdict(year)
    columns["budget_cents"] = year.budget
    del columns["budget"]
    return columns


def _year_facts(year: Year) -> dict[str, Any]:
    return {name: _plain(getattr(year, name)) for name in Year.__slots__}


def _facts(details: MeasureDetails) -> dict[str, Any]:
    return {name: _plain(getattr(details, name)) for name in MeasureDetails.__slots__}


def _plain(value: Any) -> Any:
    """A value as the log has it."""
    if isinstance(value, Money):
        return value.decimal()
    if isinstance(value, Translated):
        return asdict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return [asdict(each) for each in value] if isinstance(value, tuple) else value


def _expense_facts(expense: Expense) -> dict[str, Any]:
    return {
        "id": expense.id,
        "account": expense.account,
        "amount": expense.amount.decimal(),
        "day": expense.day,
        "description": expense.description,
        "voucher": expense.voucher,
        "approximate": expense.approximate,
    }


def _decision_columns(decision: Decision) -> dict[str, Any]:
    text, decided_by = decision.text, decision.decided_by
    return {
        "id": decision.id,
        "year": decision.year,
        "day": decision.day,
        "decided_by_fi": decided_by.fi,
        "decided_by_sv": decided_by.sv,
        "decided_by_en": decided_by.en,
        "text_fi": text.fi,
        "text_sv": text.sv,
        "text_en": text.en,
        "measure_id": decision.measure_id,
    }


def _decision_facts(decision: Decision) -> dict[str, Any]:
    return {**_decision_columns(decision), "id": str(decision.id), "measure_id": str(decision.measure_id or "")}
