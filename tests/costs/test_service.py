"""Booking, reversing and importing costs, on both databases; the pages that do so."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries as list_log
from pilot_ops.audit.service import verify_log
from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import Category, Entry, Reason, SplitKey
from pilot_ops.costs.export import problems_of, read_costs, report_file, report_json, report_table, write_ledger
from pilot_ops.costs.models import LedgerEntryRow
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import Reason as CellReason
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot
from tests.support.builders import (
    ADMIN,
    FINLAND,
    NOON,
    close_with,
    day_of,
    make_actor,
    make_park,
    make_pilot,
    make_user,
)
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of
from tests.support.recorder import recorded

FILE = """Päivä;puisto;laji;summa;selite;tosite;palvelu_alkaa;palvelu_päättyy;tunnit;tuntihinta
31.7.2024;Suvela;ateriapalvelu;1 250,50;Lasku;L1;1.7.2024;5.7.2024;;
31.7.2024;;Tarvikkeet;100;Servetit;;;;;
31.7.2024;Suvela;henkilöstö;;Kesätyö;;;;7,5;19,85
31.7.2024;;tarvikkeet;100;Servetit;;;;;
"""


def suvela(session: Session) -> Pilot:
    return make_pilot(session, [make_park(session, name="Suvela")])


def cost(pilot: Pilot, **different: Any) -> Entry:
    given = {"id": uuid4(), "day": date(2024, 7, 31), "category": Category.SUPPLIES, "amount": Money(12345)}
    return Entry(**{"park_id": pilot.park_ids[0], "description": "Servetit", **given, **different})


def take_out(session: Session, pilot: Pilot, park_id: UUID) -> None:
    """Take a park out of a pilot."""
    fewer = replace(pilot.details, parks=tuple(plan for plan in pilot.details.parks if plan.park_id != park_id))
    given = {"pilot_id": pilot.id, "details": fewer, "calendar": FINLAND}
    seen = schedule.preview_change(session, ADMIN, **given).digest
    schedule.change_pilot(session, ADMIN, **given, seen=seen, at=NOON)


def bring(session: Session, pilot: Pilot, content: bytes) -> tuple[int, list[tuple[int, str, str]]]:
    """Import a file: how many entries were booked, and what was refused by row, column and reason."""
    table, found = read_costs(content)
    problems = list(table.problems)
    if not problems:
        plan = service.plan_import(session, ADMIN, pilot=pilot, costs=found, at=NOON)
        problems += problems_of(plan, table)
    named = [(problem.row, problem.column, problem.reason.value) for problem in problems]
    if problems:
        return 0, named
    return service.import_costs(session, ADMIN, pilot=pilot, plan=plan, file_name="k.csv", at=NOON), []


def test_an_entry_is_kept_as_it_was_booked(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        staff = cost(
            pilot, category=Category.STAFF, amount=Money(14888), hours=Fraction(15, 2), rate=Money(1985), voucher="T1"
        )
        days = {"service_from": date(2024, 7, 1), "service_to": date(2024, 7, 5)}
        bill = cost(pilot, category=Category.CATERING, **days)
        shared = cost(pilot, park_id=None, split_key=SplitKey.MEALS, amount=Money(-5))
        for entry in (staff, bill, shared):
            service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
        assert set(queries.list_entries(session, pilot.id)) == {staff, bill, shared}
        assert [entry.action for entry in list_log(session)][:3] == ["cost.booked"] * 3


def test_a_park_taken_out_of_a_pilot_keeps_its_costs_in_the_sum(session: Session) -> None:
    parks = [make_park(session, name=name) for name in ("Suvela", "Soukka")]
    pilot = make_pilot(session, parks)
    entry = cost(pilot, park_id=parks[1].id)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
    take_out(session, pilot, parks[1].id)
    basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
    found = basis.sheet(date(2024, 7, 31))
    assert [basis.names[park.park_id] for park in found.parks] == ["Soukka", "Suvela"]
    assert found.parks[0].figures.actual_to_date == found.total.actual_to_date == Money(12345)
    assert found.total.estimate_total == Money(550000)
    names = {park.id: park.details.name for park in parks}
    content = write_ledger(queries.list_entries(session, pilot.id), names, "csv")
    assert bring(session, get_pilot(session, pilot.id), content) == (0, [])


def test_the_food_of_a_park_taken_out_of_a_pilot_can_be_invoiced(app: Flask, client: PageClient) -> None:
    # Soukka serves 50 children a day from 1 to 3 July and is taken out: 3 x 50 x 2.72 = 408.00 until the invoice comes.
    with work(app) as session:
        parks = [make_park(session, name=name) for name in ("Suvela", "Soukka", "Olari")]
        pilot = make_pilot(session, parks[:2], portion_price=Money(272))
        for number in (1, 2, 3):
            close_with(session, day_of(session, pilot, date(2024, 7, number), parks[1]), delivered=50)
        take_out(session, pilot, parks[1].id)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/new"
    assert "Soukka" in client.get(address).text
    assert "Olari" not in client.get(address).text
    given = {"day": "31.7.2024", "category": "catering", "description": "Lasku", "amount": "400"}
    period = {"service_from": "1.7.2024", "service_to": "3.7.2024"}
    assert post_form(client, address, data={**given, **period, "park": str(parks[1].id)}).status_code == 302
    with look(app) as session:
        basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
        assert basis.sheet(date(2024, 7, 30)).total.accrued == Money(40800)
        assert basis.sheet(date(2024, 7, 31)).total.actual_to_date == Money(40000)
    with work(app) as session:
        line = "31.7.2024;Soukka;tarvikkeet;75;Servetit;;;;;"
        assert bring(session, pilot, f"{FILE.splitlines()[0]}\n{line}".encode()) == (1, [])


def test_a_form_sent_twice_books_once(session: Session) -> None:
    pilot = suvela(session)
    entry = cost(pilot)
    for _ in range(2):
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
    assert queries.list_entries(session, pilot.id) == (entry,)
    with pytest.raises(Refused) as refused:
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=replace(entry, amount=Money(1)), at=NOON)
    assert refused.value.reason is Reason.ID_REUSED


def test_an_entry_is_reversed_once_however_many_try(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        entry = cost(pilot)
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)

    def reverse(_: int) -> str:
        try:
            with work(on_both) as session:
                service.reverse_entry(session, ADMIN, entry_id=entry.id, day=entry.day, reason="Väärin", at=NOON)
        except Refused as refused:
            return refused.reason.value
        return "reversed"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(reverse, range(4))) == ["already-reversed"] * 3 + ["reversed"]
    with look(on_both) as session:
        assert sum(found.amount.cents for found in queries.list_entries(session, pilot.id)) == 0


@pytest.mark.parametrize(
    "change", [update(LedgerEntryRow).values(description="x"), delete(LedgerEntryRow)], ids=["update", "delete"]
)
def test_the_ledger_is_never_changed(on_both: Flask, change: Any) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost(pilot), at=NOON)
    with pytest.raises(DatabaseError), work(on_both) as session:
        session.execute(change)


def test_who_may_see_and_book(session: Session) -> None:
    pilot = suvela(session)
    for role in (Role.PARK_STAFF, Role.VENUE):
        actor = make_actor(session, role)
        with pytest.raises(Forbidden):
            service.get_costs(session, actor, pilot_id=pilot.id)
        with pytest.raises(Forbidden):
            service.book_entry(session, actor, pilot_id=pilot.id, entry=cost(pilot), at=NOON)
    with pytest.raises(NotFound):
        queries.get_entry(session, uuid4())


def test_importing_costs_and_again(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        assert bring(session, pilot, FILE.encode()) == (4, [])
        # The same day, kind, sum and words twice in a file are two costs.
        assert bring(session, pilot, FILE.encode()) == (0, [])
        entries = queries.list_entries(session, pilot.id)
        assert sorted(entry.amount.cents for entry in entries) == [10000, 10000, 14888, 125050]
        assert {entry.split_key for entry in entries if entry.park_id is None} == {SplitKey.EQUAL}
        assert bring(session, pilot, FILE.encode() + FILE.splitlines()[2].encode()) == (1, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_round_trip_books_nothing_twice_and_gives_the_same_elsewhere(session: Session, kind: str) -> None:
    pilot = suvela(session)
    other = make_pilot(session, pilot_parks(session, pilot), starts_on=date(2025, 7, 1), ends_on=date(2025, 7, 31))
    bring(session, pilot, FILE.encode())
    service.book_entry(
        session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, park_id=None, split_key=SplitKey.MEALS), at=NOON
    )
    first = queries.list_entries(session, pilot.id)[0]
    service.reverse_entry(session, ADMIN, entry_id=first.id, day=date(2024, 8, 1), reason="=Väärin", at=NOON)
    ledger = queries.list_entries(session, pilot.id)
    content = write_ledger(ledger, {pilot.park_ids[0]: "Suvela"}, kind)
    assert bring(session, pilot, content) == (0, [])
    assert bring(session, other, content) == (len(ledger), [])
    copied = queries.list_entries(session, other.id)

    def told(entries: tuple[Entry, ...]) -> list[str]:
        return sorted(str(replace(entry, id=first.id, reverses=None)) for entry in entries)

    assert told(copied) == told(ledger)


def test_the_log_tells_what_an_import_booked(session: Session) -> None:
    pilot = suvela(session)
    bring(session, pilot, FILE.encode())
    imported, *booked = list_log(session)[:5]
    assert (imported.action, json.loads(imported.after)) == ("costs.imported", {"entries": 4, "file": "k.csv"})
    assert {entry.action for entry in booked} == {"cost.booked"}
    assert sorted(json.loads(entry.after)["amount"] for entry in booked) == ["100.00", "100.00", "1250.50", "148.88"]
    bring(session, pilot, FILE.encode())
    assert list_log(session)[0] == imported


def test_the_ledger_is_read_from_where_a_page_ended(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        entries = [cost(pilot, id=UUID(int=number)) for number in range(1, 6)]
        service.book_entries(session, ADMIN, pilot_id=pilot.id, entries=entries, at=NOON)
        later = cost(pilot, id=UUID(int=0))
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=later, at=NOON + timedelta(microseconds=1))
    with look(on_both) as session, recorded(on_both) as statements:
        found = queries.list_booked(session, after=(NOON, UUID(int=3)), most=2)
        assert [booked.entry for booked in found] == entries[3:]
        (last,) = queries.list_booked(session, after=(NOON, UUID(int=5)))
        assert last.entry == later
        assert queries.list_booked(session, after=(last.at, later.id)) == ()
        plan = "EXPLAIN QUERY PLAN "
        if session.get_bind().dialect.name == "postgresql":
            # So few rows would be read without any index.
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "EXPLAIN "
        page = "SELECT id FROM ledger_entries WHERE (booked_at, id) > (:at, :id) ORDER BY booked_at, id"
        rows = session.execute(text(plan + page), {"at": str(NOON), "id": str(UUID(int=3))})
        told = " ".join(str(row) for row in rows)
    assert "ix_ledger_entries_booked_at_id" in told
    assert any("(ledger_entries.booked_at, ledger_entries.id) >" in statement for statement in statements)


def test_an_import_asks_as_little_of_many_rows_as_of_few(on_both: Flask) -> None:
    def asked(first: int, last: int) -> int:
        rows = [f"31.7.2024;{'suvela' if row % 2 else ''};muu;{row},50;Rivi {row}" for row in range(first, last)]
        content = "\n".join(["päivä;puisto;laji;summa;selite", *rows]).encode()
        with work(on_both) as session, recorded(on_both) as statements:
            pilot = get_pilot(session, pilot_id)
            assert bring(session, pilot, content) == (last - first, [])
        return len(statements)

    with work(on_both) as session:
        pilot_id = suvela(session).id
    few = asked(1, 3)
    assert asked(1000, 1600) == few
    with look(on_both) as session:
        assert len(queries.list_entries(session, pilot_id)) == 602
        assert verify_log(session).flaw is None


def test_a_figure_that_would_be_cut_is_refused_where_it_stands(session: Session) -> None:
    pilot = suvela(session)
    rows = ("31.7.2024;Suvela;henkilöstö;;x;;;;7,2525;10", "31.7.2024;Suvela;muu;1,000;x;;;;;")
    booked, problems = bring(session, pilot, "\n".join([FILE.splitlines()[0], *rows]).encode())
    assert booked == 0
    assert problems == [(2, "tunnit", "too-many-decimals"), (3, "summa", "not-an-amount")]


@pytest.mark.parametrize(
    ("row", "typed"),
    [
        ("31.7.2099;Suvela;muu;10;x;;;;;", "31.7.2099"),
        ("31.7.2024;Nokka;muu;1 250,50 €;x;;;;;", "Nokka"),
        ("31.7.2024;Suvela;muu;0,00;x;;;;;", "0,00"),
        ("31.7.2024;Suvela;henkilöstö;10,00;x;;;;7,5;19,85", "10,00"),
        ("31.7.2024;Suvela;henkilöstö;;x;;;;7,50;", ""),
        ("31.7.2024;Suvela;ateriapalvelu;1;x;;05.07.2024;4.7.2024;;", "4.7.2024"),
    ],
)
def test_what_is_refused_is_shown_as_it_was_typed(session: Session, row: str, typed: str) -> None:
    pilot = suvela(session)
    table, found = read_costs(f"{FILE.splitlines()[0]}\n{row}".encode())
    problems = table.problems
    if not problems:
        problems = problems_of(service.plan_import(session, ADMIN, pilot=pilot, costs=found, at=NOON), table)
    assert [problem.typed for problem in problems] == [typed]


def pilot_parks(session: Session, pilot: Pilot) -> list[Any]:
    from pilot_ops.parks.queries import get_park

    return [get_park(session, park_id) for park_id in pilot.park_ids]


def test_one_bad_row_rejects_the_file(session: Session) -> None:
    pilot = suvela(session)
    make_park(session, name="Olari")
    header = FILE.splitlines()[0]
    rows = (
        "31.7.2024;Nokka;muu;1;x;;;;;",
        "31.7.2024;Olari;muu;1;x;;;;;",
        "31.7.2027;Suvela;muu;1;x;;;;;",
        "31.7.2024;Suvela;muu;0;x;;;;;",
        "31.7.2024;Suvela;muu;1;x;;1.7.2024;2.7.2024;;",
        "31.7.2024;;ateriapalvelu;1;x;;1.7.2024;2.7.2024;;",
    )
    booked, problems = bring(session, pilot, "\n".join([header, *rows]).encode())
    assert booked == 0
    assert problems == [
        (2, "puisto", "unknown-park"),
        (3, "puisto", "park-not-in-pilot"),
        (4, "Päivä", "future-day"),
        (5, "summa", "amount-zero"),
        (6, "palvelu_alkaa", "service-not-catering"),
        (7, "puisto", "service-shared"),
    ]
    assert bring(session, pilot, f"{header}\n31.7.2024;Suvela;ruoka;1;x;;;;;".encode())[1] == [
        (2, "laji", CellReason.NOT_A_WORD.value)
    ]
    assert bring(session, pilot, f"{header}\n31.7.2024;Suvela;staff;;x;;;;5;".encode())[1] == [
        (2, "tuntihinta", "hours-half")
    ]
    assert queries.list_entries(session, pilot.id) == ()


def test_the_report_says_money_in_two_places_percents_in_one_and_null(session: Session) -> None:
    pilot = suvela(session)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, day=date(2024, 7, 1)), at=NOON)
    basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
    report = json.loads(report_json(basis, basis.sheet(date(2024, 7, 1))))
    (park,) = report["parks"]
    assert (report["currency"], report["as_of"], report["pilot"]) == ("EUR", "2024-07-01", pilot.name)
    assert list(park)[:6] == ["park", "planned_days", "elapsed_days", "served_days", "cancelled_days", "first_portions"]
    # 123.45 - 239.13 = -115.68 (-48.4 %); 239.1304... x 80 children, none came.
    assert (park["actual_to_date"], park["estimate_per_day"], park["variance"]) == ("123.45", "239.13", "-115.68")
    assert (park["variance_percent"], park["cost_per_meal"]) == ("-48.4", None)
    assert (park["volume_effect"], park["price_effect"]) == ("-239.13", "123.45")
    assert set(park) - {"park"} == set(report["total"])
    assert "-48.4" in report_table(basis, basis.sheet(date(2024, 7, 1)))
    lines = report_file(basis, basis.sheet(date(2024, 7, 1)), "csv").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("park;planned_days;")
    assert lines[1].split(";")[9] == "123,45"


def test_the_cost_page_asks_as_little_of_many_parks_as_of_few(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        small = make_pilot(session)
        large = make_pilot(session, [make_park(session) for _ in range(14)])
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    numbers = []
    for pilot in (small, large):
        with recorded(app) as statements:
            assert client.get(f"/costs?pilot={pilot.id}").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_booking_and_reversing_as_pages(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = suvela(session), make_user(session, Role.MANAGER)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/new"
    given = {"day": "31.7.2024", "category": "supplies", "park": str(pilot.park_ids[0]), "description": "Servetit"}
    for wrong, sentence in (
        ({"amount": "paljon"}, "Kirjoita summa euroina"),
        ({"amount": ""}, "Kirjoita summa, tai tunnit ja tuntihinta"),
        ({"amount": "1", "day": "1.1.2099"}, "Päivä on vasta tulossa"),
        ({"amount": "1", "hours": "2", "rate": "3"}, "Tunnit kertaa tuntihinta on 6,00"),
        ({"amount": "1", "service_from": "1.7.2024"}, "Kirjoita laskutusjakson ensimmäinen ja viimeinen päivä"),
        (
            {
                "amount": "1",
                "category": "catering",
                "park": "shared",
                "split_key": "equal",
                "service_from": "1.7.2024",
                "service_to": "5.7.2024",
            },
            "Valitse puisto. Jos lasku koskee useaa puistoa",
        ),
    ):
        page = post_form(client, address, data={**given, **wrong})
        assert sentence in text_of(page)
        assert 'value="Servetit"' in page.text
    done = post_form(client, address, data={**given, "amount": "1 234,50"})
    assert done.status_code == 302
    page = client.get(done.location)
    assert "1 234,50 €" in text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    with look(app) as session:
        (entry,) = queries.list_entries(session, pilot.id)
    reversing = f"/costs/entries/{entry.id}/reverse"
    refused = post_form(client, reversing, reason="Väärä", day="30.7.2024")
    assert "Kumoa aikaisintaan kulun päivänä 31.7.2024" in text_of(refused)
    assert post_form(client, reversing, reason="Väärä").status_code == 302
    again = post_form(client, reversing, reason="Väärä")
    assert "Kulu on jo kumottu" in text_of(again)


def test_a_long_ledger_comes_in_pages_the_newest_first(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = suvela(session)
        entries = [cost(pilot, day=date(2024, 7, 1 + row % 31), description=f"Rivi {row:03}") for row in range(650)]
        service.book_entries(session, ADMIN, pilot_id=pilot.id, entries=entries, at=NOON)
        manager = make_user(session, Role.MANAGER)
        service.reverse_entry(
            session, ADMIN, entry_id=entries[0].id, day=date(2024, 7, 31), reason="Väärä", at=NOON + timedelta(1)
        )
        ordered = [entry.description for entry in queries.list_entries(session, pilot.id)][::-1]
    sign_in(client, manager)
    address, told, pages = f"/costs/{pilot.id}/ledger", [], 0
    while address:
        page = client.get(address).get_data(as_text=True)
        told += re.findall(r"<div>(Rivi \d+|Väärä)", page)
        pages += 1
        older = re.search(r'href="([^"]*before=[^"]*)"', page)
        address = older[1] if older else ""
        assert ("Uusimmat kirjaukset" in page) is (pages > 1)
    assert (told, pages) == (ordered, 3)
    assert "Kumottu" in page
    assert client.get(f"/costs/{pilot.id}/ledger?before={uuid4()}").status_code == 404
    assert client.get(f"/costs/{pilot.id}/ledger?before=x").status_code == 200


def test_importing_as_a_page(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/import"
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "file": (io.BytesIO(FILE.encode("cp1252")), "kulut.csv"), "step": "preview"}
    page = client.post(address, data=sent, content_type="multipart/form-data")
    assert "4 kulua kirjataan." in text_of(page)
    content = page.text.split('name="content" value="')[1].split('"')[0]
    given = {"csrf_token": token, "content": content, "file_name": "kulut.csv", "step": "import"}
    assert "4 kulua kirjattiin" in text_of(client.post(address, data=given, follow_redirects=True))
    assert client.get(f"/costs/{pilot.id}/ledger/csv").text.count("\n") == 5
    assert client.get(f"/costs/{pilot.id}/report/json").json is not None
    assert client.get(f"/costs/{pilot.id}/report/odt").status_code == 404


def test_a_long_file_comes_through_the_preview(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/import"
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    content = b64encode(FILE.encode() + b";;;;;;;;;\n" * 60_000).decode()
    # More than half a megabyte, which a form's field is given by default.
    assert len(content) > 700_000
    given = {"csrf_token": token, "content": content, "file_name": "pitka.csv", "step": "import"}
    assert "4 kulua kirjattiin" in text_of(client.post(address, data=given, follow_redirects=True))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("huomenna", "Kirjoita päivä, esimerkiksi 19.6.2024"),
        ("31.12.2099", "Päivä on vasta tulossa. Kirjoita tämä päivä tai aiempi"),
    ],
)
def test_a_day_that_cannot_be_keeps_what_was_typed(app: Flask, client: PageClient, typed: str, sentence: str) -> None:
    with work(app) as session:
        pilot = suvela(session)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = client.get(f"/costs?as-of={typed}")
    assert sentence in text_of(page)
    assert f'value="{typed}"' in page.text
    for address in (f"/costs/{pilot.id}/report/csv", f"/costs/{pilot.id}/parks/{pilot.park_ids[0]}"):
        answer = client.get(f"{address}?as-of={typed}", follow_redirects=True)
        assert sentence in text_of(answer)


def test_the_costs_of_a_pilot_to_come(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = make_pilot(session, starts_on=date(2098, 7, 1), ends_on=date(2098, 7, 31))
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    assert "Ruokailupäiviä takana 0, yhteensä 23." in text_of(client.get("/costs"))
    assert client.get(f"/costs/{pilot.id}/parks/{pilot.park_ids[0]}").status_code == 200


def test_without_a_pilot_there_is_a_way_to_make_one(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    assert "Tee pilotti" in text_of(client.get("/costs"))
