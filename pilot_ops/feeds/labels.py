"""Sentences that calendars, news readers and registers show, and those about files of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.events.domain import Event
from pilot_ops.events.labels import REASONS as EVENT_REASONS
from pilot_ops.events.labels import access_facts
from pilot_ops.feeds.domain import LANGUAGES, Change, Doing, FileProblem, LunchWords, Reason
from pilot_ops.feeds.wire import MOST_ROWS
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.labels import REASONS as PARK_REASONS
from pilot_ops.schedule.labels import CANCEL_REASONS

CHANGES = {
    Change.PUBLISHED: _l("Uusi tapahtuma"),
    Change.MOVED: _l("Uusi aika"),
    Change.POSTPONED: _l("Lykätty"),
    Change.CANCELLED: _l("Peruttu"),
}

DOINGS = {
    Doing.CREATE: _l("lisätään"),
    Doing.CHANGE: _l("muutetaan"),
    Doing.UNCHANGED: _l("ei muutu"),
    Doing.SERIES: _l("sarja, jätetään pois: sen tapahtumat tuodaan"),
    Doing.OWN: _l("meidän oma tapahtumamme, jätetään pois"),
    Doing.NO_TIME: _l("lykätty ilman uutta aikaa, jätetään pois"),
}

EVENT_FIELDS = {
    "name": _l("nimi"),
    "summary": _l("lyhyt kuvaus"),
    "description": _l("kuvaus"),
    "venue": _l("paikka"),
    "organiser": _l("järjestäjä"),
    "audiences": _l("kenelle"),
    "languages": _l("kielet"),
    "price": _l("hinta"),
    "capacity": _l("paikkojen määrä"),
    "link": _l("linkki"),
    "time": _l("aika"),
    "status": _l("tila"),
}

PARK_FIELDS = {
    "name": _l("nimi"),
    "name_sv": _l("ruotsinkielinen nimi"),
    "name_en": _l("englanninkielinen nimi"),
    "address": _l("osoite"),
    "postal_code": _l("postinumero"),
    "city": _l("kunta"),
    "place": _l("sijainti kartalla"),
    "unit": _l("palvelukartan numero, aukiolo ja esteettömyys"),
}


def _too_many(**_details: Any) -> str:
    return str(_("Tiedostossa on liikaa kohteita, enintään %(most)s", most=MOST_ROWS))


REASONS: dict[StrEnum, Any] = {
    Reason.NOT_JSON: _l("Tiedosto ei ole JSONia. Tallenna rajapinnan vastaus sellaisenaan"),
    Reason.NOT_A_LIST: _l("Tiedostossa ei ole luetteloa, jota haetaan. Valitse toinen tiedosto"),
    Reason.TOO_LARGE: _l("Tiedosto on liian suuri, enintään 5 megatavua"),
    Reason.TOO_MANY: _too_many,
    Reason.WRONG_KIND: _l("Kohdassa on väärän tyyppinen arvo"),
    Reason.ID_MISSING: _l("Tunniste puuttuu"),
    Reason.ID_TWICE: _l("Sama tunniste on tiedostossa kahdesti"),
    Reason.NAME_MISSING: _l("Suomenkielinen nimi puuttuu"),
    Reason.NAME_TOO_LONG: _l("Nimi on liian pitkä, enintään 255 merkkiä"),
    Reason.START_MISSING: _l("Alkamisaika puuttuu"),
    Reason.NOT_A_MOMENT: _l("Aikaa ei ymmärretä. Esimerkiksi 2026-07-01T08:30:00Z"),
    Reason.NO_ZONE: _l("Ajasta puuttuu aikavyöhyke. Esimerkiksi 2026-07-01T08:30:00Z"),
    Reason.UNKNOWN_STATUS: _l("Tilaa ei tunneta"),
    Reason.UNKNOWN_PLACE: _l(
        "Paikasta on vain tunniste, jota ei tunneta. Hae tapahtumat paikkojen kanssa (include=location)"
    ),
    Reason.ADDRESS_MISSING: _l("Katuosoite puuttuu"),
    Reason.PARK_TWICE: _l("Kaksi kohdetta osuu samaan puistoon. Jätä niistä yksi"),
    Reason.OUTSIDE: _l("Koordinaatit eivät ole maapallolla"),
}


def problem_sentences(problems: Iterable[FileProblem]) -> list[tuple[FileProblem, str]]:
    """What is wrong in a file, each in a sentence: ours, or of the slice whose rule refused it."""
    return [(problem, _sentence(problem)) for problem in problems]


def _sentence(problem: FileProblem) -> str:
    # Reasons of two slices may be spelt alike: only the very same one is meant.
    known = (item for table in (REASONS, EVENT_REASONS, PARK_REASONS) for item in table.items())
    sentence: Any = next(sentence for reason, sentence in known if reason is problem.reason)
    return str(sentence(**problem.details) if callable(sentence) else sentence)


def in_each(sentence: Callable[[], object]) -> Translated:
    """A sentence in the three languages."""
    texts = []
    for language in LANGUAGES:
        with force_locale(language):
            texts.append(str(sentence()))
    return Translated(*texts)


def lunch_words() -> Mapping[str, LunchWords]:
    """What is said of lunches, by language."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = _lunch_words()
    return found


def _lunch_words() -> LunchWords:
    return LunchWords(
        name=_("Puistoruokailu: %(park)s"),
        lead=_(
            "Lämmin lounas klo %(starts)s–%(ends)s. Lapsille maksuton, ei ilmoittautumista. "
            "Ota mukaan oma lautanen ja lusikka."
        ),
        menu=_("Ruokana %(menu)s."),
        diets=_("Ruokavaliomerkit: %(diets)s."),
        changes=_("Muutokset ovat mahdollisia."),
        cancelled=_("Ruokailu on peruttu"),
        reasons={reason: str(label) for reason, label in CANCEL_REASONS.items()},
    )


def facts_of(event: Event) -> Mapping[str, tuple[str, ...]]:
    """The sentences about an event's accessibility, by language."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = tuple(fact.text for fact in access_facts(event.details.access))
    return found


def told_elsewhere() -> Translated:
    """The notice of an event that others have cancelled or put off, as their file does not say why."""
    return in_each(lambda: _("Järjestäjän ilmoitus"))
