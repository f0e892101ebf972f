"""The text of a cell as a value: numbers, amounts and dates as Finns write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import fold, plain

_LONGEST_TEXT = 1000

# Between the thousands of a number: a space of any kind, or an apostrophe.
_SPACE = r"[\s\u00a0\u2009\u202f']"

_SPACES = re.compile(_SPACE)

_SPACED_THOUSANDS = re.compile(rf"[+-]?\d{{1,3}}({_SPACE}\d{{3}})+([.,]\d+)?")

_SPACED_SIGN = re.compile(rf"^([+-]){_SPACE}+")

_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?")

# A thousand to one reader and one to another.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")

_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*")

# No meal day, cost or event of the service lies outside these years; a date that does is a slip of the keyboard.
_YEARS = range(1900, 2200)

_COLDEST, _HOTTEST = -50, 150

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Reason(StrEnum):
    """Why a file or a cell of it is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    TOO_SPARSE = "too-sparse"
    BROKEN_ROW = "broken-row"
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
    NOT_A_TEMPERATURE = "not-a-temperature"
    TOO_MANY_DECIMALS = "too-many-decimals"
    NOT_A_WORD = "not-a-word"
    TOO_LONG = "too-long"


class WrongCell(ValueError):
    """A cell that is no value of its column; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read_text(text: str) -> str:
    """Text without spaces around it; an apostrophe that guards a formula sign is taken off."""
    text = plain(text).strip()
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS):
        text = text[1:]
    if len(text) > _LONGEST_TEXT:
        raise WrongCell(Reason.TOO_LONG)
    return text


def read_day(text: str) -> date:
    """A date such as ``3.6.2024`` or ``2024-06-03``, also with a midnight time behind it."""
    text = text.strip().removesuffix(" 00:00:00").removesuffix("T00:00:00")
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
        day, month, year = (int(part) for part in text.split("."))
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        year, month, day = (int(part) for part in text.split("-"))
    else:
        raise WrongCell(Reason.NOT_A_DAY)
    try:
        found = date(year, month, day)
    except ValueError:
        raise WrongCell(Reason.NOT_A_DAY) from None
    if found.year not in _YEARS:
        raise WrongCell(Reason.NOT_A_DAY)
    return found


def read_decimal(text: str) -> Fraction:
    """A number with a decimal comma or point and spaces in thousands, exactly.

    With both a comma and a point the last of them is the decimal sign, as in ``1,234.50`` and ``1.234,50``. Refused:
    ``1,234`` and ``5.500``, a thousand to one reader and one to another; and ``1 2``, which is two numbers.
    """
    text = _SPACED_SIGN.sub(r"\1", text.strip().removesuffix("€").strip().replace("\N{MINUS SIGN}", "-"))
    if _SPACED_THOUSANDS.fullmatch(text):
        text = _SPACES.sub("", text)
    if _AMBIGUOUS.fullmatch(text):
        raise WrongCell(Reason.NOT_A_NUMBER)
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


def read_hours(text: str) -> Fraction:
    """A number with at most two decimals, as ``7,25`` hours."""
    number = read_decimal(text)
    if (number * 100).denominator != 1:
        raise WrongCell(Reason.TOO_MANY_DECIMALS)
    return number


def read_temperature(text: str) -> Fraction:
    """Degrees Celsius with at most one decimal, from the coldest to the hottest that food can be."""
    try:
        degrees = read_decimal(text.strip().removesuffix("C").removesuffix("°"))
    except WrongCell:
        raise WrongCell(Reason.NOT_A_TEMPERATURE) from None
    if (degrees * 10).denominator != 1 or not _COLDEST <= degrees <= _HOTTEST:
        raise WrongCell(Reason.NOT_A_TEMPERATURE)
    return degrees


def read_money(text: str) -> Money:
    """Euro with at most two decimals."""
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
