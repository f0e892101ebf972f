"""Numbers of counted tickets from files and back, and the pages of counted tickets and of the report."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden
from pilot_ops.kernel.text import Translated
from pilot_ops.places.domain import Kind as PlaceKind
from pilot_ops.places.domain import PlaceDetails
from pilot_ops.places.queries import list_places
from pilot_ops.places.service import change_place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Balance, Kind, TicketType, standings_of
from pilot_ops.tickets.export import problems_of, read_counts, write_counts
from pilot_ops.tickets.models import BatchRow, StockMoveRow
from tests.support.builders import ADMIN, NOON, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.recorder import recorded
from tests.support.tickets import make_batch, make_group, make_point, make_type, make_venue, staff_of

FILE = """Laji;Jakopiste;Päivä;saapunut;jaettu;luovutettu;palautettu;käytetty
Elokuvalippu;;1.6.2026;660;;;;
elokuvalippu;Suvela;2.6.2026;;200;0;;
ELO;Suvela;30.6.2026;;;150;20;
Elokuvalippu;Kino Tapiola;30.6.2026;;;;;90
"""


def cinema(session: Session) -> TicketType:
    """Cinema tickets, a point and the cinema."""
    make_point(session, name="Suvela")
    make_venue(session, name="Kino Tapiola")
    return make_type(session, kind=Kind.COUNTED, name=Translated("Elokuvalippu", "Biobiljett"), prefix="ELO", uses=1)


def bring(session: Session, text: str | bytes) -> tuple[int, list[tuple[int, str, str]]]:
    """Import a file: how many rows were new, and what was refused by row, column and reason."""
    table, rows = read_counts(text.encode() if isinstance(text, str) else text)
    assert table.problems == ()
    plan = service.import_counts(session, ADMIN, rows=rows, file_name="f.csv", at=NOON)
    told = [(found.row, found.column, found.reason.value) for found in problems_of(plan, table)]
    return len(plan.fresh), told


def balance_of(session: Session, kind: TicketType) -> Balance:
    return standings_of(queries.sums_by_day(session), [kind])[kind.id].balance


def stored(session: Session) -> tuple[Any, Any]:
    numbers = (select(func.count()).select_from(row) for row in (StockMoveRow, BatchRow))
    first, second = (session.scalar(query) for query in numbers)
    return first, second


def test_a_file_is_recorded(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = cinema(session)
        assert bring(session, FILE) == (4, [])
        # 660 = 480 in stock + 30 at the point + 150 with clients.
        assert balance_of(session, kind) == Balance(660, 480, 30, 150, used=90, used_up=90, uses=90)
        (batch,) = queries.list_batches(session, kind.id)
        assert (batch.quantity, batch.acquired_on, batch.note) == (660, date(2026, 6, 1), "f.csv")
        assert list_entries(session)[0].action == "tickets.imported"


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    cinema(session)
    bring(session, FILE)
    before = stored(session)
    assert bring(session, FILE) == (0, [])
    assert stored(session) == before
    assert [entry.action for entry in list_entries(session)].count("tickets.imported") == 1


def test_a_longer_file_brings_what_is_new(session: Session) -> None:
    cinema(session)
    bring(session, FILE)
    assert bring(session, FILE + "ELO;Suvela;1.7.2026;;;7;;\n") == (1, [])


HEAD = FILE.splitlines()[0] + "\n"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Elokuvalipu;Suvela;1.6.2026;;1;;;", "Laji", "unknown-type"),
        ("UIN;Suvela;1.6.2026;;1;;;", "Laji", "not-counted"),
        ("ELO;Soukka;1.6.2026;;1;;;", "Jakopiste", "unknown-point"),
        ("ELO;;1.6.2026;;1;;;", "Jakopiste", "place-missing"),
        ("ELO;Kino Tapiola;1.6.2026;;;1;;", "luovutettu", "venue-only-uses"),
        ("ELO;Suvela;2.7.2026;;1;;;", "Päivä", "day-in-future"),
        ("ELO;;1.6.2026;20001;;;;", "saapunut", "quantity-wrong"),
        ("ELO;Suvela;1.6.2026;;1000001;;;", "jaettu", "quantity-wrong"),
        ("ELO;Suvela;1.6.2026;;-1;;;", "jaettu", "not-a-count"),
    ],
)
def test_one_wrong_row_rejects_the_file(session: Session, row: str, column: str, reason: str) -> None:
    cinema(session)
    make_type(session, prefix="UIN")
    before = stored(session)
    _fresh, told = bring(session, HEAD + "ELO;Suvela;3.6.2026;;5;;;\n" + row + "\n")
    assert (told, stored(session)) == ([(3, column, reason)], before)


def test_a_row_twice_is_refused(session: Session) -> None:
    cinema(session)
    _fresh, told = bring(session, HEAD + "ELO;Suvela;3.6.2026;;5;;;\nelo;suvela;3.6.2026;;;4;;\n")
    assert told == [(3, "Päivä", "row-twice")]


def test_a_changed_figure_rejects_the_file_and_is_corrected_by_a_person(session: Session) -> None:
    kind = cinema(session)
    bring(session, FILE)
    changed = FILE.replace("150;20", "148;20") + "ELO;Suvela;1.7.2026;;;7;;\n"
    assert bring(session, changed) == (1, [(4, "luovutettu", "figures-differ")])
    (point,) = list_places(session, PlaceKind.POINT)
    more = {"action": Action.HAND_OUT, "quantity": -2, "place_id": point.id, "note": "Laskettu väärin"}
    given = {"move_id": kind.id, "type_id": kind.id, "day": date(2026, 6, 30), "at": NOON, **more}
    service.record_counts(session, ADMIN, **given)
    assert bring(session, changed) == (1, [])
    # The file as it was before the correction still changes nothing.
    assert bring(session, FILE) == (0, [])
    assert balance_of(session, kind).handed_out == 155


def test_a_number_typed_before_is_not_counted_twice(session: Session) -> None:
    kind = cinema(session)
    make_batch(session, kind, 660, day=date(2026, 6, 1))
    assert bring(session, FILE)[1] == []
    assert balance_of(session, kind).acquired == 660
    make_batch(session, kind, 5, day=date(2026, 6, 5))
    assert bring(session, HEAD + "ELO;;5.6.2026;6;;;;\n")[1] == [(2, "saapunut", "figures-differ")]


def test_what_came_may_stand_on_the_rows_of_points(session: Session) -> None:
    kind = cinema(session)
    make_point(session, name="Soukka")
    text = HEAD + "ELO;Suvela;1.6.2026;100;100;;;\nELO;Soukka;1.6.2026;50;50;;;\n"
    assert bring(session, text) == (2, [])
    assert balance_of(session, kind) == Balance(150, 0, 150)
    assert bring(session, text) == (0, [])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_round_trip_gives_the_same_data(session: Session, form: str) -> None:
    kind = cinema(session)
    bring(session, FILE)
    (point,) = list_places(session, PlaceKind.POINT)
    more = {"action": Action.HAND_OUT, "quantity": -3, "place_id": point.id, "note": "Korjaus"}
    given = {"move_id": kind.id, "type_id": kind.id, "day": date(2026, 7, 1), "at": NOON, **more}
    service.record_counts(session, ADMIN, **given)
    make_batch(session, kind, 40)
    before, sums = stored(session), queries.sums_by_day(session)
    content = write_counts(sums, queries.list_types(session), list_places(session), form)
    assert bring(session, content) == (0, [])
    assert stored(session) == before


def test_what_is_exported_can_be_taken_in_anew(session: Session) -> None:
    kind = cinema(session)
    other = make_type(session, kind=Kind.COUNTED, name=Translated("Toinen lippu"), prefix="TOI", uses=1)
    bring(session, FILE)
    sums = queries.sums_by_day(session)
    content = write_counts(sums, queries.list_types(session), list_places(session), "csv").decode("utf-8-sig")
    assert bring(session, content.replace("Elokuvalippu", "Toinen lippu"))[1] == []
    assert balance_of(session, other) == balance_of(session, kind)


def test_one_file_brought_in_by_many_at_once_is_recorded_once(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = cinema(session)
    together = Barrier(6)

    def send(_: int) -> int:
        together.wait()
        with work(on_both) as session:
            return bring(session, FILE)[0]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [0, 0, 0, 0, 0, 4]
    with look(on_both) as session:
        assert balance_of(session, kind).handed_out == 150


def test_a_long_file_asks_no_more_than_a_short_one(app: Flask) -> None:
    with work(app) as session:
        cinema(session)
    asked = []
    for days in (2, 28):
        _table, rows = read_counts(
            (HEAD + "".join(f"ELO;Suvela;{day}.6.2026;;1;;;\n" for day in range(1, days + 1))).encode()
        )
        with recorded(app) as statements, look(app) as session:
            service.plan_import(session, ADMIN, rows=rows, at=NOON)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 9


def test_only_who_edits_tickets_imports(session: Session) -> None:
    with pytest.raises(Forbidden):
        service.import_counts(session, staff_of(make_point(session), Role.MANAGER), rows=(), file_name="", at=NOON)


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


def test_staff_without_a_place_are_told_whom_to_ask(client: PageClient) -> None:
    with work(client.application) as session:
        kind = cinema(session)
    signed_in(client, Role.VENUE)
    assert "Pyydä koordinaattoria" in text_of(client.get("/tickets/counts"))
    assert "Kirjaa lippujen määriä" in text_of(client.get("/account"))
    assert client.get(f"/tickets/types/{kind.id}/counts").status_code == 403
    signed_in(client, Role.PARK_STAFF)
    assert client.get("/tickets/counts").status_code == 403
