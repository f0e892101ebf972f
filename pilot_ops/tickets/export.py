"""Tickets as files: the numbers of counted kinds in the columns of the import and back, and the report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilot_ops.kernel.money import Money, round_half_up
from pilot_ops.kernel.tabular import (
    Column,
    Problem,
    Row,
    Table,
    read_count,
    read_day,
    read_table,
    read_text,
    write_csv,
    write_xlsx,
)
from pilot_ops.places.domain import ClientGroup, Place
from pilot_ops.tickets.domain import Action, Hidden, Report, TicketType, shown
from pilot_ops.tickets.domain.report import COLUMNS as FIGURES
from pilot_ops.tickets.domain.report import Cell, Key
from pilot_ops.tickets.service import IMPORTED, CountsPlan, ImportedCounts


def _read_number(text: str) -> int:
    """A whole number; below zero, as an export writes a day on which something was corrected."""
    number = text.lstrip("'").replace("\N{MINUS SIGN}", "-")
    return -read_count(number[1:]) if number.startswith("-") else read_count(number)


# Product description, "Files in and out".
COLUMNS = (
    Column("type", "laji", read_text, required=True),
    Column("point", "jakopiste", read_text),
    Column("date", "päivä", read_day, required=True),
    Column("received", "saapunut", _read_number),
    Column("allocated", "jaettu", _read_number),
    Column("handed_out", "luovutettu", _read_number),
    Column("returned", "palautettu", _read_number),
    Column("used", "käytetty", _read_number),
)


def read_counts(content: bytes) -> tuple[Table, tuple[ImportedCounts, ...]]:
    """The numbers of a file, and the table with everything that is wrong with it."""
    table = read_table(content, COLUMNS)
    return table, () if table.problems else tuple(_counts(row) for row in table.rows)


def _counts(row: Row) -> ImportedCounts:
    values = row.values
    numbers = {name: values[name] for name in IMPORTED if values.get(name) is not None}
    return ImportedCounts(row.number, values["type"], values.get("point") or "", values["date"], numbers)


def problems_of(plan: CountsPlan, table: Table) -> tuple[Problem, ...]:
    """What the rules refuse, by row and by the column as the file spells it."""
    rows = {row.number: row for row in table.rows}
    return tuple(
        Problem(
            found.row,
            table.header(found.field),
            found.reason,
            rows[found.row].texts.get(found.field, ""),
            found.details,
        )
        for found in plan.problems
    )


Sums = Mapping[tuple[UUID, UUID | None, date, Action], int]


def write_counts(sums: Sums, types: Iterable[TicketType], places: Iterable[Place], kind: str) -> bytes:
    """Numbers as ``csv`` or ``xlsx``, in the columns of the import: importing them again changes nothing.

    Voided and lost tickets have no column.
    """
    type_names = {found.id: found.name.fi for found in types}
    place_names = {place.id: place.name for place in places}
    columns = {action: name for name, action in IMPORTED.items()}
    rows: dict[tuple[date, str, str], dict[str, int]] = {}
    for (type_id, place_id, day, action), number in sums.items():
        if action in columns and number:
            key = (day, type_names[type_id], place_names[place_id] if place_id else "")
            rows.setdefault(key, {})[columns[action]] = number
    cells = [
        [type_name, place_name or None, day, *(numbers.get(name) for name in IMPORTED)]
        for (day, type_name, place_name), numbers in sorted(rows.items())
    ]
    names = [column.name for column in COLUMNS]
    return write_xlsx("tickets", names, cells) if kind == "xlsx" else write_csv(names, cells)


def key_names(
    types: Iterable[TicketType], places: Iterable[Place], groups: Iterable[ClientGroup], language: str
) -> dict[Key, str]:
    """The names of what a report's lines are about; a month is named by its number."""
    names: dict[Key, str] = {found.id: found.name.to(language) for found in types}
    return names | {place.id: place.name for place in places} | {group.id: group.name.to(language) for group in groups}


def report_rows(found: Report, names: Mapping[Key, str], *, published: bool) -> list[tuple[str, dict[str, Cell]]]:
    """The lines of a report by name, in order, and the total."""
    rows, total = shown(found, published=published)
    lines = [(key_text(line.key, names), row) for line, row in zip(found.lines, rows, strict=True)]
    return [*sorted(lines, key=lambda line: (line[0] == "", line[0])), ("total", total)]


def key_text(key: Key, names: Mapping[Key, str]) -> str:
    """What a line is about: a name, a month such as ``2026-07``, or nothing where it is not known."""
    if isinstance(key, date):
        return f"{key.year}-{key.month:02d}"
    return names.get(key, "") if key else ""


def report_file(found: Report, names: Mapping[Key, str], kind: str, *, published: bool = False) -> bytes:
    """The report as ``csv``, ``xlsx`` or ``json``: money in euro, the share used in percent of one decimal."""
    rows = report_rows(found, names, published=published)
    if kind == "json":
        return (_report_json(found, rows) + "\n").encode()
    cells = [[name, *(_typed(row[column]) for column in FIGURES)] for name, row in rows]
    header = [found.by.value, *("share_used_percent" if column == "share_used" else column for column in FIGURES)]
    return write_xlsx("tickets", header, cells) if kind == "xlsx" else write_csv(header, cells)


def _typed(value: Cell) -> Any:
    if isinstance(value, Hidden):
        return value.value
    return Fraction(round_half_up(value * 1000), 10) if isinstance(value, Fraction) else value


def _report_json(found: Report, rows: list[tuple[str, dict[str, Cell]]]) -> str:
    *lines, (_name, total) = rows
    told = [{found.by.value: name or None, **_plain(row)} for name, row in lines]
    facts = {"by": found.by.value, "currency": "EUR", "lines": told, "total": _plain(total)}
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _plain(row: Mapping[str, Cell]) -> dict[str, Any]:
    return {("share_used_percent" if name == "share_used" else name): _plain_value(row[name]) for name in FIGURES}


def _plain_value(value: Cell) -> str | int | None:
    if isinstance(value, Money):
        return value.decimal()
    if isinstance(value, Fraction):
        tenths = round_half_up(value * 1000)
        return f"{tenths // 10}.{tenths % 10}"
    return value.value if isinstance(value, Hidden) else value


_SHORT = {
    "acquired": "acquired",
    "allocated": "allocated",
    "handed_out": "handed out",
    "first_uses": "first use",
    "share_used": "% used",
    "uses": "uses",
    "possible": "possible",
    "value": "EUR",
    "used_value": "EUR used",
    "overdrawn": "overdrawn",
}


def report_table(found: Report, names: Mapping[Key, str], *, published: bool = False) -> str:
    """The chief figures of the report as a table for a terminal."""
    lines = [[found.by.value, *_SHORT.values()]]
    for name, row in report_rows(found, names, published=published):
        values = [_plain_value(row[column]) for column in _SHORT]
        lines.append([name or "-", *("-" if value is None else str(value) for value in values)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join("  ".join(_padded(line, widths)) for line in lines)


def _padded(line: list[str], widths: list[int]) -> list[str]:
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
