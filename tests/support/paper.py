"""Reading what was printed as somebody else would: PDF rendered by PDFium, QR codes read by zbar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
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


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the structure of a tagged PDF; ``heads`` are the ids of a cell's heads."""

    kind: str
    alt: str
    id: str
    heads: frozenset[str]


def elements_of(pdf: bytes) -> list[Element]:
    """Every element of the structure of a tagged PDF, as a screen reader walks through them."""
    with pikepdf.open(BytesIO(pdf)) as read:
        return list(_elements(read.Root.StructTreeRoot))


def _elements(node: pikepdf.Object) -> Iterator[Element]:
    if "/S" in node:
        heads = node.get("/A", {}).get("/Headers", [])
        yield Element(str(node.S), str(node.get("/Alt", "")), str(node.get("/ID", "")), frozenset(map(str, heads)))
    below = node.get("/K", [])
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary) and ("/K" in one or "/S" in one):
            yield from _elements(one)


def check_tagged(pdf: bytes, *, language: str, title: str) -> None:
    """A PDF that a screen reader can read: marked as PDF/UA, with title, language, and every cell under its heads."""
    with pikepdf.open(BytesIO(pdf)) as read:
        assert str(read.Root.Lang) == language
        assert bool(read.Root.MarkInfo.Marked)
        assert bool(read.Root.ViewerPreferences.DisplayDocTitle)
        assert str(read.docinfo["/Title"]) == title
        assert read.open_metadata()["pdfuaid:part"] == "1"
    elements = elements_of(pdf)
    kinds = {element.kind for element in elements}
    assert {"/H1", "/Table", "/Caption", "/THead", "/TBody", "/TR", "/TH", "/TD"} <= kinds
    assert all(element.alt for element in elements if element.kind == "/Figure")
    heads = {element.id for element in elements if element.kind == "/TH"}
    assert all(element.heads and element.heads <= heads for element in elements if element.kind == "/TD")
