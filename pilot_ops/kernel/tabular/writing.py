"""Values as a file that spreadsheets open as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular.cells import FORMULA_SIGNS

_MONEY = "#,##0.00"


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV that Finnish spreadsheets open as it is: UTF-8 with BOM, semicolons, decimal commas, ISO dates."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_written(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(value: Any) -> str:
    if isinstance(value, Money):
        return value.decimal().replace(".", ",")
    if isinstance(value, Fraction):
        return decimal_text(value).replace(".", ",")
    return guarded("" if value is None else str(value))


def decimal_text(value: Fraction) -> str:
    """A number with as many decimals as it has, at most six."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.6f}"
    return text.rstrip("0").rstrip(".")


def guarded(text: str) -> str:
    """Text that a spreadsheet would run as a formula, guarded by an apostrophe, which reading takes off."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


def write_xlsx(title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as an Excel file, with real numbers and dates, under a header that stays in sight.

    Amounts are rounded to the cent.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(names))
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Money):
        amount: Any = Decimal(value.rounded()).scaleb(-2)
        cell = WriteOnlyCell(sheet, amount)
        cell.number_format = _MONEY
        return cell
    if isinstance(value, Fraction):
        return Decimal(decimal_text(value))
    if isinstance(value, StrEnum):
        return value.value
    return guarded(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value
