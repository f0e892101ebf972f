"""Spreadsheets as Finns make them, and what is wrong with one, cell by cell."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import (
    MOST_BYTES,
    Column,
    Reason,
    WrongCell,
    one_of,
    read_count,
    read_day,
    read_decimal,
    read_hours,
    read_money,
    read_table,
    read_temperature,
    read_text,
    write_csv,
    write_xlsx,
)
from pilot_ops.kernel.text import plain

COLUMNS = (
    Column("park", "puisto", read_text, required=True),
    Column("date", "päivä", read_day, required=True),
    Column("amount", "summa", read_money),
    Column("school_age", "kouluikäiset", read_count),
)
NAMES = [column.name for column in COLUMNS]


def rows(content: bytes) -> list[dict[str, Any]]:
    table = read_table(content, COLUMNS)
    assert table.problems == ()
    return [dict(row.values) for row in table.rows]


def problems(text: str) -> list[tuple[int, str, Reason]]:
    return [(found.row, found.column, found.reason) for found in read_table(text.encode(), COLUMNS).problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_csv_as_spreadsheets_write_it(encoding: str, sign: str) -> None:
    text = "Puisto;PÄIVÄ;summa\r\nJärvenperä;3.6.2024;5 500,00\r\n\r\nSoukka;2024-06-04;\r\n".replace(";", sign)
    assert rows(text.encode(encoding)) == [
        {"park": "Järvenperä", "date": date(2024, 6, 3), "amount": Money(550000)},
        {"park": "Soukka", "date": date(2024, 6, 4), "amount": None},
    ]


def test_commas_between_cells_and_points_in_numbers() -> None:
    assert rows(b'school age,Date,PARK,amount\n12,2024-06-03,"Suvela, piha","1,234.50"\n') == [
        {"school_age": 12, "date": date(2024, 6, 3), "park": "Suvela, piha", "amount": Money(123450)}
    ]


def test_an_excel_file_with_numbers_and_dates() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["puisto", "päivä", "summa", "kouluikäiset"])
    sheet.append(["Suvela", date(2024, 6, 3), 1234.5, 45])
    sheet.append(["Soukka", "4.6.2024", 0.1 + 0.2, 7.0])
    packed = io.BytesIO()
    book.save(packed)
    assert rows(packed.getvalue()) == [
        {"park": "Suvela", "date": date(2024, 6, 3), "amount": Money(123450), "school_age": 45},
        {"park": "Soukka", "date": date(2024, 6, 4), "amount": Money(30), "school_age": 7},
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5 500,00", Fraction(5500)),
        ("5\u00a0500.5", Fraction(11001, 2)),
        ("1.234,50", Fraction(12345, 10)),
        ("1,234,567.8", Fraction(12345678, 10)),
        ("\N{MINUS SIGN}12,5 €", Fraction(-25, 2)),
        ("+3", Fraction(3)),
        ("1'234", Fraction(1234)),
        ("-  12 345\u202f678,9", Fraction(-123456789, 10)),
        (" 5500 €", Fraction(5500)),
        ("0,125", Fraction(1, 8)),
        ("1234,125", Fraction(9873, 8)),
    ],
)
def test_numbers(text: str, value: Fraction) -> None:
    assert read_decimal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "1,2,3", "1.2.3", "12.34,5", "5e3", "abc", "1 234 56 x", "--1", "1,000", "5.500", "-12,345"),
        *("1 2", "12 34", "1234 567", "1  234", "1 2345", "1 234 5", "0,5 0", "1 ,5"),
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(WrongCell):
        read_decimal(text)


def test_an_amount_that_may_be_a_thousand_or_one_is_not_guessed_at() -> None:
    with pytest.raises(WrongCell) as wrong:
        read_money("1,234")
    assert wrong.value.reason is Reason.NOT_AN_AMOUNT


@pytest.mark.parametrize("text", ["-1", "1,5", "x", "1,000", "1.000"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(WrongCell):
        read_count(text)


@pytest.mark.parametrize(("text", "value"), [("65,5", Fraction(131, 2)), ("68 °C", Fraction(68)), ("-3", Fraction(-3))])
def test_temperatures(text: str, value: Fraction) -> None:
    assert read_temperature(text) == value


@pytest.mark.parametrize("text", ["65,55", "151", "-51", "lämmin", ""])
def test_what_is_no_temperature(text: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        read_temperature(text)
    assert wrong.value.reason is Reason.NOT_A_TEMPERATURE


def test_hours_have_two_decimals_at_most() -> None:
    assert read_hours("7,25") == Fraction(29, 4)
    with pytest.raises(WrongCell) as wrong:
        read_hours("7,2525")
    assert wrong.value.reason is Reason.TOO_MANY_DECIMALS


@pytest.mark.parametrize(
    "text",
    [
        "31.6.2024",
        "2024-13-01",
        "6/3/2024",
        "3.6.24",
        "today",
        "1.1.0001",
        "9999-12-31",
        "0000-01-01",
        "1.1." + "9" * 14,
    ],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(WrongCell):
        read_day(text)


def test_one_of_some_words_in_any_case() -> None:
    read = one_of({"staff": 1, "henkilöstö": 1})
    assert read("HENKILÖSTÖ") == 1
    with pytest.raises(WrongCell):
        read("väki")


def test_everything_wrong_is_named_at_once_by_row_column_and_reason() -> None:
    assert problems("Puisto;Päivä;summa\nSuvela;x;1\n;3.6.2024;y\n") == [
        (2, "Päivä", Reason.NOT_A_DAY),
        (3, "summa", Reason.NOT_AN_AMOUNT),
        (3, "Puisto", Reason.MISSING),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "", Reason.EMPTY)]),
        ("park;date\n", [(2, "", Reason.EMPTY)]),
        ("park;date;menu\nA;3.6.2024;x", [(1, "menu", Reason.UNKNOWN_COLUMN)]),
        ("park;puisto;date\n", [(1, "puisto", Reason.COLUMN_TWICE)]),
        ("park;amount\n", [(1, "date / päivä", Reason.COLUMN_MISSING)]),
        ("park;date\nA;3.6.2024;7\n", [(2, "", Reason.TOO_MANY_CELLS)]),
        ("park;date\nA;3.6.2024;7;8;9\n", [(2, "", Reason.TOO_MANY_CELLS)]),
        ('park;date\n"A;3.6.2024\n', [(2, "", Reason.BROKEN_ROW)]),
        ('park;date\nA;3.6.2024\n\n"A" piha;3.6.2024\n', [(4, "", Reason.BROKEN_ROW)]),
        ("\n\npark;date\nA;x", [(4, "date", Reason.NOT_A_DAY)]),
        ("\npark;x\n", [(2, "x", Reason.UNKNOWN_COLUMN), (2, "date / päivä", Reason.COLUMN_MISSING)]),
        ("park;date\n" + "A" * 1001 + ";3.6.2024\n", [(2, "park", Reason.TOO_LONG)]),
    ],
)
def test_a_file_that_is_none(text: str, found: list[tuple[int, str, Reason]]) -> None:
    assert problems(text) == found


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 not really", Reason.NOT_A_TABLE),
        (b"park\x00;date\n", Reason.NOT_A_TABLE),
        (b"x" * (MOST_BYTES + 1), Reason.TOO_LARGE),
        (b"park;date\n" + b"A;3.6.2024\n" * 20_001, Reason.TOO_MANY_ROWS),
        (b";".join([b"a"] * 100_000), Reason.TOO_MANY_COLUMNS),
        (b"park;date\n" + b";" * 60 + b"x\n", Reason.TOO_MANY_COLUMNS),
        (b"park;date\n" + b"\n" * 3_000_000 + b"A;3.6.2024\n", Reason.TOO_SPARSE),
    ],
)
def test_a_file_that_is_too_much(content: bytes, reason: Reason) -> None:
    (found,) = read_table(content, COLUMNS).problems
    assert found.reason is reason


def test_rows_without_anything_are_not_counted() -> None:
    assert len(rows(b"park;date\n" + b";;;;\n" * 25_000 + b"A;3.6.2024\n")) == 1
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["park", "date"])
    sheet.append(["A", date(2024, 6, 3)])
    for stray in ("A50000", "XFD3"):
        sheet[stray].font = Font(bold=True)
    packed = io.BytesIO()
    book.save(packed)
    assert len(rows(packed.getvalue())) == 1


def test_the_text_of_a_cell_is_kept_beside_its_value() -> None:
    (row,) = read_table("Puisto;päivä;summa\nA;3.6.2024;1 000,50\n".encode(), COLUMNS).rows
    assert row.texts == {"park": "A", "date": "3.6.2024", "amount": "1 000,50"}


texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)
    .map(plain)
    .filter(bool)
)
texts |= st.sampled_from(["=1+1", "'=x", "+358", "-", "@home", 'a"b', "a;b"])
table_rows = st.lists(
    st.tuples(
        texts,
        st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        st.none() | st.integers(-(10**9), 10**9).map(Money),
        st.none() | st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(written=table_rows, kind=st.sampled_from(["csv", "xlsx"]))
def test_what_is_written_is_read_back_the_same(written: list[tuple[Any, ...]], kind: str) -> None:
    content = write_csv(NAMES, written) if kind == "csv" else write_xlsx("t", NAMES, written)
    table = read_table(content, COLUMNS)
    assert table.problems == ()
    assert [tuple(row.values.get(name) for name in NAMES) for row in table.rows] == written


def test_text_that_a_spreadsheet_would_run_is_guarded() -> None:
    assert write_csv(["a"], [["=HYPERLINK(1)"]]).decode("utf-8-sig") == "a\r\n'=HYPERLINK(1)\r\n"


def _packed(sheet: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An Excel file whose sheet is these bytes."""
    whole, made = io.BytesIO(write_xlsx("t", NAMES, [["Suvela", date(2024, 6, 3), None, 1]])), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", method) as target:
        for part in source.infolist():
            content = sheet if part.filename.endswith("sheet1.xml") else source.read(part)
            target.writestr(part.filename, content)
    return made.getvalue()


def _spoiled(content: bytes) -> bytes:
    """The same file with the packed bytes of its middle turned round."""
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle : middle + 60]) + content[middle + 60 :]


_SHEET = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>%s</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (b"".join(b"<row r='%d'><c r='XFD%d'><v>1</v></c></row>" % (n, n) for n in range(1, 1001)), "too-many-columns"),
        (b"".join(b"<row r='%d'><c r='XFD%d'/></row>" % (n, n) for n in range(1, 1001)), "too-sparse"),
        (b"<row>" + b"<c/>" * 600_001 + b"</row>", "too-sparse"),
        (b"<row r='9000000'><c><v>1</v></c></row>", "too-sparse"),
    ],
    ids=["far columns", "far empty columns", "one long row", "a far row"],
)
def test_a_small_file_that_would_be_a_large_sheet_is_not_read(sheet: bytes, reason: str) -> None:
    assert [found.reason for found in read_table(_packed(_SHEET % sheet), COLUMNS).problems] == [reason]


def test_a_sheet_that_says_it_is_smaller_than_it_is_is_read_whole() -> None:
    sheet = io.BytesIO(write_xlsx("t", NAMES, [["Suvela", date(2024, 6, 3), None, 1]] * 3))
    with zipfile.ZipFile(sheet) as packed:
        found = packed.read("xl/worksheets/sheet1.xml")
    shrunk = found.replace(b"<sheetData>", b"<dimension ref='A1:B2'/><sheetData>")
    assert shrunk != found
    assert len(rows(_packed(shrunk))) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 this is no archive",
        _packed(b"<worksheet><sheetData><row><c t='n'><v>1</v>"),
        _packed(b"\xff\xfe not XML at all"),
        _packed(
            b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='x'/>"
        ),
        _spoiled(write_xlsx("t", NAMES, [[f"Puisto {number}", date(2024, 6, 3), None, 1] for number in range(300)])),
    ],
)
def test_a_damaged_excel_file_is_no_table(content: bytes) -> None:
    assert [found.reason for found in read_table(content, COLUMNS).problems] == [Reason.NOT_A_TABLE]


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60).map(lambda text: plain(text).strip()))
def test_any_text_that_is_kept_comes_back_from_a_file(text: str) -> None:
    columns = [Column("note", "huomio", read_text), Column("n", "n", read_count)]
    for write in (write_csv, lambda names, rows: write_xlsx("t", names, rows)):
        (row,) = read_table(write(["note", "n"], [[text, 1]]), columns).rows
        assert row.values["note"] == (text or None)


def test_a_character_no_file_can_hold_is_left_out() -> None:
    (row,) = read_table(write_xlsx("t", ["note"], [["a\x0bb"]]), [Column("note", "huomio", read_text)]).rows
    assert row.values["note"] == "ab"
