"""A park's poster: one A4 of vectors in three languages, with the QR of the park's page. Values in, bytes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import pairwise
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.kernel.drawing import draw_svg, gingham
from pilot_ops.kernel.fonts import BOLD, HEAVY, REGULAR, drawable, fitted, register, width
from pilot_ops.kernel.paths import STATIC
from pilot_ops.kernel.qr import QUIET, ModulePath, symbols_like
from pilot_ops.kernel.text import Language, Translated
from pilot_ops.public.domain import Poster, Season

_WIDE, _HIGH = 210 * mm, 297 * mm
_SIDE = 14 * mm
_ROOM = _WIDE - 2 * _SIDE
_INK, _SOFT, _BLUE, _YELLOW = HexColor("#0b1533"), HexColor("#434b66"), HexColor("#1536a3"), HexColor("#ffc629")
_WEEKDAYS = {
    Language.FI: ("ma", "ti", "ke", "to", "pe", "la", "su"),
    Language.SV: ("må", "ti", "on", "to", "fr", "lö", "sö"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_NOT = {Language.FI: "Ei", Language.SV: "Inte", Language.EN: "Not"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_MISSING = 3
_KIT = (
    ("plate", "lautanen", "tallrik · plate"),
    ("spoon", "lusikka", "sked · spoon"),
    ("mug", "muki ja juoma", "mugg, dryck · mug, drink"),
)


def draw_poster(poster: Poster) -> bytes:
    """The PDF of a park's poster."""
    register()
    content = BytesIO()
    canvas = Canvas(content, pagesize=(_WIDE, _HIGH), pageCompression=1, lang="fi", invariant=1)
    canvas.setTitle(drawable(f"Lounas lapsille: {poster.park.fi}"))
    canvas.setAuthor(poster.programme)
    canvas.setCreator("Pilot Ops")
    gingham(canvas, 0, _HIGH - 15 * mm, _WIDE, 15 * mm, 5 * mm)
    _centred(canvas, "Lounas lapsille", 43, HEAVY, 60)
    _centred(canvas, "Lunch för barn · Lunch for children", 56, REGULAR, 20)
    _centred(canvas, "Maksuton · Gratis · Free", 67, HEAVY, 24)
    draw_svg(canvas, STATIC / "art" / "lunch.svg", ((_WIDE - 114 * mm) / 2, _HIGH - 70 * mm), 114 * mm)
    _when(canvas, poster)
    _kit(canvas)
    _code(canvas, poster.link)
    _centred(canvas, f"{poster.municipality} · {poster.programme}", 288, REGULAR, 10.5, ink=_SOFT)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def _centred(
    canvas: Canvas, text: str, down: float, font: str, size: float, *, ink: Any = _INK, room: float = _ROOM
) -> None:
    """A line of text in the middle, its foot so many millimetres from above, no wider than its room."""
    text, size = fitted(drawable(text), font, size, room, size * 0.5)
    canvas.setFillColor(ink)
    canvas.setFont(font, size)
    canvas.drawString((_WIDE - width(text, font, size)) / 2, _HIGH - down * mm, text)


def _when(canvas: Canvas, poster: Poster) -> None:
    canvas.setFillColor(_YELLOW)
    canvas.roundRect(_SIDE, _HIGH - 219 * mm, _ROOM, 50 * mm, 6 * mm, stroke=0, fill=1)
    room = _ROOM - 12 * mm
    _centred(canvas, poster.park.fi, 181, HEAVY, 25, room=room)
    others = " · ".join(
        dict.fromkeys(name for name in (poster.park.sv, poster.park.en) if name and name != poster.park.fi)
    )
    _centred(canvas, " · ".join(filter(None, (others, poster.address))), 188, REGULAR, 12, room=room)
    if poster.season is None:
        _centred(canvas, "Päivät ja ajat: lue koodi", 200, BOLD, 17, room=room)
        _centred(canvas, "Dagar och tider: läs koden · Days and times: scan the code", 209, REGULAR, 12, room=room)
        return
    missing = _missing(poster.season.missing)
    down = 0 if missing else 3.5
    _centred(canvas, _season(poster.season), 198.5 + down, BOLD, 19, room=room)
    _centred(
        canvas,
        " · ".join(_weekdays(poster.season.weekdays, one) for one in _OTHERS),
        206 + down,
        REGULAR,
        12,
        room=room,
    )
    _centred(canvas, missing, 213.5, BOLD, 12, room=room)


_OTHERS = (Language.SV, Language.EN)


def _season(season: Season) -> str:
    first, last, window = season.first, season.last, season.window
    year = "" if first.year == last.year else str(first.year)
    days = f"{first.day}.{first.month}.{year}–{last.day}.{last.month}.{last.year}"
    times = "–".join(f"{end.hour}.{end.minute:02d}" for end in (window.starts, window.ends))
    return f"{_weekdays(season.weekdays, Language.FI)} {days}, klo {times}"


def _weekdays(days: Sequence[int], language: Language) -> str:
    """``ma–pe``, or ``ma, ke`` where they do not follow one another."""
    names = [_WEEKDAYS[language][day] for day in days]
    whole = len(days) > 2 and all(later == earlier + 1 for earlier, later in pairwise(days))
    return f"{names[0]}–{names[-1]}" if whole else ", ".join(names)


def _missing(days: Sequence[date]) -> str:
    """``Ei pe 21.6. · Inte fr 21.6. · Not Fri 21 Jun``; of many days only how it is found out."""
    if not days:
        return ""
    if len(days) > _MOST_MISSING:
        return "Poikkeukset: lue koodi · Undantag: läs koden · Exceptions: scan the code"
    return " · ".join(f"{_NOT[language]} {', '.join(_day(day, language) for day in days)}" for language in Language)


def _day(day: date, language: Language) -> str:
    name = _WEEKDAYS[language][day.weekday()]
    return f"{name} {day.day} {_MONTHS[day.month - 1]}" if language is Language.EN else f"{name} {day.day}.{day.month}."


def _kit(canvas: Canvas) -> None:
    canvas.setFillColor(_INK)
    canvas.setFont(HEAVY, 19)
    canvas.drawString(_SIDE, _HIGH - 233 * mm, "Ota mukaan")
    canvas.setFont(BOLD, 10.5)
    canvas.drawString(_SIDE + width("Ota mukaan ", HEAVY, 19), _HIGH - 233 * mm, "Ta med · Bring")
    for number, (name, finnish, others) in enumerate(_KIT):
        top = _HIGH - (237.5 + 14.2 * number) * mm
        draw_svg(canvas, STATIC / "art" / f"{name}.svg", (_SIDE, top), 12 * mm)
        canvas.setFillColor(_INK)
        canvas.setFont(BOLD, 14)
        canvas.drawString(_SIDE + 15 * mm, top - 5.6 * mm, finnish)
        canvas.setFont(REGULAR, 10.5)
        canvas.drawString(_SIDE + 15 * mm, top - 10.2 * mm, others)


def _code(canvas: Canvas, link: str) -> None:
    """The QR on white with its quiet zone, 46 mm without it, and below that what it is for."""
    maker = symbols_like(link)
    side = 46 * mm
    left, lower, module = _WIDE - _SIDE - side - 4 * mm, _HIGH - 271.5 * mm, side / maker.size
    quiet = QUIET * module
    white = f"1 g {left - quiet:.3f} {lower - quiet:.3f} {side + 2 * quiet:.3f} {side + 2 * quiet:.3f} re f 0 g"
    grid = f"{module:.4f} 0 0 {module:.4f} {left:.3f} {lower:.3f} cm"
    canvas.addLiteral(f"q {white} {grid} {ModulePath(maker.size).of(maker.symbol(link))}f Q")
    canvas.setFillColor(_INK)
    canvas.setFont(BOLD, 11)
    for number, text in enumerate(("Onko ruokaa tänään?", "Mat i dag? Lunch today?")):
        canvas.drawCentredString(left + side / 2, lower - (8.6 + 4.8 * number) * mm, text)


def name_of(park: Translated) -> str:
    """The name of the file of a park's poster."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in park.fi.lower())
    return f"juliste-{'-'.join(filter(None, kept.split('-')))}.pdf"
