"""Spreadsheets in and out: CSV and XLSX as Finns make them, read into values or refused cell by cell.

Reading: ``;``, ``,`` or tab; decimal comma or point; spaces in thousands; ``d.m.yyyy`` or ISO dates; UTF-8 with or
without BOM, UTF-16 with BOM, or Windows-1252; headers in English or Finnish, in any order and case, ``_`` or space.
"""

from pilot_ops.kernel.tabular.cells import (
    Reason,
    WrongCell,
    one_of,
    read_count,
    read_day,
    read_decimal,
    read_hours,
    read_money,
    read_temperature,
    read_text,
)
from pilot_ops.kernel.tabular.reading import MOST_BYTES, MOST_ROWS, Column, Problem, Row, Table, read_table
from pilot_ops.kernel.tabular.writing import decimal_text, guarded, write_csv, write_xlsx

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Column",
    "Problem",
    "Reason",
    "Row",
    "Table",
    "WrongCell",
    "decimal_text",
    "guarded",
    "one_of",
    "read_count",
    "read_day",
    "read_decimal",
    "read_hours",
    "read_money",
    "read_table",
    "read_temperature",
    "read_text",
    "write_csv",
    "write_xlsx",
]
