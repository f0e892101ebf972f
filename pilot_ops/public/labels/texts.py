"""Every sentence of the pages about lunches: in Finnish, Swedish and English, and beside it in plain Finnish.

A further language has the same keys in its file; ``pilot_ops.public.labels.further`` reads it.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from pilot_ops.public.domain import Diet, Serving
from pilot_ops.schedule.domain import CancelReason
from pilot_ops.units.labels import NONE, PROFILES, SOME, SOURCE

TEXTS: dict[str, tuple[Any, str]] = {
    # The page's frame.
    "brand": (_l("Puistoruokailu"), "Puistoruokailu"),
    "skip": (_l("Siirry sisältöön"), "Siirry sisältöön"),
    "language": (_l("Kieli"), "Kieli"),
    "calendars": (_l("Omaan kalenteriin"), "Omaan kalenteriin"),
    "accessibility": (_l("Saavutettavuusseloste"), "Saavutettavuusseloste"),
    "privacy": (_l("Tietosuoja"), "Tietosuoja"),
    "cookies": (_l("Evästeet"), "Evästeet"),
    "demo": (
        _l("Esittelytietoa: nämä ruokailut on keksitty."),
        "Tämä on esittely. Nämä ruokailut eivät ole oikeita.",
    ),
    # Today's lunches. Where a sentence ends with a day, the day brings the full stop: ke 19.6.
    "title": (_l("Puistoruokailu tänään"), "Puistoruokailu tänään"),
    "about": (
        _l("Missä puistossa lapset saavat tänään maksuttoman lounaan, mihin aikaan ja mitä on ruokana."),
        "Missä puistossa lapset saavat tänään ruokaa, mihin aikaan ja mitä ruoka on.",
    ),
    "h1-open": (_l("Tänään syödään puistossa"), "Tänään puistossa on ruokaa"),
    "h1-over": (_l("Tämän päivän ruokailu on ohi"), "Tämän päivän ruokailu on loppunut"),
    "h1-cancelled": (_l("Tämän päivän ruokailu on peruttu"), "Tänään puistossa ei ole ruokaa. Ruokailu on peruttu."),
    "h1-none": (_l("Tänään ei ole puistoruokailua"), "Tänään puistossa ei ole ruokaa"),
    "at": (_l("klo %(window)s"), "kello %(window)s"),
    "lead": (
        _l("Lounas on lapsille maksuton. Tule puistoon, ei tarvitse ilmoittautua."),
        "Lapset saavat puistossa ruokaa. Ruoka ei maksa mitään. Sinun ei tarvitse ilmoittautua. Tule vain puistoon.",
    ),
    "lead-next": (
        _l("Lounas on lapsille maksuton. Seuraava ruokailu on %(day)s"),
        "Ruoka on lapsille ilmaista. Puistossa on seuraavan kerran ruokaa %(day)s",
    ),
    "lead-no-more": (
        _l("Uusista ruokailuista kerrotaan tällä sivulla."),
        "Kun puistoissa on taas ruokaa, kerromme siitä tällä sivulla.",
    ),
    "bring": (_l("Ota mukaan"), "Ota mukaan"),
    "plate": (_l("oma lautanen"), "oma lautanen"),
    "spoon": (_l("oma lusikka"), "oma lusikka"),
    "mug": (_l("muki ja juoma"), "muki ja juoma"),
    "parks": (_l("Puistot tänään"), "Puistot tänään"),
    "updated": (_l("Päivitetty klo %(time)s"), "Tieto on kello %(time)s"),
    "old": (
        _l("Tieto on vanha, tarkista puistosta. Lataa sivu uudelleen, kun sinulla on verkko."),
        "Tämä tieto on vanha. Avaa sivu uudelleen. Jos se ei onnistu, kysy puistosta.",
    ),
    "no-parks": (_l("Puistoruokailua ei ole nyt suunnitteilla."), "Puistoissa ei ole nyt ruokaa."),
    "nearest": (_l("Näytä lähin ensin"), "Näytä lähin puisto ensin"),
    "nearest-done": (
        _l("Lähin puisto on nyt ensin. Sijaintisi ei lähtenyt puhelimestasi."),
        "Lähin puisto on nyt ensin. Puhelimesi ei kertonut meille, missä olet.",
    ),
    "nearest-denied": (
        _l("Puhelin ei kertonut sijaintia. Puistot ovat entisessä järjestyksessä."),
        "Puhelimesi ei kertonut, missä olet. Puistot ovat samassa järjestyksessä kuin ennen.",
    ),
    "away": (_l("%(distance)s päässä"), "Matkaa on %(distance)s"),
    "map": (_l("Kartta"), "Kartta"),
    "route": (_l("Reitti"), "Reitti"),
    "food": (_l("Ruokaa klo %(window)s"), "Ruokaa kello %(window)s"),
    "food-now": (_l("Ruokaa nyt, klo %(window)s"), "Ruokaa on nyt, kello %(window)s"),
    "over": (_l("Ruokailu on tältä päivältä ohi"), "Tämän päivän ruokailu on loppunut"),
    "none": (_l("Tänään ei ole ruokailua"), "Tänään ei ole ruokaa"),
    "next": (_l("Seuraava on %(day)s klo %(window)s"), "Ruokaa on seuraavan kerran %(day)s kello %(window)s"),
    "no-next": (_l("Uusia ruokailupäiviä ei ole vielä tiedossa"), "Emme vielä tiedä, milloin ruokaa on taas"),
    "cancelled-weather": (_l("Peruttu sateen takia"), "Ruokailu on peruttu, koska sää on huono"),
    "cancelled-delivery": (_l("Peruttu, koska ruoka ei tullut"), "Ruokailu on peruttu, koska ruoka ei tullut"),
    "cancelled-staff": (
        _l("Peruttu, koska henkilökuntaa ei ole tarpeeksi"),
        "Ruokailu on peruttu, koska työntekijöitä ei ole tarpeeksi",
    ),
    "cancelled-safety": (_l("Peruttu turvallisuuden takia"), "Ruokailu on peruttu, jotta kaikki ovat turvassa"),
    "cancelled-other": (_l("Peruttu"), "Ruokailu on peruttu"),
    # The week's food.
    "week": (_l("Viikon ruoka"), "Viikon ruoka"),
    "today": (_l("tänään"), "tänään"),
    "menu-later": (_l("Ruokalista tulee myöhemmin"), "Emme vielä tiedä, mitä ruoka on"),
    "no-lunch": (_l("Ei ruokailua"), "Ei ruokaa"),
    "day-off": (_l("%(name)s, ei ruokailua"), "%(name)s, ei ruokaa"),
    "in-park": (_l("%(park)s: %(what)s"), "%(park)s: %(what)s"),
    "ask-allergies": (_l("Kysy allergioista ruoan jakajalta."), "Onko sinulla allergia? Kysy ruoan jakajalta."),
    "diet-L": (_l("laktoositon"), "ei laktoosia"),
    "diet-VL": (_l("vähälaktoosinen"), "vähän laktoosia"),
    "diet-G": (_l("gluteeniton"), "ei gluteenia"),
    "diet-M": (_l("maidoton"), "ei maitoa"),
    "diet-Veg": (_l("vegaaninen"), "vain kasveja"),
    # Questions and answers.
    "questions": (_l("Usein kysyttyä"), "Kysymyksiä ja vastauksia"),
    "q-who": (_l("Kuka saa syödä?"), "Kuka saa syödä?"),
    "a-who": (
        _l("Kaikki puistossa käyvät lapset. Sinun ei tarvitse kertoa nimeäsi eikä todistaa mitään."),
        "Kaikki lapset, jotka tulevat puistoon. Sinun ei tarvitse kertoa nimeäsi. Sinulta ei kysytä papereita.",
    ),
    "q-rain": (_l("Mitä jos sataa?"), "Mitä jos sataa?"),
    "a-rain": (
        _l("Ruokailu on ulkona. Jos se joudutaan perumaan, näet sen heti tältä sivulta."),
        "Ruokailu on ulkona. Joskus sää on niin huono, että ruokaa ei ole. Katso tältä sivulta ennen kuin lähdet.",
    ),
    "q-enough": (_l("Riittääkö ruoka kaikille?"), "Riittääkö ruoka kaikille?"),
    "a-enough": (
        _l("Jokaiseen puistoon tulee noin %(portions)s annosta. Tule ajoissa."),
        "Jokaiseen puistoon tulee ruokaa noin %(portions)s lapselle. Tule ajoissa.",
    ),
    "q-allergy": (_l("Entä allergiat ja erityisruokavaliot?"), "Mitä jos et voi syödä kaikkea?"),
    "a-allergy": (
        _l("Merkit ovat ruokalistassa. Kysy ruoan jakajalta ennen kuin syöt."),
        "Katso merkit ruokalistasta. Kysy ruoan jakajalta ennen kuin syöt.",
    ),
    # One park.
    "all-parks": (_l("Kaikki puistot"), "Kaikki puistot"),
    "coming": (_l("Tulevat ruokailut"), "Milloin puistossa on ruokaa"),
    "where": (_l("Näin löydät perille"), "Näin löydät puistoon"),
    "place-access": (_l("Esteettömyys"), "Pääsetkö puistoon?"),
    **{f"access-{profile}": whom for profile, whom in PROFILES.items()},
    "access-none": NONE,
    "access-some": SOME,
    "access-source": SOURCE,
    "to-calendar": (_l("Lisää kalenteriin"), "Lisää omaan kalenteriin"),
    "poster": (_l("Juliste tulostettavaksi (PDF)"), "Juliste, jonka voit tulostaa (PDF)"),
    "more-days": (
        _l("Ruokaa on kauden loppuun, %(day)s asti."),
        "Puistossa on ruokaa vielä myöhemminkin, viimeisen kerran %(day)s",
    ),
}
# Events, which no further language has.
EVENT_TEXTS: dict[str, tuple[Any, str]] = {
    "events": (_l("Luontoliikuntaa kaikille"), "Liikuntaa luonnossa kaikille"),
    "events-about": (
        _l("Retkiä ja liikuntaa luonnossa: milloin, missä, kenelle ja kuinka esteettömästi."),
        "Retkiä ja liikuntaa luonnossa. Kerromme, millainen paikka ja reitti on.",
    ),
    "events-lead": (
        _l("Jokaisesta tapahtumasta kerrotaan mitatut tiedot. Näin voit itse arvioida, sopiiko se sinulle."),
        "Kerromme, millainen reitti on. Näin tiedät, sopiiko tapahtuma sinulle.",
    ),
    "all-events": (_l("Kaikki tapahtumat"), "Kaikki tapahtumat"),
    "no-events": (_l("Uusia tapahtumia ei ole vielä tiedossa."), "Emme vielä tiedä, milloin on uusia tapahtumia."),
    "event-time": (_l("%(day)s klo %(time)s"), "%(day)s kello %(time)s"),
    "event-until": (_l("%(start)s – %(end)s"), "%(start)s – %(end)s"),
    "event-free": (_l("Maksuton"), "Ei maksa mitään"),
    "event-postponed": (
        _l("Lykätty, uusi aika kerrotaan myöhemmin"),
        "Tapahtuma siirtyy. Kerromme myöhemmin, milloin se on",
    ),
    "event-cancelled": (_l("Tapahtuma on peruttu"), "Tapahtuma on peruttu"),
    "event-past": (_l("Tapahtuma on jo ollut"), "Tämä tapahtuma on jo ollut"),
    "event-access": (_l("Esteettömyys"), "Millainen paikka ja reitti on?"),
    "event-no-access": (
        _l("Esteettömyydestä ei ole vielä tietoja. Kysy järjestäjältä."),
        "Emme vielä tiedä, millainen paikka on. Kysy järjestäjältä.",
    ),
    "event-demo": (
        _l("Esittelytietoa: tämä tapahtuma on keksitty."),
        "Tämä on esittely. Tätä tapahtumaa ei oikeasti ole.",
    ),
    "events-demo": (
        _l("Esittelytietoa: nämä tapahtumat on keksitty."),
        "Tämä on esittely. Näitä tapahtumia ei oikeasti ole.",
    ),
    "event-what": (_l("Mitä tapahtuu"), "Mitä tapahtuu?"),
    "event-when": (_l("Milloin"), "Milloin?"),
    "event-where": (_l("Missä"), "Missä?"),
    "event-price": (_l("Hinta"), "Mitä maksaa?"),
    "event-place-access": (_l("Paikan esteettömyys"), "Pääsetkö paikalle?"),
    "event-for": (_l("Kenelle"), "Kenelle?"),
    "event-languages": (_l("Kielet"), "Millä kielellä?"),
    "event-capacity": (_l("Paikkoja"), "Montako ihmistä mahtuu?"),
    "event-organiser": (_l("Järjestäjä"), "Kuka järjestää?"),
    "event-partners": (_l("Yhteistyössä"), "Kuka on mukana?"),
    "event-ask": (_l("Kysy lisää"), "Mistä saa apua?"),
    "event-link": (_l("Lisätietoa"), "Lue lisää"),
    "event-sign-up": (_l("Ilmoittaudu mukaan"), "Ilmoittaudu mukaan"),
    "event-full": (
        _l("Tapahtuma on täynnä. Jonosta pääsee mukaan, jos joku peruu."),
        "Tapahtuma on täynnä. Voit mennä jonoon. Saat paikan, jos joku peruu.",
    ),
    "event-queue": (_l("Ilmoittaudu jonoon"), "Mene jonoon"),
    "event-no-sign-up": (_l("Ei tarvitse ilmoittautua."), "Sinun ei tarvitse ilmoittautua."),
}
SERVINGS = {Serving.NOW: "food-now", Serving.AHEAD: "food", Serving.OVER: "over", Serving.NONE: "none"}
HEADINGS = {
    Serving.NOW: "h1-open",
    Serving.AHEAD: "h1-open",
    Serving.OVER: "h1-over",
    Serving.CANCELLED: "h1-cancelled",
    Serving.NONE: "h1-none",
}
CANCELLED = {reason: f"cancelled-{reason.value}" for reason in CancelReason}
DIETS = {diet: f"diet-{diet.value}" for diet in Diet}
