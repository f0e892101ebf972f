"""The report as DOCX, for whoever goes on writing in Word or LibreOffice: real headings, lists and tables."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pilot_ops.reports.domain import Document, Piece

_LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
_TABLE = "Light List Accent 1"


def write_docx(document: Document) -> bytes:
    """A document as DOCX, its language and title told to whoever opens it."""
    # Heavy, and needed by few requests.
    import docx
    from docx.oxml.ns import qn

    made = docx.Document()
    made.core_properties.title = document.title
    made.core_properties.language = _LOCALES[document.language]
    made.core_properties.author = ""
    properties = made.styles["Normal"].element.get_or_add_rPr()
    spoken = properties.makeelement(qn("w:lang"), {qn("w:val"): _LOCALES[document.language]})
    properties.append(spoken)
    made.add_heading(document.title, 0)
    made.add_paragraph(document.subtitle)
    for piece in document.pieces:
        _add(made, piece)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _add(made: Any, piece: Piece) -> None:
    if piece.kind == "heading":
        made.add_heading(piece.lines[0], piece.level - 1)
    elif piece.kind == "bullets":
        for line in piece.lines:
            made.add_paragraph(line, style="List Bullet")
    elif piece.kind == "table":
        made.add_paragraph(piece.lines[0], style="Caption")
        _add_table(made, piece)
    else:
        made.add_paragraph(piece.lines[0])


def _add_table(made: Any, piece: Piece) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = made.add_table(rows=1, cols=len(piece.head), style=_TABLE)
    for cell, text in zip(table.rows[0].cells, piece.head, strict=True):
        cell.text = text
    _repeat(table.rows[0])
    for row in piece.rows:
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = text
            if place >= piece.words:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat(row: Any) -> None:
    """Say that a row is the table's head: it comes again on the next page, and is read as such."""
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
