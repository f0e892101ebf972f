"""Costs as files: the columns of the import and the same back, and the cost report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilot_ops.costs.domain import Category, Entry, Figures, Sheet, SplitKey, month_of
from pilot_ops.costs.domain.ledger import amount_of
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.service import CostPlan, CostProblem, ImportedCost
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money, round_half_up
from pilot_ops.kernel.tabular import (
    Column,
    Problem,
    Row,
    Table,
    one_of,
    read_day,
    read_hours,
    read_money,
    read_table,
    read_text,
    write_csv,
    write_xlsx,
)

_CATEGORIES = {
    "catering": Category.CATERING,
    "ateriapalvelu": Category.CATERING,
    "supplies": Category.SUPPLIES,
    "tarvikkeet": Category.SUPPLIES,
    "transport": Category.TRANSPORT,
    "kuljetus": Category.TRANSPORT,
    "other": Category.OTHER,
    "muu": Category.OTHER,
    "staff": Category.STAFF,
    "henkilöstö": Category.STAFF,
}
_SPLIT_KEYS = {
    "equal": SplitKey.EQUAL,
    "tasan": SplitKey.EQUAL,
    "planned-days": SplitKey.PLANNED_DAYS,
    "päivät": SplitKey.PLANNED_DAYS,
    "meals": SplitKey.MEALS,
    "ateriat": SplitKey.MEALS,
}
# Product description, "Files in and out"; split_key and corrects are ours, so that costs come back as they went.
COLUMNS = (
    Column("date", "päivä", read_day, required=True),
    Column("park", "puisto", read_text),
    Column("category", "laji", one_of(_CATEGORIES), required=True),
    Column("amount", "summa", read_money),
    Column("description", "selite", read_text),
    Column("voucher", "tosite", read_text),
    Column("service_from", "palvelu_alkaa", read_day),
    Column("service_to", "palvelu_päättyy", read_day),
    Column("hours", "tunnit", read_hours),
    Column("rate", "tuntihinta", read_money),
    Column("split_key", "jakoperuste", one_of(_SPLIT_KEYS)),
    Column("corrects", "korjaa", read_day),
)
_NO_ID = UUID(int=0)
_FIELDS = {"day": "date"}


def read_costs(content: bytes) -> tuple[Table, tuple[ImportedCost, ...]]:
    """The costs of a file, and the table with everything that is wrong with it."""
    table = read_table(content, COLUMNS)
    if table.problems:
        return table, ()
    costs: list[ImportedCost] = []
    problems: list[Problem] = []
    for row in table.rows:
        try:
            costs.append(_cost(row))
        except Refused as refused:
            column = refused.field or ""
            typed = row.texts.get(column, "")
            problems.append(Problem(row.number, table.header(column), refused.reason, typed, refused.details))
    return replace(table, problems=tuple(problems)), tuple(costs)


def _cost(row: Row) -> ImportedCost:
    values = row.values
    park = values.get("park") or ""
    hours, rate = values.get("hours"), values.get("rate")
    entry = Entry(
        id=_NO_ID,
        day=values["date"],
        category=values["category"],
        amount=amount_of(values.get("amount"), hours, rate),
        park_id=None,
        split_key=None if park else values.get("split_key") or SplitKey.EQUAL,
        description=values.get("description") or "",
        voucher=values.get("voucher") or "",
        service_from=values.get("service_from"),
        service_to=values.get("service_to"),
        hours=hours,
        rate=rate,
        corrects=month_of(values["corrects"]) if values.get("corrects") else None,
    )
    return ImportedCost(row.number, park, entry)


def problems_of(plan: CostPlan, table: Table) -> tuple[Problem, ...]:
    """What the rules refuse, by row and by the column as the file spells it."""
    rows = {row.number: row for row in table.rows}
    return tuple(_problem(found, rows[found.row], table) for found in plan.problems)


def _problem(found: CostProblem, row: Row, table: Table) -> Problem:
    column = _FIELDS.get(found.field, found.field)
    return Problem(found.row, table.header(column), found.reason, row.texts.get(column, ""), found.details)


def write_ledger(entries: Iterable[Entry], parks: Mapping[UUID, str], kind: str) -> bytes:
    """The ledger as ``csv`` or ``xlsx``, in the columns of the import: importing it again changes nothing."""
    names = [column.name for column in COLUMNS]
    rows = [_cells(entry, parks) for entry in entries]
    return write_xlsx("costs", names, rows) if kind == "xlsx" else write_csv(names, rows)


def _cells(entry: Entry, parks: Mapping[UUID, str]) -> list[Any]:
    return [
        entry.day,
        parks[entry.park_id] if entry.park_id else None,
        entry.category.value,
        entry.amount,
        entry.description,
        entry.voucher,
        entry.service_from,
        entry.service_to,
        entry.hours,
        entry.rate,
        entry.split_key.value if entry.split_key else None,
        entry.corrects,
    ]


# The figures of the report in its own order (product description, "Command line").
_COUNTS = ("planned_days", "elapsed_days", "served_days", "cancelled_days", "first_portions")
_BEFORE_PERCENT = (
    "estimate_total",
    "estimate_per_day",
    "estimate_to_date",
    "actual_to_date",
    "accrued",
    "staff_to_date",
    "total_with_staff",
    "variance",
)
_AFTER_PERCENT = ("cost_per_meal", "estimated_cost_per_meal", "volume_effect", "price_effect", "forecast")
REPORT = (*_COUNTS, *_BEFORE_PERCENT, "variance_percent", *_AFTER_PERCENT)


def report_json(basis: Basis, sheet: Sheet) -> str:
    """The cost report as JSON: money as decimal strings of two places, percents of one; null where there is none."""
    report = {
        "pilot": basis.pilot.name,
        "as_of": sheet.as_of.isoformat(),
        **({"known_on": basis.known.isoformat()} if basis.known else {}),
        "currency": "EUR",
        "parks": [{"park": basis.names[park.park_id], **_plain(park.figures)} for park in sheet.parks],
        "total": _plain(sheet.total),
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: _plain_value(getattr(figures, name)) for name in REPORT}


def _plain_value(value: Money | Fraction | int | None) -> str | int | None:
    if isinstance(value, Money):
        return value.decimal()
    return one_place(value) if isinstance(value, Fraction) else value


def one_place(value: Fraction) -> str:
    """A percent with one decimal, half up: ``-2.0``."""
    tenths = round_half_up(value * 10)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def report_file(basis: Basis, sheet: Sheet, kind: str) -> bytes:
    """The cost report as ``csv`` or ``json``: a row for each park and the total.

    Where the figures are as known on a day, every row says so, last.
    """
    if kind == "json":
        return (report_json(basis, sheet) + "\n").encode()
    known = {"known_on": basis.known} if basis.known else {}
    rows = [[basis.names[park.park_id], *_report_cells(park.figures), *known.values()] for park in sheet.parks]
    rows.append(["total", *_report_cells(sheet.total), *known.values()])
    return write_csv(["park", *REPORT, *known], rows)


def _report_cells(figures: Figures) -> list[Any]:
    values = [getattr(figures, name) for name in REPORT]
    return [Fraction(round_half_up(value * 10), 10) if isinstance(value, Fraction) else value for value in values]


_SHORT = {
    "planned_days": "planned",
    "elapsed_days": "elapsed",
    "served_days": "served",
    "cancelled_days": "cancelled",
    "first_portions": "meals",
    "estimate_to_date": "estimate to date",
    "actual_to_date": "actual to date",
    "variance": "variance",
    "variance_percent": "%",
    "cost_per_meal": "per meal",
    "staff_to_date": "staff",
    "forecast": "forecast",
    "estimate_total": "estimate",
}


def report_table(basis: Basis, sheet: Sheet) -> str:
    """The chief figures of the report as a table for a terminal."""
    lines = [["park", *_SHORT.values()]]
    for name, figures in [*((basis.names[park.park_id], park.figures) for park in sheet.parks), ("total", sheet.total)]:
        plain = _plain(figures)
        lines.append([name, *("-" if plain[key] is None else str(plain[key]) for key in _SHORT)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    text = ["  ".join(_padded(line, widths)) for line in lines]
    known = f", as known on {basis.known.isoformat()}" if basis.known else ""
    return "\n".join([f"{basis.pilot.name}, as of {sheet.as_of.isoformat()}{known}, EUR net of VAT", "", *text])


def _padded(line: list[str], widths: list[int]) -> list[str]:
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
