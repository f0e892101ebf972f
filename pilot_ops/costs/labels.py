"""Sentences about costs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.costs.domain import Category, Reason, SplitKey
from pilot_ops.kernel.web.i18n import money

CATEGORIES = {
    Category.CATERING: _l("Ateriapalvelu"),
    Category.SUPPLIES: _l("Tarvikkeet"),
    Category.TRANSPORT: _l("Kuljetus"),
    Category.OTHER: _l("Muu"),
    Category.STAFF: _l("Henkilöstö"),
}
SPLIT_KEYS = {
    SplitKey.EQUAL: _l("Tasan"),
    SplitKey.PLANNED_DAYS: _l("Ruokailupäivien mukaan"),
    SplitKey.MEALS: _l("Aterioiden mukaan"),
}


def _not_hours(**details: Any) -> str:
    worked = money(details["worked"])
    return str(_("Tunnit kertaa tuntihinta on %(worked)s. Korjaa summa tai jätä se tyhjäksi", worked=worked))


def _hours_wrong(**details: Any) -> str:
    return str(_("Kirjoita tunnit nollasta ylöspäin, enintään %(most)s", most=details["most"]))


def _too_early(**details: Any) -> str:
    day = details["day"]
    return str(_("Kumoa aikaisintaan kulun päivänä %(day)s", day=f"{day.day}.{day.month}.{day.year}"))


REASONS: dict[StrEnum, Any] = {
    Reason.AMOUNT_MISSING: _l("Kirjoita summa, tai tunnit ja tuntihinta"),
    Reason.AMOUNT_ZERO: _l("Kirjoita muu summa kuin nolla"),
    Reason.AMOUNT_TOO_LARGE: _l("Kirjoita enintään 10 miljoonaa euroa"),
    Reason.AMOUNT_IS_NOT_HOURS: _not_hours,
    Reason.HOURS_WRONG: _hours_wrong,
    Reason.HOURS_HALF: _l("Kirjoita sekä tunnit että tuntihinta"),
    Reason.HOURS_NOT_STAFF: _l("Tunnit kuuluvat vain henkilöstökuluun. Poista tunnit tai valitse lajiksi Henkilöstö"),
    Reason.FUTURE_DAY: _l("Päivä on vasta tulossa"),
    Reason.DESCRIPTION_MISSING: _l("Kirjoita, mistä kulu on"),
    Reason.SERVICE_BACKWARDS: _l("Laskutusjakson viimeinen päivä on ennen ensimmäistä"),
    Reason.SERVICE_HALF: _l("Kirjoita laskutusjakson ensimmäinen ja viimeinen päivä"),
    Reason.SERVICE_NOT_CATERING: _l(
        "Laskutusjakso kuuluu vain ateriapalvelun laskuun. Poista päivät tai valitse lajiksi Ateriapalvelu"
    ),
    Reason.SERVICE_SHARED: _l("Valitse puisto. Jos lasku koskee useaa puistoa, kirjaa kunkin puiston osuus erikseen"),
    Reason.SERVICE_TOO_LONG: _l("Laskutusjakso on enintään vuosi"),
    Reason.PARK_NOT_IN_PILOT: _l("Puisto ei ole mukana tässä pilotissa"),
    Reason.UNKNOWN_PARK: _l("Puistoa ei ole. Tarkista nimi tai lisää puisto ensin"),
    Reason.UNKNOWN_PILOT: _l("Pilottia ei ole. Tarkista nimi tai tee pilotti ensin"),
    Reason.UNKNOWN_CATEGORY: _l("Lajia ei ole. Käytä: ateriapalvelu, tarvikkeet, kuljetus, muu tai henkilöstö"),
    Reason.ALREADY_REVERSED: _l("Kulu on jo kumottu"),
    Reason.REVERSAL_OF_REVERSAL: _l("Kumousta ei voi kumota. Kirjaa kulu uudelleen"),
    Reason.REVERSAL_TOO_EARLY: _too_early,
    Reason.REASON_MISSING: _l("Kirjoita, miksi kulu kumotaan"),
    Reason.ID_REUSED: _l("Tämä lomake on jo lähetetty muilla tiedoilla. Avaa sivu uudelleen"),
}
