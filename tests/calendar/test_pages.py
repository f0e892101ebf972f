"""The calendar as a page: what is shown to whom, how it is chosen, and what clashes."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.events.domain import Access, Event, EventDetails, Venue
from pilot_ops.events.service import create_event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local, local_day, now
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.models import ClosureRow
from tests.support.builders import ADMIN, NOON, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, soup, text_of
from tests.support.recorder import recorded

MONDAY = date(2024, 7, 1)
JULY = "/calendar?month=2024-07"


def come(app: Flask, client: PageClient, role: Role = Role.COORDINATOR, parks: tuple[Park, ...] = ()) -> None:
    with work(app) as session:
        user = make_user(session, role, parks)
    sign_in(client, user)


def make_event(
    session: Session,
    *,
    name: str = "Metsäretki",
    at: datetime,
    hours: int = 2,
    venue: Venue | None = None,
    **details: Any,
) -> Event:
    told = EventDetails(Translated(name), venue or Venue(Translated("Oittaa")), **details)
    ends = at.replace(hour=at.hour + hours)
    return create_event(session, ADMIN, event_id=uuid4(), details=told, starts_at=at, ends_at=ends, at=NOON)


def noon(day: date = MONDAY) -> datetime:
    return at_local(day, time(12))


def tabs_of(page: Any, name: str) -> dict[str, str]:
    """The labels of a row of tabs, and where they lead."""
    return {tab.get_text(): str(tab["href"]) for tab in soup(page).select(f"nav[aria-label='{name}'] a")}


def current_of(page: Any) -> list[str]:
    return [tab.get_text() for tab in soup(page).select(".tabs a[aria-current=page]")]


def test_meals_and_events_are_in_one_calendar(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = make_pilot(session, [make_park(session, name="Suvela")])
        count_children(session, day_of(session, pilot, MONDAY), school=30)
        access = Access(route_m=1200, toilet=True, strollers=True)
        event = make_event(session, at=at_local(date(2024, 7, 6), time(17)), access=access)
    come(app, client)
    page = client.get(JULY)
    assert "Heinäkuu 2024" in text_of(page)
    assert "23 ruokailupäivää, 1 tapahtuma." in text_of(page)
    box = soup(page).select_one(".day--rest .ev")
    assert box is not None
    assert box.a["href"] == f"/events/{event.id}"  # type: ignore[index]
    assert "17.00–19.00" in box.get_text()
    assert "Luonnos" in box.get_text()
    signs = [str(sign["aria-label"]) for sign in box.select("[role=img]")]
    assert signs == ["Reitti 1,2 km", "Esteetön WC", "Sopii rattaille"]
    assert len(soup(page).select(".meals li")) == 23
    assert "30" in soup(page).select(".meals li")[0].get_text()
    assert "vk 27" in text_of(page)


def test_what_is_chosen_is_in_the_address(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        suvela, soukka = (make_park(session, name=name) for name in ("Suvela", "Soukka"))
        make_pilot(session, [suvela, soukka])
        make_event(session, at=noon(date(2024, 7, 6)), venue=Venue(Translated("Piha"), park_id=suvela.id))
        make_event(session, at=noon(date(2024, 7, 7)), name="Melonta")
    come(app, client)
    tabs = tabs_of(client.get(JULY), "Mitä näytetään")
    assert list(tabs) == ["Kaikki", "Soukka", "Suvela", "Ruokailut", "Tapahtumat"]
    shown = {}
    for label, href in tabs.items():
        page = client.get(href)
        assert current_of(page) == [label, "Kuukausi"]
        events = [box.get_text() for box in soup(page).select(".ev a")]
        shown[label] = (len(soup(page).select(".meals li")), events)
    assert shown == {
        "Kaikki": (46, ["Metsäretki", "Melonta"]),
        "Soukka": (23, []),
        "Suvela": (23, ["Metsäretki"]),
        "Ruokailut": (46, []),
        "Tapahtumat": (0, ["Metsäretki", "Melonta"]),
    }
    looks = tabs_of(client.get(tabs["Suvela"]), "Miten näytetään")
    week = client.get(looks["Viikko"])
    assert current_of(week) == ["Suvela", "Viikko"]
    assert "Viikko 27" in text_of(week)
    assert len(soup(week).select(".day")) == 7
    following = client.get(str(soup(week).select_one("a[rel=next]")["href"]))  # type: ignore[index]
    assert "Viikko 28" in text_of(following)
    assert current_of(following) == ["Suvela", "Viikko"]
    listed = client.get(looks["Luettelo"])
    assert current_of(listed) == ["Suvela", "Luettelo"]
    # 23 meal days, and the Saturday with the event.
    assert len(soup(listed).select(".agenda > li")) == 24
    assert [one.get_text() for one in soup(listed).select(".agenda__week")] == [f"Viikko {n}" for n in range(27, 32)]


def test_today_is_one_link_away(app: Flask, client: PageClient) -> None:
    come(app, client)
    link = soup(client.get(JULY)).find("a", string="Tänään", class_="btn")
    assert link is not None
    page = soup(client.get(str(link["href"]).partition("#")[0]))
    assert [box["aria-current"] for box in page.select("#today")] == ["date"]
    week = soup(client.get("/calendar?look=week"))
    assert len(week.select("#today")) == 1


def test_clashes_are_said_in_words_and_marked(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park = make_park(session, name="Suvela")
        pilot = make_pilot(session, [park])
        piha = Venue(Translated("Piha"), park_id=park.id)
        make_event(session, at=noon(), name="Puistojumppa", venue=piha)
        make_event(session, at=noon(), name="Köydenveto", venue=piha)
        session.add(
            ClosureRow(id=uuid4(), park_id=park.id, starts_on=date(2024, 7, 3), ends_on=date(2024, 7, 3), note="")
        )
        day = day_of(session, pilot, date(2024, 7, 3))
    come(app, client)
    page = soup(client.get(JULY))
    note = page.select_one(".clashes")
    assert note is not None
    assert note.h2.get_text() == "4 asiaa menee päällekkäin"  # type: ignore[union-attr]
    said = text_of(client.get(JULY))
    for sentence in (
        "Köydenveto on samassa paikassa kuin ruokailu: Suvela, ma 1.7. klo 11.30–12.30.",
        "Puistojumppa on samassa paikassa kuin ruokailu: Suvela, ma 1.7. klo 11.30–12.30.",
        "ovat ma 1.7. samaan aikaan samassa paikassa: Piha.",
        "Suvela on suljettu ke 3.7., mutta siellä on ruokailu.",
    ):
        assert said.count(sentence) == 1, sentence
    assert note.find("a", href=f"/days/{day.id}") is not None
    assert len(page.select(".ev .clash")) == 2
    assert len(page.select(".meals .clash")) == 2
    assert [sign.get_text(strip=True) for sign in page.select(".meals .clash")] == ["päällekkäin"] * 2
    # Another park has nothing to do with it.
    with work(app) as session:
        other = make_park(session, name="Soukka")
    assert soup(client.get(f"{JULY}&park={other.id}")).select(".clashes") == []
    assert soup(client.get("/calendar?month=2024-08")).select(".clashes") == []


def test_park_staff_see_their_own_meals_and_no_events(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        mine, other = make_park(session, name="Suvela"), make_park(session, name="Soukka")
        make_pilot(session, [mine, other])
        make_event(session, at=noon(date(2024, 7, 6)))
    come(app, client, Role.PARK_STAFF, (mine,))
    page = client.get(JULY)
    assert len(soup(page).select(".meals li")) == 23
    assert "Soukka" not in text_of(page)
    assert "Metsäretki" not in text_of(page)
    assert tabs_of(page, "Mitä näytetään") == {}
    assert "tapahtum" not in text_of(page).partition("Saavutettavuus")[0]
    assert client.get(f"{JULY}&park={other.id}").status_code == 200


@pytest.mark.parametrize(("role", "may"), [(Role.COORDINATOR, True), (Role.MANAGER, False), (Role.PARK_STAFF, False)])
def test_who_may_edit_events_adds_one(app: Flask, client: PageClient, role: Role, may: bool) -> None:
    come(app, client, role)
    assert (soup(client.get("/calendar")).find("a", href="/events/new") is not None) == may


def test_many_parks_are_chosen_in_a_field_and_plans_fold(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        parks = [make_park(session, name=f"Puisto {number:02d}") for number in range(9)]
        pilot = make_pilot(session, parks)
        count_children(session, day_of(session, pilot, date(2024, 7, 2)), school=5)
    come(app, client)
    page = soup(client.get(JULY))
    monday, tuesday = page.select(".day")[:2]
    assert monday.select_one("summary").get_text(" ", strip=True) == "9 puistoa klo 11.30–12.30"  # type: ignore[union-attr]
    assert tuesday.select_one("summary").get_text(" ", strip=True) == "8 puistoa klo 11.30–12.30"  # type: ignore[union-attr]
    assert len(monday.select("a")) == 9
    assert list(tabs_of(client.get(JULY), "Mitä näytetään")) == ["Kaikki", "Ruokailut", "Tapahtumat"]
    chosen = client.get(f"/calendar?day=2024-07-01&look=week&park={parks[3].id}")
    values = {field.get("name"): field.get("value") for field in soup(chosen).select("form.row input")}
    assert values == {"day": "2024-07-01", "look": "week"}
    assert soup(chosen).select_one("option[selected]")["value"] == str(parks[3].id)  # type: ignore[index]
    assert len(soup(chosen).select(".meals li")) == 5
    # The park that the field chose stays when the kind changes.
    meals = client.get(tabs_of(chosen, "Mitä näytetään")["Ruokailut"])
    assert current_of(meals) == ["Ruokailut", "Viikko"]
    assert len(soup(meals).select(".meals li")) == 5


def test_questions_do_not_grow(app: Flask, client: PageClient) -> None:
    come(app, client)
    with work(app) as session:
        make_pilot(session, [make_park(session)])
        make_event(session, at=noon())
    asked = []
    for more in (0, 7):
        with work(app) as session:
            for number in range(more):
                park = make_park(session)
                make_pilot(session, [park])
                make_event(session, at=noon(), venue=Venue(Translated("Piha"), park_id=park.id), name=f"Retki {number}")
        for address in (JULY, f"{JULY}&look=list", "/calendar?look=week&day=2024-07-01"):
            with recorded(app) as statements:
                assert client.get(address).status_code == 200
            asked.append(len(statements))
    assert asked[:3] == asked[3:]
    assert max(asked) <= 7


def test_the_calendar_greys_other_months_and_names_today(app: Flask, client: PageClient) -> None:
    come(app, client)
    today = local_day(now())
    page = soup(client.get("/calendar"))
    assert [box.get_text() for box in page.select(".day--today small.now")] == ["tänään"]
    out = soup(client.get("/calendar?month=2024-08")).select(".day--out")
    assert [box.select_one("h2 > span").get_text() for box in out] == ["29.7.", "30.7.", "31.7.", "1.9."]  # type: ignore[union-attr]
    assert all("day--rest" in box["class"] for box in out)
    assert f">{today.day}.</span>" in str(page)
    english = client.get("/calendar", headers={"Accept-Language": "en"})
    assert f">{today.day}</span>" in english.text


@pytest.mark.parametrize("look", ["month", "week", "list", "x"])
@pytest.mark.parametrize(
    "when", ["month=0001-01", "month=9999-12", "month=2024-13", "month=heinäkuu", "day=x", "day=9999-12-31", ""]
)
def test_an_address_that_asks_for_nothing_real_is_about_today(
    app: Flask, client: PageClient, when: str, look: str
) -> None:
    come(app, client)
    assert client.get(f"/calendar?{when}&look={look}&park=zz&kind=zz").status_code == 200


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_is_in_every_language(app: Flask, client: PageClient, language: str) -> None:
    with work(app) as session:
        park = make_park(session)
        make_pilot(session, [park])
        make_event(session, at=noon(), venue=Venue(Translated("Piha"), park_id=park.id))
    come(app, client)
    for look in ("month", "week", "list"):
        page = client.get(f"{JULY}&day=2024-07-01&look={look}", headers={"Accept-Language": language})
        assert f'lang="{language}"' in page.text
        assert {"sv": "samma plats", "en": "same place"}[language] in text_of(page)


def test_an_event_of_many_days_is_on_each_of_them(app: Flask, client: PageClient) -> None:
    """Also in the month after the one it began in, where it clashes as any other."""
    come(app, client)
    with work(app) as session:
        park = make_park(session)
        make_pilot(session, [park])
        told = EventDetails(Translated("Leiri"), Venue(Translated("Suvela"), park_id=park.id))
        times = {"starts_at": noon(date(2024, 6, 29)), "ends_at": noon(date(2024, 7, 2))}
        create_event(session, ADMIN, event_id=uuid4(), details=told, **times, at=NOON)
    page = soup(client.get(JULY))
    days = [day.select_one(".day__date span").get_text() for day in page.select(".day") if day.select(".ev")]
    assert days == ["1.", "2."]
    assert len(page.select(".cal__events article")) == 1
    assert ", 1 tapahtuma." in page.get_text()
    assert page.select(".clashes li")
