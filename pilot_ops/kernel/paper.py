"""A report as PDF: A4 lying on its side, a figure and a table that goes on over as many pages as it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.kernel.fonts import BOLD, HEAVY, REGULAR, drawable, fitted, register, width

_WIDE, _HIGH = 297 * mm, 210 * mm
_SIDE, _TOP, _FOOT = 14 * mm, 14 * mm, 14 * mm
_ROOM = _WIDE - 2 * _SIDE
INK, SOFT, LINE = HexColor("#0b1533"), HexColor("#434b66"), HexColor("#c9cfdd")
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_SMALLEST = 4.0
_GAP = 9.0
_LEAST_NAME = 90.0
_MOST_NAME = 190.0
# Draws a figure with its upper left corner at a place, no wider than its room; how high it is.
Figure = Callable[[Canvas, float, float, float], float]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a report says. The first column are names; the others are figures as text, ``texts`` of them words."""

    title: str
    about: str
    language: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    texts: frozenset[int] = frozenset()
    facts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    figure: Figure | None = None
    page_word: str = ""


def draw_paper(paper: Paper) -> bytes:
    """The PDF of a report, with its title and language in it."""
    register()
    content = BytesIO()
    canvas = Canvas(content, pagesize=(_WIDE, _HIGH), pageCompression=1, lang=paper.language, invariant=1)
    canvas.setTitle(drawable(paper.title))
    canvas.setSubject(drawable(paper.about))
    canvas.setCreator("Pilot Ops")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    table = _Table(paper)
    # The first time only to know how many pages there are.
    pages = sum(1 for _ in _pages(Canvas(BytesIO(), pagesize=(_WIDE, _HIGH)), paper, table))
    for number, _ in enumerate(_pages(canvas, paper, table), start=1):
        _foot(canvas, paper, f"{paper.page_word} {number}/{pages}".strip())
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _pages(canvas: Canvas, paper: Paper, table: _Table) -> Iterator[None]:
    """Draw one page after another; each is ended by whoever asks for the next."""
    y: float = _head(canvas, paper)
    left = [*((row, False) for row in paper.rows), *([(paper.total, True)] if paper.total else [])]
    while True:
        y = table.draw_header(canvas, y)
        while left and y - table.row_high > _FOOT + 5 * mm:
            row, is_total = left.pop(0)
            y = table.draw_row(canvas, y, row, is_total=is_total)
        if not left:
            break
        yield
        y = _HIGH - _TOP
    for note in paper.notes:
        if y - 13 < _FOOT + 5 * mm:
            yield
            y = _HIGH - _TOP
        y -= 13
        text(canvas, note, _SIDE, y, REGULAR, 8.5, ink=SOFT, room=_ROOM)
    yield


def _head(canvas: Canvas, paper: Paper) -> float:
    y: float = _HIGH - _TOP - 18
    text(canvas, paper.title, _SIDE, y, HEAVY, 20, room=_ROOM)
    y -= 17
    text(canvas, paper.about, _SIDE, y, REGULAR, 11, ink=SOFT, room=_ROOM)
    y -= 14
    if paper.figure is None and not paper.facts:
        return y
    beside = 190.0 if paper.facts else 0.0
    high = paper.figure(canvas, _SIDE, y, _ROOM - beside - 20) if paper.figure else 0.0
    down = y - 8
    for label, value in paper.facts:
        x = _WIDE - _SIDE - beside
        text(canvas, label, x, down - 9, REGULAR, 9, ink=SOFT, room=beside)
        text(canvas, value, x, down - 24, BOLD, 13, room=beside)
        down -= 36
    return min(y - high, down) - 12


def text(
    canvas: Canvas,
    words: str,
    x: float,
    y: float,
    font: str,
    size: float,
    *,
    ink: HexColor = INK,
    room: float = _ROOM,
    right: bool = False,
) -> None:
    """A line of text, smaller or shorter where it would not fit its room; ``right`` ends at x."""
    words, size = fitted(drawable(words), font, size, room, size * 0.7)
    canvas.setFillColor(ink)
    canvas.setFont(font, size)
    canvas.drawString(x - width(words, font, size) if right else x, y, words)


def _foot(canvas: Canvas, paper: Paper, page: str) -> None:
    text(canvas, f"{paper.title}. {paper.about}", _SIDE, _FOOT - 4, REGULAR, 8, ink=SOFT, room=_ROOM - 80)
    text(canvas, page, _WIDE - _SIDE, _FOOT - 4, REGULAR, 8, ink=SOFT, right=True)


class _Table:
    """Where the columns of a table stand, in the largest type in which all of them fit."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._size, self._widths = self._fit()
        self._headers = [_wrapped(title, self._size, wide) for title, wide in self._titled()]
        self.row_high = self._size * 1.85

    def _titled(self) -> list[tuple[str, float]]:
        return list(zip(self._paper.columns, self._widths, strict=True))

    def _fit(self) -> tuple[float, list[float]]:
        for size in _SIZES:
            others = self._others(size)
            name = _ROOM - sum(others) - _GAP * len(others)
            if name >= _LEAST_NAME:
                break
        else:
            # Figures longer than any that are expected: all columns and their type shrink alike.
            shrunk = (_ROOM - _LEAST_NAME - _GAP * len(others)) / sum(others)
            size, others, name = max(_SMALLEST, size * shrunk), [wide * shrunk for wide in others], _LEAST_NAME
        spare = max(0.0, name - _MOST_NAME) / max(len(others), 1)
        return size, [min(name, _MOST_NAME) if others else name, *(wide + spare for wide in others)]

    def _others(self, size: float) -> list[float]:
        paper = self._paper
        rows = [*paper.rows, *([paper.total] if paper.total else [])]
        widest = []
        for place, title in enumerate(paper.columns[1:], start=1):
            words = [width(drawable(word), BOLD, size) for word in title.split()]
            widest.append(max([*words, *(width(drawable(row[place]), BOLD, size) for row in rows)], default=0.0))
        return widest

    def draw_header(self, canvas: Canvas, y: float) -> float:
        lines = max(len(header) for header in self._headers)
        step = self._size * 1.2
        for place, header in enumerate(self._headers):
            for number, words in enumerate(header):
                self._cell(canvas, place, words, y - step * (lines - len(header) + number + 1), BOLD)
        bottom = y - step * lines - 5
        _rule(canvas, bottom, 1.2)
        return bottom

    def draw_row(self, canvas: Canvas, y: float, row: Sequence[str], *, is_total: bool) -> float:
        if is_total:
            _rule(canvas, y, 1.2)
        for place, words in enumerate(row):
            self._cell(canvas, place, words, y - self._size * 1.3, BOLD if is_total or place == 0 else REGULAR)
        bottom = y - self.row_high
        _rule(canvas, bottom, 0.5)
        return bottom

    def _cell(self, canvas: Canvas, place: int, words: str, y: float, font: str) -> None:
        left = _SIDE + sum(self._widths[:place]) + _GAP * place
        is_text = place == 0 or place in self._paper.texts
        x = left if is_text else left + self._widths[place]
        text(canvas, words, x, y, font, self._size, room=self._widths[place] + 1, right=not is_text)


def _wrapped(title: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(drawable(longer), BOLD, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _rule(canvas: Canvas, y: float, thick: float) -> None:
    canvas.setStrokeColor(INK if thick > 1 else LINE)
    canvas.setLineWidth(thick)
    canvas.line(_SIDE, y, _WIDE - _SIDE, y)
