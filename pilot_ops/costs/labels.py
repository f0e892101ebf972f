"""Sentences about costs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pilot_ops.costs.domain import Category, Causes, Finding, Found, Reason, Shift, SplitKey
from pilot_ops.kernel.money import Money, round_half_up
from pilot_ops.kernel.web.i18n import clock, day_plain, day_short, decimal, money, month, signed_money, signed_whole

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


def _locked(**details: Any) -> str:
    return str(
        _(
            "%(month)s on lukittu. Kirjaa avoimen kuukauden päivälle ja kerro, mitä kuukautta kirjaus korjaa",
            month=month(details["month"]),
        )
    )


def _price_locked(**details: Any) -> str:
    return str(
        _("%(month)s on lukittu, ja hinta muuttaisi sen lukuja. Valitse myöhempi päivä", month=month(details["month"]))
    )


def _price_wrong(**details: Any) -> str:
    return str(_("Kirjoita hinta nollasta ylöspäin, enintään %(most)s", most=money(details["most"])))


def _outside(**details: Any) -> str:
    return str(
        _(
            "Valitse päivä pilotin ajalta, %(first)s – %(last)s",
            first=day_short(details["first"]),
            last=day_plain(details["last"]),
        )
    )


def _people_wrong(**details: Any) -> str:
    return str(_("Kirjoita henkilömäärä, 1–%(most)s", most=details["most"]))


def _rate_wrong(**details: Any) -> str:
    return str(_("Kirjoita nollaa suurempi tuntihinta, enintään %(most)s", most=money(details["most"])))


def shift_words(shift: Shift) -> str:
    """What the entry of a shift is called: ``Työvuoro 10.00–14.30, 2 henkilöä, tauko 30 min``."""
    people = ngettext("%(num)s henkilö", "%(num)s henkilöä", shift.people)
    given = {"starts": clock(shift.starts), "ends": clock(shift.ends), "people": people}
    if not shift.break_minutes:
        return str(_("Työvuoro %(starts)s–%(ends)s, %(people)s", **given))
    minutes = shift.break_minutes
    return str(_("Työvuoro %(starts)s–%(ends)s, %(people)s, tauko %(minutes)s min", **given, minutes=minutes))


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
    Reason.MONTH_LOCKED: _locked,
    Reason.MONTH_NOT_OVER: _l("Kuukausi ei ole vielä päättynyt. Lukitse se, kun se on ohi"),
    Reason.MONTH_NOT_IN_PILOT: _l("Pilotilla ei ole tätä kuukautta"),
    Reason.CORRECTS_LATER: _l("Korjattava kuukausi on ennen kirjauksen kuukautta"),
    Reason.PRICE_LOCKED: _price_locked,
    Reason.PRICE_WRONG: _price_wrong,
    Reason.AGREEMENT_OUTSIDE: _outside,
    Reason.AGREEMENT_THERE: _l("Tältä päivältä on jo hinta. Poista se ensin käytöstä tai valitse toinen päivä"),
    Reason.PEOPLE_WRONG: _people_wrong,
    Reason.SHIFT_BACKWARDS: _l("Vuoro päättyy ennen kuin se alkaa"),
    Reason.BREAK_TOO_LONG: _l("Tauko on yhtä pitkä kuin vuoro tai pidempi"),
    Reason.RATE_WRONG: _rate_wrong,
}


def volume_words(causes: Causes, *, one_park: bool) -> str:
    """The volume effect in words: ``Päivässä kävi 26 lasta odotettua enemmän: +1 240 €``."""
    effect = signed_whole(causes.volume)
    if causes.children is None:
        return str(_("Lasten määrän vaikutus: %(effect)s", effect=effect))
    n, count = _told(causes.children)
    if not count:
        return str(_("Lapsia kävi päivässä yhtä monta kuin odotettiin: %(effect)s", effect=effect))
    say = _more_children if causes.children > 0 else _fewer_children
    return say(one_park, count, {"n": n, "effect": effect})


def _more_children(one_park: bool, count: int, given: dict[str, str]) -> str:
    if one_park:
        return str(
            ngettext(
                "Päivässä kävi %(n)s lapsi odotettua enemmän: %(effect)s",
                "Päivässä kävi %(n)s lasta odotettua enemmän: %(effect)s",
                count,
                **given,
            )
        )
    return str(
        ngettext(
            "Puistossa kävi päivässä keskimäärin %(n)s lapsi odotettua enemmän: %(effect)s",
            "Puistossa kävi päivässä keskimäärin %(n)s lasta odotettua enemmän: %(effect)s",
            count,
            **given,
        )
    )


def _fewer_children(one_park: bool, count: int, given: dict[str, str]) -> str:
    if one_park:
        return str(
            ngettext(
                "Päivässä kävi %(n)s lapsi odotettua vähemmän: %(effect)s",
                "Päivässä kävi %(n)s lasta odotettua vähemmän: %(effect)s",
                count,
                **given,
            )
        )
    return str(
        ngettext(
            "Puistossa kävi päivässä keskimäärin %(n)s lapsi odotettua vähemmän: %(effect)s",
            "Puistossa kävi päivässä keskimäärin %(n)s lasta odotettua vähemmän: %(effect)s",
            count,
            **given,
        )
    )


def price_words(causes: Causes, *, any_meals: bool) -> str:
    """The price effect in words: ``Ateria maksoi 11 senttiä arvioitua enemmän: +95 €``."""
    effect = signed_whole(causes.price)
    if not any_meals:
        return str(_("Aterioita ei ole laskettu, joten kaikki kulut näkyvät hintaerona: %(effect)s", effect=effect))
    if causes.cents is None:
        return str(_("Aterian hinnan vaikutus: %(effect)s", effect=effect))
    n, count = _told(causes.cents)
    if not count:
        return str(_("Ateria maksoi saman kuin arvioitiin: %(effect)s", effect=effect))
    given = {"n": n, "effect": effect}
    if causes.cents > 0:
        dearer = ngettext(
            "Ateria maksoi %(n)s sentin arvioitua enemmän: %(effect)s",
            "Ateria maksoi %(n)s senttiä arvioitua enemmän: %(effect)s",
            count,
            **given,
        )
        return str(dearer)
    cheaper = ngettext(
        "Ateria maksoi %(n)s sentin arvioitua vähemmän: %(effect)s",
        "Ateria maksoi %(n)s senttiä arvioitua vähemmän: %(effect)s",
        count,
        **given,
    )
    return str(cheaper)


def _told(value: Fraction) -> tuple[str, int]:
    """How a difference is said, without its sign: whole from one up, else with one decimal; and its grammatical number.

    The number is 0 where it is too small to say.
    """
    size = abs(value)
    if size >= 1:
        return decimal(size, 0), round_half_up(size)
    return decimal(size), 2 if round_half_up(size * 10) else 0


def finding_words(found: Found) -> str:
    """A finding about an invoice as a sentence with its figures."""
    sentence = _FINDINGS[found.finding]
    return str(sentence(**found.details) if callable(sentence) else sentence)


def _days(days: tuple[date, ...]) -> str:
    return ", ".join(day_short(day) for day in days)


def _billed_twice(*, days: tuple[date, ...]) -> str:
    return str(_("Samat päivät ovat myös toisella laskulla: %(days)s", days=_days(days)))


def _order_unknown(*, days: tuple[date, ...]) -> str:
    return str(_("Tilausta ei ole kirjattu, joten sitä ei voi verrata: %(days)s", days=_days(days)))


def _delivery_unknown(*, days: tuple[date, ...]) -> str:
    return str(_("Puisto ei ole kirjannut toimitettuja annoksia: %(days)s", days=_days(days)))


def _fewer_came(*, portions: int, amount: Money | None) -> str:
    text = ngettext(
        "Puisto sai %(num)s annoksen vähemmän kuin tilattiin.",
        "Puisto sai %(num)s annosta vähemmän kuin tilattiin.",
        portions,
    )
    return _with_worth(text, portions, amount)


def _more_came(*, portions: int, amount: Money | None) -> str:
    text = ngettext(
        "Puisto sai %(num)s annoksen enemmän kuin tilattiin.",
        "Puisto sai %(num)s annosta enemmän kuin tilattiin.",
        portions,
    )
    return _with_worth(text, portions, amount)


def _with_worth(text: str, portions: int, amount: Money | None) -> str:
    if amount is None:
        return str(text)
    worth = ngettext("Sen hinta on %(amount)s.", "Niiden hinta on %(amount)s.", portions, amount=money(amount))
    return f"{text} {worth}"


def _as_delivered(*, amount: Money) -> str:
    return str(
        _("Lasku on toimitettujen annosten mukaan, ei tilattujen. Eroa on %(amount)s.", amount=signed_money(amount))
    )


def _billed_cancelled(*, days: tuple[date, ...], amount: Money) -> str:
    return str(
        _(
            "Ero on sama kuin perutun päivän hinta: %(days)s, %(amount)s. Ruoka peruttiin ajoissa.",
            days=_days(days),
            amount=money(amount),
        )
    )


def _other_counts(*, portions: int, fees: int, amount: Money) -> str:
    parts = [_portions_words(portions)] if portions else []
    parts += [_fees_words(fees)] if fees else []
    return str(_("Ero %(amount)s vastaa: %(parts)s.", amount=signed_money(amount), parts=", ".join(parts)))


def _portions_words(portions: int) -> str:
    if portions > 0:
        return str(ngettext("%(num)s annos liikaa", "%(num)s annosta liikaa", portions))
    return str(ngettext("%(num)s annos liian vähän", "%(num)s annosta liian vähän", -portions))


def _fees_words(fees: int) -> str:
    if fees > 0:
        return str(ngettext("%(num)s päivämaksu liikaa", "%(num)s päivämaksua liikaa", fees))
    return str(ngettext("%(num)s päivämaksu liian vähän", "%(num)s päivämaksua liian vähän", -fees))


def _other_price(*, price: Money, agreed: Money, amount: Money) -> str:
    return str(
        _(
            "Annos on laskutettu hintaan %(price)s, sovittu on %(agreed)s. Eroa on %(amount)s.",
            price=money(price),
            agreed=money(agreed),
            amount=signed_money(amount),
        )
    )


def _unexplained(*, amount: Money) -> str:
    if amount.cents > 0:
        return str(
            _("Laskulla on %(amount)s enemmän kuin sovittiin, eikä erolle löydy selitystä.", amount=money(amount))
        )
    return str(_("Laskulla on %(amount)s vähemmän kuin sovittiin, eikä erolle löydy selitystä.", amount=money(-amount)))


_FINDINGS: dict[Finding, Any] = {
    Finding.NO_AGREEMENT: _l("Sovittua annoshintaa ei ole, joten summaa ei voi verrata."),
    Finding.NOTHING_DELIVERED: _l("Näinä päivinä puistoon ei ole kirjattu yhtään toimitusta."),
    Finding.CREDIT_ONLY: _l("Hyvityksiä on enemmän kuin laskuja."),
    Finding.BILLED_TWICE: _billed_twice,
    Finding.ORDER_UNKNOWN: _order_unknown,
    Finding.DELIVERY_UNKNOWN: _delivery_unknown,
    Finding.FEWER_CAME: _fewer_came,
    Finding.MORE_CAME: _more_came,
    Finding.BILLED_AS_DELIVERED: _as_delivered,
    Finding.BILLED_CANCELLED: _billed_cancelled,
    Finding.OTHER_PORTIONS: _other_counts,
    Finding.OTHER_FEES: _other_counts,
    Finding.OTHER_PORTIONS_AND_FEES: _other_counts,
    Finding.OTHER_PRICE: _other_price,
    Finding.UNEXPLAINED: _unexplained,
}
