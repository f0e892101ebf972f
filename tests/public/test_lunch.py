"""Today's lunches as families see them, in every tongue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.web.tongues import PLAIN
from pilot_ops.parks.service import change_park
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason
from tests.public.conftest import MORNING, TODAY, Summer
from tests.support.builders import ADMIN, day_of, make_park, make_user
from tests.support.databases import close, make_app, work
from tests.support.page import PageClient, sign_in, soup, text_of

TONGUES = ("fi", PLAIN, "sv", "en", "ar")


def test_where_when_and_what(client: PageClient, summer: Summer) -> None:
    page = client.get("/lunch?lang=fi")
    text = text_of(page)
    assert "Tänään syödään puistossa" in text
    assert "ke 19.6. klo 11.30–12.30" in text.replace("\xa0", " ")
    assert text.count("Ruokaa klo 11.30–12.30") == 2
    assert "Päivitetty klo 9.05" in text
    assert "Lohikeitto (L, G) Kasvis: linssikeitto" in text
    assert "Juhannusaatto, ei ruokailua" in text
    assert "L = laktoositon, G = gluteeniton." in text
    assert "noin 80 annosta" in text
    # Of Soukka nobody has written the coordinates: it is searched for by its address, and has no route.
    links = [str(link["href"]) for link in soup(page).select("#places a[rel=noreferrer]")]
    assert links == [
        "https://www.openstreetmap.org/search?query=Soukankaari%2010%2C%2002360%20Espoo",
        "https://www.openstreetmap.org/?mlat=60.2003&mlon=24.6645#map=17/60.2003/24.6645",
        "https://www.openstreetmap.org/directions?route=%3B60.2003%2C24.6645",
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "heading", "mark"),
    [
        (11, 45, "Tänään syödään puistossa", "Ruokaa nyt, klo 11.30–12.30"),
        (12, 30, "Tämän päivän ruokailu on ohi", "Ruokailu on tältä päivältä ohi"),
    ],
)
def test_the_day_goes_on(
    client: PageClient, summer: Summer, clock: time_machine.Traveller, hour: int, minute: int, heading: str, mark: str
) -> None:
    clock.move_to(datetime(2024, 6, 19, hour - 3, minute, tzinfo=UTC))
    text = text_of(client.get("/lunch?lang=fi")).replace("\xa0", " ")
    assert heading in text
    assert mark in text
    assert ("Seuraava on to 20.6. klo 11.30–12.30." in text) == (hour == 12)


def test_a_cancelled_day_is_seen_at_once_with_its_reason_and_never_its_note(
    app: Flask, client: PageClient, summer: Summer
) -> None:
    assert "Peruttu" not in text_of(client.get("/lunch?lang=fi"))
    with work(app) as session:
        day = day_of(session, summer.pilot, TODAY, summer.soukka)
        told = {"reason": CancelReason.WEATHER, "note": "Matti soitti", "food_billed": True}
        schedule.cancel_day(session, ADMIN, day_id=day.id, **told, at=MORNING)
    text = text_of(client.get("/lunch?lang=fi")).replace("\xa0", " ")
    assert "Peruttu sateen takia" in text
    assert "Seuraava on to 20.6." in text
    assert "Soukka: Peruttu sateen takia" in text
    assert "Matti" not in text
    assert "Tänään syödään puistossa" in text
    with work(app) as session:
        day = day_of(session, summer.pilot, TODAY, summer.suvela)
        schedule.cancel_day(session, ADMIN, day_id=day.id, **told, at=MORNING)
    assert "Tämän päivän ruokailu on peruttu" in text_of(client.get("/lunch?lang=fi"))


@pytest.mark.parametrize("reason", list(CancelReason))
def test_each_reason_has_words_in_every_tongue(
    app: Flask, client: PageClient, summer: Summer, reason: CancelReason
) -> None:
    with work(app) as session:
        day = day_of(session, summer.pilot, TODAY, summer.soukka)
        told = {"reason": reason, "note": "syy", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=day.id, **told, at=MORNING)
    marks = {str(soup(client.get(f"/lunch?lang={tongue}")).select_one(".tag--err")) for tongue in TONGUES}
    assert len(marks) == len(TONGUES)


def test_no_lunch_today_says_when_the_next_is(
    client: PageClient, summer: Summer, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2024, 6, 21, 7, tzinfo=UTC))
    text = text_of(client.get("/lunch?lang=fi")).replace("\xa0", " ")
    assert "Tänään ei ole puistoruokailua" in text
    assert "Seuraava ruokailu on ma 24.6." in text
    assert ".." not in text


def test_before_the_season_and_after_it(client: PageClient, summer: Summer, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2024, 5, 20, 7, tzinfo=UTC))
    assert "Seuraava ruokailu on ma 3.6." in text_of(client.get("/lunch?lang=fi")).replace("\xa0", " ")
    clock.move_to(datetime(2024, 6, 28, 12, tzinfo=UTC))
    assert "Uusia ruokailupäiviä ei ole vielä tiedossa" in text_of(client.get("/lunch?lang=fi"))
    clock.move_to(datetime(2024, 7, 1, 7, tzinfo=UTC))
    text = text_of(client.get("/lunch?lang=fi"))
    assert "Puistoruokailua ei ole nyt suunnitteilla." in text
    assert "Usein kysyttyä" not in text


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_tongue_keeps_the_page_and_says_nothing_in_another(
    client: PageClient, summer: Summer, tongue: str
) -> None:
    for path in ("/lunch", f"/lunch/{summer.suvela.id}"):
        page = soup(client.get(f"{path}?lang={tongue}"))
        switch = {str(link["href"]): link.get("aria-current") for link in page.select("nav.lang a")}
        assert list(switch) == [f"{path}?lang={one}" for one in TONGUES]
        assert [href for href, current in switch.items() if current] == [f"{path}?lang={tongue}"]
        own = [str(link["href"]) for link in page.select("a[href^='/lunch']") if "poster" not in str(link["href"])]
        assert all(f"lang={tongue}" in href for href in own if href not in switch)


def test_swedish_and_english_names_and_dishes(client: PageClient, summer: Summer) -> None:
    swedish, english = text_of(client.get("/lunch?lang=sv")), text_of(client.get("/lunch?lang=en"))
    assert "Södrik" in swedish
    assert "Laxsoppa (L, G) Vegetariskt: linssoppa" in swedish
    assert "Midsommarafton, ingen lunch" in swedish
    assert "Suvela" in english
    assert "Salmon soup (L, G) Vegetarian: lentils" in english
    assert "Midsummer Eve, no lunch" in english


def test_arabic_runs_from_the_right_with_figures_from_the_left(client: PageClient, summer: Summer) -> None:
    page = soup(client.get("/lunch?lang=ar"))
    assert page.html is not None
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert "اليوم نأكل في الحديقة" in page.get_text()
    assert [str(bdi) for bdi in page.select(".hero__when bdi")] == [
        '<bdi dir="ltr">19.6.</bdi>',
        '<bdi dir="ltr">11:30–12:30</bdi>',
    ]
    assert str(page.select_one(".place__name bdi")) == '<bdi lang="fi">Soukka</bdi>'
    # No word is left in Finnish but names, dishes, addresses, and the names of the other languages.
    for element in page.select("bdi, nav.lang, .foot span, title, script"):
        element.decompose()
    assert not [letter for letter in page.body.get_text() if letter in "äöåÄÖ"]


def test_one_park_has_its_coming_days_address_ways_and_poster(app: Flask, client: PageClient, summer: Summer) -> None:
    with work(app) as session:
        day = day_of(session, summer.pilot, date(2024, 6, 20), summer.suvela)
        told = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=day.id, **told, at=MORNING)
    page = client.get(f"/lunch/{summer.suvela.id}?lang=fi")
    text = text_of(page).replace("\xa0", " ")
    assert "Tulevat ruokailut, klo 11.30–12.30" in text
    assert "ke 19.6. tänään Lohikeitto" in text
    assert "to 20.6. Peruttu, koska henkilökuntaa ei ole tarpeeksi" in text
    assert "pe 21.6." not in text
    assert "Kirstintie 24 02760 Espoo" in text
    assert soup(page).find("a", href=f"/lunch/{summer.suvela.id}/poster.pdf") is not None
    # Seven meal days are left in June: all are shown.
    assert len(soup(page).select(".menu li")) == 7


@pytest.mark.parametrize("lang", TONGUES)
def test_a_day_at_the_end_of_a_sentence_has_one_full_stop(
    client: PageClient, summer: Summer, clock: time_machine.Traveller, lang: str
) -> None:
    clock.move_to(datetime(2024, 6, 4, 6, 5, tzinfo=UTC))
    page = client.get(f"/lunch/{summer.suvela.id}?lang={lang}")
    # The season is longer than the list: the last day is in a sentence of its own.
    assert soup(page).select_one(".menu + .small") is not None
    assert ".." not in text_of(page)


def test_a_park_out_of_use_or_unknown_is_not_found(app: Flask, client: PageClient, summer: Summer) -> None:
    with work(app) as session:
        closed, quiet = make_park(session, active=False), make_park(session, name="Hiljainen")
    for park_id in (closed.id, uuid4()):
        assert client.get(f"/lunch/{park_id}").status_code == 404
        assert client.get(f"/lunch/{park_id}/poster.pdf").status_code == 404
    assert "Uusia ruokailupäiviä ei ole vielä tiedossa" in text_of(client.get(f"/lunch/{quiet.id}?lang=fi"))


def test_a_park_that_moves_is_shown_where_it_is(app: Flask, client: PageClient, summer: Summer) -> None:
    client.get("/lunch?lang=fi")
    with work(app) as session:
        from dataclasses import replace

        details = replace(summer.soukka.details, address="Uusi tie 1")
        change_park(session, ADMIN, park_id=summer.soukka.id, details=details, at=MORNING)
    assert "Uusi tie 1" in text_of(client.get("/lunch?lang=fi"))


def test_what_search_engines_and_messages_are_told(client: PageClient, summer: Summer) -> None:
    page = soup(client.get("/lunch?lang=sv"))
    given = page.select_one("link[rel=canonical]")
    assert given is not None
    assert given["href"] == "http://127.0.0.1:8000/lunch?lang=sv"
    others = {str(link["hreflang"]): str(link["href"]) for link in page.select("head link[rel=alternate]")}
    assert set(others) == {"fi", "sv", "en", "ar", "x-default"}
    assert others["en"] == "http://127.0.0.1:8000/lunch?lang=en"
    assert page.select_one("meta[name=robots]") is None
    told = {str(meta["property"]): str(meta["content"]) for meta in page.select("meta[property]")}
    assert told["og:title"] == "Parklunch i dag"
    assert told["og:url"] == "http://127.0.0.1:8000/lunch?lang=sv"
    assert all(told.values())


def test_the_door_of_staff_leads_families_to_lunch(app: Flask, client: PageClient, summer: Summer) -> None:
    assert soup(client.get("/sign-in")).find("a", href="/lunch") is not None
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    response = client.get("/lunch?lang=fi")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


def test_links_to_maps_are_a_setting(tmp_path, sqlite_url: str, clock: time_machine.Traveller) -> None:  # type: ignore[no-untyped-def]
    settings = {"MAP_LINK": "https://kartta.example.fi/?q={address}", "ROUTE_LINK": "", "MORE_LANGUAGES": ""}
    app = make_app(tmp_path, sqlite_url, **settings)
    with work(app) as session:
        park = make_park(session)
    page = soup(app.test_client().get(f"/lunch/{park.id}?lang=ar"))
    assert [str(link["href"]) for link in page.select(".place a[rel=noreferrer]")] == [
        "https://kartta.example.fi/?q=Kirstintie%2024%2C%2002760%20Espoo"
    ]
    # A language that is not offered is none.
    assert len(page.select("nav.lang a")) == 4
    assert page.html is not None
    assert page.html.get("dir") is None
    close(app)


def test_a_kept_page_is_of_its_minute(client: PageClient, summer: Summer, clock: time_machine.Traveller) -> None:
    assert "Päivitetty klo 9.05" in text_of(client.get("/lunch?lang=fi"))
    clock.shift(timedelta(seconds=59))
    assert "Päivitetty klo 9.05" in text_of(client.get("/lunch?lang=fi"))
    clock.shift(timedelta(seconds=1))
    assert "Päivitetty klo 9.06" in text_of(client.get("/lunch?lang=fi"))
