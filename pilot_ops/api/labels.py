"""Sentences about tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.api.domain import Reason, Scope, Standing


def _name_long(**details: Any) -> str:
    return str(_("Lyhennä nimi: enintään %(most)s merkkiä", most=details["most"]))


def _unknown_scope(**details: Any) -> str:
    return str(_("Oikeutta %(scope)s ei ole", scope=details["scope"]))


SCOPES = {
    Scope.COSTS_READ: _l("Kulut: pilotin kulut arvioon verrattuna ja kirjaukset"),
    Scope.EVENTS_READ: _l("Tapahtumat: osallistujat ja kulut"),
    Scope.MEALS_READ: _l("Ruokailupäivät: annokset, hävikki ja lämpötilat"),
    Scope.PROGRAMME_READ: _l("Ohjelma: toimenpiteet, kulut ja osallistumiset"),
    Scope.TICKETS_READ: _l("Liput: luovutetut ja käytetyt, asiakasryhmien alle 5:n luvut peitettyinä"),
    Scope.TICKETS_READ_ALL: _l("Liput: kaikki luvut, myös alle 5"),
}
STANDINGS = {
    Standing.IN_FORCE: _l("Voimassa"),
    Standing.EXPIRED: _l("Vanhentunut"),
    Standing.REVOKED: _l("Poistettu käytöstä"),
}
REASONS: dict[StrEnum, Any] = {
    Reason.NAME_MISSING: _l("Kirjoita, mikä ohjelma tunnistetta käyttää"),
    Reason.NAME_LONG: _name_long,
    Reason.NAME_TAKEN: _l("Tämän niminen tunniste on jo tehty. Kirjoita toinen nimi"),
    Reason.NO_SCOPES: _l("Valitse ainakin yksi oikeus"),
    Reason.UNKNOWN_SCOPE: _unknown_scope,
    Reason.ALREADY_OVER: _l("Valitse päivä, joka ei ole vielä ohi"),
    Reason.ALREADY_MADE: _l(
        "Tunniste on jo tehty, eikä sitä voi näyttää toista kertaa. Jos se jäi ottamatta talteen, poista se käytöstä ja"
        " tee uusi"
    ),
    Reason.ALREADY_REVOKED: _l("Tunniste on jo poistettu käytöstä"),
}
