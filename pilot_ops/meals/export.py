"""Meal days as files: the columns of the import, and the same columns back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pilot_ops.kernel.tabular import (
    Column,
    Problem,
    Row,
    Table,
    read_count,
    read_day,
    read_table,
    read_temperature,
    read_text,
    write_csv,
    write_xlsx,
)
from pilot_ops.meals.domain import Count, Entered, Record, Summary, food_at
from pilot_ops.meals.service import ImportedDay, MealPlan
from pilot_ops.schedule.domain import DayStatus

# Product description, "Files in and out".
COLUMNS = (
    Column("park", "puisto", read_text, required=True),
    Column("date", "päivä", read_day, required=True),
    Column("under_school_age", "alle_kouluikäiset", read_count, required=True),
    Column("school_age", "kouluikäiset", read_count, required=True),
    Column("second_helpings", "lisäannokset", read_count),
    Column("adults", "aikuiset", read_count),
    Column("ordered", "tilattu", read_count),
    Column("delivered", "toimitettu", read_count),
    Column("damaged", "pilaantunut", read_count),
    Column("leftover", "ylijäämä", read_count),
    Column("waste", "hävikki", read_count),
    Column("turned_away", "ilman_jääneet", read_count),
    Column("temp_receipt", "lämpötila_vastaanotto", read_temperature),
    Column("temp_serving", "lämpötila_tarjoilu", read_temperature),
    Column("note", "huomio", read_text),
)
_COUNTS = ("under_school_age", "school_age", "second_helpings", "adults", "turned_away")
_PORTIONS = ("damaged", "leftover", "waste")


def read_days(content: bytes) -> tuple[Table, tuple[ImportedDay, ...]]:
    """The meal days of a file, and the table with everything that is wrong with it."""
    table = read_table(content, COLUMNS)
    columns = frozenset(table.headers)
    return table, () if table.problems else tuple(_day(row, columns) for row in table.rows)


def _day(row: Row, columns: frozenset[str]) -> ImportedDay:
    values = row.values
    measured = (values.get("temp_receipt"), values.get("temp_serving"))
    return ImportedDay(
        row=row.number,
        park=values["park"],
        day=values["date"],
        count=Count(**{name: values.get(name) or 0 for name in _COUNTS}),
        ordered=values.get("ordered"),
        record=Record(
            delivered=values.get("delivered"),
            damaged=values.get("damaged") or 0,
            leftover=values.get("leftover") or 0,
            waste=values.get("waste") or 0,
            temp_receipt=measured[0],
            temp_serving=measured[1],
            food=food_at(measured),
            note=values.get("note") or "",
            entered=Entered.IMPORT,
        ),
        columns=columns,
    )


def problems_of(plan: MealPlan, table: Table) -> tuple[Problem, ...]:
    """What the rules refuse, by row and by the column as the file spells it."""
    rows = {row.number: row for row in table.rows}
    return tuple(
        Problem(
            found.row,
            _name_of(table, found.field),
            found.reason,
            rows[found.row].texts.get(found.field, ""),
            found.details,
        )
        for found in plan.problems
    )


def _name_of(table: Table, field: str) -> str:
    """A column as the file spells it; one the file does not have by both its names."""
    if not field or field in table.headers:
        return table.headers.get(field, "")
    return next(f"{column.name} / {column.finnish}" for column in COLUMNS if column.name == field)


def write_days(summaries: Iterable[Summary], parks: Mapping[UUID, str], kind: str) -> bytes:
    """Closed days as ``csv`` or ``xlsx``, in the columns of the import: importing it again changes nothing."""
    names = [column.name for column in COLUMNS]
    rows = [_cells(summary, parks) for summary in summaries if summary.day.status is DayStatus.CLOSED]
    return write_xlsx("meals", names, rows) if kind == "xlsx" else write_csv(names, rows)


def _cells(summary: Summary, parks: Mapping[UUID, str]) -> list[Any]:
    record = summary.record or Record(delivered=None)
    day: date = summary.day.day
    values = {
        "park": parks[summary.day.park_id],
        "date": day,
        **{name: getattr(summary.count, name) for name in _COUNTS},
        "ordered": summary.day.ordered,
        "delivered": record.delivered,
        **{name: getattr(record, name) for name in _PORTIONS},
        "temp_receipt": record.temp_receipt,
        "temp_serving": record.temp_serving,
        "note": record.note,
    }
    return [values[column.name] for column in COLUMNS]
