"""The programme of the demonstration: its real figures, and a year of today whose measures hold what is made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme import queries, service
from pilot_ops.programme.domain import (
    Account,
    Decision,
    Expense,
    MeasureDetails,
    Part,
    Status,
    Ticketing,
    Year,
)

_NAMESPACE = UUID("6f0a4d3e-0f55-4d0c-8a3b-2d0f7f3c9e41")
_REPORT = "Seurantaraportti 31.12.2023"
MEALS, EVENTS, TICKETS = "Puistoruokailupilotti", "Luontoliikuntatapahtumat", "Voi hyvin Espoossa -liput"
# Our translations of what the report says in Finnish.
_WORDS = {
    "Espoolaisten osallisuus lisääntyy ja yhteisöllisyys vahvistuu": (
        "Esbobornas delaktighet ökar och gemenskapen stärks",
        "Residents of Espoo take part more, and the sense of community grows",
    ),
    "Espoolaisten yhdenvertaiset mahdollisuudet edistää omaa hyvinvointiaan lisääntyvät": (
        "Esbobornas likvärdiga möjligheter att främja sitt eget välbefinnande ökar",
        "Residents of Espoo have more equal chances to look after their own wellbeing",
    ),
    "Espoolaisten mielen hyvinvointi paranee": (
        "Esbobornas psykiska välbefinnande förbättras",
        "The mental wellbeing of residents of Espoo improves",
    ),
    "Hyvinvointia ja terveyttä edistetään Espoossa ja yhteistyössä hyvinvointialueen kanssa": (
        "Välfärd och hälsa främjas i Esbo och i samarbete med välfärdsområdet",
        "Wellbeing and health are promoted in Espoo and together with the wellbeing services county",
    ),
    "Huomaa hyvä -ilonpalautuspaketti": ("Materialpaketet Huomaa hyvä", "Huomaa hyvä package of joy"),
    "Senioripaku": ("Seniorbussen", "Senior van"),
    "Omnian Hyvä olla -kampanja": ("Omnias kampanj Hyvä olla", "Omnia's Hyvä olla campaign"),
    "Varhaiskasvatuksen osallisuus ja yhteisöllisyys": (
        "Delaktighet och gemenskap i småbarnspedagogiken",
        "Participation and community in early childhood education",
    ),
    "Voi hyvin Espoossa -liput": ("Voi hyvin Espoossa-biljetter", "Voi hyvin Espoossa wellbeing tickets"),
    "Voi hyvin Espoossa -julkaisu": ("Publikationen Voi hyvin Espoossa", "Voi hyvin Espoossa publication"),
    "iWall-liikuntapeli koulujen käyttöön": ("Rörelsespelet iWall för skolorna", "iWall exercise game for schools"),
    "SOS-Lapsikylän Unelmista totta -toiminta": (
        "SOS-Barnbys verksamhet Unelmista totta",
        "Unelmista totta of SOS Children's Villages",
    ),
    "Siivouskampanja": ("Städkampanj", "Clean-up campaign"),
    "Henkilöstön MTEA-koulutukset": ("MTEA-utbildningar för personalen", "MTEA training for staff"),
    "Puistoruokailupilotti": ("Pilot med parklunch", "Park meal pilot"),
    "Esteettömät ja saavutettavat luontoliikuntatapahtumat": (
        "Tillgängliga friluftsevenemang",
        "Accessible nature-sport events",
    ),
    "Voi hyvin Espoossa -lippujen vaikuttavuusarviointi": (
        "Utvärdering av Voi hyvin Espoossa-biljetternas effekter",
        "Impact evaluation of the Voi hyvin Espoossa tickets",
    ),
    "Lähiluonto ja hyvät teot -kampanja": (
        "Kampanjen Närnatur och goda gärningar",
        "Nearby nature and good deeds campaign",
    ),
    "Para School Day, kevät": ("Para School Day, våren", "Para School Day, spring"),
    "Para School Day, syksy": ("Para School Day, hösten", "Para School Day, autumn"),
    "Yläkoulujen oppilaskuntien suurtapahtuma": (
        "Storevenemang för högstadiernas elevkårer",
        "Big event of lower secondary pupils' councils",
    ),
    "Muistatko Espoo -kirja": ("Boken Muistatko Espoo", "Muistatko Espoo book"),
    "Huomaa Hyvä! 1.-2. luokille": ("Huomaa Hyvä! för årskurs 1–2", "Huomaa Hyvä! for grades 1 and 2"),
    "Luontoliikuntatapahtumat": ("Friluftsevenemang", "Nature-sport events"),
    "muiden tahojen päällekkäiset kampanjat": ("andras samtidiga kampanjer", "campaigns of others at the same time"),
    "ei osallistujia": ("inga deltagare", "no participants"),
    "Uintiranneke, 10 kertaa": ("Simarmband för 10 gånger", "Ten-visit swim wristband"),
    "Kino Tapiola -lippu": ("Biljett till Kino Tapiola", "Kino Tapiola ticket"),
}
_MADE_UP = Translated("Keksitty esittelyä varten.", "Påhittat för demonstrationen.", "Made up for the demonstration.")
# The measure that tickets were given through, and the one that the pilot's plan belongs to.
_TICKETS_OF, _PILOT_OF = "Voi hyvin Espoossa -liput", MEALS
_STEERING = Translated(
    "Ohjelma pilotoi puistoruokailun järjestämistä kesällä kolmessa tai neljässä asukaspuistossa yhden kuukauden ajan. "
    "Myös esteettömiä ja saavutettavia luontoliikuntatapahtumia tuetaan.",
    "Programmet prövar parklunch i tre eller fyra invånarparker under en månad på sommaren. Även tillgängliga "
    "friluftsevenemang får stöd.",
    "The programme pilots park meals in three or four residents' parks for a month in summer. Accessible nature-sport "
    "events are supported too.",
)


def said(text: str) -> Translated:
    """A sentence of the report, with our translations where there are any."""
    return Translated(text, *_WORDS.get(text, ("", "")))


def load_programme(session: Session, figures: Mapping[str, Any], parts: Mapping[str, list[Part]], at: datetime) -> None:
    """Load the programme. ``parts`` are the pilots, events and tickets of today's year by the name of their measure."""
    names = [said(target["fi"]) for target in sorted(figures["benefit_targets"], key=lambda target: target["number"])]
    service.set_targets(session, OPERATOR, names=names, at=at)
    reach = {line["year"]: line for line in figures["reach"]}
    years = {line["year"]: line for line in figures["years"]}
    for number in sorted({*reach, *years}):
        service.add_year(session, OPERATOR, year=_year(number, years.get(number, {}), reach.get(number, {})), at=at)
    for number, year in years.items():
        _load_measures(session, figures, year, at)
        _load_expenses(session, number, year, at)
    group = (
        "Ohjausryhmä (seurantaraportti)",
        "Styrgruppen (uppföljningsrapporten)",
        "Steering group (follow-up report)",
    )
    decision = Decision(_id("decision", "2023"), 2023, date(2023, 12, 31), Translated(*group), _STEERING)
    service.save_decision(session, OPERATOR, decision=decision, at=at)
    _load_today(session, parts, at)


def add_pilot(session: Session, part: Part, year: int, at: datetime) -> None:
    """Have a pilot belong to the measure of its year that planned it."""
    (measure,) = (found for found in queries.list_measures(session, year) if found.name.fi == _PILOT_OF)
    service.change_measure(
        session,
        OPERATOR,
        measure_id=measure.id,
        seen=measure.version,
        details=measure.details,
        parts=[part],
        at=at,
    )


def _year(number: int, year: Mapping[str, Any], reach: Mapping[str, Any]) -> Year:
    budget = year.get("budget")
    return Year(
        year=number,
        budget=Money.parse(budget) if budget else None,
        planned=year.get("measures_planned"),
        cancelled=year.get("measures_cancelled"),
        added=year.get("measures_added"),
        residents=reach.get("residents"),
        residents_approximate=bool(reach.get("approximate")),
    )


def _load_measures(session: Session, figures: Mapping[str, Any], year: Mapping[str, Any], at: datetime) -> None:
    for line in year["measures"]:
        details = _details(line, figures, year["year"])
        measure_id = _id("measure", f"{year['year']} {line['name']}")
        service.create_measure(session, OPERATOR, measure_id=measure_id, year=year["year"], details=details, at=at)


def _details(line: Mapping[str, Any], figures: Mapping[str, Any], year: int) -> MeasureDetails:
    """A measure of the figures. One that was added is planned until the report says more."""
    added = line["status"] == "added"
    tickets = figures["tickets_2023"] if (line["name"], year) == (_TICKETS_OF, 2023) else ()
    return MeasureDetails(
        name=said(line["name"]),
        status=Status.PLANNED if added else Status(line["status"]),
        added=added,
        reason=said(line.get("reason", "")),
        note=_plan(figures["park_meal_pilot"]) if line["name"] == _PILOT_OF else Translated(line.get("note", "")),
        budget=Money.parse(line["budget"]) if line.get("budget") else None,
        on=date.fromisoformat(line["date"]) if line.get("date") else None,
        tickets=tuple(Ticketing(said(kind["type"]), kind["quantity"], kind["uses"]) for kind in tickets),
    )


def _plan(plan: Mapping[str, Any]) -> Translated:
    """What the programme planned of the park meals, in words."""
    few, many = plan["parks"]
    estimate = plan["estimate_per_park_per_month"]
    each = int(estimate["amount"])
    children, caterer = plan["expected_children_per_park_per_day"], plan["caterer"]
    one, low, high = (_thousands(parks * each) for parks in (1, few, many))
    return Translated(
        f"Suunnitelma: {few}–{many} puistoa, {plan['season']}. {', '.join(plan['rules']).capitalize()}.\n"
        f"{caterer} arvioi {children} lasta päivässä puistoa kohti. Arvio on noin {one} euroa puistoa kohti "
        f"kuukaudessa ilman henkilöstöä: {few} puistoa {low} euroa, {many} puistoa {high} euroa.",
        f"Plan: {few}–{many} parker, en månad på sommaren. Gratis för barn som besöker parken, egna matkärl och "
        f"bestick med.\n{caterer} uppskattar {children} barn per dag och park. Uppskattningen är cirka {one} euro per "
        f"park och månad utan personal: {few} parker {low} euro, {many} parker {high} euro.",
        f"Plan: {few}–{many} parks, one month in summer. Free for children who visit the park, with their own plate "
        f"and cutlery.\n{caterer} expects {children} children a day in a park. The estimate is about {one} euro a "
        f"park and month without staff: {few} parks {low} euro, {many} parks {high} euro.",
    )


def _thousands(amount: int) -> str:
    return f"{amount:,}".replace(",", "\N{NO-BREAK SPACE}")


def _load_expenses(session: Session, number: int, year: Mapping[str, Any], at: datetime) -> None:
    """What the report says was paid; the rest of the sum of all measures is not itemised."""
    named = Money(0)
    for line in year["measures"]:
        if line.get("actual"):
            named += Money.parse(line["actual"])
            measure_id = _id("measure", f"{number} {line['name']}")
            _book(session, number, Account.MEASURE, Money.parse(line["actual"]), measure_id=measure_id, at=at)
    measures, administration = year.get("actual_measures"), year.get("actual_administration")
    if measures:
        rest = Money.parse(measures["amount"]) - named
        _book(session, number, Account.NOT_ITEMISED, rest, approximate=measures["approximate"], at=at)
    if administration:
        paid, rough = Money.parse(administration["amount"]), administration["approximate"]
        _book(session, number, Account.ADMINISTRATION, paid, approximate=rough, at=at)


def _book(
    session: Session,
    year: int,
    account: Account,
    amount: Money,
    *,
    measure_id: UUID | None = None,
    approximate: bool = False,
    at: datetime,
) -> None:
    expense = Expense(
        id=_id("expense", f"{year} {account} {measure_id}"),
        year=year,
        account=account,
        measure_id=measure_id,
        day=date(year, 12, 31),
        amount=amount,
        description=_REPORT,
        approximate=approximate,
    )
    service.book_expense(session, OPERATOR, expense=expense, at=at)


def _load_today(session: Session, parts: Mapping[str, list[Part]], at: datetime) -> None:
    """The year of today, unless the programme has it: measures for what the demonstration made up, and says so."""
    if queries.find_year(session, at.year) is None:
        service.add_year(session, OPERATOR, year=Year(at.year), at=at)
    targets = {MEALS: {2}, EVENTS: {1, 2}, TICKETS: {2, 3}}
    for name, belonging in parts.items():
        details = MeasureDetails(
            name=said(name), status=Status.RUNNING, note=_MADE_UP, targets=frozenset(targets[name])
        )
        service.create_measure(
            session,
            OPERATOR,
            measure_id=_id("measure", f"today {name}"),
            year=at.year,
            details=details,
            parts=belonging,
            at=at,
        )


def _id(kind: str, name: str) -> UUID:
    return uuid5(_NAMESPACE, f"{kind} {name}")
