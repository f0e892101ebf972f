"""The three papers: where on an A4 each ticket is, what its face looks like, and where number, code and QR go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.kernel.drawing import gingham
from pilot_ops.kernel.fonts import BOLD, REGULAR
from pilot_ops.tickets.domain import Format
from pilot_ops.tickets.sheets.faces import INK, QUIET_INK, Face, line, names, visits, visits_in_a_line, where

_A4 = (210.0, 297.0)
_CUT = HexColor("#434b66")


@dataclass(frozen=True, slots=True)
class Text:
    """Where a ticket's own text goes, in millimetres from its lower left corner; ``centred`` on x or from x."""

    x: float
    y: float
    size: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, all in millimetres: the sheet, the tickets on it, and on each the square of the QR with its quiet zone.

    ``qr`` is the square's left and lower edge and its side.
    """

    sheet: tuple[float, float]
    columns: int
    rows: int
    ticket: tuple[float, float]
    qr: tuple[float, float, float]
    number: Text
    code: Text
    face: Callable[[Canvas, Face], None]
    cut: bool

    @property
    def places(self) -> list[tuple[float, float]]:
        """The lower left corners of the tickets, row by row from above, in points."""
        left, above = self.margins
        wide, high = self.ticket
        top = self.sheet[1] - above
        return [
            ((left + column * wide) * mm, (top - (row + 1) * high) * mm)
            for row in range(self.rows)
            for column in range(self.columns)
        ]

    @property
    def margins(self) -> tuple[float, float]:
        """What is left at the side and above, the same on both sides."""
        wide, high = self.columns * self.ticket[0], self.rows * self.ticket[1]
        return (self.sheet[0] - wide) / 2, (self.sheet[1] - high) / 2


def cut_lines(canvas: Canvas, paper: Paper) -> None:
    """Dashed lines to cut along."""
    left, above = paper.margins
    wide, high = paper.ticket
    canvas.setStrokeColor(_CUT)
    canvas.setLineWidth(0.5)
    canvas.setDash(2.4, 1.6)
    for row in range(paper.rows + 1):
        y = (above + row * high) * mm
        canvas.line(left * mm, y, (paper.sheet[0] - left) * mm, y)
    for column in range(paper.columns + 1):
        x = (left + column * wide) * mm
        canvas.line(x, above * mm, x, (paper.sheet[1] - above) * mm)
    canvas.setDash()


def _card(canvas: Canvas, face: Face) -> None:
    x, room = 8.6 * mm, 42.5 * mm
    gingham(canvas, 0, 0, 5 * mm, 54 * mm, 1.25 * mm)
    line(canvas, face.programme, (x, 47 * mm), 72 * mm, 6.4, ink=QUIET_INK)
    names(canvas, face, (x, 39.3 * mm), room, 10.5)
    visits(canvas, face, (x, 22.6 * mm), 31)
    y = 17.4 * mm
    if face.terms:
        line(canvas, face.terms, (x, y), room, 6.6, font=BOLD, ink=INK)
        y -= 3 * mm
    for text in where(face, room, 6, 2):
        line(canvas, text, (x, y), room, 6, ink=INK)
        y -= 2.7 * mm


def _label(canvas: Canvas, face: Face) -> None:
    # Nothing nearer to an edge than four millimetres and a half: few printers reach further out.
    x, room = 5.5 * mm, 31 * mm
    gingham(canvas, x, 31 * mm, 59 * mm, 1.75 * mm, 0.5 * mm)
    line(canvas, face.programme, (x, 27.4 * mm), room, 5.2, ink=QUIET_INK)
    names(canvas, face, (x, 22.8 * mm), room, 8.2)
    line(canvas, visits_in_a_line(face), (x, 15.9 * mm), room, 7, font=BOLD, ink=INK)
    y = 13 * mm
    if face.terms:
        line(canvas, face.terms, (x, y), room, 5.4, ink=INK)
        y -= 2.3 * mm
    for text in where(face, room, 5, 1):
        line(canvas, text, (x, y), room, 5, ink=INK)


def _strip(canvas: Canvas, face: Face) -> None:
    gingham(canvas, 0, 0, 26 * mm, 25 * mm, 1.25 * mm)
    x, room = 31 * mm, 58 * mm
    line(canvas, face.programme, (x, 19.6 * mm), room, 7, ink=QUIET_INK)
    names(canvas, face, (x, 12.2 * mm), room, 13)
    line(canvas, face.terms, (x, 3.6 * mm), room, 8, font=BOLD, ink=INK)
    visits(canvas, face, (93 * mm, 8 * mm), 32)
    y = 18.6 * mm
    for text in where(face, 52 * mm, 6.6, 2):
        line(canvas, text, (159 * mm, y), 52 * mm, 6.6, ink=INK)
        y -= 3 * mm
    _overlap(canvas)


def _overlap(canvas: Canvas) -> None:
    """The end that goes under the other one."""
    canvas.setStrokeColor(_CUT)
    canvas.setLineWidth(0.4)
    canvas.setDash(0.8, 1.6)
    canvas.line(222 * mm, 2 * mm, 222 * mm, 23 * mm)
    canvas.setDash()
    for number, word in enumerate(("Liimaa tähän", "Limma här", "Glue here")):
        line(canvas, word, (225 * mm, (15.2 - 3.4 * number) * mm), 22 * mm, 6.4, font=REGULAR, ink=QUIET_INK)


PAPERS = {
    Format.CARDS: Paper(
        sheet=_A4,
        columns=2,
        rows=5,
        ticket=(85, 54),
        qr=(51.4, 11.2, 33.2),
        number=Text(8.6, 5, 9.5),
        code=Text(68, 8.6, 6.6, centred=True),
        face=_card,
        cut=True,
    ),
    Format.LABELS: Paper(
        sheet=_A4,
        columns=3,
        rows=8,
        ticket=(70, 37),
        qr=(36.9, 2, 28.6),
        number=Text(5.5, 7.3, 6.8),
        code=Text(5.5, 4.6, 5.4),
        face=_label,
        cut=False,
    ),
    Format.STRIPS: Paper(
        sheet=(_A4[1], _A4[0]),
        columns=1,
        rows=8,
        ticket=(250, 25),
        qr=(131.5, 0.4, 24.2),
        number=Text(159, 9.2, 12),
        code=Text(159, 4, 8.6),
        face=_strip,
        cut=True,
    ),
}
