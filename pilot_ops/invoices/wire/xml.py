"""XML as a tree that knows where in the file each element stands.

Expat is used directly: whatever declares a document type is refused before any entity exists, nothing is ever fetched,
and size, depth and number of elements are bounded. Text longer than any that is looked at, such as a picture of the
invoice inside it, is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from xml.parsers import expat

from pilot_ops.invoices.domain import FileProblem, Period, Reason
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import WrongCell, read_day
from pilot_ops.kernel.text import tidy

MOST_BYTES = 5 * 1024 * 1024
_MOST_ELEMENTS = 100_000
_DEEPEST = 40
_LONGEST_TEXT = 2000
_LONGEST_NAME = 200
_NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,9})?")
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
# XML Schema lets a date carry a time zone; the day is the same.
_ZONE = re.compile(r"(Z|[+-]\d{2}:\d{2})$")


class Wrong(Exception):
    """Something in a file that is refused, and where."""

    def __init__(self, reason: Reason, node: Node | None = None, place: str = "", **details: Any) -> None:
        super().__init__(reason.value)
        self.reason, self.details = reason, details
        self.line = node.line if node else 1
        self.place = "/".join(filter(None, (node.path if node else "", place)))

    def problem(self, file: str) -> FileProblem:
        """The same as a value."""
        return FileProblem(file, self.line, self.place, self.reason, self.details)


@dataclass(slots=True)
class Node:
    """An element: its name and namespace, the line it stands on, its attributes, children and text."""

    space: str
    tag: str
    line: int
    path: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as one line; empty where it is longer than any that is looked at."""
        text = "".join(self.parts)
        return tidy(text) if len(text) < _LONGEST_TEXT else ""

    def all(self, *path: str) -> list[Node]:
        """The elements at a path, in their order."""
        found = [self]
        for tag in path:
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def find(self, *path: str) -> Node | None:
        """The first element at a path that holds something."""
        return next((node for node in self.all(*path) if node.children or node.text), None)

    def need(self, *path: str) -> Node:
        """The element at a path. Wrong if there is none."""
        found = self.find(*path)
        if found is None:
            raise Wrong(Reason.MISSING, self, "/".join(path))
        return found

    def say(self, *path: str) -> str:
        """The text at a path, or an empty one."""
        found = self.find(*path)
        return found.text if found else ""

    def name(self, *path: str) -> str:
        """A name or number at a path that must be there and short. Wrong otherwise."""
        found = self.need(*path)
        if len(found.text) > _LONGEST_NAME:
            raise Wrong(Reason.TOO_LONG, found)
        return found.text

    def texts(self, *paths: tuple[str, ...]) -> tuple[str, ...]:
        """All texts at some paths."""
        return tuple(node.text for path in paths for node in self.all(*path) if node.text)

    def amount(self, *path: str) -> Money | None:
        """The amount at a path in euro, or None if there is none. Wrong if it is no amount, or of other money."""
        found = self.find(*path)
        if found is None:
            return None
        currency = found.attributes.get("AmountCurrencyIdentifier") or found.attributes.get("currencyID") or "EUR"
        if currency.strip() != "EUR":
            raise Wrong(Reason.OTHER_CURRENCY, found, found=currency)
        money = Money(_number(found) * 100)
        if money.cents.denominator != 1:
            raise Wrong(Reason.NOT_AN_AMOUNT, found, found=found.text)
        return money

    def count(self, *path: str) -> Fraction | None:
        """The number at a path, or None."""
        found = self.find(*path)
        return None if found is None else _number(found)

    def day(self, *path: str) -> date | None:
        """The day at a path, or None. Wrong if it is no day."""
        found = self.find(*path)
        if found is None:
            return None
        text = _ZONE.sub("", found.text) if found.text.count("-") != 1 else found.text
        try:
            return read_day(_PLAIN_DAY.sub(r"\1-\2-\3", text))
        except WrongCell:
            raise Wrong(Reason.NOT_A_DAY, found, found=found.text) from None

    def period(self, first: tuple[str, ...], last: tuple[str, ...], whole: Period | None = None) -> Period | None:
        """The days between two elements, or None where they are not told. Wrong if they are turned round.

        One of them may stand alone (EN 16931, BR-CO-19 and 20): the other is that of the ``whole`` invoice, if told.
        """
        start, end = self.day(*first), self.day(*last)
        if start is None and end is None:
            return None
        here = self.need(*(first if end is None else last))
        if whole is not None:
            start, end = start or whole.first, end or whole.last
        if start is None or end is None:
            return None
        if end < start:
            raise Wrong(Reason.PERIOD_BACKWARDS, here)
        return Period(start, end)


def _number(node: Node) -> Fraction:
    text = node.text.replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(text):
        raise Wrong(Reason.NOT_AN_AMOUNT, node, found=node.text)
    return Fraction(Decimal(text.replace(",", ".")))


class _Tree:
    """Makes the tree out of what the parser meets."""

    def __init__(self, parser: expat.XMLParserType, lines_before: int) -> None:
        self._parser, self._lines_before = parser, lines_before
        self._open: list[Node] = []
        self._elements = 0
        self.root: Node | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        above = self._open[-1] if self._open else None
        path = "" if above is None else f"{above.path}/{tag}".lstrip("/")
        node = Node(space, tag, self._parser.CurrentLineNumber + self._lines_before, path, attributes)
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise Wrong(Reason.TOO_MANY_PARTS, node)
        if above is None:
            self.root = node
        else:
            above.children.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def hear(self, text: str) -> None:
        parts = self._open[-1].parts
        # One piece more than is looked at, so that what is too long is known to be so.
        if len(parts) < _LONGEST_TEXT:
            parts.append(text[:_LONGEST_TEXT])

    def refuse(self, *_declared: object) -> None:
        raise Wrong(Reason.HAS_DOCTYPE, Node("", "", self._parser.CurrentLineNumber + self._lines_before, "", {}))


def read_xml(content: bytes, *, lines_before: int = 0) -> Node:
    """The root element of a document. Wrong if it is no XML, declares a document type, or is too large to be meant."""
    # Empty lines before the declaration are no XML, but harmless.
    begun = content.lstrip()
    lines_before += content.count(b"\n", 0, len(content) - len(begun))
    parser = expat.ParserCreate(namespace_separator=" ")
    tree = _Tree(parser, lines_before)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.EntityDeclHandler = tree.refuse
    parser.StartElementHandler = tree.begin
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.hear
    try:
        parser.Parse(begun, True)
    except expat.ExpatError as error:
        here = Node("", "", error.lineno + lines_before, "", {})
        raise Wrong(Reason.NOT_XML, here) from None
    except (LookupError, ValueError):
        raise Wrong(Reason.NOT_XML) from None
    if tree.root is None:
        raise Wrong(Reason.NOT_XML)
    return tree.root
