"""Locked months: nothing goes in or out any more, in a race or from a file; what is wrong is corrected later."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries as list_log
from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import Category, Entry, Reason, SplitKey, check_lock, month_sheet, months_of
from pilot_ops.costs.export import problems_of, read_costs, write_ledger
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, ParkPlan, Pilot, ServingWindow
from pilot_ops.schedule.queries import get_pilot
from tests.costs.test_domain import entry, invoice
from tests.support.builders import ADMIN, FINLAND, day_of, make_actor, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)
MID_AUGUST = datetime(2024, 8, 15, 9, 0, tzinfo=UTC)


def cost(pilot: Pilot, number: int = 31, month: int = 7, **different: Any) -> Entry:
    given = {"id": uuid4(), "day": date(2024, month, number), "category": Category.SUPPLIES, "amount": Money(12345)}
    return Entry(**{"park_id": pilot.park_ids[0], "description": "Servetit", **given, **different})


def booked(session: Session) -> tuple[Pilot, Entry]:
    """A pilot of July with one entry."""
    pilot = make_pilot(session, [make_park(session, name="Suvela")])
    made = cost(pilot)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=made, at=MID_AUGUST)
    return pilot, made


def lock(session: Session, pilot: Pilot, month: date = JULY) -> None:
    service.lock_month(session, ADMIN, pilot_id=pilot.id, month=month, at=MID_AUGUST)


def refused(do: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as found:
        do()
    return found.value.reason.value, found.value.field


def test_nothing_is_booked_into_a_locked_month_or_reversed_in_it(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot, made = booked(session)
        lock(session, pilot)
        ids = {"pilot_id": pilot.id, "at": MID_AUGUST}
        assert refused(lambda: service.book_entry(session, ADMIN, entry=cost(pilot, 5), **ids)) == (
            "month-locked",
            "day",
        )
        given = {"entry_id": made.id, "reason": "Väärin", "at": MID_AUGUST}
        assert refused(lambda: service.reverse_entry(session, ADMIN, day=date(2024, 7, 31), **given)) == (
            "month-locked",
            "day",
        )
        assert queries.list_entries(session, pilot.id) == (made,)
        # Months beside it are open, and another pilot's July is.
        service.book_entry(session, ADMIN, entry=cost(pilot, 1, 8), **ids)
        other = make_pilot(session)
        service.book_entry(session, ADMIN, pilot_id=other.id, entry=cost(other), at=MID_AUGUST)


def test_a_locked_month_is_put_right_in_an_open_one_that_names_it(session: Session) -> None:
    pilot, made = booked(session)
    lock(session, pilot)
    back = service.reverse_entry(session, ADMIN, entry_id=made.id, day=AUGUST, reason="Väärin", at=MID_AUGUST)
    assert back.corrects == JULY
    right = cost(pilot, 2, 8, amount=Money(11111), corrects=JULY)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=right, at=MID_AUGUST)
    assert set(queries.list_entries(session, pilot.id)) == {made, back, right}
    july, august = service.list_months(session, ADMIN, pilot=pilot)
    assert (july.operating, july.corrections) == (Money(12345), (back, right))
    assert (august.operating, august.corrections) == (Money(11111 - 12345), ())
    # The figures of July stay what they were.
    basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
    assert basis.sheet(date(2024, 7, 31)).total.actual_to_date == Money(12345)
    assert basis.sheet(date(2024, 8, 31)).total.actual_to_date == Money(11111)


def test_a_correction_names_an_earlier_month(session: Session) -> None:
    pilot, _ = booked(session)
    for month in (JULY, AUGUST):
        wrong = cost(pilot, 31, corrects=month)
        given = {"pilot_id": pilot.id, "entry": wrong, "at": MID_AUGUST}
        assert refused(lambda given=given: service.book_entry(session, ADMIN, **given)) == (
            "corrects-later",
            "corrects",
        )


def test_a_form_sent_again_after_the_lock_changes_nothing(session: Session) -> None:
    pilot, made = booked(session)
    lock(session, pilot)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=made, at=MID_AUGUST)
    assert queries.list_entries(session, pilot.id) == (made,)


FILE = """Päivä;puisto;laji;summa;selite;korjaa
31.7.2024;Suvela;tarvikkeet;123,45;Servetit;
2.8.2024;Suvela;tarvikkeet;10;Mukit;31.7.2024
5.7.2024;Suvela;tarvikkeet;5;Lautaset;
"""


def test_a_file_does_not_get_into_a_locked_month(session: Session) -> None:
    """What is booked already is not judged again; a row in the locked month is refused where it stands."""
    pilot, _ = booked(session)
    lock(session, pilot)
    table, found = read_costs(FILE.encode())
    plan = service.plan_import(session, ADMIN, pilot=pilot, costs=found, at=MID_AUGUST)
    problems = [(problem.row, problem.column, problem.typed) for problem in problems_of(plan, table)]
    assert problems == [(4, "Päivä", "5.7.2024")]
    table, found = read_costs("\n".join(FILE.splitlines()[:3]).encode())
    plan = service.plan_import(session, ADMIN, pilot=pilot, costs=found, at=MID_AUGUST)
    service.import_costs(session, ADMIN, pilot=pilot, plan=plan, file_name="k.csv", at=MID_AUGUST)
    entries = queries.list_entries(session, pilot.id)
    assert [(made.amount, made.corrects) for made in entries] == [(Money(12345), None), (Money(1000), JULY)]
    content = write_ledger(entries, {pilot.park_ids[0]: "Suvela"}, "csv")
    plan = service.plan_import(session, ADMIN, pilot=pilot, costs=read_costs(content)[1], at=MID_AUGUST)
    assert (plan.fresh, plan.problems) == ((), ())


def meanwhile(app: Flask, first: Callable[[Session], object], second: Callable[[Session], object]) -> str:
    """Do something, and before it is on disk begin another; what the other was refused for, or nothing."""

    def do() -> str:
        try:
            with work(app) as session:
                second(session)
        except Refused as found:
            return found.reason.value
        return ""

    with ThreadPoolExecutor(1) as pool:
        with work(app) as session:
            first(session)
            other = pool.submit(do)
            sleep(0.3)
        return other.result()


def _import(session: Session, pilot: Pilot, plan: service.CostPlan) -> None:
    service.import_costs(session, ADMIN, pilot=pilot, plan=plan, file_name="k.csv", at=MID_AUGUST)


@pytest.mark.parametrize("what", ["book", "reverse", "import"])
def test_who_comes_while_a_month_is_being_locked_finds_it_locked(on_both: Flask, what: str) -> None:
    with work(on_both) as session:
        pilot, made = booked(session)
        row = "\n".join([FILE.splitlines()[0], FILE.splitlines()[3]])
        plan = service.plan_import(session, ADMIN, pilot=pilot, costs=read_costs(row.encode())[1], at=MID_AUGUST)
    given: dict[str, Callable[[Session], object]] = {
        "book": lambda session: service.book_entry(
            session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, 5), at=MID_AUGUST
        ),
        "reverse": lambda session: service.reverse_entry(
            session, ADMIN, entry_id=made.id, day=made.day, reason="Väärin", at=MID_AUGUST
        ),
        "import": lambda session: _import(session, pilot, plan),
    }
    assert meanwhile(on_both, lambda session: lock(session, pilot), given[what]) == "month-locked"
    with look(on_both) as session:
        assert queries.list_entries(session, pilot.id) == (made,)


def test_what_is_being_booked_when_a_month_is_locked_is_in_it(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot, made = booked(session)
    late = cost(pilot, 5)
    seen: list[int] = []

    def lock_and_look(session: Session) -> None:
        lock(session, pilot)
        seen.append(len(queries.list_entries(session, pilot.id)))

    given = {"pilot_id": pilot.id, "entry": late, "at": MID_AUGUST}
    assert meanwhile(on_both, lambda session: service.book_entry(session, ADMIN, **given), lock_and_look) == ""
    assert seen == [2]
    with look(on_both) as session:
        assert set(queries.list_entries(session, pilot.id)) == {made, late}


def test_the_manager_locks_and_unlocks_and_the_log_says_why(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot, _ = booked(session)
        manager, coordinator = (make_actor(session, role) for role in (Role.MANAGER, Role.COORDINATOR))
        given = {"pilot_id": pilot.id, "month": JULY, "at": MID_AUGUST}
        with pytest.raises(Forbidden):
            service.lock_month(session, coordinator, **given)
        for _ in range(2):
            service.lock_month(session, manager, **given)
        assert queries.locked_months(session, pilot.id) == {JULY: MID_AUGUST}
        with pytest.raises(Forbidden):
            service.unlock_month(session, coordinator, reason="x", **given)
        assert refused(lambda: service.unlock_month(session, manager, reason="", **given)) == (
            "reason-missing",
            "reason",
        )
        for _ in range(2):
            service.unlock_month(session, manager, reason="Puuttuva lasku", **given)
        assert queries.locked_months(session, pilot.id) == {}
        logged = [(made.action, made.after) for made in list_log(session) if "lock" in made.action]
        assert logged == [("costs.unlocked", '{"reason":"Puuttuva lasku"}'), ("costs.locked", "{}")]
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, 5), at=MID_AUGUST)


@pytest.mark.parametrize(
    ("month", "today", "reason"),
    [
        (JULY, date(2024, 7, 31), Reason.MONTH_NOT_OVER),
        (JULY, date(2024, 8, 1), None),
        (date(2024, 6, 1), date(2024, 8, 1), Reason.MONTH_NOT_IN_PILOT),
        (date(2024, 7, 2), date(2024, 9, 1), Reason.MONTH_NOT_IN_PILOT),
    ],
)
def test_which_month_may_be_locked(month: date, today: date, reason: Reason | None) -> None:
    if reason is None:
        check_lock(month, months={JULY}, today=today)
    else:
        assert refused(lambda: check_lock(month, months={JULY}, today=today))[0] == reason.value


def test_the_months_of_a_pilot_are_its_season_and_what_is_booked_beside_it() -> None:
    entries = [entry("1", day=date(2024, 12, 31)), entry("1", day=date(2025, 2, 1))]
    found = months_of(entries, starts_on=date(2024, 6, 30), ends_on=date(2024, 7, 1))
    assert found == tuple(date(year, month, 1) for year, month in ((2024, 6), (2024, 7), (2024, 12), (2025, 2)))


def test_an_invoice_of_a_later_month_names_the_month_of_its_days() -> None:
    late = invoice("100", date(2024, 8, 5), date(2024, 6, 28), date(2024, 7, 2))
    own = invoice("50", date(2024, 7, 5), date(2024, 7, 1), date(2024, 7, 2))
    found = month_sheet(JULY, [late, own], locked_at=None)
    assert (found.entries, found.operating, found.corrections) == (1, Money(5000), (late,))


def test_locking_and_correcting_as_pages(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, _ = booked(session)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    months = f"/costs/{pilot.id}/months"
    assert "Avoin" in text_of(client.get(months))
    assert post_form(client, months, action=f"{months}/2024-07/lock").status_code == 302
    page = text_of(client.get(months))
    assert "Lukittu" in page
    assert "Heinäkuu 2024 on lukittu" in page
    given = {"category": "supplies", "park": str(pilot.park_ids[0]), "description": "Mukit", "amount": "10"}
    new = f"/costs/{pilot.id}/new"
    refused = post_form(client, new, data={**given, "day": "5.7.2024"})
    assert "Heinäkuu 2024 on lukittu. Kirjaa avoimen kuukauden päivälle" in text_of(refused)
    assert 'value="Mukit"' in refused.text
    assert post_form(client, new, data={**given, "day": "5.8.2024", "corrects": "2024-07-01"}).status_code == 302
    assert "Korjaa kuukautta: Heinäkuu 2024" in text_of(client.get(f"/costs/{pilot.id}/ledger"))
    assert "ma 5.8.2024: Suvela, Mukit" in text_of(client.get(months)).replace("\N{NO-BREAK SPACE}", " ")
    unlocking = f"{months}/2024-07/unlock"
    assert "Kirjoita, miksi kuukausi avataan" in text_of(post_form(client, unlocking))
    assert post_form(client, unlocking, reason="Puuttuva lasku").status_code == 302
    assert "Heinäkuu 2024 on avattu" in text_of(client.get(months))
    assert client.get(unlocking).status_code == 302
    for address in (f"{months}/2024-13/unlock", f"{months}/x/unlock"):
        assert client.get(address).status_code == 404


def test_a_month_locked_between_planning_and_importing_is_named_with_its_rows(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work(app) as session:
        pilot, _ = booked(session)
        user = make_user(session, Role.MANAGER)
    planned, turns = service.plan_import, iter([True])

    def plan_and_be_overtaken(*args: Any, **given: Any) -> service.CostPlan:
        found = planned(*args, **given)
        if next(turns, False):
            with work(app) as session:
                lock(session, pilot)
        return found

    monkeypatch.setattr(service, "plan_import", plan_and_be_overtaken)
    sign_in(client, user)
    content = b64encode(FILE.encode()).decode()
    address = f"/costs/{pilot.id}/import"
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    given = {"csrf_token": token, "content": content, "file_name": "kulut.csv", "step": "import"}
    page = client.post(address, data=given)
    assert page.status_code == 200
    assert "Heinäkuu 2024 on lukittu" in text_of(page)
    assert "5.7.2024" in text_of(page)
    with work(app) as session:
        assert len(queries.list_entries(session, pilot.id)) == 1


def test_a_month_that_is_not_over_says_so_and_has_no_button(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = make_pilot(session, starts_on=date(2098, 7, 1), ends_on=date(2098, 7, 31))
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = client.get(f"/costs/{pilot.id}/months")
    assert "Kuukauden voi lukita, kun se on ohi." in text_of(page)
    assert "/lock" not in page.text


def test_a_pilots_own_prices_and_estimate_stay_while_a_month_is_locked(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot, _made = booked(session)

        replan(session, pilot, portion_price=Money(310))
        lock(session, pilot)
        for name, value in (
            ("portion_price", Money(320)),
            ("daily_fee", Money(1)),
            ("estimate", Money(1)),
            ("expected", 70),
        ):
            told = refused(lambda name=name, value=value: replan(session, pilot, **{name: value}))  # type: ignore[misc]
            assert told == ("figures-locked", name)
        replan(session, pilot, name="Heinäkuu, korjattu")
        service.unlock_month(session, ADMIN, pilot_id=pilot.id, month=JULY, reason="hinta väärin", at=MID_AUGUST)
        replan(session, pilot, portion_price=Money(320))
        assert get_pilot(session, pilot.id).details.portion_price == Money(320)


def test_the_form_of_a_pilot_says_that_a_locked_month_keeps_its_price(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, _made = booked(session)
        lock(session, pilot)
        boss = make_user(session, Role.COORDINATOR)
    sign_in(client, boss)
    answer = post_form(client, f"/pilots/{pilot.id}/edit", portion_price="3,20")
    assert "Kuukausi on lukittu, ja muutos muuttaisi sen lukuja." in text_of(answer)


def replan(session: Session, pilot: Pilot, **different: Any) -> None:
    """Save a pilot with other details, as somebody does who has seen what that changes."""
    details = replace(get_pilot(session, pilot.id).details, **different)
    asked = {"pilot_id": pilot.id, "details": details, "calendar": FINLAND}
    seen = schedule.preview_change(session, ADMIN, **asked).digest
    schedule.change_pilot(session, ADMIN, **asked, seen=seen, at=MID_AUGUST)


def close_down(session: Session, pilot: Pilot, first: date, last: date) -> None:
    """Close a pilot's first park for some days, as somebody does who has seen which days go."""
    closure = {"park_id": pilot.park_ids[0], "starts_on": first, "ends_on": last}
    seen = schedule.preview_closure(session, ADMIN, **closure).digest
    schedule.add_closure(session, ADMIN, **closure, closure_id=uuid4(), note="", seen=seen, at=MID_AUGUST)


def summer(session: Session) -> Pilot:
    """A pilot of July and August in two parks, whose July has a shared cost and is locked."""
    parks = [make_park(session, name=name) for name in ("Suvela", "Soukka")]
    pilot = make_pilot(session, parks, ends_on=date(2024, 8, 30), months=Fraction(2))
    shared = cost(pilot, park_id=None, split_key=SplitKey.PLANNED_DAYS)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=shared, at=MID_AUGUST)
    lock(session, pilot)
    return pilot


def test_no_change_of_the_plan_moves_the_figures_of_a_locked_month(on_both: Flask) -> None:
    """By fewer or more days, by other days in their place, by a park that comes or goes, or by a closure."""
    with work(on_both) as session:
        pilot = summer(session)
        more = make_park(session, name="Matinkylä")
        plans = pilot.details.parks
        before = queries.get_basis(session, pilot).sheet(date(2024, 7, 31))
        tries: list[tuple[str, Callable[[], None]]] = [
            ("ends_on", lambda: replan(session, pilot, ends_on=date(2024, 8, 29))),
            ("starts_on", lambda: replan(session, pilot, starts_on=date(2024, 7, 2))),
            ("weekdays", lambda: replan(session, pilot, parks=tuple(replace(plan, weekdays=15) for plan in plans))),
            ("parks", lambda: replan(session, pilot, parks=(*plans, ParkPlan(more.id)))),
            ("parks", lambda: replan(session, pilot, parks=plans[:1])),
            ("starts_on", lambda: close_down(session, pilot, date(2024, 7, 1), date(2024, 7, 1))),
            ("starts_on", lambda: close_down(session, pilot, date(2024, 8, 20), date(2024, 8, 21))),
        ]
        for field, attempt in tries:
            assert refused(attempt) == ("days-locked", field)
        assert queries.get_basis(session, pilot).sheet(date(2024, 7, 31)) == before
        # What changes nothing of July may be: a day called off, another serving time, a closure without days.
        day = day_of(session, pilot, date(2024, 8, 20))
        about = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=day.id, **about, at=MID_AUGUST)
        window = ServingWindow(time(12), time(13))
        replan(session, pilot, name="Kesä", parks=tuple(replace(plan, window=window) for plan in plans))
        close_down(session, pilot, date(2024, 9, 2), date(2024, 9, 3))
        service.unlock_month(session, ADMIN, pilot_id=pilot.id, month=JULY, reason="Kausi jatkuu", at=MID_AUGUST)
        replan(session, pilot, ends_on=date(2024, 8, 29))


def test_days_after_a_locked_month_of_preparations_may_be_planned_again(session: Session) -> None:
    """Nothing of the plan is in its figures, as long as its costs are of one park."""
    pilot = make_pilot(session)
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, 20, 6), at=MID_AUGUST)
    lock(session, pilot, date(2024, 6, 1))
    close_down(session, pilot, date(2024, 7, 1), date(2024, 7, 2))
    replan(session, pilot, ends_on=date(2024, 8, 9))
    shared = make_pilot(session, [make_park(session), make_park(session)])
    given = {"park_id": None, "split_key": SplitKey.PLANNED_DAYS}
    service.book_entry(session, ADMIN, pilot_id=shared.id, entry=cost(shared, 20, 6, **given), at=MID_AUGUST)
    lock(session, shared, date(2024, 6, 1))
    told = refused(lambda: close_down(session, shared, date(2024, 7, 1), date(2024, 7, 2)))
    assert told == ("days-locked", "starts_on")


def test_a_day_in_the_place_of_another_is_no_less_a_change_of_a_locked_month(session: Session) -> None:
    """The last day of the month would say the same, the days between would not."""
    pilot = make_pilot(session, weekdays=0b0000001)
    lock(session, pilot)
    plans = tuple(replace(plan, weekdays=0b0000100) for plan in pilot.details.parks)
    assert refused(lambda: replan(session, pilot, parks=plans)) == ("days-locked", "weekdays")


def test_who_closes_a_park_while_a_month_is_being_locked_finds_it_locked(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session, ends_on=date(2024, 8, 30))
    told = meanwhile(
        on_both,
        lambda session: lock(session, pilot),
        lambda session: close_down(session, pilot, date(2024, 8, 20), date(2024, 8, 21)),
    )
    assert told == "days-locked"


def test_the_pages_of_plans_say_that_a_locked_month_keeps_its_days(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = summer(session)
        boss = make_user(session, Role.COORDINATOR)
    sign_in(client, boss)
    said = "Heinäkuu 2024 on lukittu, ja ruokailupäivien muutos muuttaisi sen lukuja. Peru poistuvat päivät"
    assert said in text_of(post_form(client, f"/pilots/{pilot.id}/edit", ends_on="29.8.2024"))
    closure = {"park": str(pilot.park_ids[0]), "starts_on": "20.8.2024", "ends_on": "21.8.2024"}
    answer = post_form(client, "/closures", data=closure)
    assert said in text_of(answer)
    assert "20.8.2024" in answer.text


def test_a_ledger_goes_out_and_comes_back_month_by_month(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, _made = booked(session)
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost(pilot, 5, 8), at=MID_AUGUST)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/ledger/csv?month=2024-08"
    assert f'href="{address}"' in client.get(f"/costs/{pilot.id}/months").text
    answer = client.get(address)
    assert answer.headers["Content-Disposition"] == "attachment; filename=ledger-2024-08.csv"
    assert [line.split(";")[0] for line in answer.text.split()] == ["\ufeffdate", "2024-08-05"]
    with look(app) as session:
        plan = service.plan_import(session, ADMIN, pilot=pilot, costs=read_costs(answer.data)[1], at=MID_AUGUST)
    assert (len(plan.entries), plan.fresh, plan.problems) == (1, (), ())
    assert client.get(f"/costs/{pilot.id}/ledger/csv?month=2024-13").status_code == 404
