"""Sentences about phones."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.phones.domain import Reason


def _name_long(**details: Any) -> str:
    return str(_("Lyhennä nimi: enintään %(most)s merkkiä", most=details["most"]))


REASONS: dict[StrEnum, Any] = {
    Reason.CODE_DEAD: _l("Koodi on käytetty tai vanhentunut. Pyydä koordinaattorilta uusi koodi"),
    Reason.NAME_MISSING: _l("Kirjoita puhelimelle nimi"),
    Reason.NAME_LONG: _name_long,
    Reason.PARK_UNUSED: _l("Puisto ei ole käytössä. Valitse toinen puisto"),
    Reason.ALREADY_REVOKED: _l("Puhelin on jo poistettu käytöstä"),
}
