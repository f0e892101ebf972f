"""The page about calendars, the pages of files of others, and the public pages' data for search engines."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from pilot_ops.events.queries import list_events
from pilot_ops.kernel.access import Role
from pilot_ops.parks.queries import list_parks
from tests.feeds.files import event, page_of, results, unit
from tests.feeds.test_calendars import make_pilot_now
from tests.support.builders import make_park, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, sign_in, soup, text_of


@pytest.mark.parametrize(
    ("tongue", "words"),
    [
        ("fi", "Tilaa ruokailut ja tapahtumat"),
        ("plain", "Näet ruokailut ja tapahtumat puhelimesi kalenterissa."),
        ("sv", "Prenumerera på luncher och evenemang"),
        ("en", "Subscribe to meals and events"),
    ],
)
def test_the_page_tells_how_to_subscribe(app: Flask, client: PageClient, tongue: str, words: str) -> None:
    pilot, _days = make_pilot_now(app)
    with work(app) as session:
        make_park(session, name="Ilman ruokaa")
    page = client.get(f"/feeds?lang={tongue}")
    assert words in text_of(page)
    links = [str(link["href"]) for link in soup(page).find_all("a")]
    language = "fi" if tongue == "plain" else tongue
    assert f"webcal://127.0.0.1:8000/feeds/lunch/{pilot.park_ids[0]}.ics?lang={language}" in links
    assert f"webcal://127.0.0.1:8000/feeds/events.ics?lang={language}" in links
    assert ("Södrik" in text_of(page)) == (tongue == "sv")
    assert "Ilman ruokaa" not in text_of(page)


def test_the_page_is_there_when_there_is_nothing(client: PageClient) -> None:
    assert client.get("/feeds").status_code == 200


def test_every_feed_of_the_page_answers(app: Flask, client: PageClient) -> None:
    make_pilot_now(app)
    links = [str(link["href"]) for link in soup(client.get("/feeds")).find_all("a")]
    paths = {link.partition("8000")[2] for link in links if "127.0.0.1" in link}
    paths |= {link for link in links if link.startswith("/feeds/")}
    assert len(paths) >= 7
    assert {client.get(path).status_code for path in paths} == {200}


def coordinator(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)


def send(client: PageClient, path: str, content: bytes | None) -> TestResponse:
    """Choose a file on the page of an import."""
    fields: dict[str, Any] = fill(find_form(client.get(path), path), {})
    if content is not None:
        fields["file"] = (BytesIO(content), "tapahtumat.json")
    return client.post(path, data={**fields, "step": "preview"}, content_type="multipart/form-data")


def confirm(client: PageClient, preview: TestResponse, path: str) -> TestResponse:
    form = next(form for form in soup(preview).find_all("form") if form.find("input", {"name": "content"}))
    return client.post(path, data={**fill(form, {}), "step": "import"})


def test_events_are_shown_before_they_are_brought_in(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    poor = event(id="espoo:2", name={"fi": "Kesken"}, provider=None)
    content = page_of(event(), poor, event(id="espoo:3", super_event_type="recurring"))
    preview = send(client, "/events/import", content)
    words = text_of(preview)
    assert "2 tapahtumaa lisätään tai muuttuu." in words
    assert "Hiihtokoulu lapsille la 13.2.2027" in words.replace("\xa0", " ")
    assert "Jää luonnokseksi: Kirjoita, kuka järjestää" in words
    with look(app) as session:
        assert list_events(session) == ()
    done = confirm(client, preview, "/events/import")
    assert done.status_code == 302
    assert "2 tapahtumaa tuotiin" in text_of(client.get(done.location))
    with look(app) as session:
        assert len(list_events(session)) == 2
    again = send(client, "/events/import", content)
    assert "0 tapahtumaa lisätään tai muuttuu. 3 ei muutu." in text_of(again)
    assert again.get_data(as_text=True).count('value="import"') == 0


def test_what_is_wrong_with_a_file_is_named(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    page = send(client, "/events/import", page_of(event(start_time="ensi viikolla"), event(id="espoo:2")))
    words = text_of(page)
    assert "Mitään ei tuotu." in words
    assert "1 Hiihtokoulu lapsille start_time ensi viikolla Aikaa ei ymmärretä." in words
    assert soup(page).title is not None
    assert str(soup(page).title).startswith("<title>Virhe:")
    assert "ei ole JSONia" in text_of(send(client, "/events/import", b"<html>"))
    assert "Valitse tiedosto" in text_of(send(client, "/events/import", None))
    long = event(short_description={"fi": "x" * 161, "sv": "y"})
    assert "Lyhennä kuvausta: enintään 160 merkkiä" in text_of(send(client, "/events/import", page_of(long)))


def test_parks_are_shown_before_they_are_brought_in(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    links = [str(link["href"]) for link in soup(client.get("/parks")).find_all("a")]
    assert "/parks/import" in links
    preview = send(client, "/parks/import", results(unit()))
    assert (
        "Soukan asukaspuisto (20355) Soukan asukaspuisto Soukankaari 10, 02360 Espoo "
        "Pyörätuolilla: tunnettuja puutteita 3; Rollaattorilla: tunnettuja puutteita 2; "
        "Rattailla: ei tunnettuja puutteita lisätään"
    ) in text_of(preview)
    assert confirm(client, preview, "/parks/import").location == "/parks"
    with look(app) as session:
        assert [park.name for park in list_parks(session)] == ["Soukan asukaspuisto"]
    assert "0 puistoa lisätään tai muuttuu. 1 ei muutu." in text_of(send(client, "/parks/import", results(unit())))
    page = send(client, "/parks/import", results(unit(address_zip="x")))
    assert "Soukan asukaspuisto address_zip Kirjoita postinumero" in text_of(page)


def test_places_are_brought_in_for_events_and_tickets(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    assert "/units/import" in [str(link["href"]) for link in soup(client.get("/units")).find_all("a")]
    content = results(unit(), unit(id=7, name={"fi": "Laavu"}, accessibility_shortcoming_count=None))
    preview = send(client, "/units/import", content)
    assert "2 paikkaa lisätään tai muuttuu." in text_of(preview)
    assert "Laavu (7) Soukankaari 10, 02360 Espoo ei kerrota lisätään" in text_of(preview)
    assert confirm(client, preview, "/units/import").location == "/units"
    page = text_of(client.get("/units"))
    assert "Pyörätuolilla: tunnettuja puutteita 3" in page
    assert "Palvelukartta ei kerro paikan esteettömyydestä." in page
    assert "Tuo paikkoja" in text_of(send(client, "/units/import", results(unit(id="x"))))


def test_a_large_file_is_carried_along(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    text = {"fi": "sana " * 200, "sv": "ord " * 200}
    content = page_of(*(event(id=f"espoo:{number}", description=text) for number in range(300)))
    assert len(content) > 700_000
    fields = fill(find_form(client.get("/events/import"), "/events/import"), {})
    carried = {"content": b64encode(content).decode(), "file_name": "suuri.json", "step": "import"}
    done = client.post("/events/import", data={**fields, **carried})
    assert done.status_code == 302
    with look(app) as session:
        assert len(list_events(session)) == 300
