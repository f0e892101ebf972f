"""Events outdoors as anybody sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from pilot_ops.events import service
from pilot_ops.events.domain import Access, Status, Venue
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.tongues import PLAIN
from pilot_ops.public.domain import is_over
from tests.public.conftest import MORNING, Summer
from tests.support.builders import ADMIN
from tests.support.databases import work
from tests.support.events import make_event
from tests.support.page import PageClient, soup, text_of
from tests.support.recorder import recorded

TUESDAY = datetime(2024, 6, 25, 14, tzinfo=UTC)
TONGUES = ("fi", PLAIN, "sv", "en")


def text(client: PageClient, address: str, tongue: str = "fi") -> str:
    return text_of(client.get(f"{address}?lang={tongue}")).replace("\xa0", " ")


def test_accessibility_comes_first(app: Flask, client: PageClient, clock: time_machine.Traveller) -> None:
    with work(app) as session:
        venue = Venue(Translated("Oittaa"), "Kunnarlantie 33", "Espoo", Decimal("60.24"), Decimal("24.65"))
        event = make_event(
            session, starts_at=TUESDAY, venue=venue, contact="Soita 09 123 4567", link="https://example.fi"
        )
    page = client.get(f"/outdoors/{event.id}?lang=fi")
    words = text_of(page).replace("\xa0", " ")
    assert "ti 25.6. klo 17.00–19.00" in words
    assert "Reitti 1,2 km" in words
    assert words.index("Esteetön WC") < words.index("Mitä tapahtuu") < words.index("Lähdemme pihalta.")
    assert "Lapsiperheet" in words
    assert "Maksuton" in words
    assert "Ei tarvitse ilmoittautua." in words
    links = {str(link["href"]) for link in soup(page).select(".facts a")}
    assert links >= {
        "tel:091234567",
        "https://example.fi",
        "https://www.openstreetmap.org/?mlat=60.24&mlon=24.65#map=17/60.24/24.65",
    }
    listed = text(client, "/outdoors")
    assert listed.index("Metsäretki kaikille") < listed.index("Reitti 1,2 km")


@pytest.mark.parametrize("tongue", TONGUES)
def test_in_every_tongue(app: Flask, client: PageClient, clock: time_machine.Traveller, tongue: str) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=TUESDAY)
        bare = make_event(session, starts_at=TUESDAY, access=Access())
        make_event(session, starts_at=TUESDAY, status=Status.POSTPONED)
    names = {"sv": "Skogsutflykt för alla", "en": "Forest walk for all"}
    for address in ("/outdoors", f"/outdoors/{event.id}", f"/outdoors/{bare.id}", "/lunch"):
        page = soup(client.get(f"{address}?lang={tongue}"))
        assert names.get(tongue, "Metsäretki kaikille") in page.get_text()
        own = [str(link["href"]) for link in page.select("main a[href^='/outdoors']")]
        assert own
        assert all(f"lang={tongue}" in href for href in own)


def test_what_has_changed_is_seen_at_once_with_why(
    app: Flask, client: PageClient, clock: time_machine.Traveller
) -> None:
    with work(app) as session:
        event, other = make_event(session, starts_at=TUESDAY), make_event(session, starts_at=TUESDAY)
    assert "peruttu" not in text(client, f"/outdoors/{event.id}")
    with work(app) as session:
        notice = Translated("Myrsky kaatoi puita", "Stormen fällde träd", "The storm felled trees")
        service.cancel(session, ADMIN, event_id=event.id, notice=notice, at=MORNING)
        service.postpone(session, ADMIN, event_id=other.id, notice=Translated("Ohjaaja on sairas"), at=MORNING)
    for address in (f"/outdoors/{event.id}", "/outdoors", "/lunch"):
        assert "Tapahtuma on peruttu" in text(client, address)
        assert "Myrsky kaatoi puita" in text(client, address)
        assert "Stormen fällde träd" in text(client, address, "sv")
    postponed = text(client, f"/outdoors/{other.id}")
    assert "Lykätty, uusi aika kerrotaan myöhemmin. Ohjaaja on sairas" in postponed
    # The old time is not said: nobody is to come then.
    assert "25.6." not in postponed


def test_an_event_in_a_park_is_where_the_park_is(app: Flask, client: PageClient, summer: Summer) -> None:
    with work(app) as session:
        venue = Venue(Translated("Suvelan asukaspuisto"), park_id=summer.suvela.id)
        event = make_event(session, starts_at=TUESDAY, venue=venue)
    links = [str(link["href"]) for link in soup(client.get(f"/outdoors/{event.id}")).select(".facts a[rel=noreferrer]")]
    assert links[0] == "https://www.openstreetmap.org/?mlat=60.2003&mlon=24.6645#map=17/60.2003/24.6645"


def test_a_draft_is_nobodys_business(app: Flask, client: PageClient, clock: time_machine.Traveller) -> None:
    with work(app) as session:
        draft = make_event(session, starts_at=TUESDAY, status=Status.DRAFT)
    assert client.get(f"/outdoors/{draft.id}").status_code == 404
    assert client.get(f"/outdoors/{uuid4()}").status_code == 404
    assert "Uusia tapahtumia ei ole vielä tiedossa." in text(client, "/outdoors")


def test_what_is_over_is_not_listed_and_its_page_says_so(
    app: Flask, client: PageClient, clock: time_machine.Traveller
) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=TUESDAY, price=Translated("5 €"))
    clock.move_to(TUESDAY + timedelta(hours=1, minutes=59))
    assert "5 €" in text(client, "/outdoors")
    clock.move_to(TUESDAY + timedelta(hours=2))
    assert "Uusia tapahtumia ei ole vielä tiedossa." in text(client, "/outdoors")
    page = text(client, f"/outdoors/{event.id}")
    assert "Tapahtuma on jo ollut" in page
    assert "ilmoittautua" not in page
    clock.move_to(TUESDAY + timedelta(days=300))
    assert "(2024)" in text(client, f"/outdoors/{event.id}")


def test_when_an_event_is_over(app: Flask, clock: time_machine.Traveller) -> None:
    with work(app) as session:
        open_end = make_event(session, starts_at=TUESDAY, lasts=None)
        postponed = make_event(session, starts_at=TUESDAY, status=Status.POSTPONED)
    midnight = datetime(2024, 6, 25, 21, tzinfo=UTC)
    assert not is_over(open_end, midnight - timedelta(seconds=1))
    assert is_over(open_end, midnight)
    assert not is_over(postponed, midnight)


def test_an_event_of_several_days(app: Flask, client: PageClient, clock: time_machine.Traveller) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=TUESDAY, lasts=timedelta(days=2))
    assert "ti 25.6. klo 17.00 – to 27.6. klo 17.00" in text(client, f"/outdoors/{event.id}")


def test_the_first_four_are_beside_the_lunches_and_arabic_has_none(
    app: Flask, client: PageClient, summer: Summer
) -> None:
    with work(app) as session:
        for number in range(6):
            make_event(session, starts_at=TUESDAY + timedelta(days=number), name=Translated(f"Retki {number}"))
    assert [f"Retki {number}" in text(client, "/lunch") for number in range(6)] == [True] * 4 + [False] * 2
    assert "Retki" not in text(client, "/lunch", "ar")
    assert len(soup(client.get("/outdoors?lang=fi")).select("article")) == 6


def test_kept_events_cost_no_question(app: Flask, client: PageClient, clock: time_machine.Traveller) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=TUESDAY)
    for address in ("/outdoors", f"/outdoors/{event.id}"):
        with recorded(app) as first:
            body = client.get(address).data
        assert len(first) == 1
        with recorded(app) as again:
            assert client.get(address).data == body
        assert again == []
