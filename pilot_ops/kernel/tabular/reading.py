"""A file as rows of values, and everything that is wrong with it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from openpyxl import load_workbook

from pilot_ops.kernel.tabular.cells import Reason, WrongCell
from pilot_ops.kernel.text import fold

MOST_BYTES = 5 * 1024 * 1024

# Rows and columns that hold something.
MOST_ROWS = 20_000

MOST_COLUMNS = 50

# Places passed on the way, most of them empty: a stray cell far away makes a small table a large sheet.
_MOST_PLACES = 3_000_000

_MOST_UNPACKED = 50 * 1024 * 1024

# Cells of all sheets, empty ones too; each takes far more memory when it is read than it does in the file.
_MOST_CELLS = 600_000

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


class _NoTable(Exception):
    """A file that is not read any further, and the row because of which."""

    def __init__(self, reason: Reason, row: int = 1) -> None:
        super().__init__(reason.value)
        self.reason, self.row = reason, row


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

    ``texts`` are the same cells as the file has them.
    """

    number: int
    values: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)


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
        lines = list(_lines(content, columns))
    except _NoTable as wrong:
        return Table((), (Problem(wrong.row, "", wrong.reason),))
    if not lines:
        return Table((), (Problem(1, "", Reason.EMPTY),))
    header, problems = _header(*lines[0], columns)
    if problems:
        return Table((), tuple(problems), header.spelled)
    rows = []
    for number, cells in lines[1:]:
        row, wrong_cells = _row(number, cells, header)
        rows.append(row)
        problems += wrong_cells
    if not rows:
        problems.append(Problem(header.number + 1, "", Reason.EMPTY))
    return Table(tuple(rows), tuple(problems), header.spelled)


def _lines(content: bytes, columns: Sequence[Column]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, by their numbers, without the empty cells at their ends."""
    if len(content) > MOST_BYTES:
        raise _NoTable(Reason.TOO_LARGE)
    places = found = 0
    for number, row in enumerate(_xlsx(content) if content.startswith(b"PK") else _csv(content, columns), start=1):
        places += 1 + len(row)
        if places > _MOST_PLACES:
            raise _NoTable(Reason.TOO_SPARSE, number)
        if cells := _held(row):
            found += 1
            _check_size(number, found, cells)
            yield number, cells


def _held(row: Sequence[Any]) -> list[str]:
    cells = [_cell_text(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _check_size(number: int, found: int, cells: Sequence[str]) -> None:
    if found > MOST_ROWS + 1:
        raise _NoTable(Reason.TOO_MANY_ROWS, number)
    if len(cells) > MOST_COLUMNS:
        raise _NoTable(Reason.TOO_MANY_COLUMNS, number)


def _xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_packed(packed)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = cast("Any", book.worksheets[0])
        # What a sheet says of its own size may be wrong: rows would be cut, or filled up to the last column there is.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
        book.close()
    except _NoTable:
        raise
    except Exception:  # noqa: BLE001 - a damaged file makes unpacking, XML or the workbook stumble, each in its own way
        raise _NoTable(Reason.NOT_A_TABLE) from None


def _check_packed(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _NoTable(Reason.TOO_LARGE)
    if sum(len(_CELL.findall(packed.read(part))) for part in parts) > _MOST_CELLS:
        raise _NoTable(Reason.TOO_SPARSE)


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


def _csv(content: bytes, columns: Sequence[Column]) -> Iterator[Sequence[str]]:
    text = _decode(content)
    if "\x00" in text:
        raise _NoTable(Reason.NOT_A_TABLE)
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True)
        for number, row in enumerate(reader, start=1):  # noqa: B007 - the row that cannot be read is the one after
            yield row
    except csv.Error:
        raise _NoTable(Reason.BROKEN_ROW, number + 1) from None


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
    first = next((line for line in text.splitlines() if line.strip()), "")
    names = {_key(name) for column in columns for name in (column.name, column.finnish)}
    return max(
        ";\t,", key=lambda sign: sum(_key(cell.strip('" ')) in names for cell in first.split(sign, MOST_COLUMNS))
    )


@dataclass(frozen=True, slots=True)
class _Header:
    number: int
    places: tuple[Column | None, ...]
    spelled: Mapping[str, str]

    def column_at(self, place: int) -> Column | None:
        """The column of a cell; None under an empty header or beyond the last one."""
        return self.places[place] if place < len(self.places) else None


def _header(number: int, row: Sequence[str], columns: Sequence[Column]) -> tuple[_Header, list[Problem]]:
    names = {_key(name): column for column in columns for name in (column.name, column.finnish)}
    places: list[Column | None] = []
    spelled: dict[str, str] = {}
    problems: list[Problem] = []
    for cell in row:
        column = names.get(_key(cell))
        places.append(column)
        if column is None:
            if cell:
                problems.append(Problem(number, cell, Reason.UNKNOWN_COLUMN, cell))
        elif column.name in spelled:
            problems.append(Problem(number, cell, Reason.COLUMN_TWICE, cell))
        else:
            spelled[column.name] = cell
    problems += [
        Problem(number, f"{column.name} / {column.finnish}", Reason.COLUMN_MISSING)
        for column in columns
        if column.required and column.name not in spelled
    ]
    return _Header(number, tuple(places), spelled), problems


def _key(name: str) -> str:
    return fold(name.replace("_", " "))


def _row(number: int, cells: Sequence[str], header: _Header) -> tuple[Row, list[Problem]]:
    values: dict[str, Any] = dict.fromkeys(header.spelled)
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for column, cell in zip(header.places, cells, strict=False):
        if column:
            texts[column.name] = cell
            try:
                values[column.name] = column.read(cell) if cell else None
            except WrongCell as wrong:
                problems.append(Problem(number, header.spelled[column.name], wrong.reason, cell))
    problems += _missing(number, values, header, {problem.column for problem in problems})
    beyond = [cell for place, cell in enumerate(cells) if cell and header.column_at(place) is None]
    problems += [Problem(number, "", Reason.TOO_MANY_CELLS, cell) for cell in beyond[:1]]
    return Row(number, values, texts), problems


def _missing(number: int, values: Mapping[str, Any], header: _Header, wrong: Collection[str]) -> list[Problem]:
    """The required columns of a row that are empty, those aside about which something is wrong already."""
    return [
        Problem(number, header.spelled[column.name], Reason.MISSING)
        for column in header.places
        if column and column.required and values.get(column.name) is None and header.spelled[column.name] not in wrong
    ]
