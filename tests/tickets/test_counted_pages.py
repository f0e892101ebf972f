"""The pages of counted tickets: their numbers, bringing them in from a file, and the report."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest

from pilot_ops.kernel.access import Role
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import PlaceDetails
from pilot_ops.places.queries import list_places
from pilot_ops.places.service import change_place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action
from tests.support.builders import ADMIN, NOON, make_user
from tests.support.databases import work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.tickets import make_group, make_type, make_venue
from tests.tickets.test_files import FILE, balance_of, bring, cinema


def signed_in(client: PageClient, role: Role) -> PageClient:
    with work(client.application) as session:
        user = make_user(session, role)
    sign_in(client, user)
    return client


def test_importing_on_the_page_shows_first_what_it_does(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
    signed_in(client, Role.COORDINATOR)
    sent = {"file": (io.BytesIO(FILE.encode()), "kesä.csv"), "step": "preview"}
    page = client.post("/tickets/import", data={**sent, "csrf_token": token(client)})
    assert "4 rivillä on uusia lukuja" in text_of(page)
    assert "luovutettu 150, palautettu 20" in text_of(page)
    carried = {str(field["name"]): str(field["value"]) for field in soup(page).select("form.row input[type=hidden]")}
    done = client.post("/tickets/import", data={**carried, "step": "import"}, follow_redirects=True)
    assert "4 riviä tallennettiin" in text_of(done)
    with work(client.application) as session:
        assert balance_of(session, kind).handed_out == 150
    wrong = {"file": (io.BytesIO(FILE.replace("150", "151").encode()), "kesä.csv"), "step": "import"}
    told = text_of(client.post("/tickets/import", data={**wrong, "csrf_token": token(client)}))
    assert "Tälle päivälle on jo tallennettu 150" in told
    assert "Valitse tiedosto" in text_of(client.post("/tickets/import", data={"csrf_token": token(client)}))
    assert "Elokuvalippu;Suvela;2026-06-30" in client.get("/tickets/export/csv").get_data(as_text=True)
    assert client.get("/tickets/export/pdf").status_code == 404


def token(client: PageClient) -> str:
    return str(soup(client.get("/tickets/import")).select_one("input[name=csrf_token]")["value"])  # type: ignore[index]


def test_recording_numbers_on_the_page_of_a_type(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
        bring(session, FILE)
        point = next(place for place in list_places(session) if place.name == "Suvela")
        coded = make_type(session)
    signed_in(client, Role.COORDINATOR)
    url = f"/tickets/types/{kind.id}/counts"
    more = {"action": "hand-out", "place": str(point.id), "quantity": "35", "day": "1.7.2026"}
    assert post_form(client, url, data=more).status_code == 302
    page = text_of(client.get(url))
    assert "Suvela: palautettu 5 enemmän kuin siellä oli" in page
    assert "Hankittu 660 = varastossa 480 + jakopisteissä −5 + luovutettu 185" in page
    refused = post_form(client, url, data={**more, "quantity": "5", "less": "y"})
    assert "Kerro syy" in text_of(refused)
    assert post_form(client, url, data={**more, "quantity": "5", "less": "y", "note": "Väärin"}).status_code == 302
    assert "Lukuja ei ole vielä" not in text_of(client.get(url))
    assert client.get(f"/tickets/types/{coded.id}/counts").status_code == 404
    assert "Luvut" in text_of(client.get("/tickets"))
    assert "Luvut" in text_of(client.get(f"/tickets/types/{kind.id}"))


def test_a_manager_sees_numbers_and_report_but_records_nothing(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
        bring(session, FILE)
        group = make_group(session, "Vammaispalvelut")
        (point,) = list_places(session, PlaceKind.POINT)
        details = PlaceDetails(PlaceKind.POINT, "Suvela", groups=frozenset({group.id}))
        change_place(session, ADMIN, place_id=point.id, details=details, at=NOON)
        given = {"action": Action.HAND_OUT, "quantity": 3, "place_id": point.id, "group_id": group.id}
        more = {"move_id": kind.id, "type_id": kind.id, "day": date(2026, 7, 1), "at": NOON}
        service.record_counts(session, ADMIN, **given, **more)
    signed_in(client, Role.MANAGER)
    url = f"/tickets/types/{kind.id}/counts"
    told = text_of(client.get(url))
    assert "Kirjaa määriä" not in told
    assert "Vammaispalvelut" not in told
    with pytest.raises(AssertionError):
        post_form(client, url, data={})
    page = text_of(client.get("/tickets/report?by=group"))
    assert "alle 5" in page
    assert "Vammaispalvelut" in page
    assert "<5" in client.get("/tickets/report/csv?by=group").get_data(as_text=True)
    signed_in(client, Role.COORDINATOR)
    assert "alle 5" not in text_of(client.get("/tickets/report?by=group")).replace("alle 5:n", "")
    assert "alle 5" in text_of(client.get("/tickets/report?by=group&published=y")).replace("alle 5:n", "")


def test_the_report_page_asks_again_for_what_cannot_be(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
        bring(session, FILE)
    signed_in(client, Role.MANAGER)
    for by in ("type", "point", "group", "month"):
        page = text_of(client.get(f"/tickets/report?by={by}&type={kind.id}&from=1.6.2026&to=30.6.2026"))
        assert "Yhteensä" in page
        assert "150" in page
    assert "ei ole lukuja" in text_of(client.get("/tickets/report?from=1.1.2020&to=2.1.2020"))
    wrong = client.get("/tickets/report?from=3.6.2026&to=2.6.2026")
    assert "Viimeinen päivä on ennen ensimmäistä" in text_of(wrong)
    for query in ("type=x", "by=x", "from=x"):
        assert client.get(f"/tickets/report?{query}").status_code == 200
        assert client.get(f"/tickets/report/csv?{query}").status_code == 404
    assert client.get("/tickets/report/xlsx").status_code == 200


def test_hand_outs_and_uses_are_recorded_at_their_places(client: PageClient) -> None:
    with work(client.application) as session:
        cinema(session)
        (point,), (venue,) = list_places(session, PlaceKind.POINT), list_places(session, PlaceKind.VENUE)
    signed_in(client, Role.COORDINATOR)
    url, when = "/tickets/counts", {"day": "1.7.2026"}
    assert post_form(client, url, place=str(point.id), quantity="12", data=when).status_code == 302
    assert post_form(client, url, place=str(venue.id), quantity="9", data=when).status_code == 302
    told = post_form(client, url, place=str(venue.id), quantity="2", less="y", data=when)
    assert "Kerro syy" in text_of(told)
    assert "Kirjoita määrä, esimerkiksi 20" in text_of(post_form(client, url, data=when))
    with work(client.application) as session:
        found = {(one.action, one.quantity, one.place_id) for one in queries.list_counts(session)}
    assert found == {(Action.HAND_OUT, 12, point.id), (Action.USE, 9, venue.id)}


def test_staff_of_a_place_record_their_numbers_there(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
        hall = make_venue(session, name="Kino Orion")
        user = make_user(session, Role.VENUE, places=[hall])
    sign_in(client, user)
    assert "Kirjaa lippujen määriä" in text_of(client.get("/account"))
    assert client.get("/tickets/use").text.count('href="/tickets/counts"') == 1
    assert "Kino Orion" in text_of(client.get("/tickets/counts"))
    assert client.get(f"/tickets/types/{kind.id}/counts").status_code == 403
    with work(client.application) as session:
        change_place(session, ADMIN, place_id=hall.id, details=replace(hall.details, active=False), at=NOON)
    assert "Pyydä koordinaattoria" in text_of(client.get("/tickets/counts"))
    signed_in(client, Role.PARK_STAFF)
    assert client.get("/tickets/counts").status_code == 403
