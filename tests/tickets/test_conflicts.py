"""The page of what had happened without a network although the rules would not have let it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.codes import code_digest
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Reason, Scan
from pilot_ops.tickets.labels import CONFLICTS
from tests.support.builders import ADMIN, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, sign_in, soup, text_of
from tests.support.tickets import allocate, hand_out, make_batch, make_point, make_type, make_venue, use


def test_the_page_says_what_where_when_and_what_the_rule_would_have_said(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        venue, point = make_venue(session, name="Tapiolan uimahalli"), make_point(session)
        kind = make_type(session, prefix="UIN", uses=1, venues=frozenset({venue.id}))
        make_batch(session, kind, 3)
        allocate(session, kind, point, 2)
        hand_out(session, kind, 1, point)
        for _ in range(3):
            use(session, kind, 1, venue, at=now(), offline=True)
        use(session, kind, 2, venue, at=now(), offline=True)
        stray = Scan(uuid4(), code_digest("Z" * 17), venue.id, now() - timedelta(hours=1), offline=True)
        service.use(session, ADMIN, scan=stray, at=now())
        boss = make_user(session, Role.MANAGER)
    sign_in(client, boss)
    page = client.get("/tickets/conflicts")
    shown = text_of(page)
    assert f"{kind.name.fi} 2 1" in shown
    assert "Tuntematon koodi 0 1" in shown
    assert "Lippu on käytetty loppuun." in shown
    assert "monella puhelimella ilman verkkoa" in shown
    assert "Lippua ei ole vielä luovutettu asiakkaalle." in shown
    assert shown.count("Tapiolan uimahalli") == 4
    assert [link.text for link in soup(page).select("tbody a")].count("UIN-0001") == 2
    with look(app) as session:
        assert queries.count_conflicts(session) == {
            kind.id: {Reason.USED_UP: 2, Reason.NOT_HANDED_OUT: 1},
            None: {Reason.UNKNOWN_CODE: 1},
        }


def test_without_conflicts_it_says_so(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        boss = make_user(session, Role.COORDINATOR)
    sign_in(client, boss)
    assert "Ristiriitoja ei ole." in text_of(client.get("/tickets/conflicts"))
    assert "Ristiriidat ilman verkkoa" in text_of(client.get("/tickets"))


@pytest.mark.parametrize("role", [Role.VENUE, Role.POINT_STAFF, Role.PARK_STAFF])
def test_it_is_not_for_those_who_scan(app: Flask, client: PageClient, role: Role) -> None:
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    assert client.get("/tickets/conflicts").status_code == 403


def test_whatever_the_rules_may_say_is_explained() -> None:
    """Offline a second scan is confirmed by having happened, so that one reason never comes."""
    of_hand_out = {Reason.ALREADY_HANDED_OUT, Reason.EXPIRED, Reason.IN_STOCK, Reason.OTHER_POINT}
    of_use = {Reason.NOT_HANDED_OUT, Reason.NOT_VALID_HERE, Reason.USED_UP, Reason.EXPIRED, Reason.NOT_YET_VALID}
    gone = {Reason.VOIDED, Reason.LOST, Reason.REPLACED, Reason.UNKNOWN_CODE}
    assert set(CONFLICTS) == of_hand_out | of_use | gone
