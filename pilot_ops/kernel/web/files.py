"""Files that people send and fetch: sentences about what is wrong with one, and answers that download."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from pilot_ops.kernel.tabular import MOST_BYTES, Problem, Reason
from pilot_ops.kernel.web.forms import Form

PROBLEMS: dict[StrEnum, Any] = {
    Reason.EMPTY: _l("Tiedostossa ei ole rivejä. Valitse toinen tiedosto"),
    Reason.TOO_LARGE: _l("Tiedosto on liian suuri, enintään 5 megatavua"),
    Reason.TOO_MANY_ROWS: _l("Tiedostossa on liikaa rivejä, enintään 20 000. Jaa se osiin, esimerkiksi kuukausittain"),
    Reason.TOO_MANY_COLUMNS: _l("Tiedostossa on liikaa sarakkeita, enintään 50"),
    Reason.TOO_SPARSE: _l("Taulukossa on liikaa tyhjiä soluja. Kopioi rivit uuteen taulukkoon"),
    Reason.BROKEN_ROW: _l("Riviä ei voi lukea. Tarkista sen lainausmerkit"),
    Reason.NOT_A_TABLE: _l("Tiedosto ei ole taulukko. Tallenna se muotoon CSV tai XLSX"),
    Reason.UNKNOWN_COLUMN: _l("Saraketta ei tunneta. Poista se tai korjaa otsikko"),
    Reason.COLUMN_TWICE: _l("Sama sarake on kahdesti. Poista toinen"),
    Reason.COLUMN_MISSING: _l("Sarake puuttuu. Lisää se tiedostoon"),
    Reason.TOO_MANY_CELLS: _l("Rivillä on enemmän soluja kuin otsikoita"),
    Reason.MISSING: _l("Täytä tämä kohta"),
    Reason.NOT_A_DAY: _l("Kirjoita päivä, esimerkiksi 3.6.2024"),
    Reason.NOT_A_COUNT: _l("Kirjoita kokonaisluku, esimerkiksi 12"),
    Reason.NOT_AN_AMOUNT: _l("Kirjoita summa euroina, esimerkiksi 5 500,00"),
    Reason.NOT_A_NUMBER: _l("Kirjoita luku, esimerkiksi 7,5"),
    Reason.NOT_A_TEMPERATURE: _l("Kirjoita lämpötila asteina, enintään yksi desimaali, esimerkiksi 68,5"),
    Reason.TOO_MANY_DECIMALS: _l("Kirjoita luku enintään kahdella desimaalilla, esimerkiksi 7,25"),
    Reason.NOT_A_WORD: _l("Sanaa ei tunneta"),
    Reason.TOO_LONG: _l("Lyhennä teksti"),
}


def problem_sentence(problem: Problem, sentences: Mapping[StrEnum, Any]) -> str:
    """What is wrong with a cell, in the reader's language; ``sentences`` are the slice's own."""
    sentence = PROBLEMS.get(problem.reason) or sentences[problem.reason]
    return str(sentence(**problem.details) if callable(sentence) else sentence)


class FileForm(Form):
    """A file that is chosen in the field ``file``, then carried along while what it would do is shown."""

    content = HiddenField()
    file_name = HiddenField()

    def file(self) -> bytes:
        """The file that was sent now, or that the page before carried along; empty if there is none."""
        sent = request.files.get("file")
        content = sent.read(MOST_BYTES + 1) if sent else b""
        if sent and content:
            self.file_name.data, self.content.data = (sent.filename or "")[:200], b64encode(content).decode()
            return content
        try:
            return b64decode(self.content.data or "", validate=True)
        except ValueError:
            return b""


def download(content: bytes, name: str) -> Response:
    """A file to save."""
    kinds = {
        "csv": "text/csv; charset=utf-8",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html": "text/html; charset=utf-8",
        "json": "application/json",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = Response(content, content_type=kinds[name.rpartition(".")[2]])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
