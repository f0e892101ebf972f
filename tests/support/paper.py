"""Reading what was printed as somebody else would: PDF rendered by PDFium, QR codes read by zbar."""

from __future__ import annotations

import pypdfium2
from PIL.Image import Image
from pyzbar.pyzbar import ZBarSymbol, decode
from reportlab.lib.units import mm

from pilot_ops.tickets.domain import Format
from pilot_ops.tickets.sheets.papers import PAPERS

_DOTS_A_POINT = 300 / 72


def read_codes(pdf: bytes, paper: Format) -> list[str]:
    """The QR codes of tickets, sheet by sheet and row by row, each read from its own ticket as a phone sees it.

    Of a whole sheet at once zbar takes corners of neighbours for one code, and misses a few.
    """
    tickets = (page.crop(box) for page in pages(pdf) for box in _boxes(page, paper))
    return [found.data.decode() for ticket in tickets for found in decode(ticket, symbols=[ZBarSymbol.QRCODE])]


def _boxes(page: Image, paper: Format) -> list[tuple[int, int, int, int]]:
    plan, scale = PAPERS[paper], _DOTS_A_POINT
    wide, high = (length * mm * scale for length in plan.ticket)
    return [
        (int(x * scale), int(page.height - y * scale - high), int(x * scale + wide), int(page.height - y * scale))
        for x, y in plan.places
    ]


def pages(pdf: bytes) -> list[Image]:
    """The pages as they come out of a printer of 300 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document[number].render(scale=_DOTS_A_POINT).to_pil() for number in range(len(document))]
    finally:
        document.close()


def text_in(pdf: bytes) -> str:
    """The words of all pages, as they can be searched and copied."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


def about(pdf: bytes) -> dict[str, str]:
    """Title, author and the like."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return dict(document.get_metadata_dict())
    finally:
        document.close()
