"""Sentences about electronic invoices."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.invoices.domain import FileProblem, Format, Reason
from pilot_ops.kernel.web.i18n import money

FORMATS = {Format.FINVOICE: "Finvoice 3.0", Format.UBL: "UBL 2.1 (EN 16931)"}

# UN/ECE Recommendation 20, as UBL writes units: pieces, days, hours. Finvoice writes words.
UNITS = {"C62": _l("kpl"), "EA": _l("kpl"), "H87": _l("kpl"), "DAY": _l("pv"), "HUR": _l("h")}


def _found(text: Any) -> Any:
    def sentence(**details: Any) -> str:
        return str(text) % {"found": details["found"]}

    return sentence


def _too_many_lines(**details: Any) -> str:
    return str(_("Laskuissa on yhteensä yli %(most)s riviä. Valitse vähemmän laskuja kerralla", most=details["most"]))


def _lines(**details: Any) -> str:
    given = {"lines": money(details["lines"]), "said": money(details["said"])}
    return str(_("Rivit ovat yhteensä %(lines)s, mutta loppusumma ilman veroa on %(said)s", **given))


def _vat(**details: Any) -> str:
    given = {"lines": money(details["lines"]), "said": money(details["said"])}
    return str(_("Verokantojen verot ovat yhteensä %(lines)s, mutta vero yhteensä on %(said)s", **given))


def _total(**details: Any) -> str:
    given = {"lines": money(details["lines"]), "said": money(details["said"])}
    return str(_("Veroton summa ja vero ovat yhteensä %(lines)s, mutta verollinen summa on %(said)s", **given))


def _twice(**details: Any) -> str:
    return str(_("Lasku %(number)s on tiedostoissa kahdesti eri tiedoilla", number=details["number"]))


def _otherwise(**details: Any) -> str:
    day = details["day"]
    given = {"number": details["number"], "net": money(details["net"]), "day": f"{day.day}.{day.month}.{day.year}"}
    return str(
        _(
            "Saman toimittajan lasku %(number)s on jo kirjattu muilla tiedoilla: %(day)s, %(net)s ilman veroa. "
            "Kumoa sen kirjaukset ensin",
            **given,
        )
    )


def _in_advance(**details: Any) -> str:
    given = {"number": details["number"], "paid": money(details["paid"]), "advance": details["advance"]}
    return str(
        _(
            "Laskussa %(number)s on koko kulu, josta on maksettu ennakkoon %(paid)s. Ennakkolaskua %(advance)s ei "
            "kirjata sen lisäksi: kumoa sen kirjaukset tai jätä se pois tuonnista",
            **given,
        )
    )


REASONS: dict[StrEnum, Any] = {
    Reason.TOO_LARGE: _l("Tiedosto on liian suuri, enintään 5 megatavua"),
    Reason.TOO_MANY_FILES: _l("Valitse enintään 50 tiedostoa ja yhteensä enintään 5 megatavua"),
    Reason.TOO_MANY_LINES: _too_many_lines,
    Reason.TOO_MANY_PARTS: _l("Tiedostossa on enemmän osia kuin laskussa voi olla"),
    Reason.NOT_XML: _l("Tiedostoa ei voi lukea tästä eteenpäin. Pyydä toimittajalta lasku XML-tiedostona"),
    Reason.HAS_DOCTYPE: _l("Tiedosto viittaa muihin tiedostoihin (DOCTYPE), siksi sitä ei lueta"),
    Reason.NOT_AN_INVOICE: _found(_l("Tiedosto ei ole Finvoice- eikä UBL-lasku, vaan %(found)s")),
    Reason.KIND_NOT_KNOWN: _found(_l("Tiedosto ei ole lasku eikä hyvityslasku: sen laji on %(found)s")),
    Reason.CANCELS_ANOTHER: _l("Tämä peruuttaa toisen laskun. Kumoa sen kirjaukset"),
    Reason.MISSING: _l("Tieto puuttuu laskusta"),
    Reason.TOO_LONG: _l("Teksti on liian pitkä, enintään 200 merkkiä"),
    Reason.NOT_A_DAY: _found(_l("%(found)s ei ole päivä")),
    Reason.NOT_AN_AMOUNT: _found(_l("%(found)s ei ole summa euroina ja sentteinä")),
    Reason.OTHER_CURRENCY: _found(_l("Valuutta on %(found)s. Vain eurolaskut voi kirjata")),
    Reason.WITH_VAT_ONLY: _l("Laskussa on vain verollinen summa. Kulut kirjataan ilman arvonlisäveroa"),
    Reason.NO_LINES: _l("Laskussa ei ole rivejä, joilla on summa"),
    Reason.LINES_DO_NOT_ADD_UP: _lines,
    Reason.VAT_DOES_NOT_ADD_UP: _vat,
    Reason.TOTAL_DOES_NOT_ADD_UP: _total,
    Reason.PERIOD_BACKWARDS: _l("Laskutusjakson viimeinen päivä on ennen ensimmäistä"),
    Reason.TWICE: _twice,
    Reason.BOOKED_OTHERWISE: _otherwise,
    Reason.PAID_IN_ADVANCE: _in_advance,
    Reason.PARK_MISSING: _l("Valitse puisto"),
    Reason.CATEGORY_MISSING: _l("Valitse laji"),
    Reason.PERIOD_MISSING: _l("Kirjoita päivät, joiden ruoasta lasku on"),
}


def problem_sentence(problem: FileProblem) -> str:
    """What is wrong with a file, in the reader's language."""
    sentence = REASONS[problem.reason]
    return str(sentence(**problem.details) if callable(sentence) else sentence)
