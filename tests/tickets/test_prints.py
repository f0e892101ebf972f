"""Prints: what is left out, the log, who makes them, what the database holds, and their pages."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pilot_ops.audit import queries as log
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.codes import grouped
from pilot_ops.kernel.db import Base
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.tickets import jobs, queries, service
from pilot_ops.tickets.domain import (
    ABANDONED_AFTER,
    KEPT_FOR,
    Action,
    Format,
    Kind,
    Order,
    Print,
    PrintState,
    Reason,
    Selection,
    State,
    Ticket,
    TicketType,
    link_of,
    why_not_print,
)
from pilot_ops.tickets.models import PrintRow, TicketRow
from pilot_ops.tickets.service.prints import claim_print, finish_print, get_work, note_progress
from tests.support.builders import ADMIN, NOON, make_user
from tests.support.databases import SECRET, close, look, make_app, work
from tests.support.page import PageClient, find_form, post_form, sign_in, soup, text_of
from tests.support.paper import read_codes, text_in
from tests.support.tickets import code_at, make_batch, make_point, make_type, move

TODAY = date(2026, 7, 1)


def order_of(kind: TicketType, first: int, last: int, paper: Format = Format.LABELS, **different: Any) -> Order:
    return Order(**{"id": uuid4(), "type_id": kind.id, "first": first, "last": last, "format": paper, **different})


def ordered(app: Flask, quantity: int, paper: Format = Format.LABELS) -> tuple[TicketType, Print]:
    with work(app) as session:
        kind = make_type(session)
        make_batch(session, kind, quantity)
        return kind, service.order_print(session, ADMIN, order=order_of(kind, 1, quantity, paper), at=now())


def found(app: Flask, print_id: UUID) -> Print:
    with look(app) as session:
        return queries.get_print(session, print_id)


def file_of(app: Flask, print_id: UUID) -> bytes:
    with look(app) as session:
        return service.read_print_file(session, ADMIN, print_id=print_id)


@pytest.mark.parametrize(
    ("different", "until", "reason"),
    [
        ({}, None, None),
        ({"state": State.AT_POINT}, TODAY, None),
        ({"state": State.HANDED_OUT}, None, None),
        ({}, TODAY - timedelta(days=1), Reason.EXPIRED),
        ({"state": State.VOIDED}, TODAY - timedelta(days=1), Reason.VOIDED),
        ({"state": State.LOST}, None, Reason.LOST),
        ({"state": State.LOST, "replaced_by": uuid4()}, None, Reason.REPLACED),
        ({"state": State.USED_UP, "uses_left": 0}, None, Reason.USED_UP),
    ],
)
def test_what_is_not_printed(different: dict[str, Any], until: date | None, reason: Reason | None) -> None:
    given = {"id": uuid4(), "type_id": uuid4(), "batch_id": uuid4(), "serial": 1, "uses_left": 10}
    ticket = Ticket(**{**given, "state": State.IN_STOCK, **different})
    assert why_not_print(ticket, until, TODAY) is reason


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (0, 5, Reason.RANGE_WRONG),
        (5, 4, Reason.RANGE_WRONG),
        (1, 20_001, Reason.QUANTITY_WRONG),
        (7, 9, Reason.NOTHING_TO_PRINT),
    ],
)
def test_an_order_that_is_none_is_refused(session: Session, first: int, last: int, reason: Reason) -> None:
    kind = make_type(session)
    make_batch(session, kind, 5)
    with pytest.raises(Refused) as refused:
        service.order_print(session, ADMIN, order=order_of(kind, first, last), at=NOON)
    assert refused.value.reason is reason


def test_counted_tickets_are_not_printed(session: Session) -> None:
    kind = make_type(session, kind=Kind.COUNTED, uses=1)
    make_batch(session, kind, 5)
    with pytest.raises(Refused) as refused:
        service.plan_order(session, ADMIN, order=order_of(kind, 1, 5), at=NOON)
    assert refused.value.reason is Reason.NOT_CODED


def test_only_those_who_may_edit_tickets_print(session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind, 5)
    point = Actor(None, "Piste", Role.POINT_STAFF)
    for call in (service.plan_order, service.order_print):
        with pytest.raises(Forbidden):
            call(session, point, order=order_of(kind, 1, 5), at=NOON)
    with pytest.raises(Forbidden):
        service.read_print_file(session, point, print_id=uuid4())


def test_every_print_and_reprint_is_in_the_log(session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind, 20)
    order = order_of(kind, 1, 10)
    first = service.order_print(session, ADMIN, order=order, at=NOON)
    assert service.order_print(session, ADMIN, order=order, at=NOON) == first
    beside = service.order_print(session, ADMIN, order=order_of(kind, 11, 20), at=NOON)
    again = service.order_print(session, ADMIN, order=order_of(kind, 10, 11), at=NOON)
    assert (first.reprint, beside.reprint, again.reprint) == (False, False, True)
    entries = [entry for entry in log.list_entries(session) if entry.action == "tickets.printed"]
    numbers = [
        f'"first":"{kind.label(first)}"' in entry.after for first, entry in zip((10, 11, 1), entries, strict=True)
    ]
    assert numbers == [True] * 3
    assert ['"reprint":true' in entry.after for entry in entries] == [True, False, False]


def test_the_same_id_for_something_else_is_refused(session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind, 20)
    order = order_of(kind, 1, 10)
    service.order_print(session, ADMIN, order=order, at=NOON)
    with pytest.raises(Refused) as refused:
        service.order_print(session, ADMIN, order=order_of(kind, 1, 11, id=order.id), at=NOON)
    assert refused.value.reason is Reason.ID_REUSED


@pytest.mark.parametrize("paper", Format)
def test_every_code_of_a_batch_is_read_from_its_file(app: Flask, paper: Format) -> None:
    kind, job = ordered(app, 60, paper)
    jobs.make_print(app, job.id)
    pdf = file_of(app, job.id)
    with look(app) as session:
        links = [link_of(app.config["PILOT_OPS"].public_url, code_at(session, kind, n)) for n in range(1, 61)]
        written = {kind.label(n): grouped(code_at(session, kind, n)) for n in range(1, 61)}
    assert read_codes(pdf, paper) == links
    text = text_in(pdf)
    assert all(number in text and code in text for number, code in written.items())
    assert kind.name.sv in text
    assert kind.name.en in text


def test_what_cannot_be_used_is_left_out_and_said(app: Flask) -> None:
    kind, job = ordered(app, 12)
    with work(app) as session:
        # Voided after the order, before the printing.
        move(session, Action.VOID, Selection(kind.id, 3, 4))
        move(session, Action.LOSE, Selection(kind.id, 7, 7))
        gone = {code_at(session, kind, number) for number in (3, 4, 7)}
    jobs.make_print(app, job.id)
    read = {link.rpartition("/")[2] for link in read_codes(file_of(app, job.id), Format.LABELS)}
    assert len(read) == 9
    assert not read & gone
    done = found(app, job.id)
    assert (done.total, done.done, dict(done.left_out)) == (9, 9, {Reason.VOIDED: 2, Reason.LOST: 1})


def test_the_database_holds_no_code_in_clear(on_both: Flask) -> None:
    kind, job = ordered(on_both, 30)
    jobs.make_print(on_both, job.id)
    pdf = file_of(on_both, job.id)
    assert pdf.startswith(b"%PDF")
    with look(on_both) as session:
        codes = [code_at(session, kind, number) for number in range(1, 31)]
        for table in Base.metadata.tables.values():
            for row in session.execute(select(table)):
                held = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                assert b"%PDF" not in held, table.name
                assert not any(code.encode() in held or grouped(code).encode() in held for code in codes), table.name


def test_another_secret_neither_prints_nor_reads(app: Flask, sqlite_url: str, tmp_path: Any) -> None:
    kind, job = ordered(app, 10)
    jobs.make_print(app, job.id)
    _kind, waiting = ordered(app, 5)
    other = make_app(tmp_path, sqlite_url, SECRET_KEY=SECRET[::-1])
    try:
        with work(other) as session, pytest.raises(Refused) as refused:
            service.order_print(session, ADMIN, order=order_of(kind, 1, 10), at=now())
        assert refused.value.reason is Reason.KEY_CHANGED
        with look(other) as session, pytest.raises(Refused) as refused:
            service.read_print_file(session, ADMIN, print_id=job.id)
        assert refused.value.reason is Reason.KEY_CHANGED
        jobs.make_print(other, waiting.id)
        failed = found(other, waiting.id)
        assert (failed.state, failed.reason) == (PrintState.FAILED, Reason.KEY_CHANGED)
    finally:
        close(other)


def test_progress_is_told_by_whoever_makes_it_alone(on_both: Flask) -> None:
    _kind, job = ordered(on_both, 10)
    mine, other, at = uuid4(), uuid4(), now()
    with work(on_both) as session:
        assert claim_print(session, print_id=job.id, claim=mine, at=at)
        assert not claim_print(session, print_id=job.id, claim=other, at=at)
    with work(on_both) as session:
        assert note_progress(session, print_id=job.id, claim=mine, done=4, at=at)
        assert not note_progress(session, print_id=job.id, claim=other, done=9, at=at)
    going = found(on_both, job.id)
    assert (going.state, going.done) == (PrintState.RUNNING, 4)


def test_of_many_who_take_a_print_one_gets_it(on_both: Flask) -> None:
    _kind, job = ordered(on_both, 10)

    def take(_number: int) -> bool:
        with work(on_both) as session:
            return claim_print(session, print_id=job.id, claim=uuid4(), at=now())

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_an_abandoned_print_is_finished_by_another(on_both: Flask) -> None:
    _kind, job = ordered(on_both, 10)
    dead, died = uuid4(), now() - ABANDONED_AFTER - timedelta(seconds=1)
    with work(on_both) as session:
        assert claim_print(session, print_id=job.id, claim=dead, at=died)
    assert jobs.resume_prints(on_both) == 1
    assert found(on_both, job.id).state is PrintState.DONE
    assert len(read_codes(file_of(on_both, job.id), Format.LABELS)) == 10
    # The one thought dead comes back late: it changes nothing.
    with work(on_both) as session:
        assert not note_progress(session, print_id=job.id, claim=dead, done=1, at=now())
        finish_print(session, print_id=job.id, claim=dead, content=b"late", at=now())
    assert file_of(on_both, job.id).startswith(b"%PDF")
    assert jobs.resume_prints(on_both) == 0


def test_one_that_nobody_began_is_taken_up_after_a_minute(app: Flask) -> None:
    _kind, job = ordered(app, 10)
    assert jobs.resume_prints(app) == 0
    with work(app) as session:
        session.execute(update(PrintRow).values(requested_at=now() - ABANDONED_AFTER * 2))
    assert jobs.resume_prints(app) == 1
    assert found(app, job.id).state is PrintState.DONE


def test_one_that_stops_its_process_every_time_is_given_up(app: Flask) -> None:
    _kind, job = ordered(app, 10)
    start = now() - timedelta(hours=1)
    with work(app) as session:
        for minute in (0, 2, 4):
            at = start + timedelta(minutes=minute)
            assert claim_print(session, print_id=job.id, claim=uuid4(), at=at)
    assert jobs.resume_prints(app) == 1
    failed = found(app, job.id)
    assert (failed.state, failed.reason) == (PrintState.FAILED, Reason.PRINT_STOPPED)


def test_a_print_of_which_nothing_is_left_says_so(app: Flask) -> None:
    kind, job = ordered(app, 3)
    with work(app) as session:
        move(session, Action.VOID, Selection(kind.id, 1, 3))
    jobs.make_print(app, job.id)
    failed = found(app, job.id)
    assert (failed.state, failed.reason) == (PrintState.FAILED, Reason.NOTHING_TO_PRINT)
    with look(app) as session, pytest.raises(NotFound):
        service.read_print_file(session, ADMIN, print_id=job.id)


def test_codes_are_not_taken_from_a_changed_row(session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind, 3)
    session.execute(update(TicketRow).where(TicketRow.serial == 2).values(digest="0" * 64))
    with pytest.raises(Refused) as refused:
        service.plan_order(session, ADMIN, order=order_of(kind, 1, 3), at=NOON)
    assert refused.value.reason is Reason.KEY_CHANGED
    assert service.plan_order(session, ADMIN, order=order_of(kind, 3, 3), at=NOON).sheets == 1


def test_files_are_deleted_after_a_week_and_the_print_stays_known(on_both: Flask) -> None:
    kind, job = ordered(on_both, 3)
    jobs.make_print(on_both, job.id)
    with work(on_both) as session:
        early = jobs.delete_prints(session, day=TODAY, now=now() + KEPT_FOR - timedelta(minutes=1))
    with work(on_both) as session:
        late = jobs.delete_prints(session, day=TODAY, now=now() + KEPT_FOR + timedelta(minutes=1))
    assert (early.done, late.done) == (0, 1)
    assert not found(on_both, job.id).has_file
    with look(on_both) as session:
        assert get_work(session, print_id=job.id, at=now()).codes
        plan = service.plan_order(session, ADMIN, order=order_of(kind, 2, 2), at=now())
        assert [before.id for before in plan.earlier] == [job.id]


# Pages


@pytest.fixture
def coordinator(app: Flask, client: PageClient) -> PageClient:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    return client


def finished(client: PageClient, address: str) -> Any:
    """The page of a print once it is no more on its way."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        page = client.get(address)
        if "data-going" not in page.get_data(as_text=True):
            return page
        assert 'http-equiv="refresh"' in page.get_data(as_text=True)
        time.sleep(0.05)
    raise AssertionError("the print is still on its way")


def test_a_batch_is_printed_on_the_pages(app: Flask, coordinator: PageClient) -> None:
    with work(app) as session:
        kind = make_type(session)
        batch = make_batch(session, kind, 30)
        move(session, Action.VOID, Selection(kind.id, 1, 2))
    assert "Lippuja ei ole vielä tulostettu" in text_of(coordinator.get("/tickets/prints"))
    assert kind.name.fi in text_of(coordinator.get("/tickets/prints/new"))
    address = f"/tickets/prints/new?type={kind.id}&batch={batch.id}"
    for page in (coordinator.get(address), coordinator.get(f"/tickets/types/{kind.id}")):
        assert soup(page).select_one("main a[href='/tickets/prints']") is not None
    preview = post_form(coordinator, address, format="cards")
    assert "28 lippua tulostuu, 3 arkkia" in text_of(preview)
    assert "2 lippua jää pois: Lippu on mitätöity" in text_of(preview)
    made = coordinator.post(address, data=_with(preview, step="print"))
    assert made.status_code == 302
    page = finished(coordinator, made.location)
    assert "28 lippua on valmiina tulostettavaksi" in text_of(page)
    pdf = coordinator.get(f"{made.location}/file")
    assert (pdf.mimetype, pdf.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert pdf.headers["Content-Disposition"] == f"attachment; filename={kind.label(1)}-0030.pdf"
    assert len(read_codes(pdf.data, Format.CARDS)) == 28
    listed = text_of(coordinator.get("/tickets/prints"))
    assert f"{kind.label(1)}–{kind.label(30)}" in listed
    assert "Valmis" in listed


@pytest.mark.parametrize(("step", "worth"), [({}, 1), ({"with_value": None}, 0)])
def test_the_value_is_printed_unless_it_is_left_out(
    app: Flask, coordinator: PageClient, step: dict[str, Any], worth: int
) -> None:
    with work(app) as session:
        kind = make_type(session, value=Money(4850))
        make_batch(session, kind, 1)
    address = f"/tickets/prints/new?type={kind.id}"
    assert soup(coordinator.get(address)).select_one("input[name=with_value]").has_attr("checked")  # type: ignore[union-attr]
    preview = post_form(coordinator, address, format="cards", **step)
    made = coordinator.post(address, data=_with(preview, step="print"))
    finished(coordinator, made.location)
    text = text_in(coordinator.get(f"{made.location}/file").data)
    assert text.count("48,50 €") == worth


def _with(page: Any, **fields: str) -> dict[str, Any]:
    from tests.support.page import fill

    return fill(find_form(page, page.request.path), fields)


def test_a_reprint_is_said_before_it_is_made(app: Flask, coordinator: PageClient) -> None:
    kind, job = ordered(app, 10)
    address = f"/tickets/prints/new?type={kind.id}"
    preview = post_form(coordinator, address, what="range", first="10", last="10")
    assert "Näitä numeroita on tulostettu ennenkin" in text_of(preview)
    assert soup(preview).find("a", href=f"/tickets/prints/{job.id}")
    made = coordinator.post(address, data=_with(preview, step="print"))
    assert "Näitä numeroita oli tulostettu ennenkin" in text_of(finished(coordinator, made.location))
    assert "Uudelleen tulostettu" in text_of(coordinator.get("/tickets/prints"))


def test_what_is_wrong_is_said_beside_the_field(app: Flask, coordinator: PageClient) -> None:
    kind, _job = ordered(app, 10)
    page = post_form(coordinator, f"/tickets/prints/new?type={kind.id}", what="range", first="9", last="")
    assert "Kirjoita ensimmäinen ja viimeinen numero" in text_of(page)
    page = post_form(coordinator, f"/tickets/prints/new?type={kind.id}", what="range", first="40", last="50")
    assert "ei ole tulostettavia lippuja" in text_of(page)


def test_a_print_that_failed_says_what_to_do(app: Flask, coordinator: PageClient) -> None:
    kind, job = ordered(app, 3)
    with work(app) as session:
        move(session, Action.VOID, Selection(kind.id, 1, 3))
    jobs.make_print(app, job.id)
    assert "Tarkista numerot" in text_of(coordinator.get(f"/tickets/prints/{job.id}"))
    assert coordinator.get(f"/tickets/prints/{job.id}/file").status_code == 404


def test_the_page_says_when_the_file_is_gone(app: Flask, coordinator: PageClient) -> None:
    _kind, job = ordered(app, 3)
    jobs.make_print(app, job.id)
    with work(app) as session:
        jobs.delete_prints(session, day=TODAY, now=now() + KEPT_FOR * 2)
    assert "Tiedosto on poistettu" in text_of(coordinator.get(f"/tickets/prints/{job.id}"))


@pytest.mark.parametrize("query", ["?type=x", "?type=2f1c79ba-71e9-4502-9838-8e2f96fcee3e"])
def test_an_unknown_type_is_not_found(coordinator: PageClient, query: str) -> None:
    assert coordinator.get(f"/tickets/prints/new{query}").status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.POINT_STAFF, Role.VENUE, Role.PARK_STAFF])
def test_others_do_not_get_in(app: Flask, client: PageClient, role: Role) -> None:
    _kind, job = ordered(app, 3)
    jobs.make_print(app, job.id)
    with work(app) as session:
        user = make_user(session, role)
        make_point(session)
    sign_in(client, user)
    for address in (
        "/tickets/prints",
        "/tickets/prints/new",
        f"/tickets/prints/{job.id}",
        f"/tickets/prints/{job.id}/file",
    ):
        assert client.get(address).status_code == 403, address
