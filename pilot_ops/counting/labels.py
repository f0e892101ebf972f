"""Sentences about taps."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.counting.domain import Reason, Source


def _change_wrong(**details: Any) -> str:
    return str(_("Kirjoita muutos, joka ei ole nolla ja on enintään %(most)s", most=details["most"]))


REASONS: dict[StrEnum, Any] = {
    Reason.ID_REUSED: _l("Tällä tunnisteella on jo toinen merkintä. Tee merkintä uudelleen"),
    Reason.ALREADY_UNDONE: _l("Tämä merkintä on jo kumottu"),
    Reason.NOTHING_TO_UNDO: _l("Kumottavaa merkintää ei löydy"),
    Reason.CHANGE_WRONG: _change_wrong,
    Reason.REASON_MISSING: _l("Kirjoita, miksi korjaat lukua"),
}

SOURCES = {
    Source.PHONE: _l("Puhelin"),
    Source.PAPER: _l("Paperi"),
    Source.IMPORT: _l("Tiedosto"),
    Source.CORRECTION: _l("Korjaus"),
}
