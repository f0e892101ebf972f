"""A file as rows of values, and everything that is wrong with it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from openpyxl import load_workbook

from pilot_ops.kernel.tabular.cells import Reason, WrongCell
from pilot_ops.kernel.text import fold

MOST_BYTES = 5 * 1024 * 1024

MOST_ROWS = 20_000

_MOST_UNPACKED = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its English and Finnish name, and how the text of a cell becomes a value."""

    name: str
    finnish: str
    read: Callable[[str], Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the row as a spreadsheet numbers it (1 is the header), the column, and why.

    ``reason`` is this module's, or of the slice whose rule refused it; ``details`` are the figures of its sentence.
    """

    row: int
    column: str
    reason: StrEnum
    typed: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's values by the English names of the columns; None for an empty cell or a column that is not there.

    ``typed`` are the texts of its cells, as they stand in the file.
    """

    number: int
    values: Mapping[str, Any]
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read: its rows, and everything that is wrong with it. ``headers`` are as the file spells them."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """A column's name as the file spells it."""
        return self.headers.get(name, name)


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """Read a CSV or XLSX file. Everything wrong with it is found at once; then nothing of it should be used."""
    try:
        cells = list(_cells(content, columns))
    except WrongCell as wrong:
        return Table((), (Problem(1, "", wrong.reason),))
    if not any(any(row) for row in cells):
        return Table((), (Problem(1, "", Reason.EMPTY),))
    header, problems = _header(cells[0], columns)
    if problems:
        return Table((), tuple(problems), header.spelled)
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        if any(row):
            values, wrong_cells = _row(number, row, header)
            typed = {column.name: cell for column, cell in zip(header.places, row, strict=False) if column}
            rows.append(Row(number, values, typed))
            problems += wrong_cells
    if not rows:
        problems.append(Problem(2, "", Reason.EMPTY))
    return Table(tuple(rows), tuple(problems), header.spelled)


def _cells(content: bytes, columns: Sequence[Column]) -> Iterator[list[str]]:
    if len(content) > MOST_BYTES:
        raise WrongCell(Reason.TOO_LARGE)
    found = _xlsx(content) if content.startswith(b"PK") else _csv(content, columns)
    for number, row in enumerate(found):
        if number > MOST_ROWS:
            raise WrongCell(Reason.TOO_MANY_ROWS)
        yield row


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise WrongCell(Reason.TOO_LARGE)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell_text(value) for value in row]
        book.close()
    except WrongCell:
        raise
    except Exception:  # noqa: BLE001 - a damaged file makes unpacking, XML or the workbook stumble, each in its own way
        raise WrongCell(Reason.NOT_A_TABLE) from None


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # A spreadsheet's 17 digits, rounded to what people see: 0.1 + 0.2 is 0.3.
        return f"{Decimal(repr(round(value, 9))).normalize():f}"
    return str(value).strip()


def _csv(content: bytes, columns: Sequence[Column]) -> Iterator[list[str]]:
    text = _decode(content)
    if "\x00" in text:
        raise WrongCell(Reason.NOT_A_TABLE)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error:
        raise WrongCell(Reason.NOT_A_TABLE) from None


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes without a meaning; Latin-1 gives those a control character.
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """The one that makes most known columns of the first line; a guess from the data could be misled by decimals."""
    first = text.splitlines()[0] if text else ""
    names = {_key(name) for column in columns for name in (column.name, column.finnish)}
    return max(";\t,", key=lambda sign: sum(_key(cell.strip('" ')) in names for cell in first.split(sign)))


@dataclass(frozen=True, slots=True)
class _Header:
    places: tuple[Column | None, ...]
    spelled: Mapping[str, str]


def _header(row: Sequence[str], columns: Sequence[Column]) -> tuple[_Header, list[Problem]]:
    names = {_key(name): column for column in columns for name in (column.name, column.finnish)}
    places: list[Column | None] = []
    spelled: dict[str, str] = {}
    problems: list[Problem] = []
    for cell in row:
        column = names.get(_key(cell))
        places.append(column)
        if column is None:
            if cell:
                problems.append(Problem(1, cell, Reason.UNKNOWN_COLUMN, cell))
        elif column.name in spelled:
            problems.append(Problem(1, cell, Reason.COLUMN_TWICE, cell))
        else:
            spelled[column.name] = cell
    problems += [
        Problem(1, f"{column.name} / {column.finnish}", Reason.COLUMN_MISSING)
        for column in columns
        if column.required and column.name not in spelled
    ]
    return _Header(tuple(places), spelled), problems


def _key(name: str) -> str:
    return fold(name.replace("_", " "))


def _row(number: int, row: Sequence[str], header: _Header) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(row):
        column = header.places[place] if place < len(header.places) else None
        if column is None:
            if cell:
                problems.append(Problem(number, "", Reason.TOO_MANY_CELLS, cell))
            continue
        try:
            values[column.name] = column.read(cell) if cell else None
        except WrongCell as wrong:
            problems.append(Problem(number, header.spelled[column.name], wrong.reason, cell))
    wrong_names = {problem.column for problem in problems}
    for column in header.places:
        if column and column.required and values.get(column.name) is None:
            spelled = header.spelled[column.name]
            if spelled not in wrong_names:
                problems.append(Problem(number, spelled, Reason.MISSING))
    return values, problems
