"""Pages that are kept: no question to the database, dropped when they change, never kept for one person."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import time_machine
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.kept import Kept, Page
from pilot_ops.parks.service import change_park
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import ServingWindow
from tests.public.conftest import MORNING, TODAY, Summer
from tests.support.builders import ADMIN, count_children, day_of, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, text_of
from tests.support.recorder import recorded


@pytest.mark.parametrize("path", ["/lunch", "/lunch/{park}", "/lunch/{park}/poster.pdf"])
def test_a_kept_page_costs_no_question(app: Flask, client: PageClient, summer: Summer, path: str) -> None:
    path = path.format(park=summer.suvela.id)
    with recorded(app) as first:
        body = client.get(path, query_string={"lang": "sv"}).data
    assert 0 < len(first) <= 6
    with recorded(app) as again:
        # Neither what else the address says nor a language that is the same makes it another page.
        for query in ({"lang": "sv"}, {"lang": "sv", "fbclid": "x"}):
            assert client.get(path, query_string=query).data == body
    assert again == []


def test_more_parks_ask_no_more(app: Flask, client: PageClient, summer: Summer) -> None:
    with recorded(app) as statements:
        client.get("/lunch")
    # Pilots, their parks, parks, meal days, events.
    assert len(statements) == 5


def test_the_address_puts_nothing_into_a_kept_page(client: PageClient, summer: Summer) -> None:
    assert b"evil" not in client.get("/lunch?lang=fi&utm=evil").data
    assert b"evil" not in client.get("/lunch?lang=fi").data


def test_each_tongue_is_a_page_of_its_own(client: PageClient, summer: Summer) -> None:
    pages = {client.get(f"/lunch?lang={tongue}").data for tongue in ("fi", "plain", "sv", "en", "ar")}
    assert len(pages) == 5
    swedish = client.get("/lunch", headers={"Accept-Language": "sv"})
    assert "Parkerna i dag" in swedish.text
    assert "Puistot tänään" in client.get("/lunch", headers={"Accept-Language": "fi"}).text


def test_headers_let_others_keep_it_for_a_minute(client: PageClient, summer: Summer) -> None:
    response = client.get("/lunch?lang=fi")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["Vary"] == "Accept-Encoding, Accept-Language, Cookie"
    assert "Set-Cookie" not in response.headers
    same = client.get("/lunch?lang=fi", headers={"If-None-Match": response.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Cache-Control"] == "public, max-age=60"
    other = client.get("/lunch?lang=fi", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(("way", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_it_is_kept_compressed(client: PageClient, summer: Summer, way: str, unpack) -> None:  # type: ignore[no-untyped-def]
    plain = client.get("/lunch?lang=fi")
    assert "Content-Encoding" not in plain.headers
    client.application.test_client_class = None
    packed = client.application.test_client().get("/lunch?lang=fi", headers={"Accept-Encoding": way})
    assert packed.headers["Content-Encoding"] == way
    assert unpack(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_what_changes_is_made_anew_and_taps_are_no_change(app: Flask, client: PageClient, summer: Summer) -> None:
    client.get("/lunch?lang=fi")
    with work(app) as session:
        day = day_of(session, summer.pilot, TODAY, summer.suvela)
        count_children(session, day, 0, 1, at=MORNING)
    # The first tap opens the day; the next ones change nothing that is shown.
    client.get("/lunch?lang=fi")
    with work(app) as session:
        count_children(session, day, 3, 7, at=MORNING)
    with recorded(app) as statements:
        client.get("/lunch?lang=fi")
    assert statements == []
    with work(app) as session:
        given = {"ordered": 80, "menu": Translated("Hernekeitto"), "diets": "", "window": ServingWindow()}
        schedule.change_day(session, ADMIN, day_id=day.id, **given, at=MORNING)
    assert "Hernekeitto" in text_of(client.get("/lunch?lang=fi"))


def test_a_change_that_is_undone_shows_nothing(app: Flask, client: PageClient, summer: Summer) -> None:
    details = replace(summer.soukka.details, name="Uusi")

    def change_and_fail() -> None:
        with work(app) as session:
            change_park(session, ADMIN, park_id=summer.soukka.id, details=details, at=MORNING)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        change_and_fail()
    assert "Uusi" not in text_of(client.get("/lunch?lang=fi"))


def test_nothing_is_kept_for_one_person(app: Flask, client: PageClient, summer: Summer) -> None:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    kept = client.get("/lunch?lang=fi")
    sign_in(client, user)
    mine = client.get("/lunch?lang=fi")
    assert mine.headers["Cache-Control"] == "no-store"
    assert "ETag" not in mine.headers
    assert mine.text == kept.text


def page_of(text: str) -> Page:
    return Page(text.encode(), "text/html", MORNING, text)


def test_a_page_made_from_what_has_changed_meanwhile_is_not_kept() -> None:
    pages = Kept()
    version = pages.version
    pages.drop()
    pages.keep("key", page_of("old"), version)
    assert pages.find("key", MORNING) is None
    pages.keep("key", page_of("new"), pages.version)
    assert pages.find("key", MORNING) == page_of("new")


def test_it_is_bounded_and_forgets_the_oldest_first() -> None:
    pages = Kept()
    for number in range(501):
        pages.keep(number, page_of(str(number)), pages.version)
    assert pages.find(0, MORNING) is None
    assert pages.find(500, MORNING) is not None


@pytest.mark.parametrize(
    ("later", "fresh"),
    [(timedelta(seconds=59), True), (timedelta(minutes=1), False), (timedelta(seconds=-1), False)],
)
def test_a_page_is_fresh_for_a_minute(later: timedelta, fresh: bool) -> None:
    assert page_of("page").fresh(MORNING + later) is fresh


def test_a_page_is_of_its_day() -> None:
    # A second before midnight in Helsinki.
    before = MORNING.replace(hour=20, minute=59, second=59)
    page = replace(page_of("page"), made_at=before)
    assert page.fresh(before)
    assert not page.fresh(before + timedelta(seconds=1))


def test_the_minute_passes(client: PageClient, summer: Summer, clock: time_machine.Traveller) -> None:
    first = client.get("/lunch?lang=fi").headers["ETag"]
    clock.shift(timedelta(minutes=1))
    assert client.get("/lunch?lang=fi").headers["ETag"] != first


def test_others_keep_a_page_no_longer_than_we_do(
    client: PageClient, summer: Summer, clock: time_machine.Traveller
) -> None:
    client.get("/lunch?lang=fi")
    clock.shift(timedelta(seconds=45))
    assert client.get("/lunch?lang=fi").headers["Cache-Control"] == "public, max-age=15"
    # Ten seconds before midnight in Helsinki: what is of today is not shown tomorrow.
    clock.move_to(datetime(2024, 6, 19, 20, 59, 50, tzinfo=UTC))
    assert client.get("/lunch?lang=fi").headers["Cache-Control"] == "public, max-age=10"
