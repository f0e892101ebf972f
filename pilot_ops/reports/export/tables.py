"""Tables of the report in DOCX: columns as wide as their words, a head that comes again, rows in one piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pilot_ops.reports.domain import Piece

# In millimetres: how wide text may be, what a cell has beside its text, and a character for each point of its size.
TEXT_WIDTH = 170
_BESIDE, _CHARACTER = 2.0, 0.215
# In points; tables of many columns have smaller type.
_SIZE, _SMALL, _MANY = 9.0, 8.5, 7
_RULE, _STRONG = "C4CAD8", "0B1330"


def add_table(made: Any, piece: Piece) -> None:
    """A table of a document, told to screen readers by its caption."""
    table = made.add_table(rows=0, cols=len(piece.head))
    _describe(table, piece)
    widths = column_widths(piece)
    _add_row(table, piece, piece.head, widths, head=True)
    for row in piece.rows:
        _add_row(table, piece, row, widths, total=piece.total and row is piece.rows[-1])


def column_widths(piece: Piece) -> list[float]:
    """How wide each column is, in millimetres: room for its longest word or figure, and more by its longest text.

    Word would fit columns to their content, but LibreOffice takes what is written.
    """
    columns, character = list(zip(piece.head, *piece.rows, strict=True)), _CHARACTER * _size(piece)
    least = [_BESIDE + character * max(len(word) for text in texts for word in text.split(" ")) for texts in columns]
    wished = [_BESIDE + character * max(map(len, texts)) for texts in columns]
    spare = TEXT_WIDTH - sum(least)
    if spare < 0:
        return [wide * TEXT_WIDTH / sum(least) for wide in least]
    wanted = sum(wished) - sum(least)
    if wanted > spare:
        return [low + (high - low) * spare / wanted for low, high in zip(least, wished, strict=True)]
    # Everything fits on one line: what is left goes to the names.
    return [TEXT_WIDTH - sum(wished[1:]), *wished[1:]]


def _size(piece: Piece) -> float:
    return _SMALL if len(piece.head) > _MANY else _SIZE


def _describe(table: Any, piece: Piece) -> None:
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr

    def add(name: str, within: Any = properties, **values: str) -> Any:
        made = within.makeelement(qn(f"w:{name}"), {qn(f"w:{key}"): value for key, value in values.items()})
        within.append(made)
        return made

    for old in properties.xpath("w:tblBorders | w:tblLook | w:tblLayout | w:tblCellMar"):
        properties.remove(old)
    borders = add("tblBorders")
    for side in ("top", "bottom", "insideH"):
        add(side, borders, val="single", sz="4", space="0", color=_RULE)
    add("tblLayout", type="fixed")
    margins = add("tblCellMar")
    for side in ("left", "right"):
        add(side, margins, w=str(_twentieths(_BESIDE / 2)), type="dxa")
    last = "1" if piece.total else "0"
    add("tblLook", firstRow="1", lastRow=last, firstColumn="1", lastColumn="0", noHBand="1", noVBand="1", val="04A0")
    add("tblCaption", val=piece.lines[0])


def _add_row(
    table: Any, piece: Piece, texts: Sequence[str], widths: Sequence[float], *, head: bool = False, total: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    row = table.add_row()
    _say(row, "cantSplit")
    if head:
        _say(row, "tblHeader")
    for place, (cell, text, wide) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = table.columns[place].width = Mm(wide)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.line_spacing = 1
        # The head stays with the first row, and the total with what it adds up.
        paragraph.paragraph_format.keep_with_next = head or (piece.total and not total)
        if place >= piece.words:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(_size(piece)), True if head or total or place == 0 else None
        if head or total:
            _rule(cell, "bottom" if head else "top")


def _twentieths(millimetres: float) -> int:
    """A length in twentieths of a point, as the format has them."""
    return round(millimetres * 1440 / 25.4)


def _say(row: Any, name: str) -> None:
    """Say of a row that it is not broken over pages, or that it is the head, which comes again on the next."""
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn(f"w:{name}"), {}))


def _rule(cell: Any, side: str) -> None:
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.makeelement(qn("w:tcBorders"), {})
    properties.append(borders)
    line = {qn("w:val"): "single", qn("w:sz"): "8", qn("w:space"): "0", qn("w:color"): _STRONG}
    borders.append(borders.makeelement(qn(f"w:{side}"), line))
