"""Sentences about phones."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.phones.domain import HomeKind, Reason


def _name_long(**details: Any) -> str:
    return str(_("Lyhennä nimi: enintään %(most)s merkkiä", most=details["most"]))


HOMES = {
    HomeKind.PARK: _l("Puisto"),
    HomeKind.POINT: _l("Jakopiste"),
    HomeKind.VENUE: _l("Käyttöpaikka"),
}
# What an enrolled phone is for, as its holder is told.
USES = {
    HomeKind.PARK: _l("Puhelimella voi laskea ruokailijat tässä puistossa. Puhelimeen ei tallenneta lasten tietoja."),
    HomeKind.POINT: _l("Puhelimella voi luovuttaa lippuja tässä jakopisteessä. Asiakkaista ei tallenneta tietoja."),
    HomeKind.VENUE: _l("Puhelimella voi lunastaa lippuja tässä paikassa. Asiakkaista ei tallenneta tietoja."),
}
REASONS: dict[StrEnum, Any] = {
    Reason.CODE_DEAD: _l("Koodi on käytetty tai vanhentunut. Pyydä koordinaattorilta uusi koodi"),
    Reason.NAME_MISSING: _l("Kirjoita puhelimelle nimi"),
    Reason.NAME_LONG: _name_long,
    Reason.PLACE_UNUSED: _l("Paikka ei ole käytössä. Valitse toinen paikka"),
    Reason.ALREADY_REVOKED: _l("Puhelin on jo poistettu käytöstä"),
}
