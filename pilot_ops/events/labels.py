"""Words of events, and their accessibility as icons and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.counting.labels import REASONS as TAP_REASONS
from pilot_ops.events.domain import Access, Audience, Group, Reason, Shape, Status, Surface, Weather

STATUSES = {
    Status.DRAFT: _l("Luonnos"),
    Status.PUBLISHED: _l("Julkaistu"),
    Status.POSTPONED: _l("Lykätty"),
    Status.CANCELLED: _l("Peruttu"),
}

AUDIENCES = {
    Audience.FAMILIES: _l("Lapsiperheet"),
    Audience.YOUTH: _l("Nuoret"),
    Audience.SENIORS: _l("Seniorit"),
    Audience.DISABLED: _l("Vammaiset henkilöt"),
    Audience.VISITORS: _l("Matkailijat"),
}

SHAPES = {
    Shape.LOOP: _l("Kierros"),
    Shape.THERE_AND_BACK: _l("Sama reitti takaisin"),
    Shape.PLACE: _l("Ollaan yhdessä paikassa"),
}

SURFACES = {
    Surface.ASPHALT: _l("asfaltti"),
    Surface.GRAVEL: _l("hiekka tai sora"),
    Surface.BOARDWALK: _l("pitkospuut"),
    Surface.FOREST_PATH: _l("metsäpolku"),
    Surface.ICE_SNOW: _l("lumi tai jää"),
    Surface.INDOOR: _l("sisätila"),
}

GROUPS = {Group.PARTICIPANTS: _l("Osallistujia"), Group.HELPERS: _l("Avustajia")}

WEATHERS = {
    Weather.SUN: _l("Aurinkoista"),
    Weather.CLOUD: _l("Pilvistä"),
    Weather.RAIN: _l("Sadetta"),
    Weather.SNOW: _l("Lunta"),
}

LANGUAGES = {
    "fi": _l("suomi"),
    "sv": _l("ruotsi"),
    "en": _l("englanti"),
    "so": _l("somali"),
    "ar": _l("arabia"),
    "et": _l("viro"),
    "ru": _l("venäjä"),
    "uk": _l("ukraina"),
}

REASONS: dict[StrEnum, Any] = {
    **TAP_REASONS,
    Reason.NAME_MISSING: _l("Kirjoita tapahtuman nimi"),
    Reason.VENUE_MISSING: _l("Kirjoita, missä tapahtuma on"),
    Reason.SUMMARY_MISSING: _l("Kirjoita lyhyt kuvaus tällä kielellä, tai poista sen nimi"),
    Reason.SUMMARY_TOO_LONG: lambda most: _("Lyhennä kuvausta: enintään %(most)d merkkiä", most=most),
    Reason.DESCRIPTION_MISSING: _l("Kirjoita kuvaus tällä kielellä, tai poista sen nimi"),
    Reason.ORGANISER_MISSING: _l("Kirjoita, kuka järjestää"),
    Reason.AUDIENCE_MISSING: _l("Valitse, kenelle tapahtuma on"),
    Reason.PLACE_WRONG: _l("Kirjoita molemmat koordinaatit, esimerkiksi 60,2055 ja 24,6559"),
    Reason.LINK_WRONG: _l("Kirjoita koko osoite, esimerkiksi https://www.example.fi"),
    Reason.NUMBER_WRONG: lambda most, least=0: _("Kirjoita luku väliltä %(least)d–%(most)d", least=least, most=most),
    Reason.ENDS_BEFORE_START: _l("Tapahtuma päättyy ennen kuin se alkaa. Tarkista ajat"),
    Reason.TOO_LONG: _l("Tapahtuma kestää enintään kaksi viikkoa"),
    Reason.TIME_OVER: _l("Tämä aika on jo ohi. Kirjoita aika, joka on vasta tulossa"),
    Reason.RULE_WRONG: _l("Sääntöä ei ymmärretä. Esimerkiksi FREQ=WEEKLY;BYDAY=TU;UNTIL=20260831"),
    Reason.RULE_ENDLESS: _l("Kirjoita viimeinen päivä tai tapahtumien määrä"),
    Reason.RULE_EMPTY: _l("Sääntö ei anna yhtään tapahtumaa. Tarkista päivät"),
    Reason.TOO_MANY_EVENTS: lambda most: _(
        "Sarjassa on enintään %(most)d tapahtumaa kahden vuoden aikana. Aikaista viimeistä päivää", most=most
    ),
    Reason.NOTICE_MISSING: _l("Kerro syy, niin tulijat tietävät"),
    Reason.NOT_NOW: _l("Tätä ei voi tehdä tapahtumalle, jonka tila on nyt toinen"),
    Reason.CHANGED_MEANWHILE: _l("Joku muutti tapahtumaa samaan aikaan. Avaa sivu uudelleen"),
    Reason.ID_REUSED: _l("Tämä on jo tallennettu toisin. Tee se alusta uudelleen"),
    Reason.NOT_OPEN: _l("Tapahtumaa ei ole julkaistu, tai se on peruttu"),
    Reason.FUTURE_EVENT: _l("Tapahtuma ei ole vielä alkanut"),
    Reason.COUNT_NEGATIVE: _l("Luku on vähintään 0"),
    Reason.TOO_MANY_PEOPLE: lambda most: _("Luku on enintään %(most)d", most=most),
    Reason.COST_WRONG: _l("Kirjoita kulu euroina, esimerkiksi 120,00"),
    Reason.ALREADY_CLOSED: _l("Tapahtuma on jo päätetty muilla luvuilla. Avaa se ensin uudelleen"),
    Reason.NOT_CLOSED: _l("Tapahtumaa ei ole päätetty"),
    Reason.CLOSED: _l("Tapahtuma on jo päätetty. Avaa se ensin uudelleen"),
    Reason.COUNTED_MEANWHILE: lambda participants, helpers: _(
        "Samaan aikaan laskettiin lisää: nyt osallistujia on %(participants)d ja avustajia %(helpers)d. Tarkista luvut",
        participants=participants,
        helpers=helpers,
    ),
    Reason.REASON_MISSING: _l("Kirjoita syy"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of accessibility: an icon's name and the words beside it."""

    icon: str
    text: str


def access_facts(access: Access) -> list[Fact]:
    """An event's accessibility in the reader's language, what is measured first; what is not told is left out."""
    return [*_route(access), *_services(access), *_free(access)]


def _route(access: Access) -> list[Fact]:
    found = []
    if access.route_m is not None:
        found.append(Fact("route", _("Reitti %(length)s", length=_length(access.route_m))))
    if access.shape is not None:
        found.append(Fact("route", str(SHAPES[access.shape])))
    if access.steepest_percent is not None:
        found.append(Fact("trend-up", _("Jyrkin kohta %(number)d %%", number=access.steepest_percent)))
    if access.narrowest_cm is not None:
        found.append(Fact("arrows-horizontal", _("Kapein kohta %(number)d cm", number=access.narrowest_cm)))
    if access.surfaces:
        names = [str(SURFACES[surface]) for surface in Surface if surface in access.surfaces]
        found.append(Fact("tree", _("Alusta: %(names)s", names=", ".join(names))))
    if access.rest_every_m is not None:
        found.append(Fact("armchair", _("Levähdyspaikka %(length)s välein", length=_length(access.rest_every_m))))
    return found


def _services(access: Access) -> list[Fact]:
    told = (
        (access.toilet, "disabled", _("Esteetön WC")),
        (access.parking, "wheelchair", _("Esteetön pysäköinti")),
        (access.strollers, "baby-carriage", _("Sopii rattaille")),
        (access.guide_dog, "dog", _("Opaskoira tervetullut")),
        (access.assistant_free, "users", _("Avustaja mukaan maksutta")),
        (access.sign_language, "hand-love-you", _("Viittomakielen tulkki")),
        (access.induction_loop, "ear", _("Induktiosilmukka")),
        (access.quiet, "volume", _("Rauhallinen vaihtoehto")),
    )
    return [Fact(icon, str(text)) for is_told, icon, text in told if is_told]


def _free(access: Access) -> list[Fact]:
    language = str(get_locale())
    found = []
    if access.aids.fi:
        found.append(Fact("wheelchair", _("Lainattavana: %(aids)s", aids=access.aids.to(language))))
    if access.note.fi:
        found.append(Fact("info", access.note.to(language)))
    return found


def _length(metres: int) -> str:
    """``800 m``, or ``1,2 km`` as the reader's language writes it."""
    return f"{format_decimal(metres / 1000)} km" if metres >= 1000 else f"{metres} m"
