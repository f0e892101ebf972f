"""Purchase-order agreements: prices valid from a day, in accruals, forecast, matching, and in what was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries as list_log
from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import Agreement, Finding, Reason, match_invoices
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import Pilot
from tests.costs.test_domain import PARK, TERMS, invoice
from tests.costs.test_matching import came
from tests.costs.test_periods import meanwhile
from tests.support.builders import ADMIN, close_with, count_children, day_of, make_actor, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of

JULY = date(2024, 7, 1)
AT_5, AT_9, MID_AUGUST = (datetime(2024, month, day, 9, 0, tzinfo=UTC) for month, day in ((7, 5), (7, 9), (8, 15)))


def agreed(day: int = 3, price: int = 300, fee: int | None = 1000, **different: Any) -> Agreement:
    given = {"caterer": "Ateriapalvelu", "order_number": "4500012345"}
    made = Agreement(uuid4(), date(2024, 7, day), **given, portion_price=Money(price), daily_fee=fee and Money(fee))
    return replace(made, **different)


def served(session: Session) -> Pilot:
    """A pilot at 2.75 and 15.00 with 80 portions on 1 and 3 July."""
    pilot = make_pilot(session, portion_price=Money(275), daily_fee=Money(1500))
    for number in (1, 3):
        day = day_of(session, pilot, date(2024, 7, number))
        schedule.order_portions(session, ADMIN, orders={day.id: 80}, at=AT_5)
        count_children(session, day, school=70, at=AT_5)
        close_with(session, day, delivered=80, at=AT_5)
    return pilot


def test_a_price_valid_from_a_day_is_in_the_sheet_and_was_not_before_it_was_recorded(on_both: Flask) -> None:
    """1 July 235.00; 3 July 235.00 until the new price was recorded on 9 July, then 80 x 3.00 + 10.00 = 250.00."""
    with work(on_both) as session:
        pilot = served(session)
        made = agreed()
        for _ in range(2):
            service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=made, at=AT_9)
        assert queries.list_agreements(session, pilot.id) == (made,)
        accrued = {}
        for known in (date(2024, 7, 8), date(2024, 7, 9), None):
            basis = service.get_costs(session, ADMIN, pilot_id=pilot.id, known=known)
            accrued[known] = basis.sheet(date(2024, 7, 8)).total.accrued
        assert list(accrued.values()) == [Money(47000), Money(48500), Money(48500)]


def test_a_withdrawn_price_is_one_no_more_but_was_one(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot, made = served(session), agreed()
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=made, at=AT_5)
        for _ in range(2):
            service.withdraw_agreement(session, ADMIN, agreement_id=made.id, at=AT_9)
        assert queries.list_agreements(session, pilot.id) == ()
        basis = service.get_costs(session, ADMIN, pilot_id=pilot.id, known=date(2024, 7, 8))
        assert basis.terms.agreements == (made,)
        actions = [entry.action for entry in list_log(session) if entry.action.startswith("agreement")]
        assert actions == ["agreement.withdrawn", "agreement.recorded"]
        with pytest.raises(NotFound):
            service.withdraw_agreement(session, ADMIN, agreement_id=uuid4(), at=AT_9)
        # The day is free for the right one.
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=agreed(price=310), at=AT_9)


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        (agreed(3), Reason.AGREEMENT_THERE, "valid_from"),
        (agreed(valid_from=date(2024, 8, 1)), Reason.AGREEMENT_OUTSIDE, "valid_from"),
        (agreed(4, price=-1), Reason.PRICE_WRONG, "portion_price"),
        (agreed(4, fee=100_001), Reason.PRICE_WRONG, "daily_fee"),
    ],
)
def test_an_agreement_that_cannot_be(session: Session, wrong: Agreement, reason: Reason, field: str) -> None:
    pilot = make_pilot(session)
    service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=agreed(3), at=AT_9)
    with pytest.raises(Refused) as refused:
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=wrong, at=AT_9)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_an_id_stands_for_one_agreement(session: Session) -> None:
    pilot, made = make_pilot(session), agreed()
    service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=made, at=AT_9)
    other = replace(made, portion_price=Money(1))
    with pytest.raises(Refused) as refused:
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=other, at=AT_9)
    assert refused.value.reason is Reason.ID_REUSED


def test_a_price_does_not_change_a_locked_month(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session, ends_on=date(2024, 8, 31))
        early = agreed(3)
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=early, at=MID_AUGUST)
        service.lock_month(session, ADMIN, pilot_id=pilot.id, month=JULY, at=MID_AUGUST)
        for do in (
            lambda: service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=agreed(5), at=MID_AUGUST),
            lambda: service.withdraw_agreement(session, ADMIN, agreement_id=early.id, at=MID_AUGUST),
        ):
            with pytest.raises(Refused) as refused:
                do()
            assert refused.value.reason is Reason.PRICE_LOCKED
        later = agreed(valid_from=date(2024, 8, 1))
        service.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=later, at=MID_AUGUST)
        assert queries.list_agreements(session, pilot.id) == (early, later)


def test_who_records_a_price_while_the_month_is_being_locked_finds_it_locked(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
    given = {"pilot_id": pilot.id, "at": MID_AUGUST}
    found = meanwhile(
        on_both,
        lambda session: service.lock_month(session, ADMIN, month=JULY, **given),
        lambda session: service.record_agreement(session, ADMIN, agreement=agreed(), **given),
    )
    assert found == "price-locked"
    with look(on_both) as session:
        assert queries.list_agreements(session, pilot.id) == ()


def test_an_invoice_over_a_change_of_price_is_matched_by_the_price_of_each_day() -> None:
    """1 July 235.00 and 2 July 250.00: 485.00. Without a price of the pilot nothing is agreed for 1 July."""
    days = {PARK: [came(date(2024, 7, 1)), came(date(2024, 7, 2))]}
    terms = replace(TERMS, portion_price=Money(275), daily_fee=Money(1500), agreements=(agreed(2),))
    bill = invoice("485.00", date(2024, 7, 9), date(2024, 7, 1), date(2024, 7, 2))
    (found,) = match_invoices(terms, days, [bill])
    assert found.matches
    (found,) = match_invoices(replace(TERMS, agreements=(agreed(2),)), days, [bill])
    assert [one.finding for one in found.found] == [Finding.NO_AGREEMENT]


def test_who_may_record_a_price(session: Session) -> None:
    pilot, actor = make_pilot(session), make_actor(session, Role.PARK_STAFF)
    with pytest.raises(Forbidden):
        service.record_agreement(session, actor, pilot_id=pilot.id, agreement=agreed(), at=AT_9)


def test_recording_and_withdrawing_as_pages(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = make_pilot(session, portion_price=Money(275)), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/agreements"
    given = {"valid_from": "15.7.2024", "caterer": "Ateriapalvelu", "order_number": "4500012345", "daily_fee": "10"}
    wrong = post_form(client, address, data={**given, "portion_price": "paljon"})
    assert "Kirjoita summa euroina" in text_of(wrong)
    assert 'value="4500012345"' in wrong.text
    wrong = post_form(client, address, data={**given, "valid_from": "15.8.2024", "portion_price": "3"})
    assert "Valitse päivä pilotin ajalta, 1.7. – 31.7.2024" in text_of(wrong)
    assert post_form(client, address, data={**given, "portion_price": "2,95"}).status_code == 302
    page = text_of(client.get(address)).replace("\N{NO-BREAK SPACE}", " ")
    assert "ma 15.7.2024 Ateriapalvelu 4500012345 2,95 € 10,00 €" in page
    with look(app) as session:
        (made,) = queries.list_agreements(session, pilot.id)
    assert post_form(client, address, action=f"/costs/agreements/{made.id}/withdraw").status_code == 302
    assert "4500012345" not in text_of(client.get(address))
