"""Letters to those who signed up, in their own language: what is so now, when and where, and their link."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from pilot_ops.events.domain import Event
from pilot_ops.kernel.clock import to_local
from pilot_ops.kernel.web.i18n import clock, day_full, day_plain, page_language
from pilot_ops.signups.domain import News, SignUp, State, greeted

_PLAIN = "plain"


def writer(public_url: str, programme: str) -> Callable[[News, SignUp, Event, str], tuple[str, str]]:
    """What writes letters of a service at this address."""

    def write(news: News, sign_up: SignUp, event: Event, token: str) -> tuple[str, str]:
        tongue = sign_up.details.tongue
        link = f"{public_url}/sign-ups/{token}?lang={tongue}"
        with force_locale("fi" if tongue == _PLAIN else tongue):
            letter = _plain_letter if tongue == _PLAIN else _letter
            subject, paragraphs = letter(news, sign_up, event, link)
        return subject, "\n\n".join([*filter(None, paragraphs), programme])

    return write


def _when(event: Event) -> str:
    local = to_local(event.starts_at)
    at = {"fi": "klo", "sv": "kl.", "en": "at"}[page_language()]
    return f"{day_full(local.date())} {at} {clock(local)}".replace("\N{NO-BREAK SPACE}", " ")


def _where(event: Event) -> str:
    venue = event.details.venue
    return ", ".join(filter(None, (venue.name.to(page_language()), venue.address, venue.city)))


def _facts(news: News, sign_up: SignUp, event: Event) -> str:
    people = sign_up.details.people
    coming = ngettext("%(num)s henkilö", "%(num)s henkilöä", people)
    when = _("Milloin: %(when)s", when=_when(event))
    # The time of an event that is postponed is not when it is: it tells which one of several this is.
    if news is News.POSTPONED:
        when = _("Alkuperäinen aika: %(when)s", when=_when(event))
    return "\n".join(
        [
            event.name.to(page_language()),
            when,
            _("Missä: %(where)s", where=_where(event)),
            _("Ilmoittautuneena: %(people)s", people=coming),
        ]
    )


def _letter(news: News, sign_up: SignUp, event: Event, link: str) -> tuple[str, list[str]]:
    name = event.name.to(page_language())
    waiting = sign_up.state is State.WAITING
    subjects = {
        News.WELCOME: _("Olet jonossa: %(event)s", event=name) if waiting else _("Olet mukana: %(event)s", event=name),
        News.MOVED_UP: _("Pääset mukaan: %(event)s", event=name),
        News.CANCELLED: _("Peruttu: %(event)s", event=name),
        News.POSTPONED: _("Lykätty: %(event)s", event=name),
        News.ON_AGAIN: _("Tapahtuma järjestetään: %(event)s", event=name),
        News.MOVED: _("Aika tai paikka muuttui: %(event)s", event=name),
        News.REMINDER: _("Muistutus: %(event)s", event=name),
        News.REMOVED: _("Ilmoittautumisesi on peruttu: %(event)s", event=name),
    }
    return subjects[news], [
        _hello(sign_up),
        _sentence(news, waiting),
        event.notice.to(page_language()) if news in (News.CANCELLED, News.POSTPONED) else "",
        _facts(news, sign_up, event),
        "" if news in (News.CANCELLED, News.REMOVED) else _("Muuta tai peru: %(link)s", link=link),
        _contact(event),
        _("Tietosi poistetaan tapahtuman jälkeen. Tähän viestiin ei voi vastata."),
    ]


def _hello(sign_up: SignUp) -> str:
    name = greeted(sign_up.details.name)
    return str(_("Hei %(name)s!", name=name) if name else _("Hei!"))


def _sentence(news: News, waiting: bool) -> str:
    match news:
        case News.WELCOME if waiting:
            return str(_("Tapahtuma on täynnä, ja olet jonossa. Kerromme heti, jos pääset mukaan."))
        case News.WELCOME:
            return str(_("Ilmoittautumisesi on tullut perille, ja paikkasi on varattu."))
        case News.MOVED_UP:
            return str(
                _("Paikka vapautui, ja olet nyt mukana. Jos et pääse tulemaan, peru paikkasi, niin seuraava pääsee.")
            )
        case News.CANCELLED:
            return str(_("Tapahtuma, johon ilmoittauduit, on peruttu."))
        case News.POSTPONED:
            return str(_("Tapahtuma, johon ilmoittauduit, on lykätty. Uusi aika kerrotaan, kun se on sovittu."))
        case News.ON_AGAIN:
            return str(_("Tapahtuma järjestetään. Ilmoittautumisesi on voimassa. Tarkista aika ja paikka:"))
        case News.MOVED:
            return str(_("Tapahtuman aika tai paikka on muuttunut. Ilmoittautumisesi on voimassa. Uudet tiedot:"))
        case News.REMINDER:
            return str(
                _("Tapahtuma on pian. Jos et pääse tulemaan, peru paikkasi, niin seuraava jonossa pääsee mukaan.")
            )
        case News.REMOVED:
            return str(_("Järjestäjä on perunut ilmoittautumisesi, ja tietosi on poistettu."))


def _contact(event: Event) -> str:
    contact = event.details.contact
    return str(_("Kysy lisää: %(contact)s", contact=contact)) if contact else ""


_PLAIN_SENTENCES = {
    News.MOVED_UP: "Saat paikan. Voit tulla mukaan. Jos et voi tulla, peru paikkasi.",
    News.CANCELLED: "Tapahtumaa ei järjestetä.",
    News.POSTPONED: "Tapahtuma on myöhemmin. Kerromme uuden päivän.",
    News.ON_AGAIN: "Tapahtuma järjestetään. Katso päivä ja paikka.",
    News.MOVED: "Tapahtuman päivä, aika tai paikka on uusi. Katso uudet tiedot.",
    News.REMINDER: "Tapahtuma on pian. Jos et voi tulla, peru paikkasi.",
    News.REMOVED: "Et ole enää mukana. Järjestäjä perui paikkasi.",
}
_PLAIN_SUBJECTS = {
    News.MOVED_UP: "Pääset mukaan",
    News.CANCELLED: "Tapahtumaa ei ole",
    News.POSTPONED: "Tapahtuma on myöhemmin",
    News.ON_AGAIN: "Tapahtuma järjestetään",
    News.MOVED: "Uusi aika tai paikka",
    News.REMINDER: "Muista tapahtuma",
    News.REMOVED: "Paikkasi on peruttu",
}


def _plain_letter(news: News, sign_up: SignUp, event: Event, link: str) -> tuple[str, list[str]]:
    waiting = sign_up.state is State.WAITING
    welcome = "Olet jonossa. Kerromme, jos saat paikan." if waiting else "Olet mukana. Sinulla on paikka."
    local = to_local(event.starts_at)
    day, time = ("Vanha päivä", "Vanha aika") if news is News.POSTPONED else ("Päivä", "Kello")
    facts = [
        event.name.fi,
        f"{day}: {day_plain(local.date())}",
        f"{time}: {clock(local)}",
        f"Paikka: {_where(event)}",
        f"Montako: {sign_up.details.people}",
    ]
    subject = _PLAIN_SUBJECTS.get(news, "Olet jonossa" if waiting else "Olet mukana")
    return f"{subject}: {event.name.fi}", [
        f"Hei {name}!" if (name := greeted(sign_up.details.name)) else "Hei!",
        _PLAIN_SENTENCES.get(news, welcome),
        event.notice.fi if news in (News.CANCELLED, News.POSTPONED) else "",
        "\n".join(facts),
        "" if news in (News.CANCELLED, News.REMOVED) else f"Muuta tai peru tästä: {link}",
        f"Kysy lisää: {event.details.contact}" if event.details.contact else "",
        "Poistamme tietosi tapahtuman jälkeen. Älä vastaa tähän viestiin.",
    ]
