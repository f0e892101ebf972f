"""Words and sentences of tickets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.tickets.domain import (
    Action,
    By,
    Format,
    Imbalance,
    Kind,
    PrintState,
    Reason,
    Shape,
    State,
    Symbol,
    Wrong,
)

KINDS = {Kind.CODED: _l("Tulostamme koodin jokaiseen"), Kind.COUNTED: _l("Pidämme kirjaa vain määristä")}
SHAPES = {Shape.WRISTBAND: _l("Ranneke"), Shape.TICKET: _l("Lippu")}
SYMBOLS = {Symbol.SWIMMING: _l("Uinti"), Symbol.MOVIE: _l("Elokuva"), Symbol.TICKET: _l("Muu lippu")}
STATES = {
    State.IN_STOCK: _l("Varastossa"),
    State.AT_POINT: _l("Jakopisteessä"),
    State.HANDED_OUT: _l("Luovutettu"),
    State.USED_UP: _l("Käytetty loppuun"),
    State.VOIDED: _l("Mitätöity"),
    State.LOST: _l("Kadonnut"),
}
ACTIONS = {
    Action.ACQUIRE: _l("Hankittu"),
    Action.ALLOCATE: _l("Lähetetty jakopisteeseen"),
    Action.TRANSFER: _l("Siirretty toiseen jakopisteeseen"),
    Action.RETURN: _l("Palautettu varastoon"),
    Action.HAND_OUT: _l("Luovutettu"),
    Action.UNDO_HAND_OUT: _l("Luovutus kumottu"),
    Action.USE: _l("Käytetty"),
    Action.VOID: _l("Mitätöity"),
    Action.LOSE: _l("Merkitty kadonneeksi"),
    Action.FIND: _l("Löytynyt"),
    Action.REPLACE: _l("Annettu kadonneen tilalle"),
}
FORMATS = {
    Format.CARDS: _l("Kortit, 10 arkilla"),
    Format.LABELS: _l("Tarrat, 24 arkilla"),
    Format.STRIPS: _l("Rannekkeet, 8 arkilla"),
}
PRINT_STATES = {
    PrintState.WAITING: _l("Odottaa vuoroaan"),
    PrintState.RUNNING: _l("Tulostetaan"),
    PrintState.DONE: _l("Valmis"),
    PrintState.FAILED: _l("Ei valmistunut"),
}

# Where a wrong code was tried.
SOURCES = {"public": _l("Julkinen sivu"), Action.HAND_OUT.value: _l("Luovutus"), Action.USE.value: _l("Käyttö")}

# What is to be done with many tickets, as the title of its page.
MOVE_TITLES = {
    Action.ALLOCATE: _l("Lähetä jakopisteeseen"),
    Action.TRANSFER: _l("Siirrä toiseen jakopisteeseen"),
    Action.RETURN: _l("Palauta varastoon"),
    Action.VOID: _l("Mitätöi"),
    Action.LOSE: _l("Merkitse kadonneeksi"),
    Action.FIND: _l("Merkitse löytyneeksi"),
}
SCAN_TITLES = {Action.HAND_OUT: _l("Luovuta lippu"), Action.USE: _l("Lunasta lippu")}
_ANOTHER = _l("Ota lippu talteen ja anna asiakkaalle toinen.")
# What to do when a ticket is not handed out, and when it is not taken.
NEXT_OF_HAND_OUT = {
    Reason.ALREADY_HANDED_OUT: _ANOTHER,
    Reason.VOIDED: _ANOTHER,
    Reason.LOST: _ANOTHER,
    Reason.REPLACED: _ANOTHER,
    Reason.EXPIRED: _ANOTHER,
    Reason.IN_STOCK: _l("Pyydä koordinaattoria lähettämään lippu jakopisteeseen."),
    Reason.OTHER_POINT: _l("Anna toinen lippu tai pyydä koordinaattoria siirtämään tämä."),
}
_KEEP = _l("Ota lippu talteen.")
NEXT_OF_USE = {
    Reason.USED_UP: _l("Kerro asiakkaalle, että kaikki käynnit on käytetty."),
    Reason.NOT_HANDED_OUT: _l("Pyydä asiakasta käymään jakopisteessä."),
    Reason.NOT_VALID_HERE: _l("Asiakas näkee kelpaavat paikat lipun koodista."),
    Reason.VOIDED: _KEEP,
    Reason.LOST: _KEEP,
    Reason.REPLACED: _l("Pyydä asiakasta näyttämään uusi lippu."),
    Reason.SCANNED_JUST_NOW: _l("Kirjaa käynti vain, jos samalla lipulla tulee toinen henkilö."),
}


# What is recorded of counted tickets, as the choices of a form.
COUNT_ACTIONS = {
    Action.ALLOCATE: _l("Lähetetty jakopisteeseen"),
    Action.HAND_OUT: _l("Luovutettu asiakkaille"),
    Action.RETURN: _l("Palautettu varastoon"),
    Action.USE: _l("Käytetty, käyttöpaikan ilmoitus"),
    Action.VOID: _l("Mitätöity"),
    Action.LOSE: _l("Kadonnut"),
}

# Why numbers contradict each other, and what to do; each with the place and the number.
IMBALANCES = {
    Wrong.CORRECTED_TOO_MUCH: _l("%(place)s: korjauksia on %(number)s enemmän kuin korjattavaa. Tarkista korjaukset."),
    Wrong.HANDED_OUT_TOO_MANY: _l(
        "%(place)s: luovutettu %(number)s enemmän kuin sinne on lähetetty. Tarkista lähetetyt ja luovutetut."
    ),
    Wrong.RETURNED_TOO_MANY: _l(
        "%(place)s: palautettu %(number)s enemmän kuin siellä oli. Tarkista lähetetyt ja palautetut."
    ),
    Wrong.SENT_TOO_MANY: _l(
        "Varasto: lähetetty tai poistettu %(number)s enemmän kuin on hankittu. Lisää puuttuva erä tai korjaa luvut."
    ),
    Wrong.USED_TOO_MANY: _l(
        "%(place)s: käytetty %(number)s enemmän kuin luovutetuilla lipuilla voi käyttää. Tarkista luvut."
    ),
    Wrong.WRITTEN_OFF_TOO_MANY: _l(
        "%(place)s: mitätöity tai kadonnut %(number)s enemmän kuin siellä oli. Tarkista luvut."
    ),
}
# The columns of the import, by their names.
COUNT_COLUMNS = {
    "received": _l("saapunut"),
    "allocated": _l("jaettu"),
    "handed_out": _l("luovutettu"),
    "returned": _l("palautettu"),
    "used": _l("käytetty"),
}
# The columns of the report.
FIGURES = {
    "acquired": _l("Hankittu"),
    "allocated": _l("Jaettu"),
    "returned": _l("Palautettu"),
    "handed_out": _l("Luovutettu"),
    "first_uses": _l("Ensikäyttöjä"),
    "share_used": _l("Käyttöaste"),
    "uses": _l("Käyntejä"),
    "possible": _l("Enintään"),
    "value": _l("Arvo"),
    "used_value": _l("Arvosta käytetty"),
    "replaced": _l("Annettu kadonneen tilalle"),
    "withdrawn": _l("Mitätöity tai kadonnut asiakkaalta"),
    "overdrawn": _l("Yli käytetty ilman verkkoa"),
}
# What a line of the report is about when that is not known.
NOT_KNOWN = {
    By.TYPE: _l("Tuntematon koodi"),
    By.POINT: _l("Varasto"),
    By.GROUP: _l("Ei asiakasryhmää"),
    By.MONTH: _l("Ei tiedossa"),
}
GROUPINGS = {
    By.TYPE: _l("Lippulaji"),
    By.POINT: _l("Jakopiste"),
    By.GROUP: _l("Asiakasryhmä"),
    By.MONTH: _l("Kuukausi"),
}


def imbalance_sentence(found: Imbalance, places: Mapping[UUID, str]) -> str:
    """Where numbers contradict each other, why, and what to do."""
    place = places[found.place_id] if found.place_id else str(_("Yhteensä"))
    return str(IMBALANCES[found.reason]) % {"place": place, "number": found.quantity}


def _figures_differ(**details: Any) -> str:
    text = _(
        "Tälle päivälle on jo tallennettu %(known)s. Poista luku tiedostosta, tai kirjaa erotus lippulajin sivulla",
        known=details["known"],
    )
    return str(text)


def _prefix_wrong(**details: Any) -> str:
    return str(
        _("Kirjoita lyhenne: enintään %(most)s merkkiä, viimeinen on kirjain, esimerkiksi UIN", most=details["most"])
    )


def _uses_wrong(**details: Any) -> str:
    return str(_("Kirjoita käyntien määrä, 1–%(most)s", most=details["most"]))


def _quantity_wrong(**details: Any) -> str:
    return str(_("Kirjoita määrä, 1–%(most)s", most=details["most"]))


def _too_few(**details: Any) -> str:
    return str(_("Lippuja on vain %(there)s. Kirjoita pienempi määrä", there=details["there"]))


def _note_missing(**details: Any) -> str:
    if "expected" in details:
        text = _("Laskit %(counted)s, mutta kirjanpidossa on %(expected)s. Kerro, mistä ero johtuu", **details)
        return str(text)
    return str(_("Kerro syy"))


# What is wrong with what was typed, and what a scan came to: also the big words of a result.
REASONS: dict[StrEnum, Any] = {
    Reason.ALREADY_HANDED_OUT: _l("Tämä lippu on jo annettu asiakkaalle"),
    Reason.ALREADY_PRINTED: _l("Lippuja on jo tehty, joten tätä ei voi muuttaa. Tee uusi lippulaji"),
    Reason.ALREADY_UNDONE: _l("Luovutus on jo kumottu"),
    Reason.CHANGED_MEANWHILE: _l("Joku muu on siirtänyt lippuja sillä välin. Tarkista ja vahvista uudelleen"),
    Reason.CODE_MISSING: _l("Skannaa tai kirjoita lipun koodi"),
    Reason.DAY_IN_FUTURE: _l("Päivä ei voi olla tulevaisuudessa"),
    Reason.ENDS_BEFORE_START: _l("Viimeinen päivä on ennen ensimmäistä. Tarkista päivät"),
    Reason.EXPIRED: _l("Lippu on vanhentunut"),
    Reason.FIGURES_DIFFER: _figures_differ,
    Reason.GROUP_MISSING: _l("Valitse asiakasryhmä"),
    Reason.HERE_ALREADY: _l("Lippu on jo tässä jakopisteessä"),
    Reason.ID_REUSED: _l("Tämä on jo tallennettu toisin. Tee se alusta uudelleen"),
    Reason.IN_STOCK: _l("Lippu on vielä varastossa. Lähetä se ensin jakopisteeseen"),
    Reason.KEY_CHANGED: _l(
        "Palvelun salainen avain on vaihtunut, joten näiden lippujen koodit eivät enää kelpaisi. "
        "Palauta vanha avain tai hanki uusi erä"
    ),
    Reason.LOST: _l("Lippu on merkitty kadonneeksi"),
    Reason.NAME_MISSING: _l("Kirjoita nimi"),
    Reason.NAME_TAKEN: _l("Tämän niminen lippulaji on jo olemassa"),
    Reason.NOTE_MISSING: _note_missing,
    Reason.NOTHING_TO_MOVE: _l("Näistä lipuista yhtäkään ei voi siirtää. Tarkista numerot"),
    Reason.NOTHING_TO_PRINT: _l("Näistä numeroista ei ole tulostettavia lippuja. Tarkista numerot"),
    Reason.NOT_AT_POINT: _l("Valitse jakopiste, joka on käytössä"),
    Reason.NOT_CODED: _l("Tästä lippulajista pidetään kirjaa vain määristä"),
    Reason.NOT_COUNTED: _l("Tämän lippulajin lipuissa on koodi. Skannaa liput"),
    Reason.NOT_HANDED_OUT: _l("Lippua ei ole vielä luovutettu asiakkaalle"),
    Reason.NOT_IN_STOCK: _l("Lippu ei ole varastossa"),
    Reason.NOT_LOST: _l("Lippu ei ole kadonnut"),
    Reason.NOT_VALID_HERE: _l("Lippu ei kelpaa täällä"),
    Reason.NOT_YET_VALID: _l("Lippu ei ole vielä voimassa"),
    Reason.OTHER_POINT: _l("Lippu kuuluu toiseen jakopisteeseen"),
    Reason.OTHER_TYPE: _l("Lippu on toista lajia. Skannaa samanlainen lippu"),
    Reason.PLACE_MISSING: _l("Valitse jakopiste tai käyttöpaikka"),
    Reason.PREFIX_TAKEN: _l("Tämä lyhenne on jo toisella lippulajilla"),
    Reason.PREFIX_WRONG: _prefix_wrong,
    Reason.PRINT_STOPPED: _l("Tulostus keskeytyi kolmesti. Tulosta pienempi määrä kerrallaan"),
    Reason.QUANTITY_WRONG: _quantity_wrong,
    Reason.RANGE_WRONG: _l("Kirjoita ensimmäinen ja viimeinen numero, esimerkiksi 1 ja 50"),
    Reason.REPLACED: _l("Lipun tilalle on annettu uusi"),
    Reason.ROW_TWICE: _l("Samasta lippulajista, paikasta ja päivästä on jo rivi. Yhdistä rivit"),
    Reason.SCANNED_JUST_NOW: _l("Sama lippu skannattiin juuri äsken"),
    Reason.TOO_FEW: _too_few,
    Reason.TOO_LATE_TO_UNDO: _l("Luovutuksen voi kumota 10 minuutin ajan. Pyydä koordinaattoria korjaamaan"),
    Reason.UNKNOWN_CODE: _l("Koodia ei tunneta. Skannaa uudelleen tai kirjoita koodi"),
    Reason.UNKNOWN_POINT: _l("Jakopistettä tai käyttöpaikkaa ei ole. Tarkista nimi tai lisää paikka ensin"),
    Reason.UNKNOWN_TYPE: _l("Lippulajia ei ole. Tarkista nimi tai lisää lippulaji ensin"),
    Reason.USED_ALREADY: _l("Lippua on jo käytetty, joten luovutusta ei voi kumota"),
    Reason.USED_UP: _l("Lippu on käytetty loppuun"),
    Reason.USES_WRONG: _uses_wrong,
    Reason.VALUE_NEGATIVE: _l("Arvo ei voi olla alle nollan"),
    Reason.VENUES_MISSING: _l("Valitse ainakin yksi paikka, jossa lippu kelpaa"),
    Reason.VENUE_ONLY_USES: _l("Käyttöpaikasta ilmoitetaan vain käytetyt liput. Tarkista paikan nimi"),
    Reason.VOIDED: _l("Lippu on mitätöity"),
}

# What a conflict may come from, and what to do about it.
CONFLICTS: dict[Reason, Any] = {
    Reason.ALREADY_HANDED_OUT: _l("Lippu annettiin toisen kerran. Tarkista jakopisteen liput inventoinnissa."),
    Reason.EXPIRED: _l("Puhelimen luettelo oli vanha, tai lippu päästettiin silti. Kerro paikalle voimassaolosta."),
    Reason.IN_STOCK: _l("Lippu oli kirjanpidossa varastossa. Lähetä se jakopisteeseen, ja luovuta se sitten."),
    Reason.LOST: _l("Joku käytti kadonnutta lippua. Selvitä, löytyikö se."),
    Reason.NOT_HANDED_OUT: _l("Luovutus puuttuu tai on vielä lähettämättä jakopisteen puhelimessa."),
    Reason.NOT_VALID_HERE: _l("Lippu kelpaa muualla. Kerro paikalle, mitkä liput siellä kelpaavat."),
    Reason.NOT_YET_VALID: _l("Lippua käytettiin ennen ensimmäistä päivää. Kerro paikalle voimassaolosta."),
    Reason.OTHER_POINT: _l("Lippu oli kirjanpidossa toisessa jakopisteessä. Siirrä liput niin kuin ne ovat."),
    Reason.REPLACED: _l("Tilalle on annettu uusi lippu, mutta vanha on yhä käytössä. Selvitä, kenellä se on."),
    Reason.UNKNOWN_CODE: _l("Koodi ei ole meidän. Kysy paikalta, mikä lippu se oli."),
    Reason.USED_UP: _l("Lippua käytettiin useammin kuin siinä on käyntejä, monella puhelimella ilman verkkoa."),
    Reason.VOIDED: _l("Joku käytti mitätöityä lippua. Selvitä, mistä se on peräisin."),
}
