"""What all tickets of a sheet have alike, drawn once and shown on each: brand, name, uses, validity, worth, venues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.kernel.drawing import trace
from pilot_ops.kernel.fonts import BOLD, HEAVY, REGULAR, drawable, fitted, width
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.tickets.domain import Symbol

INK, QUIET_INK, BLUE = HexColor("#0b1533"), HexColor("#434b66"), HexColor("#1536a3")
_VISITS = (("käynti", "besök", "visit"), ("käyntiä", "besök", "visits"))

# Line icons after Tabler (MIT), on a 24 grid, as on the pages.
_ICONS = {
    Symbol.SWIMMING: (
        "M15 9a1 1 0 1 0 2 0a1 1 0 1 0 -2 0 M6 11l4 -2l3.5 3l-1.5 2 M3 16.75a2.4 2.4 0 0 0 1 .25a2.4 2.4 0 0 0 2 -1"
        "a2.4 2.4 0 0 1 2 -1a2.4 2.4 0 0 1 2 1a2.4 2.4 0 0 0 2 1a2.4 2.4 0 0 0 2 -1a2.4 2.4 0 0 1 2 -1"
        "a2.4 2.4 0 0 1 2 1a2.4 2.4 0 0 0 2 1a2.4 2.4 0 0 0 1 -.25"
    ),
    Symbol.MOVIE: (
        "M4 6a2 2 0 0 1 2 -2h12a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2l0 -12 M8 4l0 16 M16 4l0 16"
        " M4 8l4 0 M4 16l4 0 M4 12l16 0 M16 8l4 0 M16 16l4 0"
    ),
    Symbol.TICKET: (
        "M15 5l0 2 M15 11l0 2 M15 17l0 2 M5 5h14a2 2 0 0 1 2 2v3a2 2 0 0 0 0 4v3a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-3"
        "a2 2 0 0 0 0 -4v-3a2 2 0 0 1 2 -2"
    ),
}


@dataclass(frozen=True, slots=True)
class Face:
    """What a type's tickets say."""

    programme: str
    name: Translated
    uses: int
    symbol: Symbol
    valid_from: date | None = None
    valid_until: date | None = None
    venues: tuple[str, ...] = ()
    value: Money | None = None

    @property
    def validity(self) -> str:
        """The days it is valid, the same in every language; empty when it always is."""
        if not self.valid_from and not self.valid_until:
            return ""
        return f"{_day(self.valid_from)}–{_day(self.valid_until)}"

    @property
    def terms(self) -> str:
        """When it is valid and what it is worth, where it says so."""
        worth = f"{self.value.decimal().replace('.', ',')} €" if self.value else ""
        return " · ".join(filter(None, (self.validity, worth)))


def _day(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def icon(canvas: Canvas, symbol: Symbol, x: float, y: float, side: float) -> None:
    """A line icon whose lower left corner is at a place."""
    canvas.saveState()
    canvas.translate(x, y + side)
    canvas.scale(side / 24, -side / 24)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(2)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    trace(_ICONS[symbol], path)
    canvas.drawPath(path)
    canvas.restoreState()


def line(
    canvas: Canvas, text: str, place: tuple[float, float], room: float, size: float, *, font: str = REGULAR, ink: Any
) -> float:
    """A line of text from a place on, no wider than its room; where it ends."""
    text, size = fitted(drawable(text), font, size, room, size * 0.72)
    canvas.setFillColor(ink)
    canvas.setFont(font, size)
    canvas.drawString(*place, text)
    return place[0] + width(text, font, size)


def names(canvas: Canvas, face: Face, place: tuple[float, float], room: float, size: float) -> None:
    """The icon and the name of a type, in Finnish; below it in Swedish and English, as far as they differ."""
    x, y = place
    icon(canvas, face.symbol, x, y - size * 0.18, size * 1.05)
    line(canvas, face.name.fi, (x + size * 1.4, y), room - size * 1.4, size, font=BOLD, ink=INK)
    line(canvas, _others(face.name), (x, y - size * 1.02), room, size * 0.6, ink=INK)


def _others(name: Translated) -> str:
    return " · ".join(dict.fromkeys(text for text in (name.sv, name.en) if text and text != name.fi))


def visits(canvas: Canvas, face: Face, place: tuple[float, float], size: float) -> float:
    """How many visits, large, with the word in three languages beside it; where it ends."""
    x, y = place
    canvas.setFillColor(BLUE)
    canvas.setFont(HEAVY, size)
    canvas.drawString(x, y, str(face.uses))
    beside = x + width(str(face.uses), HEAVY, size) + size * 0.12
    words, small = _VISITS[face.uses > 1], size * 0.22
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, small)
    for number, word in enumerate(words):
        canvas.drawString(beside, y + size * (0.53 - 0.265 * number), word)
    return beside + max(width(word, BOLD, small) for word in words)


def visits_in_a_line(face: Face) -> str:
    """How many visits, where there is room for one line: ``10 käyntiä / besök / visits``."""
    return f"{face.uses} {' / '.join(_VISITS[face.uses > 1])}"


def where(face: Face, room: float, size: float, most: int) -> list[str]:
    """The venues in so many lines; how many more there are when they do not fit."""
    lines: list[str] = []
    for number, venue in enumerate(face.venues, 1):
        with_it = f"{lines[-1]} · {venue}" if lines else venue
        after = _more(len(face.venues) - number) if len(lines) == most else ""
        if lines and width(drawable(with_it + after), REGULAR, size) <= room:
            lines[-1] = with_it
        elif len(lines) < most:
            lines.append(venue)
        else:
            lines[-1] += _more(len(face.venues) - number + 1)
            break
    return lines


def _more(number: int) -> str:
    return f" · +{number}" if number else ""
