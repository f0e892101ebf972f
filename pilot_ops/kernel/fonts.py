"""The service's own typeface for PDF: three weights cut from the variable font of the pages, embedded as subsets."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from io import BytesIO

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as PdfFont

from pilot_ops.kernel.paths import STATIC

REGULAR, BOLD, HEAVY = "Figtree-500", "Figtree-700", "Figtree-800"
_WEIGHTS = {REGULAR: 500, BOLD: 700, HEAVY: 800}
_FILE = STATIC / "vendor" / "figtree" / "figtree-latin-wght-normal.woff2"
_NAMES = {1, 4, 6, 16}
# Tables that drawing one character after the other has no use for.
_UNUSED = ("GDEF", "GPOS", "GSUB", "STAT")


@lru_cache(maxsize=1)
def register() -> None:
    """Make the fonts known to reportlab: a fifth of a second, once in a process."""
    for name, weight in _WEIGHTS.items():
        cut, content = TTFont(_FILE), BytesIO()
        instantiateVariableFont(cut, {"wght": weight}, inplace=True)
        cut.flavor = None
        # PDF tells embedded fonts apart by this name.
        for record in cut["name"].names:
            if record.nameID in _NAMES:
                record.string = name
        for table in _UNUSED:
            if table in cut:
                del cut[table]
        cut.save(content)
        content.seek(0)
        pdfmetrics.registerFont(PdfFont(name, content))


def drawable(text: str) -> str:
    """A text in the characters the font has: one that is missing loses its accent, or becomes a question mark."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(_drawable(character, known) for character in text)


def _drawable(character: str, known: dict[int, int]) -> str:
    if ord(character) in known:
        return character
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if ord(part) in known)
    return bare or "?"


def width(text: str, font: str, size: float) -> float:
    """How wide a text is, in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def fitted(text: str, font: str, size: float, room: float, smallest: float) -> tuple[str, float]:
    """A text and its size so that it fits: first smaller, then shorter with an ellipsis."""
    needed = width(text, font, size)
    if needed <= room:
        return text, size
    size = max(smallest, size * room / needed)
    while width(text, font, size) > room + 0.01 and text:
        text = text.rstrip("…")[:-1].rstrip() + "…"
        if text == "…":
            break
    return text, size
