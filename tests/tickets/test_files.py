"""Numbers of counted tickets from files and back."""

from __future__ import annotations

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
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Balance, Kind, TicketType, standings_of
from pilot_ops.tickets.export import problems_of, read_counts, write_counts
from pilot_ops.tickets.models import BatchRow, StockMoveRow
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.recorder import recorded
from tests.support.tickets import make_batch, make_point, make_type, make_venue, staff_of

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
