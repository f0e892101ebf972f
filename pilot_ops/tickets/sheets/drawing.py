"""The sheets: the face of a type once, and for each ticket its number, its code and its QR, written as operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Protocol

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.kernel.codes import grouped
from pilot_ops.kernel.fonts import BOLD, drawable, register, width
from pilot_ops.kernel.qr import QUIET, ModulePath, symbols_like
from pilot_ops.tickets.domain import Format, link_of
from pilot_ops.tickets.sheets.faces import Face
from pilot_ops.tickets.sheets.papers import PAPERS, Paper, Text, cut_lines

__all__ = ["Face", "draw"]
_INK = "0.043 0.082 0.2 rg"


class Maker(Protocol):
    """What makes QR symbols as ``pilot_ops.kernel.qr.Symbols`` does."""

    size: int

    def symbol(self, text: str) -> int: ...


def draw(
    face: Face,
    codes: Sequence[tuple[str, str]],
    paper: Format,
    *,
    public_url: str,
    tell: Callable[[int], None] = lambda done: None,
    maker: Maker | None = None,
) -> bytes:
    """The PDF of tickets, each given by its number and code. ``tell`` hears after every sheet how many are done."""
    register()
    plan, content = PAPERS[paper], BytesIO()
    maker = maker or symbols_like(link_of(public_url, codes[0][1]))
    canvas = Canvas(content, pagesize=(plan.sheet[0] * mm, plan.sheet[1] * mm), pageCompression=1, lang="fi")
    canvas.setTitle(f"{face.name.fi} {codes[0][0]}–{codes[-1][0]}")
    canvas.setAuthor(face.programme)
    canvas.setCreator("Pilot Ops")
    _begin_face(canvas, plan, face)
    ticket = _Ticket(canvas, plan, maker, public_url)
    places = plan.places
    for start in range(0, len(codes), len(places)):
        sheet = codes[start : start + len(places)]
        if plan.cut:
            cut_lines(canvas, plan)
        for place, (number, code) in zip(places, sheet, strict=False):
            ticket.draw(place, number, code)
        canvas.showPage()
        tell(start + len(sheet))
    canvas.save()
    return content.getvalue()


def _begin_face(canvas: Canvas, paper: Paper, face: Face) -> None:
    wide, high = paper.ticket
    canvas.beginForm("face", 0, 0, wide * mm, high * mm)
    paper.face(canvas, face)
    canvas.endForm()


class _Ticket:
    """Draws one ticket after another at its place."""

    def __init__(self, canvas: Canvas, paper: Paper, maker: Maker, public_url: str) -> None:
        self._canvas, self._paper, self._maker, self._url = canvas, paper, maker, public_url
        self._path = ModulePath(maker.size)
        left, lower, side = (length * mm for length in paper.qr)
        module = side / (maker.size + 2 * QUIET)
        self._white = f"1 g {left:.2f} {lower:.2f} {side:.2f} {side:.2f} re f 0 g"
        quiet = QUIET * module
        self._grid = f"{module:.4f} 0 0 {module:.4f} {left + quiet:.3f} {lower + quiet:.3f} cm"

    def draw(self, place: tuple[float, float], number: str, code: str) -> None:
        canvas = self._canvas
        canvas.addLiteral(f"q 1 0 0 1 {place[0]:.3f} {place[1]:.3f} cm")
        canvas.doForm("face")
        canvas.addLiteral(_INK)
        self._text(self._paper.number, drawable(number))
        self._text(self._paper.code, grouped(code))
        symbol = self._maker.symbol(link_of(self._url, code))
        canvas.addLiteral(f"{self._white} {self._grid} {self._path.of(symbol)}f Q")

    def _text(self, where: Text, text: str) -> None:
        x = where.x * mm - (width(text, BOLD, where.size) / 2 if where.centred else 0)
        self._canvas.setFont(BOLD, where.size)
        self._canvas.drawString(x, where.y * mm, text)
