"""Sentences about forecasts."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pilot_ops.forecasts.domain import Footing, Reason, Suggestion
from pilot_ops.kernel.web.i18n import percent
from pilot_ops.meals.domain import Weather

# The weather of a day to come, as it is chosen; and of the factors that were found.
WEATHERS = {Weather.SUN: _l("Aurinkoa"), Weather.CLOUD: _l("Pilvistä"), Weather.RAIN: _l("Sadetta")}
IN_WEATHER = {Weather.SUN: _l("Auringossa"), Weather.CLOUD: _l("Pilvisellä"), Weather.RAIN: _l("Sateella")}


def footing(suggestion: Suggestion) -> str:
    """What a suggestion stands on, in words."""
    days = suggestion.days
    if suggestion.footing is Footing.EXPECTED:
        return str(_("Laskettuja päiviä vasta %(n)s: ehdotus on odotettu määrä", n=days))
    if suggestion.footing is Footing.FEW_DAYS:
        return str(ngettext("Vasta %(num)s laskettu päivä, epävarma", "Vasta %(num)s laskettua päivää, epävarma", days))
    return str(ngettext("%(num)s laskettu päivä", "%(num)s laskettua päivää", days))


def weather_effect(weather: Weather, factor: float) -> str:
    """How many more or fewer children come in a weather than otherwise, in words."""
    where, change = str(IN_WEATHER[weather]), round((factor - 1) * 100)
    if not change:
        return str(_("%(where)s lapsia käy yhtä paljon kuin muulloin.", where=where))
    share = percent(Fraction(abs(change), 100), 0)
    if change > 0:
        return str(_("%(where)s lapsia käy %(share)s enemmän kuin muulloin.", where=where, share=share))
    return str(_("%(where)s lapsia käy %(share)s vähemmän kuin muulloin.", where=where, share=share))


def _lead_too_long(**details: Any) -> str:
    return str(_("Kirjoita enintään %(most)s päivää", most=details["most"]))


def _weight_wrong(**details: Any) -> str:
    return str(_("Kirjoita kokonaisluku yhdestä %(most)s:een", most=details["most"]))


def _too_large(**details: Any) -> str:
    return str(_("Kirjoita enintään %(most)s", most=details["most"]))


REASONS: dict[StrEnum, Any] = {
    Reason.LEAD_TOO_LONG: _lead_too_long,
    Reason.WEIGHT_WRONG: _weight_wrong,
    Reason.NUMBER_WRONG: _l("Kirjoita nollaa suurempi luku"),
    Reason.TOO_LARGE: _too_large,
}
