"""Spreadsheets in and out: CSV and XLSX as Finns make them, read into values or refused cell by cell.

Reading: ``;``, ``,`` or tab; decimal comma or point; spaces in thousands; ``d.m.yyyy`` or ISO dates; UTF-8 with or
without BOM, UTF-16 with BOM, or Windows-1252; headers in English or Finnish, in any order and case, ``_`` or space.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import fold

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_UNPACKED = 100 * 1024 * 1024
_LONGEST_TEXT = 1000
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f']")
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Reason(StrEnum):
    """Why a file or a cell of it is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_ROWS = "too-many-rows"
    NOT_A_TABLE = "not-a-table"
    UNKNOWN_COLUMN = "unknown-column"
    COLUMN_TWICE = "column-twice"
    COLUMN_MISSING = "column-missing"
    TOO_MANY_CELLS = "too-many-cells"
    MISSING = "missing"
    NOT_A_DAY = "not-a-day"
    NOT_A_COUNT = "not-a-count"
    NOT_AN_AMOUNT = "not-an-amount"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_WORD = "not-a-word"
    TOO_LONG = "too-long"


class WrongCell(ValueError):
    """A cell that is no value of its column; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


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
    """A row's values by the English names of the columns; None for an empty cell or a column that is not there."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read: its rows, and everything that is wrong with it. ``headers`` are as the file spells them."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """A column's name as the file spells it."""
        return self.headers.get(name, name)


def read_text(text: str) -> str:
    """Text without spaces around it; an apostrophe that guards a formula sign is taken off."""
    text = text.strip()
    if text.startswith("'") and text.lstrip("'").startswith(_FORMULA):
        text = text[1:]
    if len(text) > _LONGEST_TEXT:
        raise WrongCell(Reason.TOO_LONG)
    return text


def read_day(text: str) -> date:
    """A date such as ``3.6.2024`` or ``2024-06-03``, also with a midnight time behind it."""
    text = text.strip().removesuffix(" 00:00:00").removesuffix("T00:00:00")
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
            day, month, year = (int(part) for part in text.split("."))
            return date(year, month, day)
    except ValueError:
        pass
    raise WrongCell(Reason.NOT_A_DAY)


def read_decimal(text: str) -> Fraction:
    """A number with a decimal comma or point and spaces in thousands, exactly.

    With both a comma and a point the last of them is the decimal sign, as in ``1,234.50`` and ``1.234,50``.
    """
    text = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-").removesuffix("€")
    if "," in text and "." in text:
        thousands = "." if text.rindex(",") > text.rindex(".") else ","
        whole = text[: max(text.rindex(","), text.rindex("."))]
        if not _THOUSANDS.fullmatch(whole):
            raise WrongCell(Reason.NOT_A_NUMBER)
        text = text.replace(thousands, "")
    text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise WrongCell(Reason.NOT_A_NUMBER)
    return Fraction(Decimal(text))


def read_count(text: str) -> int:
    """A whole number from zero up; ``12,0`` as a spreadsheet may write it is one."""
    try:
        number = read_decimal(text)
    except WrongCell:
        raise WrongCell(Reason.NOT_A_COUNT) from None
    if number.denominator != 1 or number < 0:
        raise WrongCell(Reason.NOT_A_COUNT)
    return int(number)


def read_money(text: str) -> Money:
    """Euro with at most two decimals. Three decimals are refused: ``1,234`` may be a thousand or one and a bit."""
    try:
        amount = Money(read_decimal(text) * 100)
        _ = amount.whole_cents
    except ValueError:
        raise WrongCell(Reason.NOT_AN_AMOUNT) from None
    return amount


def one_of(words: Mapping[str, Any]) -> Callable[[str], Any]:
    """A reader of a column that takes one of some words, in any case."""
    known = {fold(word): value for word, value in words.items()}

    def read(text: str) -> Any:
        if fold(text) not in known:
            raise WrongCell(Reason.NOT_A_WORD)
        return known[fold(text)]

    return read


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
            rows.append(Row(number, values))
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
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, OSError, ValueError) as wrong:
        if isinstance(wrong, WrongCell):
            raise
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
    return _guarded("" if value is None else str(value))


def decimal_text(value: Fraction) -> str:
    """A number with as many decimals as it has, at most six."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.6f}"
    return text.rstrip("0").rstrip(".")


def _guarded(text: str) -> str:
    """Text that a spreadsheet would run as a formula, guarded by an apostrophe, which reading takes off."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def write_xlsx(title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as an Excel file, with real numbers and dates. Amounts are rounded to the cent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(names))
    for row in rows:
        sheet.append([_xlsx_value(value) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _xlsx_value(value: Any) -> Any:
    if isinstance(value, Money):
        return Decimal(value.rounded()).scaleb(-2)
    if isinstance(value, Fraction):
        return Decimal(decimal_text(value))
    if isinstance(value, StrEnum):
        return value.value
    return _guarded(value) if isinstance(value, str) else value
