"""The cost report as an Excel file: exact figures in typed cells, and a total that the spreadsheet works out itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pilot_ops.costs.domain import Figures, Sheet
from pilot_ops.costs.export import REPORT
from pilot_ops.costs.queries import Basis
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import guarded

_COUNT, _MONEY, _PERCENT = "#,##0", "#,##0.00", "0.0"
_DAY = "d.m.yyyy"
# Digits after the comma of what is no whole cent: the sum of 400 parks is right to the cent.
_EXACT = Decimal("0.0000000001")
# What in the total is no sum of the parks, worked out of the sums: a figure that does not exist stays empty.
_WORKED_OUT = {
    "estimate_per_day": ("{planned_days}>0", "{estimate_total}/{planned_days}"),
    "variance_percent": ("{estimate_to_date}<>0", "{variance}/{estimate_to_date}*100"),
    "cost_per_meal": ("{first_portions}>0", "{actual_to_date}/{first_portions}"),
    "estimated_cost_per_meal": ("{planned_days}>0", "{estimate_total}/({expected}*{planned_days})"),
}
_TERMS = "terms"


def write_book(basis: Basis, sheet: Sheet) -> bytes:
    """The cost report as XLSX: a row for each park, the total as formulas, and the terms of the pilot beside it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    costs: Worksheet = book.create_sheet("costs")
    expected = _write_terms(book.create_sheet(_TERMS), basis, sheet)
    _write_header(costs)
    for row, park in enumerate(sheet.parks, start=2):
        _write_row(costs, row, basis.names[park.park_id], park.figures)
    _write_total(costs, len(sheet.parks) + 2, expected)
    book.properties.title = guarded(f"{basis.pilot.name} {sheet.as_of.isoformat()}")
    book.properties.creator = "Pilot Ops"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _write_terms(terms: Worksheet, basis: Basis, sheet: Sheet) -> str:
    """Write what the figures rest on; the address of the expected number, for formulas."""
    rows: list[tuple[str, Any, str]] = [
        ("pilot", guarded(basis.pilot.name), "@"),
        ("as_of", sheet.as_of, _DAY),
        ("currency", "EUR", "@"),
        ("estimate_per_park_month", _value(basis.terms.estimate), _MONEY),
        ("months", _value(basis.terms.months), "0.00"),
        ("expected_children_a_day", basis.terms.expected, _COUNT),
    ]
    if basis.known is not None:
        rows.insert(2, ("known_on", basis.known, _DAY))
    for number, (name, value, form) in enumerate(rows, start=1):
        terms.cell(number, 1, name).font = Font(bold=True)
        terms.cell(number, 2, value).number_format = form
    terms.column_dimensions["A"].width, terms.column_dimensions["B"].width = 26, 34
    return f"{_TERMS}!$B${len(rows)}"


def _write_header(costs: Worksheet) -> None:
    for place, name in enumerate(("park", *REPORT), start=1):
        cell = costs.cell(1, place, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        costs.column_dimensions[get_column_letter(place)].width = 28 if place == 1 else 13
    costs.freeze_panes = "B2"
    costs.page_setup.orientation, costs.page_setup.fitToWidth, costs.page_setup.fitToHeight = "landscape", 1, 0
    costs.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    costs.print_title_rows = "1:1"


def _write_row(costs: Worksheet, row: int, name: str, figures: Figures) -> None:
    costs.cell(row, 1, guarded(name))
    for place, column in enumerate(REPORT, start=2):
        value = getattr(figures, column)
        costs.cell(row, place, _value(value)).number_format = _form(column)


def _write_total(costs: Worksheet, row: int, expected: str) -> None:
    letters = {column: get_column_letter(place) for place, column in enumerate(REPORT, start=2)}
    cells = {column: f"{letter}{row}" for column, letter in letters.items()} | {"expected": expected}
    costs.cell(row, 1, "total").font = Font(bold=True)
    for place, column in enumerate(REPORT, start=2):
        if column in _WORKED_OUT:
            there, worked = (part.format(**cells) for part in _WORKED_OUT[column])
            formula = f'=IF({there},{worked},"")'
        else:
            formula = f"=SUM({letters[column]}2:{letters[column]}{row - 1})" if row > 2 else "=0"
        cell = costs.cell(row, place, formula)
        cell.number_format, cell.font = _form(column), Font(bold=True)


def _form(column: str) -> str:
    if column == "variance_percent":
        return _PERCENT
    return _COUNT if column.endswith("_days") or column == "first_portions" else _MONEY


def _value(value: Money | Fraction | int | None) -> Decimal | int | None:
    """A figure as a cell holds it: not rounded to the cent, so that sums of the cells are those of the report."""
    if isinstance(value, Money):
        value = value.cents / 100
    if isinstance(value, Fraction):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_EXACT)
    return value
