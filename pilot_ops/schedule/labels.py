"""Sentences about the schedule."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.kernel.web.i18n import day_full, month
from pilot_ops.schedule.domain import CancelReason, DayStatus, Reason

STATUSES = {
    DayStatus.PLANNED: _l("Suunniteltu"),
    DayStatus.OPEN: _l("Auki"),
    DayStatus.CLOSED: _l("Päätetty"),
    DayStatus.CANCELLED: _l("Peruttu"),
}
STATUS_KINDS = {
    DayStatus.PLANNED: "plain",
    DayStatus.OPEN: "ok",
    DayStatus.CLOSED: "plain",
    DayStatus.CANCELLED: "err",
}
CANCEL_REASONS = {
    CancelReason.WEATHER: _l("Sade tai ukkonen"),
    CancelReason.DELIVERY: _l("Ruoka ei tullut"),
    CancelReason.STAFF: _l("Ei tarpeeksi henkilökuntaa"),
    CancelReason.SAFETY: _l("Turvallisuus"),
    CancelReason.OTHER: _l("Muu syy"),
}
WEEKDAYS = (_l("ma"), _l("ti"), _l("ke"), _l("to"), _l("pe"), _l("la"), _l("su"))


def _park_busy(**details: Any) -> str:
    return str(
        _(
            "%(park)s on jo toisessa pilotissa %(day)s. Valitse toinen puisto tai muuta kautta",
            park=details["park"],
            day=day_full(details["day"]),
        )
    )


def _days_locked(**details: Any) -> str:
    return str(
        _(
            "%(month)s on lukittu, ja ruokailupäivien muutos muuttaisi sen lukuja. Peru poistuvat päivät, tee uusille "
            "päiville oma pilotti, tai avaa kuukausi ensin",
            month=month(details["month"]),
        )
    )


def _too_many(**details: Any) -> str:
    return str(_("Kirjoita enintään %(most)s", most=details["most"]))


def _order_changed(**details: Any) -> str:
    ordered = details["ordered"]
    if ordered is None:
        return str(_("Toinen käyttäjä poisti tilauksen. Tarkista luku ja tallenna uudelleen"))
    return str(
        _("Toinen käyttäjä muutti tilaukseksi %(ordered)s. Tarkista luku ja tallenna uudelleen", ordered=ordered)
    )


def _weekdays_wrong(**details: Any) -> str:
    return str(_("Viikonpäivää %(typed)s ei tunneta. Kirjoita esimerkiksi ma-pe", typed=details["typed"]))


REASONS: dict[StrEnum, Any] = {
    Reason.NAME_MISSING: _l("Kirjoita pilotin nimi"),
    Reason.NAME_TAKEN: _l("Tämän niminen pilotti on jo olemassa"),
    Reason.SEASON_BACKWARDS: _l("Kausi päättyy ennen kuin alkaa. Tarkista päivät"),
    Reason.SEASON_TOO_LONG: _l("Enintään vuosi kerrallaan. Tarkista päivät"),
    Reason.NO_PARKS: _l("Valitse ainakin yksi puisto"),
    Reason.PARK_TWICE: _l("Sama puisto on valittu kahdesti. Jätä siitä yksi"),
    Reason.NO_WEEKDAYS: _l("Valitse ainakin yksi viikonpäivä"),
    Reason.WEEKDAYS_WRONG: _weekdays_wrong,
    Reason.WINDOW_BACKWARDS: _l("Ruokailu päättyy ennen kuin alkaa. Tarkista kellonajat"),
    Reason.ESTIMATE_NOT_POSITIVE: _l("Kirjoita arvio, joka on suurempi kuin nolla"),
    Reason.MONTHS_NOT_POSITIVE: _l("Kirjoita kuukausien määrä, esimerkiksi 1"),
    Reason.EXPECTED_NOT_POSITIVE: _l("Kirjoita, montako lasta odotetaan päivässä, esimerkiksi 80"),
    Reason.NEGATIVE: _l("Kirjoita nolla tai suurempi luku"),
    Reason.TOO_MANY: _too_many,
    Reason.NO_DAYS: _l("Kaudella ei ole yhtään ruokailupäivää. Tarkista päivät ja viikonpäivät"),
    Reason.PARK_BUSY: _park_busy,
    Reason.FIGURES_LOCKED: _l(
        "Kuukausi on lukittu, ja muutos muuttaisi sen lukuja. Kirjaa uusi hinta sopimushinnaksi myöhemmästä päivästä, "
        "tai avaa kuukausi ensin"
    ),
    Reason.DAYS_LOCKED: _days_locked,
    Reason.PLAN_CHANGED: _l("Suunnitelma ehti muuttua. Katso uudelleen, mitä tallennus muuttaa"),
    Reason.WRONG_STATUS: _l("Päivän tila on ehtinyt muuttua. Lataa sivu uudelleen"),
    Reason.ORDER_CHANGED: _order_changed,
    Reason.CANCEL_NOTE_MISSING: _l("Kerro, mikä syy on"),
    Reason.CLOSURE_BACKWARDS: _l("Suljettu aika päättyy ennen kuin alkaa. Tarkista päivät"),
}
