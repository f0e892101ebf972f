"""Scanning: every answer in words, once however often it is sent, each at their own places, wrong codes limited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.places import service as places
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, Selection, State, TicketType
from tests.support.builders import ADMIN, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    make_venue,
    move,
    ticket_at,
    use,
    venue_of,
)


@dataclass
class Scene:
    """A coordinator's browser, wristbands of which some are at a point, the point, and the hall."""

    app: Flask
    browser: PageClient
    kind: TicketType
    point: Place
    hall: Place

    def code(self, serial: int) -> str:
        with look(self.app) as session:
            return code_at(session, self.kind, serial)

    def state(self, serial: int) -> State:
        with look(self.app) as session:
            return ticket_at(session, self.kind, serial).state

    def give(self, *serials: int) -> None:
        """Hand tickets out, an hour ago."""
        with work(self.app) as session:
            for serial in serials:
                hand_out(session, self.kind, serial, self.point, at=now() - timedelta(hours=1))

    def send(self, action: str, text: str, place: Place | None = None, **given: Any) -> str:
        """Send a code by the form; the result page in text."""
        place = place or (self.point if action == "hand-out" else self.hall)
        answer = self.post(action, text, place, **given)
        assert answer.status_code == 302, text_of(answer)
        return text_of(self.browser.get(answer.location))

    def post(self, action: str, text: str, place: Place, **given: Any) -> TestResponse:
        self.browser.get(f"/tickets/{action}?place={place.id}")
        return post_form(self.browser, f"/tickets/{action}", data={"code": text, **given})


@pytest.fixture
def scene(app: Flask, client: PageClient) -> Scene:
    with work(app) as session:
        hall = make_venue(session, name="Leppävaaran uimahalli")
        kind = make_type(session, prefix="UIN", uses=10, venues=frozenset({hall.id}))
        point = make_point(session, name="Leppävaara")
        make_batch(session, kind, 12)
        allocate(session, kind, point, 10)
        boss = make_user(session, Role.COORDINATOR)
    sign_in(client, boss)
    return Scene(app, client, kind, point, hall)


def test_a_wristband_is_handed_out_and_the_next_may_come(scene: Scene) -> None:
    page = scene.send("hand-out", scene.code(1))
    assert "Luovutettu Anna ranneke asiakkaalle." in page
    assert "UIN-0001 Jakopiste Leppävaara" in page
    assert "Pisteessä jäljellä 9 kpl" in page
    assert scene.state(1) is State.HANDED_OUT
    form = scene.browser.get("/tickets/hand-out")
    assert soup(form).select_one("#code")["value"] == ""  # type: ignore[index]
    assert "Tehty 1, estetty 0" in text_of(form)


@pytest.mark.parametrize(
    "dress", [str.lower, lambda code: f"HTTPS://X.FI/T/{code}", lambda code: f" {code[:4]} {code[4:]} "]
)
def test_code_or_link_however_it_comes(scene: Scene, dress: Any) -> None:
    assert "Luovutettu" in scene.send("hand-out", dress(scene.code(2)))


@pytest.mark.parametrize(
    ("action", "before", "sentences"),
    [
        ("hand-out", "given", ["Älä luovuta", "Tämä lippu on jo annettu asiakkaalle", "Ota lippu talteen ja anna"]),
        ("hand-out", "stock", ["Älä luovuta", "Lippu on vielä varastossa", "Pyydä koordinaattoria"]),
        ("hand-out", "elsewhere", ["Älä luovuta", "Lippu kuuluu toiseen jakopisteeseen"]),
        ("hand-out", "void", ["Älä luovuta", "Lippu on mitätöity"]),
        ("hand-out", "lost", ["Älä luovuta", "Lippu on merkitty kadonneeksi"]),
        ("use", "point", ["Lippu ei kelpaa", "Lippua ei ole vielä luovutettu asiakkaalle", "käymään jakopisteessä"]),
        ("use", "void", ["Lippu ei kelpaa", "Lippu on mitätöity", "Ota lippu talteen"]),
        ("use", "given", ["Tervetuloa", "9 käyntiä jäljellä", "Käyntejä jäljellä 9 / 10"]),
        ("use", "wrong hall", ["Lippu ei kelpaa", "Lippu ei kelpaa täällä"]),
        ("use", "just now", ["Sama lippu äsken", "Toinen henkilö: kirjaa käynti"]),
    ],
)
def test_every_answer_is_in_words(scene: Scene, action: str, before: str, sentences: list[str]) -> None:
    place, serial = None, 1
    if before in {"given", "wrong hall", "just now"}:
        scene.give(1)
    with work(scene.app) as session:
        match before:
            case "stock":
                serial = 11
            case "elsewhere":
                place = make_point(session)
            case "wrong hall":
                place = make_venue(session)
            case "void":
                move(session, Action.VOID, Selection(scene.kind.id, 1, 1))
            case "lost":
                move(session, Action.LOSE, Selection(scene.kind.id, 1, 1))
            case "just now":
                use(session, scene.kind, 1, scene.hall, at=now())
    page = scene.send(action, scene.code(serial), place)
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_expired_and_used_up_say_so(scene: Scene) -> None:
    with work(scene.app) as session:
        hall = scene.hall.id
        yesterday = local_day(now()) - timedelta(days=1)
        old = make_type(session, prefix="OLD", uses=1, venues=frozenset({hall}), valid_until=yesterday)
        film = make_type(session, prefix="FILM", uses=1, venues=frozenset({hall}))
        for kind in (old, film):
            make_batch(session, kind, 1)
            allocate(session, kind, scene.point, 1)
        hand_out(session, film, 1, scene.point)
        codes = [code_at(session, kind, 1) for kind in (old, film)]
    assert "Lippu on vanhentunut" in scene.send("hand-out", codes[0])
    assert "Lippu on nyt käytetty." in scene.send("use", codes[1])
    again = scene.send("use", codes[1])
    assert "Lippu on käytetty loppuun" in again
    assert "Viimeksi käytetty" in again
    assert "Leppävaaran uimahalli" in again


@pytest.mark.parametrize(("language", "said"), [("sv", "Utlämnad"), ("en", "Handed out")])
def test_the_answer_is_in_the_readers_language(scene: Scene, language: str, said: str) -> None:
    post_form(scene.browser, "/tickets/hand-out", action="/language", language=language)
    page = scene.send("hand-out", scene.code(1))
    assert "Ge armbandet till klienten." in page or "Give the wristband to the client." in page
    assert "Utdelad" in page or said in page


def test_a_press_sent_twice_is_one_hand_out(scene: Scene) -> None:
    same = str(uuid4())
    first = scene.send("hand-out", scene.code(1), scan_id=same)
    assert scene.send("hand-out", scene.code(1), scan_id=same) == first
    other = scene.post("hand-out", scene.code(2), scene.point, scan_id=same)
    assert "Tämä on jo tallennettu toisin" in text_of(other)
    assert scene.state(2) is State.AT_POINT


def test_opening_the_link_changes_nothing(scene: Scene) -> None:
    code = scene.code(1)
    page = scene.browser.get(f"/tickets/hand-out?place={scene.point.id}&code={code}")
    assert "UIN-0001" in text_of(page)
    assert soup(page).select_one("#code")["value"] == code  # type: ignore[index]
    assert scene.state(1) is State.AT_POINT


def test_a_hand_out_is_undone_from_its_result(scene: Scene) -> None:
    done = scene.post("hand-out", scene.code(1), scene.point)
    undone = post_form(scene.browser, done.location)
    assert "Luovutus kumottu" in text_of(scene.browser.get(undone.location))
    assert scene.state(1) is State.AT_POINT
    again = post_form(scene.browser, done.location)
    assert "Luovutus on jo kumottu" in text_of(again)


def test_a_hand_out_is_not_offered_to_be_undone_when_it_is_too_late(scene: Scene) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        done = scene.post("hand-out", scene.code(1), scene.point)
        page = scene.browser.get(done.location)
        assert soup(page).select_one("[data-module='tickets/undo'][data-seconds='600']") is not None
        form = fill(find_form(page, done.location), {})
        clock.shift(timedelta(minutes=10, seconds=1))
        refused = scene.browser.post(done.location, data=form)
        late = scene.browser.get(done.location)
    assert "Luovutuksen voi kumota 10 minuutin ajan. Pyydä koordinaattoria korjaamaan" in text_of(refused)
    for page in (refused, late):
        assert "Kumoa luovutus" not in text_of(page)
    assert scene.state(1) is State.HANDED_OUT


def test_a_ticket_of_another_point_says_of_which(scene: Scene) -> None:
    with work(scene.app) as session:
        other = make_point(session, name="Matinkylä")
    page = scene.send("hand-out", scene.code(1), other)
    assert "Lippu kuuluu toiseen jakopisteeseen" in page
    assert "Lipun jakopiste Leppävaara Skannattu Matinkylä, " in page


def test_a_second_person_is_confirmed(scene: Scene) -> None:
    scene.give(1)
    scene.send("use", scene.code(1))
    asked = scene.post("use", scene.code(1), scene.hall)
    second = post_form(scene.browser, asked.location)
    assert "8 käyntiä jäljellä" in text_of(scene.browser.get(second.location))
    with look(scene.app) as session:
        assert ticket_at(session, scene.kind, 1).uses_left == 8


def test_the_group_is_asked_where_a_point_has_several(scene: Scene) -> None:
    with work(scene.app) as session:
        groups = [make_group(session, name) for name in ("Aikuissosiaalityö", "Vammaispalvelut")]
        many = make_point(session, groups=frozenset(group.id for group in groups))
        one = make_point(session, groups=frozenset({groups[0].id}))
        for place in (many, one):
            allocate(session, scene.kind, place, 1)
    scene.send("hand-out", scene.code(11), many, group=str(groups[1].id))
    kept = soup(scene.browser.get(f"/tickets/hand-out?place={many.id}")).select_one("#group option[selected]")
    assert kept is not None
    assert kept["value"] == str(groups[1].id)
    scene.send("hand-out", scene.code(12), one)
    # What is chosen counts, not what was chosen before.
    with work(scene.app) as session:
        move(session, Action.TRANSFER, Selection(scene.kind.id, 10, 10), many)
    scene.send("hand-out", scene.code(11), many, group=str(groups[1].id))
    scene.send("hand-out", scene.code(10), many, group="")
    with look(scene.app) as session:
        assert ticket_at(session, scene.kind, 10).group_id is None
    with look(scene.app) as session:
        assert [ticket_at(session, scene.kind, serial).group_id for serial in (11, 12)] == [groups[1].id, groups[0].id]


def test_the_place_is_chosen_first_and_must_be_there(scene: Scene) -> None:
    with work(scene.app) as session:
        make_point(session)
    assert soup(scene.browser.get("/tickets/hand-out")).select_one("#code") is None
    for address in ("/tickets/hand-out", "/tickets/use"):
        assert scene.browser.get(f"{address}?place={uuid4()}").status_code == 403


def test_a_page_scans_at_the_place_that_it_shows(scene: Scene) -> None:
    with work(scene.app) as session:
        other = make_venue(session, name="Toinen halli")
    scene.give(1)
    page = scene.browser.get(f"/tickets/use?place={scene.hall.id}")
    # Another tab is opened at another place meanwhile.
    scene.browser.get(f"/tickets/use?place={other.id}")
    form = next(one for one in soup(page).find_all("form", method="post") if one.select_one("#code"))
    sent = {str(field["name"]): str(field.get("value", "")) for field in form.select("[name]")}
    done = scene.browser.post(str(form["action"]), data={**sent, "code": scene.code(1)})
    assert "Leppävaaran uimahalli" in text_of(scene.browser.get(done.location))


def test_what_was_taken_back_is_not_counted_as_done(scene: Scene) -> None:
    done = scene.post("hand-out", scene.code(1), scene.point)
    post_form(scene.browser, done.location)
    assert "Tehty 0, estetty 0" in text_of(scene.browser.get("/tickets/hand-out"))


def test_an_unknown_code_is_told_stored_and_limited(scene: Scene) -> None:
    for _ in range(30):
        assert "Koodia ei tunneta" in scene.send("use", "2" * 17)
    limited = scene.post("use", "2" * 17, scene.hall)
    assert limited.status_code == 429
    with look(scene.app) as session:
        assert sum(queries.count_wrong_codes(session, local_day(now())).values()) == 30


def test_right_codes_are_never_limited(scene: Scene) -> None:
    scene.give(1, 2, 3)
    for _ in range(15):
        for serial in (1, 2, 3):
            scene.send("use", scene.code(serial))


def scan(scene: Scene, **message: Any) -> TestResponse:
    """What the page's script sends."""
    token = soup(scene.browser.get("/account")).select_one("[name=csrf_token]")
    assert token is not None
    sent = {
        "id": str(uuid4()),
        **{name: str(value) if name != "confirmed" else value for name, value in message.items()},
    }
    return scene.browser.post("/tickets/scans", json=sent, headers={"X-CSRFToken": str(token["value"])})


def test_the_script_gets_the_outcome_with_its_sentences(scene: Scene) -> None:
    answer = scan(scene, action="hand-out", code=scene.code(1), place=scene.point.id).get_json()
    assert (answer["done"], answer["kind"], answer["headline"]) == (True, "ok", "Luovutettu")
    assert (answer["label"], answer["symbol"]) == ("UIN-0001", "swimming")
    assert ["Jakopiste", "Leppävaara"] in answer["slip"]
    undone = scan(scene, action="undo-hand-out", undoes=answer["undoes"], place=scene.point.id).get_json()
    assert undone["headline"] == "Luovutus kumottu"
    scene.give(2)
    first = scan(scene, action="use", code=scene.code(2), place=scene.hall.id).get_json()
    assert (first["left"], first["text"]) == (9, "9 käyntiä jäljellä.")
    again = scan(scene, action="use", code=scene.code(2), place=scene.hall.id).get_json()
    assert (again["kind"], again["asks"], again["reason"]) == ("warn", True, "scanned-just-now")
    second = scan(scene, action="use", code=scene.code(2), place=scene.hall.id, confirmed=True).get_json()
    assert second["left"] == 8


@pytest.mark.parametrize(
    "message",
    [
        {"action": "void", "code": "x"},
        {"action": "use", "code": "x", "place": "nowhere"},
        {"action": "undo-hand-out"},
        {"action": "use", "code": "x", "undoes": str(uuid4())},
        {"action": "use", "code": "x", "more": "y"},
        {"action": "use", "code": "x", "confirmed": "yes"},
    ],
)
def test_what_is_no_scan_is_a_bad_request(scene: Scene, message: dict[str, Any]) -> None:
    assert scan(scene, **{"place": scene.hall.id, **message}).status_code == 400


def test_the_script_is_told_what_is_refused(scene: Scene) -> None:
    same = uuid4()
    scan(scene, id=same, action="hand-out", code=scene.code(1), place=scene.point.id)
    refused = scan(scene, id=same, action="hand-out", code=scene.code(2), place=scene.point.id)
    assert refused.status_code == 409
    assert "tallennettu toisin" in refused.get_json()["text"]
    # The script shows it as it shows an outcome.
    parts = ["label", "next", "slip", "title"]
    assert [refused.get_json()[part] for part in parts] == ["", "", [], ""]
    assert scan(scene, action="use", code="x", place=uuid4()).status_code == 404
    scene.browser.post("/sign-out")
    assert scene.browser.post("/tickets/scans", json={}, headers={"Accept": "application/json"}).status_code in {
        400,
        401,
    }


def test_a_page_opened_before_its_place_was_taken_out_of_use_takes_no_more(app: Flask, scene: Scene) -> None:
    scan(scene, action="hand-out", code=scene.code(1), place=scene.point.id)
    with work(app) as session:
        unused = replace(scene.hall.details, active=False)
        places.change_place(session, ADMIN, place_id=scene.hall.id, details=unused, at=now())
    assert scan(scene, action="use", code=scene.code(1), place=scene.hall.id).status_code == 403
    with look(app) as session:
        assert ticket_at(session, scene.kind, 1).uses_left == 10


def test_results_are_for_those_who_may_scan_there(app: Flask, scene: Scene) -> None:
    done = scene.post("hand-out", scene.code(1), scene.point)
    with work(app) as session:
        manager = make_user(session, Role.MANAGER)
    scene.browser.post("/sign-out")
    sign_in(scene.browser, manager)
    assert scene.browser.get(done.location).status_code == 403
    assert scene.browser.get(f"/tickets/results/{uuid4()}").status_code == 404
    assert scene.browser.get("/tickets/use").status_code == 403
    assert venue_of(scene.kind) == scene.hall.id


def test_a_day_of_many_scans_is_counted_whole_and_its_last_are_listed(scene: Scene) -> None:
    scene.give(1)
    for _ in range(12):
        for serial in (1, 2, 3):
            scan(scene, action="use", code=scene.code(serial), place=scene.hall.id)
    page = scene.browser.get(f"/tickets/use?place={scene.hall.id}")
    assert "Tehty 1, estetty 35" in text_of(page)
    assert len(soup(page).select("[data-list] li")) == 30


def test_a_wrong_code_in_the_address_counts_like_one_that_was_sent(scene: Scene) -> None:
    for _ in range(30):
        assert scene.browser.get(f"/tickets/use?code={'2' * 17}").status_code == 200
    assert scene.browser.get(f"/tickets/use?code={scene.code(1)}").status_code == 429
    assert scene.post("use", "2" * 17, scene.hall).status_code == 429
    assert scene.browser.get("/tickets/use").status_code == 200
    with look(scene.app) as session:
        assert sum(queries.count_wrong_codes(session, local_day(now())).values()) == 30
