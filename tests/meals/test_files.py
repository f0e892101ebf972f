"""Meal days from files and back, as pages and as rules."""

from __future__ import annotations

import io
import json
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Count, Entered, Food, Reason, Warning
from pilot_ops.meals.export import problems_of, read_days, write_days
from pilot_ops.schedule.domain import CancelReason, DayStatus, Pilot
from pilot_ops.schedule.queries import list_days
from pilot_ops.schedule.service import cancel_day, order_portions
from tests.support.builders import (
    ADMIN,
    NOON,
    close_with,
    count_children,
    day_of,
    make_actor,
    make_park,
    make_pilot,
    make_user,
    tap_of,
)
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, soup, text_of
from tests.support.recorder import recorded

FILE = """Puisto;Päivä;alle_kouluikäiset;kouluikäiset;tilattu;toimitettu;hävikki;lämpötila tarjoilu;huomio
Suvela;1.7.2024;30;45;90;88;3;65,5;Hyvä päivä
suvela;2.7.2024;31;46;;;;;
"""


def bring(session: Session, pilot: Pilot, text: str) -> list[tuple[int, str, str]]:
    """Import a file; what was refused, by row, column and reason."""
    table, days = read_days(text.encode())
    assert table.problems == ()
    plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
    if not plan.problems:
        service.import_days(session, ADMIN, pilot=pilot, plan=plan, file_name="f.csv", at=NOON)
    return [(found.row, found.column, found.reason.value) for found in problems_of(plan, table)]


def pilot_in_suvela(session: Session) -> Pilot:
    return make_pilot(session, [make_park(session, name="Suvela")])


def test_an_imported_day_is_closed_with_the_figures_of_the_file(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = pilot_in_suvela(session)
        assert bring(session, pilot, FILE) == []
        monday, tuesday = queries.list_summaries(session, list_days(session, pilot_id=pilot.id)[:2])
        assert monday.count == Count(under_school_age=30, school_age=45)
        assert monday.day.ordered == 90
        assert monday.record is not None
        assert (monday.record.delivered, monday.record.waste, monday.record.note) == (88, 3, "Hyvä päivä")
        assert monday.record.entered is Entered.IMPORT
        assert tuesday.record is not None
        assert (tuesday.day.status, tuesday.record.delivered) == (DayStatus.CLOSED, None)
        assert list_entries(session)[0].action == "meals.imported"


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    bring(session, pilot, FILE)
    before = queries.list_summaries(session, list_days(session, pilot_id=pilot.id))
    assert bring(session, pilot, FILE) == []
    assert queries.list_summaries(session, list_days(session, pilot_id=pilot.id)) == before
    assert [entry.action for entry in list_entries(session)].count("meals.imported") == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_round_trip_gives_the_same_data(session: Session, kind: str) -> None:
    pilot = pilot_in_suvela(session)
    day = day_of(session, pilot, date(2024, 7, 1))
    count_children(session, day, young=3, school=4)
    close_with(session, day, delivered=9, note="=ei kaava")
    bring(session, pilot, FILE.splitlines()[0] + "\nSuvela;3.7.2024;1;2;3;3;0;61;x\n")
    summaries = queries.list_summaries(session, list_days(session, pilot_id=pilot.id))
    content = write_days(summaries, {day.park_id: "Suvela"}, kind)
    _table, days = read_days(content)
    plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
    assert (plan.problems, len(plan.rows), plan.fresh) == ((), 2, ())


def test_what_one_service_exports_another_takes_in(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    other = make_pilot(session, [make_park(session, name="Soukka")])
    hot, cold, odd = (day_of(session, pilot, date(2024, 7, number)) for number in (1, 2, 3))
    for day in (hot, cold, odd):
        count_children(session, day, school=day.day.day)
    close_with(session, hot, delivered=1, note="")
    cool = {"food": Food.COLD, "temp_receipt": Fraction(4), "temp_serving": Fraction(55, 10)}
    close_with(session, cold, delivered=2, note="", **cool)
    close_with(session, odd, delivered=9, note="Astia kaatui")
    summaries = queries.list_summaries(session, list_days(session, pilot_id=pilot.id))
    _, days = read_days(write_days(summaries, {hot.park_id: "Soukka"}, "csv"))
    plan = service.plan_import(session, ADMIN, pilot=other, days=days, at=NOON)
    assert (plan.problems, len(plan.fresh)) == ((), 3)
    assert [row.source.record.food for row in plan.rows] == [Food.HOT, Food.COLD, Food.HOT]


def test_one_bad_row_rejects_the_file(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    counted, cancelled, closed = (day_of(session, pilot, date(2024, 7, number)) for number in (2, 3, 4))
    count_children(session, counted, school=1)
    cancel_day(session, ADMIN, day_id=cancelled.id, reason=CancelReason.STAFF, note="", food_billed=False, at=NOON)
    close_with(session, closed, delivered=0)
    rows = ("Suvela;1.7.2024", "Olari;1.7.2024", "Suvela;6.7.2024", "Suvela;2.7.2024", "Suvela;3.7.2024")
    rows += ("Suvela;4.7.2024", "Suvela;1.7.2024")
    text = "park;date;under_school_age;school_age\n" + "".join(f"{row};5;5\n" for row in rows)
    assert bring(session, pilot, text) == [
        (3, "park", "unknown-park"),
        (4, "date", "no-meal-day"),
        (5, "date", "has-taps"),
        (6, "date", "day-cancelled"),
        (7, "date", "figures-differ"),
        (8, "date", "day-twice"),
    ]
    assert day_of(session, pilot, date(2024, 7, 1)).status is DayStatus.PLANNED


def test_a_day_still_to_come_is_refused(session: Session) -> None:
    park = make_park(session, name="Suvela")
    pilot = make_pilot(session, [park], starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))
    text = "park;date;under_school_age;school_age\nSuvela;2.7.2026;5;5\n"
    assert bring(session, pilot, text) == [(2, "date", "future-day")]


def test_a_day_whose_taps_were_all_undone_is_imported(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = pilot_in_suvela(session)
        day = day_of(session, pilot, date(2024, 7, 1))
        tap = tap_of(day)
        service.record_tap(session, ADMIN, tap=tap, at=NOON)
        service.record_tap(session, ADMIN, tap=tap_of(day, change=-1, undoes=tap.id), at=NOON)
        assert bring(session, pilot, FILE) == []
        assert queries.get_count(session, day.id) == Count(under_school_age=30, school_age=45)


def test_a_child_counted_after_the_plan_was_shown_stops_the_import(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    day = day_of(session, pilot, date(2024, 7, 1))
    tap = tap_of(day)
    service.record_tap(session, ADMIN, tap=tap, at=NOON)
    service.record_tap(session, ADMIN, tap=tap_of(day, change=-1, undoes=tap.id), at=NOON)
    _, days = read_days(FILE.encode())
    plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
    service.record_tap(session, ADMIN, tap=tap_of(day), at=NOON)
    with pytest.raises(Refused) as refused:
        service.import_days(session, ADMIN, pilot=pilot, plan=plan, file_name="f.csv", at=NOON)
    assert refused.value.reason is Reason.HAS_TAPS


def test_a_file_that_does_not_say_what_was_ordered_leaves_the_order(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    monday, tuesday = (day_of(session, pilot, date(2024, 7, number)) for number in (1, 2))
    order_portions(session, ADMIN, orders={monday.id: 95, tuesday.id: 96}, at=NOON)
    assert bring(session, pilot, FILE) == []
    assert [day.ordered for day in list_days(session, pilot_id=pilot.id)[:2]] == [90, 96]
    assert bring(session, pilot, FILE) == []


@pytest.mark.parametrize(
    ("cell", "column", "reason"),
    [
        (";5001;;;;", "tilattu", "too-many"),
        (";;;;65,55;", "lämpötila tarjoilu", "not-a-temperature"),
        (";;;;500;", "lämpötila tarjoilu", "not-a-temperature"),
        (";1,000;;;;", "tilattu", "not-a-count"),
    ],
)
def test_a_figure_that_would_be_cut_or_guessed_is_refused_where_it_stands(
    session: Session, cell: str, column: str, reason: str
) -> None:
    pilot = pilot_in_suvela(session)
    text = f"{FILE.splitlines()[0]}\nSuvela;1.7.2024;30;45{cell}\n"
    table, days = read_days(text.encode())
    problems = list(table.problems)
    if not problems:
        plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
        problems += problems_of(plan, table)
    assert [(found.row, found.column, found.reason.value) for found in problems] == [(2, column, reason)]
    assert problems[0].typed == cell.strip(";")


ODD = "Puisto;Päivä;alle_kouluikäiset;kouluikäiset;toimitettu;hävikki;lämpötila vastaanotto;lämpötila tarjoilu;huomio"


@pytest.mark.parametrize(
    ("figures", "odd"),
    [
        ("100;100;80;0;20;65", "more-served-than-delivered far-over-expected hot-too-cold"),
        ("30;40;80;5;70;65", "imbalance"),
        ("30;40;70;0;70;", "temperature-missing"),
        ("30;40;70;0;5;7", "hot-too-cold"),
    ],
)
def test_what_is_odd_about_a_row_is_shown_before_it_is_imported(session: Session, figures: str, odd: str) -> None:
    pilot = pilot_in_suvela(session)
    _, days = read_days(f"{ODD}\nSuvela;1.7.2024;{figures};\n".encode())
    plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
    assert [row.warnings for row in plan.rows] == [tuple(Warning(text) for text in odd.split())]


@pytest.mark.parametrize(
    "text",
    [
        f"{ODD}\nSuvela;1.7.2024;30;40;;;;;\n",
        f"{ODD}\nSuvela;1.7.2024;30;40;70;0;4;5,5;\n",
        "park;date;under_school_age;school_age;delivered\nSuvela;1.7.2024;30;40;80\n",
    ],
    ids=["only a count", "cold food", "no columns for the rest"],
)
def test_what_a_file_does_not_say_is_not_odd(session: Session, text: str) -> None:
    _, days = read_days(text.encode())
    (row,) = service.plan_import(session, ADMIN, pilot=pilot_in_suvela(session), days=days, at=NOON).rows
    assert row.warnings == ()


def test_the_same_count_for_days_before_and_in_the_file_is_odd(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    count_children(session, day_of(session, pilot, date(2024, 7, 1)), school=40)
    text = "park;date;under_school_age;school_age\nSuvela;3.7.2024;0;40\nSuvela;2.7.2024;0;40\nSuvela;4.7.2024;0;41\n"
    _, days = read_days(text.encode())
    plan = service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
    assert [row.warnings for row in plan.rows] == [(Warning.SAME_COUNT,), (), ()]


def test_the_log_tells_the_figures_of_every_imported_day(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    order_portions(session, ADMIN, orders={day_of(session, pilot, date(2024, 7, 1)).id: 95}, at=NOON)
    bring(session, pilot, FILE)
    _, tuesday, monday = list_entries(session)[:3]
    assert (monday.action, monday.subject) == ("day.closed", "Suvela 2024-07-01")
    assert json.loads(monday.before) == {"ordered": 95}
    after = json.loads(monday.after)
    told = {"school_age": 45, "ordered": 90, "delivered": 88, "note": "Hyvä päivä", "entered": "import"}
    assert {name: after[name] for name in told} == told
    assert "ordered" not in json.loads(tuesday.after)


def test_only_coordinators_import(session: Session) -> None:
    pilot = pilot_in_suvela(session)
    with pytest.raises(Forbidden):
        service.plan_import(session, make_actor(session, Role.MANAGER), pilot=pilot, days=[], at=NOON)


def test_looking_at_a_file_is_the_same_few_questions_however_long_it_is(app: Flask) -> None:
    with work(app) as session:
        pilot = pilot_in_suvela(session)
    lines = FILE.splitlines()[0] + "\n" + "".join(f"Suvela;{day}.7.2024;1;1;;;;;\n" for day in range(1, 6))
    numbers = []
    for text in (FILE, lines):
        _, days = read_days(text.encode())
        with recorded(app) as statements, work(app) as session:
            service.plan_import(session, ADMIN, pilot=pilot, days=days, at=NOON)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_the_page_shows_what_it_will_do_before_it_does_it(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = pilot_in_suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/pilots/{pilot.id}/import-meals"
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "file": (io.BytesIO(FILE.encode()), "päivät.csv"), "step": "preview"}
    page = client.post(address, data=sent, content_type="multipart/form-data")
    assert "2 päivää päätetään tiedoston luvuilla." in text_of(page)
    assert "Annoksia tuli 88, mutta niitä kirjattiin 78. Annoksia puuttuu 10. Lämpötila puuttuu." in text_of(page)
    with work(app) as session:
        assert {day.status for day in list_days(session, pilot_id=pilot.id)} == {DayStatus.PLANNED}
    content = page.text.split('name="content" value="')[1].split('"')[0]
    done = client.post(
        address,
        data={"csrf_token": token, "content": content, "file_name": "päivät.csv", "step": "import"},
        follow_redirects=True,
    )
    assert "2 päivää tuotiin" in text_of(done)
    with work(app) as session:
        assert [day.status for day in list_days(session, pilot_id=pilot.id)][:3] == [
            DayStatus.CLOSED,
            DayStatus.CLOSED,
            DayStatus.PLANNED,
        ]
    exported = client.get(f"/pilots/{pilot.id}/meals/csv")
    assert exported.text.splitlines()[1] == "Suvela;2024-07-01;30;45;0;0;90;88;0;0;3;0;;65,5;Hyvä päivä"
    assert client.get(f"/pilots/{pilot.id}/meals/pdf").status_code == 404


def test_the_page_names_row_column_and_reason(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = pilot_in_suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/pilots/{pilot.id}/import-meals"
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    wrong = FILE.replace("2.7.2024", "32.7.2024")
    sent = {"csrf_token": token, "file": (io.BytesIO(wrong.encode()), "x.csv"), "step": "import"}
    text = text_of(client.post(address, data=sent, content_type="multipart/form-data"))
    sent = {"csrf_token": token, "file": (io.BytesIO(FILE.encode()), "x.csv"), "step": "preview"}
    shown = " ".join(text_of(client.post(address, data=sent, content_type="multipart/form-data")).split())
    assert "Annoksia tuli 88, mutta niitä kirjattiin 78. Annoksia puuttuu 10. Lämpötila puuttuu." in shown
    assert "1 kohta estää tuonnin" in text
    assert "3 Päivä 32.7.2024 Kirjoita päivä, esimerkiksi 3.6.2024" in " ".join(text.split())
    nothing = client.post(address, data={"csrf_token": token, "step": "preview"})
    assert "Valitse tiedosto" in str(soup(nothing).select_one("#file-e[role=alert]"))
    assert soup(nothing).select_one("#file[aria-invalid=true]")
