"""Sentences about meal days."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.counting.labels import REASONS as TAP_REASONS
from pilot_ops.meals.domain import Count, Entered, Food, Group, Reason, Record, Warning, Weather, imbalance

GROUPS = {
    Group.UNDER_SCHOOL_AGE: _l("Alle kouluikäinen"),
    Group.SCHOOL_AGE: _l("Koululainen"),
    Group.SECOND_HELPINGS: _l("Lisäannos"),
    Group.ADULTS: _l("Aikuinen"),
    Group.TURNED_AWAY: _l("Jäi ilman"),
}
GROUPS_MANY = {
    Group.UNDER_SCHOOL_AGE: _l("Alle kouluikäiset"),
    Group.SCHOOL_AGE: _l("Koululaiset"),
    Group.SECOND_HELPINGS: _l("Lisäannokset"),
    Group.ADULTS: _l("Aikuiset"),
    Group.TURNED_AWAY: _l("Ilman jääneet lapset"),
}
FOODS = {Food.HOT: _l("Kuuma ruoka"), Food.COLD: _l("Kylmä ruoka")}
WEATHERS = {Weather.SUN: _l("Aurinkoista"), Weather.CLOUD: _l("Pilvistä"), Weather.RAIN: _l("Sadetta")}
ENTERED = {
    Entered.PHONE: _l("Laskettu puhelimella"),
    Entered.PAPER: _l("Kirjattu paperilta"),
    Entered.IMPORT: _l("Tuotu tiedostosta"),
}


def warning_sentence(warning: Warning, count: Count, record: Record) -> str:
    """What is odd about a day's figures, with the figures."""
    match warning:
        case Warning.MORE_SERVED_THAN_DELIVERED:
            return str(
                _(
                    "Annoksia tuli %(delivered)s, mutta niitä jaettiin %(served)s. Tarkista luvut",
                    delivered=record.delivered,
                    served=count.served,
                )
            )
        case Warning.IMBALANCE:
            return _imbalance_sentence(count, record)
        case Warning.FAR_OVER_EXPECTED:
            return str(_("Lapsia oli yli 1,5 kertaa odotettu määrä: %(n)s. Tarkista luku", n=count.first_portions))
        case Warning.HOT_TOO_COLD:
            return str(_("Kuuman ruoan pitää olla vähintään 60 °C"))
        case Warning.COLD_TOO_WARM:
            return str(_("Kylmän ruoan pitää olla enintään 6 °C"))
        case Warning.TEMPERATURE_MISSING:
            return str(_("Lämpötila puuttuu"))
        case Warning.SAME_COUNT:
            return str(_("Sama lapsimäärä jo kolmantena päivänä: %(n)s. Tarkista luku", n=count.first_portions))


def _imbalance_sentence(count: Count, record: Record) -> str:
    figures = {
        "delivered": record.delivered,
        "out": (record.delivered or 0) - imbalance(count, record),
        "missing": abs(imbalance(count, record)),
    }
    if imbalance(count, record) > 0:
        return str(
            _("Annoksia tuli %(delivered)s, mutta niitä kirjattiin %(out)s. Annoksia puuttuu %(missing)s", **figures)
        )
    return str(_("Annoksia tuli %(delivered)s, mutta niitä kirjattiin %(out)s. Tarkista luvut", **figures))


def warning_sentences(found: Iterable[Warning], count: Count, record: Record) -> str:
    """All that is odd about a day's figures, one sentence after the other."""
    return ". ".join(warning_sentence(warning, count, record) for warning in found)


def _note_missing(**details: Any) -> str:
    """What is asked; of a row of a file and of a phone with the reasons, which a form says one by one."""
    asked = _("Kerro huomautuksessa, mistä tämä johtuu")
    if "count" not in details:
        return str(asked)
    return f"{warning_sentences(details['warnings'], details['count'], details['record'])}. {asked}"


def _too_many(**details: Any) -> str:
    return str(_("Kirjoita enintään %(most)s", most=details["most"]))


REASONS: dict[StrEnum, Any] = {
    Reason.NO_MEAL_DAY: _l("Tälle päivälle ei ole suunniteltu ruokailua"),
    Reason.FUTURE_DAY: _l("Päivä on vasta tulossa"),
    Reason.DAY_NOT_OPEN: _l("Päivä on jo päätetty"),
    Reason.DAY_NOT_CLOSED: _l("Päivää ei ole päätetty"),
    Reason.DAY_CANCELLED: _l("Päivä on peruttu"),
    Reason.NEGATIVE: _l("Kirjoita nolla tai suurempi luku"),
    Reason.TOO_MANY: _too_many,
    Reason.COUNT_NEGATIVE: _l("Luku ei voi mennä alle nollan"),
    Reason.DELIVERED_MISSING: _l("Kirjoita, montako annosta tuli"),
    Reason.TEMPERATURE_WRONG: _l("Kirjoita lämpötila asteina, enintään yksi desimaali, esimerkiksi 68,5"),
    Reason.NOTE_MISSING: _note_missing,
    Reason.REASON_MISSING: _l("Kirjoita syy"),
    Reason.FIGURES_DIFFER: _l("Päivä on jo päätetty muilla luvuilla. Korjaa tiedosto tai päivän luvut"),
    Reason.HAS_TAPS: _l("Päivälle on jo laskettu lapsia puhelimella. Päätä päivä palvelussa"),
    Reason.DAY_TWICE: _l("Sama puisto ja päivä on tiedostossa kahdesti. Poista toinen rivi"),
    Reason.UNKNOWN_PARK: _l("Puistoa ei ole. Tarkista nimi tai lisää puisto ensin"),
    Reason.UNKNOWN_PILOT: _l("Pilottia ei ole. Tarkista nimi tai tee pilotti ensin"),
    **TAP_REASONS,
}
