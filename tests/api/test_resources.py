"""What programs are told: the figures of the other slices, and nothing of any person."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from pilot_ops.api.domain import Scope
from pilot_ops.costs import export
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Category, Entry, SplitKey
from pilot_ops.costs.queries import get_basis
from pilot_ops.events import service as events
from pilot_ops.events.domain import Attendance, Closing, Status, Venue, Weather
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.programme.domain import PartKind
from pilot_ops.programme.domain import Status as MeasureStatus
from pilot_ops.programme.export import year_json
from pilot_ops.programme.queries import get_overview
from pilot_ops.programme.service import book_expense
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, Pilot
from pilot_ops.tickets import queries as ticket_queries
from pilot_ops.tickets import service as tickets
from pilot_ops.tickets.domain import By
from pilot_ops.tickets.export import key_names, report_file
from tests.support import tickets as bands
from tests.support.api import Program, make_token
from tests.support.builders import ADMIN, NOON, close_with, count_children, day_of, make_actor, make_park, make_pilot
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.programme import make_expense, make_measure, make_year
from tests.support.recorder import recorded

NOBODY = str(UUID(int=7))
FIRST, SECOND = date(2024, 7, 1), date(2024, 7, 2)
# Somebody, wherever people may type.
SOMEBODY = "Meeri Mallikas"


@pytest.fixture
def program(app: Flask) -> Program:
    """A program that may read everything."""
    return Program(app, make_token(app)[1])


def entry(day: date, cents: int, park_id: UUID | None = None, **different: Any) -> Entry:
    """A cost of catering."""
    given = {"category": Category.CATERING, "split_key": None if park_id else SplitKey.EQUAL}
    return Entry(id=uuid4(), day=day, amount=Money(cents), park_id=park_id, **{**given, **different})


def make_season(app: Flask) -> Pilot:
    """July 2024 in two parks: two days served in the first, one cancelled, and a bill of each kind."""
    with work(app) as session:
        suvela, keilaniemi = make_park(session, name="Suvela"), make_park(session, name="Keilaniemi")
        pilot = make_pilot(session, [suvela, keilaniemi], name="Kesä 2024", portion_price=Money(310))
        for day, school in ((FIRST, 60), (SECOND, 75)):
            meal_day = day_of(session, pilot, day, suvela)
            count_children(session, meal_day, 12, school)
            # 80 delivered = 72 eaten + 8 wasted; the second day 100 = 87 + 13.
            delivered = 80 if day == FIRST else 100
            close_with(session, meal_day, delivered=delivered, waste=delivered - 12 - school, note=SOMEBODY)
        cancelled = day_of(session, pilot, FIRST, keilaniemi)
        given = {"reason": CancelReason.WEATHER, "note": SOMEBODY, "food_billed": True}
        schedule.cancel_day(session, ADMIN, day_id=cancelled.id, at=NOON, **given)
        for number, cost in enumerate(
            (
                entry(
                    FIRST, 25050, suvela.id, service_from=FIRST, service_to=FIRST, voucher="L-1", description=SOMEBODY
                ),
                entry(SECOND, 9900, category=Category.SUPPLIES),
                entry(
                    SECOND,
                    17500,
                    suvela.id,
                    category=Category.STAFF,
                    hours=Fraction(10),
                    rate=Money(1750),
                    description=SOMEBODY,
                    voucher=SOMEBODY,
                ),
            )
        ):
            at = NOON + timedelta(minutes=number)
            costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost, at=at)
    return pilot


def test_pilots_and_parks(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    (told,) = program.read("/pilots")["data"]
    assert told == {
        "id": str(pilot.id),
        "name": "Kesä 2024",
        "starts_on": "2024-07-01",
        "ends_on": "2024-07-31",
        "estimate_per_park_month": "5500.00",
        "months": "1.00",
        "expected_children": 80,
        "park_ids": sorted(map(str, pilot.park_ids)),
    }
    parks = program.read("/parks")["data"]
    assert {park["name"]["fi"] for park in parks} == {"Suvela", "Keilaniemi"}
    assert parks[0]["postal_code"] == "02760"


def test_meal_days_are_told_with_their_counts(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    closed, cancelled = sorted(
        program.read("/meal-days", **{"from": "2024-07-01", "to": "2024-07-01"})["data"],
        key=lambda day: day["status"] == "cancelled",
    )
    assert (
        closed.items()
        >= {
            "pilot_id": str(pilot.id),
            "park": "Suvela",
            "date": "2024-07-01",
            "status": "closed",
            "delivered": 80,
            "under_school_age": 12,
            "school_age": 60,
            "first_portions": 72,
            "second_helpings": 0,
            "waste": 8,
            "leftover": 0,
            "temp_serving": "65.0",
            "serving_from": "11:30:00",
        }.items()
    )
    assert (cancelled["park"], cancelled["cancel_reason"]) == ("Keilaniemi", "weather")
    assert (cancelled["delivered"], cancelled["waste"], cancelled["temp_receipt"]) == (None, None, None)


def test_meal_days_by_pilot_park_day_and_status(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    with work(app) as session:
        other = make_pilot(session)
    assert len(program.read("/meal-days", limit=1000)["data"]) == 3 * 23
    assert len(program.read("/meal-days", limit=1000, pilot=other.id)["data"]) == 23
    assert len(program.read("/meal-days", limit=1000, park=pilot.park_ids[0])["data"]) == 23
    assert len(program.read("/meal-days", limit=1000, status="closed")["data"]) == 2
    assert len(program.read("/meal-days", limit=1000, **{"from": "2024-07-31"})["data"]) == 3
    assert program.read("/meal-days", park=other.park_ids[0], pilot=pilot.id)["data"] == []


@pytest.mark.parametrize("as_of", [None, "2024-06-30", "2024-07-01", "2024-07-31"])
def test_the_cost_sheet_is_what_the_command_line_prints(app: Flask, program: Program, as_of: str | None) -> None:
    pilot = make_season(app)
    told = program.read(f"/pilots/{pilot.id}/costs", **({"as_of": as_of} if as_of else {}))
    with look(app) as session:
        basis = get_basis(session, pilot)
    sheet = basis.sheet(date.fromisoformat(told["as_of"]))
    assert told == json.loads(export.report_json(basis, sheet))
    assert as_of in {None, told["as_of"]}


def test_the_cost_sheet_as_it_was_known_then(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    day = date(2024, 7, 2)
    told = program.read(f"/pilots/{pilot.id}/costs", as_of=day, known="then")
    with look(app) as session:
        basis = get_basis(session, pilot, known=day)
    assert told == json.loads(export.report_json(basis, basis.sheet(day)))
    assert told["known_on"] == "2024-07-02"
    now = program.read(f"/pilots/{pilot.id}/costs", as_of=day, known="now")
    assert now == program.read(f"/pilots/{pilot.id}/costs", as_of=day)
    assert now["total"] != told["total"]
    assert "known_on" not in now
    # Of no day it is no question.
    refused = program.get(f"/pilots/{pilot.id}/costs", known="then")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "as_of")


def test_the_cost_sheet_by_hand(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    told = program.read(f"/pilots/{pilot.id}/costs", as_of="2024-07-02")
    suvela = next(park for park in told["parks"] if park["park"] == "Suvela")
    # The bill of the first day 250.50 and half of 99.00; the second day is not billed yet: 100 delivered at 3.10.
    assert (suvela["accrued"], suvela["actual_to_date"]) == ("310.00", "610.00")
    # 5 500 EUR over 23 days, two of which are over.
    assert (suvela["estimate_per_day"], suvela["estimate_to_date"]) == ("239.13", "478.26")
    # 610.00 over 72 + 87 meals; 131.74 over 478.26.
    assert (suvela["cost_per_meal"], suvela["variance"], suvela["variance_percent"]) == ("3.84", "131.74", "27.5")
    assert (suvela["staff_to_date"], suvela["total_with_staff"]) == ("175.00", "785.00")


def test_the_ledger_tells_of_staff_the_sum_alone(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    bill, shared, staff = program.read("/ledger-entries")["data"]
    assert (bill["amount"], bill["voucher"], bill["service_from"]) == ("250.50", "L-1", "2024-07-01")
    assert (shared["park_id"], shared["park"], shared["split_key"]) == (None, None, "equal")
    assert (staff["category"], staff["amount"]) == ("staff", "175.00")
    assert (staff["voucher"], staff["service_from"]) == (None, None)
    assert {one["pilot_id"] for one in (bill, shared, staff)} == {str(pilot.id)}
    only = program.read("/ledger-entries", park=pilot.park_ids[0], **{"to": "2024-07-01"})["data"]
    other = program.read("/ledger-entries", park=pilot.park_ids[1])["data"]
    assert sorted(one["id"] for one in only + other) == [bill["id"]]


def test_a_reversal_names_what_it_reverses(app: Flask, program: Program) -> None:
    make_season(app)
    bill = program.read("/ledger-entries")["data"][0]
    with work(app) as session:
        costs.reverse_entry(
            session, ADMIN, entry_id=UUID(bill["id"]), day=SECOND, reason="Väärä puisto", at=NOON + timedelta(days=1)
        )
    last = program.read("/ledger-entries")["data"][-1]
    assert (last["reverses"], last["amount"]) == (bill["id"], "-250.50")


def make_walk(app: Flask, **different: Any) -> UUID:
    """An event that 7 came to, with 2 helpers, closed with its cost."""
    with work(app) as session:
        event = make_event(session, starts_at=NOON, organiser=SOMEBODY, contact=SOMEBODY, **different)
        closing = Closing(Weather.SUN, SOMEBODY, Money(12050))
        events.close(
            session,
            ADMIN,
            event_id=event.id,
            form_id=uuid4(),
            attendance=Attendance(7, 2),
            closing=closing,
            at=NOON + timedelta(hours=3),
        )
    return event.id


def test_events_with_who_came(app: Flask, program: Program) -> None:
    with work(app) as session:
        park = make_park(session)
        make_event(session, starts_at=NOON + timedelta(days=1), status=Status.DRAFT)
        later = make_event(session, starts_at=NOON + timedelta(days=2))
    walk = make_walk(app, venue=Venue(Translated("Oittaa"), city="Espoo", park_id=park.id))
    first, second = program.read("/events")["data"]
    assert (
        first.items()
        >= {
            "id": str(walk),
            "date": "2026-07-01",
            "starts_at": "2026-07-01T09:00:00Z",
            "status": "published",
            "park_id": str(park.id),
            "participants": 7,
            "helpers": 2,
            "cost": "120.50",
            "free": True,
        }.items()
    )
    assert first["name"] == {"fi": "Metsäretki kaikille", "sv": "Skogsutflykt för alla", "en": "Forest walk for all"}
    assert (second["id"], second["cost"], second["closed_at"]) == (str(later.id), None, None)
    assert [one["id"] for one in program.read("/events", park=park.id)["data"]] == [str(walk)]
    assert [one["id"] for one in program.read("/events", **{"from": "2026-07-02"})["data"]] == [str(later.id)]
    assert program.read("/events", status="cancelled")["data"] == []
    assert program.get("/events", status="draft").get_json()["errors"][0]["field"] == "status"


def hand_out_to(app: Flask, numbers: list[int]) -> list[str]:
    """Hand a band each to so many clients of each of some groups; the names of the groups."""
    with work(app) as session:
        groups = [bands.make_group(session) for _number in numbers]
        point = bands.make_point(session, groups=frozenset(group.id for group in groups))
        kind = bands.make_type(session)
        bands.make_batch(session, kind, sum(numbers))
        bands.allocate(session, kind, point, sum(numbers))
        serial = 0
        for group, number in zip(groups, numbers, strict=True):
            for _client in range(number):
                serial += 1
                bands.hand_out(session, kind, serial, point, group_id=group.id)
    return [group.name.fi for group in groups]


def test_small_figures_of_client_groups_are_hidden_unless_the_token_may_see_them(app: Flask, program: Program) -> None:
    many, few, some = hand_out_to(app, [12, 3, 6])
    published = Program(app, make_token(app, {Scope.TICKETS_READ})[1])
    told = {
        line["name"]: line["handed_out"] for line in published.read("/ticket-report", by="group")["lines"] if line["id"]
    }
    # 3 is under 5; of the others the smallest goes with it, because the total would tell it.
    assert told == {many: 12, few: "<5", some: "x"}
    told = {
        line["name"]: line["handed_out"] for line in program.read("/ticket-report", by="group")["lines"] if line["id"]
    }
    assert told == {many: 12, few: 3, some: 6}


def test_hidden_figures_cannot_be_worked_out_by_comparing(app: Flask, program: Program) -> None:
    hand_out_to(app, [12, 3, 6])
    published = Program(app, make_token(app, {Scope.TICKETS_READ})[1])
    kind = program.read("/ticket-report")["lines"][0]["id"]
    for asked in ({"from": "2026-07-01"}, {"to": "2026-07-31"}, {"type": kind}):
        refused = published.get("/ticket-report", by="group", **asked)
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, next(iter(asked)))
        assert published.get("/ticket-report", by="type", **asked).status_code == 200
        assert program.get("/ticket-report", by="group", **asked).status_code == 200


@pytest.mark.parametrize("by", list(By))
def test_the_ticket_report_is_what_the_command_line_prints(app: Flask, program: Program, by: By) -> None:
    hand_out_to(app, [5, 2])
    told = program.read("/ticket-report", by=by.value)
    with look(app) as session:
        found = tickets.get_report(session, ADMIN, period=ticket_queries.Period(), by=by)
        types = ticket_queries.list_types(session, inactive=True)
        names = key_names(types, list_places(session, inactive=True), list_groups(session), "fi")
    printed = json.loads(report_file(found, names, "json"))
    lines = {line["name"]: {key: line[key] for key in line.keys() - {"id", "name"}} for line in told["lines"]}
    assert lines == {line.pop(by.value): line for line in printed["lines"]}
    assert len(lines) == len(told["lines"])
    assert told["total"] == printed["total"]


def test_a_year_of_the_programme_is_what_its_file_says(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    with work(app) as session:
        make_year(session, 2023, budget=Money(20000000))
        make_year(session, 2024, budget=Money(9000000), residents=4000, residents_approximate=True)
        part = (PartKind.PILOT, pilot.id)
        details = {"budget": Money(1100000), "note": Translated(SOMEBODY), "partners": SOMEBODY}
        lunches = make_measure(session, 2024, parts=[part], name=Translated("Puistoruokailu"), **details)
        make_measure(session, 2024, status=MeasureStatus.CANCELLED, reason=Translated(SOMEBODY), added=True)
        expense = make_expense(lunches, "250.00", description=SOMEBODY, day=date(2024, 7, 5))
        book_expense(session, ADMIN, expense=expense, at=NOON)
    told = program.read("/programme", year=2024)
    with look(app) as session:
        printed = json.loads(year_json(get_overview(session, 2024, today=local_day(now()))))
    assert {name: told[name] for name in printed if name != "measures"} == {
        name: value for name, value in printed.items() if name != "measures"
    }
    first, second = told["measures"]
    # By hand: the pilot's 610.00 + 297.50, its staff 175.00, and the expense of 250.00.
    assert (first["actual"], first["parts"][0]["cost"], first["participations"]) == ("1332.50", "1082.50", 159)
    assert (second["status"], second["added"], second["actual"]) == ("cancelled", True, None)
    assert told["years"] == [2023, 2024]
    assert program.read("/programme")["year"] == 2024
    wrong = program.get("/programme", year=2025).get_json()["errors"]
    assert wrong == [{"field": "year", "detail": "There is no such year. There are: 2024, 2023."}]


def test_nothing_of_any_person_goes_out(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    make_walk(app)
    with work(app) as session:
        written = {"note": Translated(SOMEBODY), "partners": SOMEBODY, "reason": Translated(SOMEBODY)}
        make_measure(session, status=MeasureStatus.CANCELLED, **written)
    typed = entry(SECOND, 100, category=Category.OTHER, description=SOMEBODY)
    with work(app) as session:
        somebody = make_actor(session, Role.COORDINATOR)
        costs.book_entry(session, somebody, pilot_id=pilot.id, entry=typed, at=NOON + timedelta(days=1))
    for path in program.described["paths"]:
        text = program.get(path.replace("{pilot_id}", str(pilot.id))).get_data(as_text=True)
        for told in (SOMEBODY, somebody.name, str(somebody.user_id)):
            assert told not in text, path


LISTS = ("/meal-days", "/ledger-entries", "/events", "/pilots", "/parks")


@pytest.mark.parametrize("address", LISTS)
def test_following_the_links_gives_everything_once(app: Flask, program: Program, address: str) -> None:
    make_season(app)
    for day in range(4):
        with work(app) as session:
            make_event(session, starts_at=NOON + timedelta(days=day % 2))
            make_pilot(session)
    whole = program.read(address, limit=1000)["data"]
    pages = list(program.pages(address, limit=2))
    assert [one for page in pages for one in page] == whole
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert len(pages) == -(-len(whole) // 2)


def test_pages_stand_still_while_rows_are_added(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    before = [one["id"] for one in program.read("/ledger-entries")["data"]]
    days_before = {one["id"] for one in program.read("/meal-days", limit=1000)["data"]}
    seen, days_seen = [], []
    for number, page in enumerate(program.pages("/ledger-entries", limit=1)):
        seen += [one["id"] for one in page]
        if number < 3:
            # Dated before everything and after everything: both are booked now.
            with work(app) as session:
                for day in (date(2024, 6, 1), date(2024, 8, 1)):
                    at = NOON + timedelta(days=1 + number)
                    costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry(day, 100), at=at)
    assert seen[:3] == before
    assert len(seen) == len(set(seen)) == 3 + 6
    for number, page in enumerate(program.pages("/meal-days", limit=10)):
        days_seen += [one["id"] for one in page]
        if number < 3:
            with work(app) as session:
                make_pilot(session, starts_on=date(2024, 6, 3), ends_on=date(2024, 8, 2))
    assert days_before <= set(days_seen)
    assert len(days_seen) == len(set(days_seen))


def test_the_next_link_keeps_what_was_asked(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    response = program.get("/meal-days", limit=3, pilot=pilot.id, **{"from": "2024-07-10"})
    told = response.get_json()
    assert told["next"].startswith("http://127.0.0.1:8000/api/v1/meal-days?")
    assert f"pilot={pilot.id}" in told["next"]
    assert "from=2024-07-10" in told["next"]
    assert response.headers["Link"] == f'<{told["next"]}>; rel="next"'
    assert program.read(told["next"])["data"][0]["date"] == "2024-07-11"


def questions(app: Flask, program: Program, address: str, **asked: Any) -> int:
    """How many questions an answer asks the database."""
    program.get(address, **asked)
    with recorded(app) as statements:
        program.read(address, **asked)
    return len(statements)


@pytest.mark.parametrize("address", [*LISTS, "/ticket-report", "costs"])
def test_as_many_questions_for_any_number_of_rows(app: Flask, program: Program, address: str) -> None:
    pilot = make_season(app)
    make_walk(app)
    hand_out_to(app, [2])
    path = f"/pilots/{pilot.id}/costs" if address == "costs" else address
    few = questions(app, program, path, **({"limit": 1} if address in LISTS else {}))
    for number in range(3):
        make_walk(app)
        hand_out_to(app, [2])
        with work(app) as session:
            for park in range(3):
                costs.book_entry(
                    session, ADMIN, pilot_id=pilot.id, entry=entry(SECOND, 1), at=NOON + timedelta(hours=park)
                )
            make_pilot(
                session,
                [make_park(session) for _ in range(3)],
                starts_on=date(2025 + number, 6, 1),
                ends_on=date(2025 + number, 7, 30),
            )
    many = questions(app, program, path, **({"limit": 1000} if address in LISTS else {}))
    assert many == few
    assert many <= 15


def test_the_same_content_has_the_same_mark_and_is_not_sent_again(app: Flask, program: Program) -> None:
    pilot = make_season(app)
    for address in (f"/pilots/{pilot.id}/costs?as_of=2024-07-31", "/ledger-entries", "/openapi.json"):
        mark = program.get(address).headers["ETag"]
        again = program.get(address, headers={"If-None-Match": mark})
        assert (again.status_code, again.headers["ETag"]) == (304, mark)
    mark = program.get("/ledger-entries").headers["ETag"]
    with work(app) as session:
        costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry(SECOND, 1), at=NOON + timedelta(days=1))
    changed = program.get("/ledger-entries", headers={"If-None-Match": mark})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != mark


def test_the_same_on_both_databases(on_both: Flask) -> None:
    pilot = make_season(on_both)
    make_walk(on_both)
    hand_out_to(on_both, [5])
    program = Program(on_both, make_token(on_both)[1])
    days = [day for page in program.pages("/meal-days", limit=7) for day in page]
    assert [(day["date"], day["park_id"]) for day in days] == sorted((day["date"], day["park_id"]) for day in days)
    assert len({day["id"] for day in days}) == 46
    ledger = [one for page in program.pages("/ledger-entries", limit=1) for one in page]
    assert [one["amount"] for one in ledger] == ["250.50", "99.00", "175.00"]
    assert [len(page) for page in program.pages("/events", limit=1)] == [1]
    assert program.read("/ticket-report", by="month")["total"]["handed_out"] == 5
    assert program.read(f"/pilots/{pilot.id}/costs", as_of="2024-07-02")["total"]["first_portions"] == 159
    assert datetime.fromisoformat(ledger[0]["booked_at"]) == datetime(2026, 7, 1, 9, tzinfo=UTC)
