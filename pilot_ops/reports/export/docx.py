"""The report as DOCX, for whoever goes on writing in Word or LibreOffice: real headings, lists and tables."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from pilot_ops.reports.domain import Document, Piece
from pilot_ops.reports.export.tables import TEXT_WIDTH, add_table

_LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
# In millimetres: A4, the page of the country.
_WIDE, _HIGH, _MARGIN = 210, 297, (210 - TEXT_WIDTH) / 2
# On every machine, or replaced by one of the same widths.
_FONT, _INK, _SOFT = "Arial", "0B1330", "3C4660"
_AFTER_TABLE = 8 * 12_700  # points, in the unit of the format
# The styles of the report: size, space before and after, all in points.
_STYLES = {
    "Normal": (10.5, 0, 6),
    "Title": (22, 0, 2),
    "Subtitle": (10.5, 0, 10),
    "Heading 1": (14, 18, 5),
    "Heading 2": (11.5, 11, 3),
    "Caption": (9.5, 8, 3),
    "List Bullet": (10.5, 0, 6),
    "Footer": (9, 0, 0),
}


def write_docx(document: Document) -> bytes:
    """A document as DOCX, its language and title told to whoever opens it."""
    # Heavy, and needed by few requests.
    import docx

    made = docx.Document()
    _tell(made, document)
    _speak(made, _LOCALES[document.language])
    _dress(made)
    _number(made)
    made.add_paragraph(document.title, style="Title")
    made.add_paragraph(document.subtitle, style="Subtitle")
    before = ""
    for piece in document.pieces:
        _add(made, piece)
        if before == "table" and piece.kind == "paragraph":
            made.paragraphs[-1].paragraph_format.space_before = _AFTER_TABLE
        before = piece.kind
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _tell(made: Any, document: Document) -> None:
    """Say in the file's properties what it is; nothing of the template that it began as."""
    told = made.core_properties
    told.title, told.language = document.title, _LOCALES[document.language]
    told.author = told.comments = told.keywords = told.last_modified_by = ""
    told.created = told.modified = datetime.combine(document.as_of, time(), UTC)


def _speak(made: Any, locale: str) -> None:
    """The language of all text, for spelling and for screen readers; and the file as Word writes it today."""
    from docx.oxml.ns import qn

    (spoken,) = made.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    spoken.set(qn("w:val"), locale)
    for checked in made.settings.element.xpath("w:proofState"):
        made.settings.element.remove(checked)
    made.settings.element.xpath("w:themeFontLang")[0].set(qn("w:val"), locale)
    made.settings.element.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']")[0].set(qn("w:val"), "15")


def _dress(made: Any) -> None:
    """A4, and the styles: whoever goes on writing changes a style once for all."""
    from docx.shared import Mm, Pt, RGBColor

    page = made.sections[0]
    page.page_width, page.page_height = Mm(_WIDE), Mm(_HIGH)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)
    for name, (size, before, after) in _STYLES.items():
        style = made.styles[name]
        _set_font(style)
        style.font.size, style.font.italic = Pt(size), False
        style.font.color.rgb = RGBColor.from_string(_SOFT if name in {"Subtitle", "Footer"} else _INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.2
    made.styles["Title"].font.bold = True
    for name in ("Title", "Subtitle"):
        for looks in made.styles[name].element.xpath("w:pPr/w:pBdr | w:rPr/w:spacing"):
            looks.getparent().remove(looks)
    made.styles["Caption"].paragraph_format.keep_with_next = True


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn

    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:cs"), _FONT)


def _number(made: Any) -> None:
    """Page numbers at the foot, which Word and LibreOffice count themselves."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    foot = made.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_field(foot, "PAGE")
    foot.add_run(" / ")
    _add_field(foot, "NUMPAGES")


def _add_field(paragraph: Any, name: str) -> None:
    from docx.oxml.ns import qn

    field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
    paragraph._p.append(field)
    run = paragraph.add_run("1")
    field.append(run._r)


def _add(made: Any, piece: Piece) -> None:
    if piece.kind == "heading":
        made.add_heading(piece.lines[0], piece.level - 1)
    elif piece.kind == "bullets":
        for line in piece.lines:
            made.add_paragraph(line, style="List Bullet")
    elif piece.kind == "table":
        made.add_paragraph(piece.lines[0], style="Caption")
        add_table(made, piece)
    else:
        made.add_paragraph(piece.lines[0])
