"""Pages of the stock: types, batches, moves with a preview, points, stock-taking, and one ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.codes import grouped
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, Kind, Selection, State, TicketType
from pilot_ops.tickets.models import TicketRow
from tests.support.builders import make_user
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
class Desk:
    """A coordinator's browser, a type with twenty tickets of which eight are at a point, and the point."""

    browser: PageClient
    kind: TicketType
    point: Place


@pytest.fixture
def desk(app: Flask, client: PageClient) -> Desk:
    with work(app) as session:
        boss = make_user(session, Role.COORDINATOR)
        kind, point = make_type(session, prefix="UIN"), make_point(session, name="Leppävaara")
        make_batch(session, kind, 20)
        allocate(session, kind, point, 8)
    sign_in(client, boss)
    return Desk(client, kind, point)


def send(browser: PageClient, url: str, given: dict[str, Any], *, to: str = "", page: Any = None) -> TestResponse:
    """Fill in the form of the page at an address, or of a page that came back, and send it."""
    if page is None:
        return post_form(browser, url, action=to or None, data=given)
    return browser.post(url, data=fill(find_form(page, url), {}) | given)


def state_of(app: Flask, kind: TicketType, serial: int) -> State:
    with look(app) as session:
        return ticket_at(session, kind, serial).state


def test_the_stock_says_what_is_where_and_that_it_balances(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        hand_out(session, desk.kind, 1, desk.point)
        use(session, desk.kind, 1, venue_of(desk.kind))
        move(session, Action.VOID, Selection(desk.kind.id, 20, 20))
    page = text_of(desk.browser.get("/tickets"))
    balance = "Hankittu 20 = varastossa 11 + jakopisteissä 7 + luovutettu 1 + mitätöity 1 + kadonnut 0"
    assert balance in page
    assert "Leppävaara 7 1 Loppumassa" in page
    assert balance in text_of(desk.browser.get(f"/tickets/types/{desk.kind.id}"))


def test_what_does_not_balance_stands_out(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        session.execute(delete(TicketRow).where(TicketRow.serial == 20))
    assert "1 lippu on kateissa" in text_of(desk.browser.get("/tickets"))


def test_a_type_is_made_and_its_tickets(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        venue = make_venue(session, name="Kino Tapiola")
    page = send(
        desk.browser,
        "/tickets/types/new",
        {
            "name_fi": "Elokuvalippu",
            "prefix": "kino",
            "kind": "coded",
            "uses": "1",
            "value": "11,00",
            "venues": [str(venue.id)],
            "valid_until": "31.12.2026",
        },
    )
    assert page.status_code == 302
    with look(app) as session:
        made = queries.find_type_by_name(session, "KINO")
    assert made is not None
    address = f"/tickets/types/{made.id}/batches/new"
    assert send(desk.browser, address, {"quantity": "660", "acquired_on": "2.3.2026"}).status_code == 302
    shown = text_of(desk.browser.get(f"/tickets/types/{made.id}"))
    assert "660 kappaletta" in shown
    assert "KINO-0001–KINO-0660" in shown
    assert "11,00 €" in shown


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name_fi", " ", "Kirjoita nimi"),
        ("prefix", "U2", "viimeinen on kirjain"),
        ("uses", "0", "Kirjoita käyntien määrä, 1–100"),
        ("uses", "kymmenen", "Kirjoita kokonaisluku"),
        ("value", "-1", "Arvo ei voi olla alle nollan"),
        ("valid_until", "31.2.2026", "Kirjoita päivä"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    app: Flask, desk: Desk, field: str, typed: str, sentence: str
) -> None:
    given = {"name_fi": "Elokuvalippu", "prefix": "KINO", "uses": "1", "venues": [str(venue_of(desk.kind))]}
    page = send(desk.browser, "/tickets/types/new", {**given, field: typed})
    assert page.status_code == 200
    box = soup(page).select_one(f"#{field}")
    assert box is not None
    assert box["value"].strip() == typed.strip()
    assert sentence in str(soup(page).select_one(f"#{field}-e"))
    with look(app) as session:
        assert len(queries.list_types(session)) == 1


def test_a_type_without_venues_is_told_so(desk: Desk) -> None:
    given = {"name_fi": "Elokuvalippu", "prefix": "KINO", "uses": "1", "venues": []}
    page = send(desk.browser, "/tickets/types/new", given)
    assert "Valitse ainakin yksi paikka" in text_of(page)


def test_a_move_is_shown_before_it_is_made(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        move(session, Action.VOID, Selection(desk.kind.id, 10, 10))
    address = f"/tickets/types/{desk.kind.id}/move/allocate"
    asked = {"how": "range", "first": "7", "last": "12", "to": str(desk.point.id)}
    preview = send(desk.browser, address, asked)
    shown = text_of(preview)
    assert "3 lippua siirtyy" in shown
    assert "UIN-0009, UIN-0011–UIN-0012" in shown
    assert "2 lippua jää ennalleen: Lippu ei ole varastossa" in shown
    assert "1 lippu jää ennalleen: Lippu on mitätöity" in shown
    assert state_of(app, desk.kind, 9) is State.IN_STOCK
    done = send(desk.browser, address, {"step": "move"}, page=preview)
    assert done.status_code == 302
    assert state_of(app, desk.kind, 9) is State.AT_POINT
    assert "3 lippua: lähetetty jakopisteeseen" in text_of(desk.browser.get(done.location))


def test_a_move_that_others_got_in_the_way_of_is_shown_anew(app: Flask, desk: Desk) -> None:
    address = f"/tickets/types/{desk.kind.id}/move/allocate"
    preview = send(desk.browser, address, {"how": "quantity", "quantity": "2", "to": str(desk.point.id)})
    with work(app) as session:
        move(session, Action.VOID, Selection(desk.kind.id, 9, 9))
    again = send(desk.browser, address, {"step": "move"}, page=preview)
    assert "Joku muu on siirtänyt lippuja sillä välin" in text_of(again)
    assert state_of(app, desk.kind, 10) is State.IN_STOCK


@pytest.mark.parametrize(
    ("action", "asked", "sentence"),
    [
        ("allocate", {"quantity": "13"}, "Lippuja on vain 12"),
        ("allocate", {"quantity": "1", "to": ""}, "Valitse jakopiste"),
        ("allocate", {"quantity": ""}, "Kirjoita määrä"),
        ("allocate", {"quantity": "0"}, "Kirjoita määrä"),
        ("void", {"how": "range", "first": "1", "last": "", "note": "x"}, "Kirjoita ensimmäinen ja viimeinen numero"),
        ("void", {"quantity": "1", "note": ""}, "Kerro syy"),
        ("find", {"how": "range", "first": "1", "last": "3"}, "Näistä lipuista yhtäkään ei voi siirtää"),
    ],
)
def test_a_move_that_cannot_be_is_told_why(desk: Desk, action: str, asked: dict[str, str], sentence: str) -> None:
    given = {"how": "quantity", **({"to": str(desk.point.id)} if action == "allocate" else {}), **asked}
    assert sentence in text_of(send(desk.browser, f"/tickets/types/{desk.kind.id}/move/{action}", given))


def test_no_other_move_has_a_page(desk: Desk) -> None:
    for action in ("use", "hand-out", "acquire", "sell"):
        assert desk.browser.get(f"/tickets/types/{desk.kind.id}/move/{action}").status_code == 404


def test_a_point_is_counted(desk: Desk) -> None:
    address = f"/tickets/points/{desk.point.id}/count/{desk.kind.id}"
    assert "Kirjanpidossa on 8 lippua" in text_of(desk.browser.get(address))
    short = send(desk.browser, address, {"counted": "7"})
    assert "Laskit 7, mutta kirjanpidossa on 8" in text_of(short)
    assert send(desk.browser, address, {"counted": "7", "note": "Yksi kastui"}).status_code == 302
    assert "1 lippu puuttuu" in text_of(desk.browser.get(f"/tickets/points/{desk.point.id}"))
    assert "Inventointi ei täsmää" in text_of(desk.browser.get("/tickets"))


def test_a_ticket_is_found_by_code_link_or_number(app: Flask, desk: Desk) -> None:
    with look(app) as session:
        code, ticket = code_at(session, desk.kind, 3), ticket_at(session, desk.kind, 3)
    for typed in (code, grouped(code).lower(), f"http://localhost/t/{code}", "UIN-0003", "uin 3"):
        found = send(desk.browser, "/tickets/find", {"code": typed})
        assert found.location == f"/tickets/{ticket.id}"
    for typed in ("UIN-9999", "XXX-1", "7K3M", code[:-1] + ("2" if code[-1] != "2" else "3")):
        assert "Lippua ei löydy" in text_of(send(desk.browser, "/tickets/find", {"code": typed}))


def test_a_ticket_shows_what_was_done_and_tried(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        elsewhere = make_venue(session, name="Väärä halli")
        hand_out(session, desk.kind, 3, desk.point)
        use(session, desk.kind, 3, elsewhere)
        use(session, desk.kind, 3, venue_of(desk.kind))
        ticket = ticket_at(session, desk.kind, 3)
    page = text_of(desk.browser.get(f"/tickets/{ticket.id}"))
    assert "9 / 10" in page
    assert "Käytetty, 9 jäljellä" in page
    assert "Lippu ei kelpaa täällä Väärä halli" in page


def test_a_lost_ticket_is_replaced_and_may_be_found(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        hand_out(session, desk.kind, 3, desk.point)
        old, code = ticket_at(session, desk.kind, 3), code_at(session, desk.kind, 4)
    address = f"/tickets/{old.id}"
    assert "Kerro syy" in text_of(send(desk.browser, address, {"action": "lose"}))
    assert send(desk.browser, address, {"action": "lose", "note": "Hukkui altaaseen"}).status_code == 302
    assert state_of(app, desk.kind, 3) is State.LOST
    assert send(desk.browser, address, {"action": "find"}).status_code == 302
    assert state_of(app, desk.kind, 3) is State.HANDED_OUT
    wrong = send(desk.browser, address, {"code": "7K3M"}, to=f"{address}/replace")
    assert "Koodia ei tunneta" in text_of(wrong)
    done = send(desk.browser, address, {"code": code}, to=f"{address}/replace")
    assert (state_of(app, desk.kind, 3), state_of(app, desk.kind, 4)) == (State.LOST, State.HANDED_OUT)
    assert "Annettu kadonneen tilalle" in text_of(desk.browser.get(done.location))
    assert "UIN-0004" in text_of(desk.browser.get(address))


def test_the_manager_sees_and_changes_nothing(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        manager = make_user(session, Role.MANAGER)
        ticket = ticket_at(session, desk.kind, 3)
    desk.browser.post("/sign-out")
    sign_in(desk.browser, manager)
    for address in ("/tickets", f"/tickets/types/{desk.kind.id}", f"/tickets/points/{desk.point.id}"):
        assert not soup(desk.browser.get(address)).select("main form")
    page = desk.browser.get(f"/tickets/{ticket.id}")
    assert not soup(page).select("main form")
    token = soup(desk.browser.get("/tickets/find")).select_one("[name=csrf_token]")
    assert token is not None
    void = {"csrf_token": token["value"], "action": "void", "note": "x", "move_id": str(ticket.id)}
    assert desk.browser.post(f"/tickets/{ticket.id}", data=void).status_code == 403


def test_the_client_group_of_a_ticket_is_for_who_works_with_tickets(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        manager, group = make_user(session, Role.MANAGER), make_group(session, "Vammaispalvelut")
        point = make_point(session, groups=frozenset({group.id}))
        move(session, Action.TRANSFER, Selection(desk.kind.id, 3, 3), point)
        hand_out(session, desk.kind, 3, point, group_id=group.id)
        ticket = ticket_at(session, desk.kind, 3)
    assert "Vammaispalvelut" in text_of(desk.browser.get(f"/tickets/{ticket.id}"))
    desk.browser.post("/sign-out")
    sign_in(desk.browser, manager)
    assert "Vammaispalvelut" not in text_of(desk.browser.get(f"/tickets/{ticket.id}"))


def test_a_counted_type_has_no_moves_of_numbers(app: Flask, desk: Desk) -> None:
    with work(app) as session:
        kind = make_type(session, kind=Kind.COUNTED, prefix="KINO")
        make_batch(session, kind, 5)
    page = desk.browser.get(f"/tickets/types/{kind.id}")
    assert "/move/" not in page.text
    asked = {"how": "quantity", "quantity": "1", "to": str(desk.point.id)}
    answer = send(desk.browser, f"/tickets/types/{kind.id}/move/allocate", asked)
    assert "pidetään kirjaa vain määristä" in text_of(answer)


def test_the_menu_says_where_one_is_only_once(desk: Desk) -> None:
    for address, said in (("/tickets", "Liput"), ("/tickets/find", "Liput"), ("/tickets/hand-out", "Luovuta")):
        current = soup(desk.browser.get(address)).select("nav [aria-current=page]")
        assert [link.get_text(strip=True) for link in current] == [said]
