"""Pages of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from flask import Flask

from pilot_ops.events import queries
from pilot_ops.events.domain import Attendance, Status, Venue
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.service import change_park
from tests.support.builders import ADMIN, make_park, make_user
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of
from tests.support.paper import check_tagged

FILLED = {
    "day": "25.6.2030",
    "starts": "17.00",
    "ends": "19.00",
    "name_fi": "Metsäretki kaikille",
    "summary_fi": "Helppo retki",
    "description_fi": "Lähdemme pihalta.",
    "venue_fi": "Oittaa",
    "organiser": "Espoon kaupunki",
    "audiences": ["families", "disabled"],
    "route_m": "1200",
    "steepest_percent": "6",
    "surfaces": ["gravel"],
    "toilet": "y",
}


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A coordinator's browser."""
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    return client


def made(boss: PageClient, **different: Any) -> str:
    """The address of an event that was drafted on the page."""
    answer = post_form(boss, "/events/new", **{**FILLED, **different})
    assert answer.status_code == 302, text_of(answer)
    return answer.location


def test_an_event_is_drafted_published_and_cancelled(app: Flask, boss: PageClient) -> None:
    assert "Tapahtumia ei ole" in text_of(boss.get("/events"))
    address = made(boss)
    page = text_of(boss.get(address))
    for said in (
        "Luonnos",
        "25.6.2030 klo 17.00–19.00",
        "Reitti 1,2 km",
        "Jyrkin kohta 6 %",
        "Esteetön WC",
        "Maksuton",
    ):
        assert said in page.replace("\xa0", " "), said
    post_form(boss, address, action=f"{address}/state/publish")
    assert "Julkaistu" in text_of(boss.get(address))
    answer = post_form(boss, f"{address}/notice/cancel", notice_fi="Peruttu myrskyn takia")
    page = text_of(boss.get(answer.location))
    assert "Peruttu myrskyn takia" in page
    post_form(boss, address, action=f"{address}/state/restore")
    with look(app) as session:
        (event,) = queries.list_events(session)
    assert (event.status, event.notice.fi) == (Status.PUBLISHED, "")
    assert "Metsäretki kaikille" in text_of(boss.get("/events"))


def test_an_incomplete_draft_is_not_published_and_says_why(boss: PageClient) -> None:
    address = made(boss, organiser="")
    answer = post_form(boss, address, action=f"{address}/state/publish")
    assert "Kirjoita, kuka järjestää" in text_of(boss.get(answer.location))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name_fi", "", "Kirjoita tapahtuman nimi"),
        ("day", "32.6.2030", "Kirjoita päivä"),
        ("ends", "16.00", "päättyy ennen kuin se alkaa"),
        ("summary_fi", "x" * 161, "enintään 160 merkkiä"),
        ("latitude", "pohjoinen", "Kirjoita asteet"),
        ("latitude", "60,2", "molemmat koordinaatit"),
        ("link", "www.example.fi", "Kirjoita koko osoite"),
        ("capacity", "0", "Kirjoita luku väliltä 1–"),
        ("steepest_percent", "200", "Kirjoita luku väliltä 0–100"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(boss: PageClient, field: str, typed: str, sentence: str) -> None:
    page = post_form(boss, "/events/new", **{**FILLED, field: typed})
    assert page.status_code == 200
    beside = {"latitude": "longitude"}.get(field, field) if sentence == "molemmat koordinaatit" else field
    assert sentence in str(soup(page).select_one(f"#{beside}-e"))
    assert soup(page).select_one(f"#{field}")["value"] == typed  # type: ignore[index]
    assert soup(page).select_one("#organiser")["value"] == "Espoon kaupunki"  # type: ignore[index]


def test_a_change_by_two_people_loses_nothing(app: Flask, boss: PageClient) -> None:
    address = made(boss)
    page = boss.get(f"{address}/edit")
    seen = soup(page).select_one("[name=seen]")["value"]  # type: ignore[index]
    assert post_form(boss, f"{address}/edit", organiser="Latuyhdistys").status_code == 302
    refused = post_form(boss, f"{address}/edit", organiser="Partio", seen=seen)
    assert "Joku muutti tapahtumaa samaan aikaan" in text_of(refused)
    assert "Latuyhdistys" in text_of(boss.get(address))


def test_an_event_is_moved_and_postponed(boss: PageClient) -> None:
    address = made(boss)
    post_form(boss, address, action=f"{address}/state/publish")
    post_form(boss, f"{address}/notice/postpone", notice_fi="Jäätä ei ole")
    assert "Lykätty" in text_of(boss.get(address))
    moved = post_form(boss, f"{address}/move", day="2.7.2030", ends="")
    assert "2.7.2030 klo 17.00" in text_of(boss.get(moved.location)).replace("\xa0", " ")
    assert "Julkaistu" in text_of(boss.get(address))


def test_a_series_is_shown_before_it_is_made(app: Flask, boss: PageClient) -> None:
    address = made(boss)
    page = post_form(boss, f"{address}/repeat", until="16.7.2030", except_days="2.7.2030")
    text = text_of(page).replace("\xa0", " ")
    assert "Sarjassa on 3 tapahtumaa" in text
    assert "9.7.2030" in text
    assert "ti 2.7.2030" not in text
    done = boss.post(f"{address}/repeat", data=_with(page, step="make"))
    assert "Sarjassa on 3 tapahtumaa" in text_of(boss.get(done.location))
    post_form(boss, address, action=f"{address}/series/publish")
    with look(app) as session:
        assert {event.status for event in queries.list_events(session)} == {Status.PUBLISHED}
    assert "Kirjoita päivät pilkuin" in text_of(
        post_form(boss, f"{made(boss)}/repeat", until="16.7.2030", except_days="huomenna")
    )


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "until", "Kirjoita viimeinen päivä"),
        ({"until": "1.1.2030"}, "until", "ei anna yhtään tapahtumaa"),
        ({"until": "1.7.2040"}, "until", "Aikaista viimeistä päivää"),
        ({"how": "own", "rule": "kissa"}, "rule", "Sääntöä ei ymmärretä"),
    ],
)
def test_a_rule_is_put_right_where_it_was_given(
    boss: PageClient, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = post_form(boss, f"{made(boss)}/repeat", **typed)
    assert sentence in str(soup(page).select_one(f"#{field}-e"))


def test_the_example_of_a_postponement_is_none_of_a_cancellation(boss: PageClient) -> None:
    address = made(boss)
    post_form(boss, address, action=f"{address}/state/publish")
    assert "Peruttu myrskyn takia" in text_of(boss.get(f"{address}/notice/cancel"))
    assert "Peruttu" not in text_of(boss.get(f"{address}/notice/postpone"))


def _with(page: Any, **fields: str) -> dict[str, Any]:

    return fill(find_form(page, page.request.path), fields)


def test_counting_without_scripts_closing_and_the_report(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=now() - timedelta(hours=1))
        make_event(session, starts_at=now() + timedelta(hours=1), name=Translated("Melonta"))
    address = f"/events/{event.id}"
    page = boss.get(f"{address}/count")
    assert page.headers["X-Pilot-Ops-Keep"]
    for value in ("participants+5", "participants+1", "helpers+1"):
        post_form(boss, f"{address}/count", action=f"{address}/tap", tap=value)
    undo = soup(boss.get(f"{address}/count")).select_one("[data-undo]")["value"]  # type: ignore[index]
    assert str(undo).startswith("helpers-1:")
    post_form(boss, f"{address}/count", action=f"{address}/tap", tap=undo)
    with look(app) as session:
        assert queries.attendance_of(session, [event.id])[event.id] == Attendance(6, 0)
    assert boss.get(f"{address}/counts").get_json() == {"counts": {"participants": 6, "helpers": 0}, "ended": False}
    closing = soup(boss.get(f"{address}/close"))
    assert closing.select_one("#participants")["value"] == "6"  # type: ignore[index]
    post_form(boss, f"{address}/close", participants="7", helpers="2", weather="rain", cost="120,50", note="Sateista")
    assert "7 osallistujaa" in text_of(boss.get(f"{address}/count"))
    report = text_of(boss.get("/events/report")).replace("\xa0", " ")
    assert "120,50 €" in report
    wrong = boss.get("/events/report?first=2.1.2026&last=1.1.2026")
    assert "Päättyy ennen kuin alkaa" in text_of(wrong)
    assert boss.get("/events/report/csv?first=2.1.2026&last=1.1.2026").status_code == 404
    assert boss.get("/events/report?last=1.3.2024").status_code == 200
    file = boss.get("/events/report/csv")
    assert "Metsäretki kaikille" in file.data.decode("utf-8-sig")
    assert boss.get("/events/report/xlsx").status_code == 200
    told = boss.get("/events/report/json").get_json()
    assert told["currency"] == "EUR"
    assert {name: told["events"][0][name] for name in ("participants", "weather", "cost")} == {
        "participants": 7,
        "weather": "rain",
        "cost": "120.50",
    }
    content = boss.get("/events/report/pdf").data
    check_tagged(content, language="fi", title="Tapahtumien osallistujat ja kulut")
    paper = pypdfium2.PdfDocument(content)
    words = " ".join(paper[0].get_textpage().get_text_range().split())
    for said in ("Metsäretki kaikille", "Yhteensä 7 2 120,50 €", "Sivu 1/1"):
        assert said in words
    # An event that has not been held is none to which nobody came.
    assert words.split("Melonta")[1].split("Yhteensä")[0].endswith("– – – ")
    paper.close()
    assert boss.get("/events/report/odt").status_code == 404
    reopened = post_form(boss, f"{address}/reopen", reason="Unohtui yksi")
    assert reopened.location.endswith("/close")


def test_park_staff_count_at_the_events_of_their_park(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park = make_park(session)
        staff = make_user(session, Role.PARK_STAFF, parks=[park.id])
        here = make_event(session, starts_at=now(), venue=Venue(Translated("Suvela"), park_id=park.id))
        elsewhere = make_event(session, starts_at=now())
    sign_in(client, staff)
    assert client.get(f"/events/{here.id}/count").status_code == 200
    assert client.get(f"/events/{elsewhere.id}/count").status_code == 403
    assert client.get("/events").status_code == 403


def test_a_tap_of_a_phone_counts_once(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=now())
    tap = {"event": str(event.id), "group": "participants", "change": 1}
    sent = {"id": str(uuid4()), "kind": "event.tap", "at": now().isoformat(), "body": tap}
    for _ in range(2):
        answer = push(boss, sent)
        assert answer["results"][0]["result"] == "stored"
        assert answer["counts"] == {f"event/{event.id}": {"participants": 1}}
    unknown = {**sent, "id": str(uuid4()), "body": {**tap, "group": "dogs"}}
    assert push(boss, unknown)["results"][0]["result"] == "unknown"
    nowhere = {**sent, "id": str(uuid4()), "body": {**tap, "event": str(UUID(int=1))}}
    assert "ei voi enää laskea" in push(boss, nowhere)["results"][0]["text"]


def test_what_is_undone_twice_without_a_script_is_told(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=now())
    path, first = f"/events/{event.id}/tap", str(uuid4())
    token = str(soup(boss.get(f"/events/{event.id}/count")).select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    boss.post(path, data={"csrf_token": token, "tap_id": first, "tap": "participants+1"})
    for _ in range(2):
        undo = {"csrf_token": token, "tap_id": str(uuid4()), "tap": f"participants-1:{first}"}
        assert boss.post(path, data=undo).status_code == 302
    assert "Tämä merkintä on jo kumottu" in text_of(boss.get(f"/events/{event.id}/count"))


def push(client: PageClient, *events: dict[str, Any]) -> Any:
    """What the service answers to events of a phone."""
    hello = client.get("/sync").get_json()
    body = {"user": hello["user"], "waiting": len(events), "events": list(events)}
    return client.post("/sync", json=body, headers={"X-CSRFToken": hello["token"]}).get_json()


def test_a_last_day_needs_a_time(boss: PageClient) -> None:
    answer = post_form(boss, "/events/new", **{**FILLED, "ends": "", "last_day": "26.6.2030"})
    assert "mihin aikaan viimeinen päivä päättyy" in text_of(answer)


def test_an_event_stays_in_a_park_that_is_no_longer_used(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        park = make_park(session)
        event = make_event(session, venue=Venue(Translated("Suvela"), park_id=park.id))
        change_park(session, ADMIN, park_id=park.id, details=replace(park.details, active=False), at=now())
    post_form(boss, f"/events/{event.id}/edit", organiser="Latuyhdistys")
    with look(app) as session:
        found = queries.get_event(session, event.id).details
    assert (found.organiser, found.venue.park_id) == ("Latuyhdistys", park.id)
    assert park.name not in text_of(boss.get("/events/new"))


def test_two_phones_and_a_closing_page_that_is_old(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        event = make_event(session, starts_at=now() - timedelta(hours=1))
    address = f"/events/{event.id}/close"
    filled = _with(boss.get(address), participants="4", helpers="1")
    counting = find_form(boss.get(f"/events/{event.id}/count"), f"/events/{event.id}/tap")
    late = fill(counting, {"tap": "helpers+1"})
    post_form(boss, f"/events/{event.id}/count", action=f"/events/{event.id}/tap", tap="participants+5")
    answer = boss.post(address, data=filled)
    assert "nyt osallistujia on 5 ja avustajia 0" in text_of(answer)
    assert boss.post(address, data=_with(answer, participants="9")).status_code == 302
    page = text_of(boss.get(f"/events/{event.id}"))
    assert "9 osallistujaa, 1 avustaja" in page.replace("\xa0", " ")
    assert "Lykkää" not in page
    boss.post(f"/events/{event.id}/tap", data=late)
    assert "1 merkintä tuli tapahtuman päättämisen jälkeen" in text_of(boss.get(f"/events/{event.id}"))


def test_today_shows_what_goes_on_and_what_was_not_closed(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park = make_park(session)
        staff = make_user(session, Role.PARK_STAFF, parks=[park.id])
        venue, since = Venue(Translated("Suvela"), park_id=park.id), now() - timedelta(days=2)
        camp = make_event(session, starts_at=since, lasts=timedelta(days=4), venue=venue, name=Translated("Leiri"))
        over = make_event(session, starts_at=since, lasts=timedelta(hours=1), venue=venue, name=Translated("Retki"))
        make_event(session, starts_at=since, lasts=timedelta(hours=1), name=Translated("Muualla"))
    sign_in(client, staff)
    page = soup(client.get("/today"))
    for section, event in (("events-h", camp), ("unclosed-h", over)):
        links = page.select(f"[aria-labelledby={section}] a")
        assert [link["href"] for link in links] == [f"/events/{event.id}/count"]
    post_form(client, f"/events/{over.id}/close", participants="3", helpers="1")
    assert "joita ei ole päätetty" not in text_of(client.get("/today"))
