"""Invoices against orders and deliveries, worked by hand; the page that lists those that do not match."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from pilot_ops.costs import service
from pilot_ops.costs.domain import Bill, Category, Day, Entry, Finding, match_invoices, reversal_of, unmatchable
from pilot_ops.costs.domain.sheet import Terms
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.money import Money
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import DayStatus
from tests.costs.test_domain import AGREED, OTHER, PARK, TERMS, entry, eur, invoice
from tests.support.builders import ADMIN, NOON, close_with, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, text_of

FIRST, SECOND, THIRD = (date(2024, 7, number) for number in (1, 2, 3))


def came(day: date, ordered: int | None = 80, delivered: int | None = 80, children: int = 70) -> Day:
    return Day(day, DayStatus.CLOSED, False, ordered, delivered, children)


def cancelled(day: date, *, billed: bool) -> Day:
    return Day(day, DayStatus.CANCELLED, billed, 80, None, 0)


# Three days of 80 portions at 2.75 and 15.00 a day: 3 x 235.00 = 705.00.
THREE = [came(FIRST), came(SECOND), came(THIRD)]


def match(days: list[Day], *amounts: str, terms: Terms = AGREED, last: date = THIRD) -> Bill:
    entries = [invoice(amount, date(2024, 7, 12), FIRST, last) for amount in amounts]
    (bill,) = match_invoices(terms, {PARK: days}, entries)
    return bill


def test_an_invoice_of_what_was_ordered_and_came_matches() -> None:
    bill = match(THREE, "705.00")
    assert bill.matches
    assert (bill.days, bill.ordered, bill.delivered, bill.agreed, bill.difference) == (
        3,
        240,
        240,
        eur("705"),
        Money(0),
    )


def test_an_invoice_and_its_credit_note_are_one_bill() -> None:
    assert match(THREE, "716.00", "-11.00").matches


def test_a_credit_note_for_one_day_of_an_invoice_is_of_its_bill() -> None:
    whole = invoice("716.00", date(2024, 7, 12), FIRST, THIRD)
    credit = invoice("-11.00", date(2024, 7, 15), SECOND, SECOND)
    wrong = invoice("50.00", date(2024, 7, 12), THIRD, THIRD)
    back = reversal_of(wrong, id_=uuid4(), day=date(2024, 7, 13), reason="Väärä")
    (bill,) = match_invoices(AGREED, {PARK: THREE}, [credit, whole, wrong, back])
    assert bill.entries == (whole, credit)
    assert (bill.matches, bill.first, bill.last, bill.billed) == (True, FIRST, THIRD, eur("705"))
    # Of no invoice, of two that both bill the day, or of all that was billed, a credit stands alone, and is told of.
    again = invoice("235.00", date(2024, 7, 12), SECOND, THIRD)
    for others in ([], [whole, again], [invoice("11.00", date(2024, 7, 12), FIRST, THIRD)]):
        bills = match_invoices(AGREED, {PARK: THREE}, [credit, *others])
        assert len(bills) == len(others) + 1
        assert sum(bill.found[0].finding is Finding.CREDIT_ONLY for bill in bills) == 1


def test_what_is_credited_or_reversed_whole_is_no_bill() -> None:
    made = invoice("700", FIRST, FIRST, THIRD)
    back = reversal_of(made, id_=uuid4(), day=SECOND, reason="x")
    assert match_invoices(AGREED, {PARK: THREE}, [made, back]) == ()


@pytest.mark.parametrize(
    ("days", "amount", "finding", "details"),
    [
        # 708.30 - 705.00 = 3.30: no whole portion, no cent for each of 240 portions.
        (THREE, "708.30", Finding.UNEXPLAINED, {"amount": eur("3.30")}),
        # 4 portions more: 4 x 2.75 = 11.00.
        (THREE, "716.00", Finding.OTHER_PORTIONS, {"portions": 4, "fees": 0, "amount": eur("11")}),
        # A daily fee forgotten.
        (THREE, "690.00", Finding.OTHER_FEES, {"portions": 0, "fees": -1, "amount": eur("-15")}),
        # Two portions more and a daily fee twice: 5.50 + 15.00.
        (THREE, "725.50", Finding.OTHER_PORTIONS_AND_FEES, {"portions": 2, "fees": 1, "amount": eur("20.50")}),
        # 240 x 0.10 = 24.00: each portion 2.85.
        (THREE, "729.00", Finding.OTHER_PRICE, {"price": eur("2.85"), "agreed": eur("2.75"), "amount": eur("24")}),
        # 240 x 2.90 = 696.00 less would be a portion for less than nothing: 9.00 is not even the fees.
        (THREE, "9.00", Finding.UNEXPLAINED, {"amount": eur("-696")}),
        # The old price, 13 cents less for each of 240 portions.
        (THREE, "673.80", Finding.OTHER_PRICE, {"price": eur("2.62"), "agreed": eur("2.75"), "amount": eur("-31.20")}),
        # A cancelled day whose food was unordered in time is billed all the same: 235.00.
        (
            [*THREE[:2], cancelled(THIRD, billed=False)],
            "705.00",
            Finding.BILLED_CANCELLED,
            {"days": (THIRD,), "amount": eur("235")},
        ),
    ],
)
def test_what_makes_a_difference(days: list[Day], amount: str, finding: Finding, details: dict[str, Any]) -> None:
    (found,) = match(days, amount).found
    assert (found.finding, found.details) == (finding, details)


def test_a_day_cancelled_too_late_is_owed() -> None:
    assert match([*THREE[:2], cancelled(THIRD, billed=True)], "705.00").matches


def test_a_short_delivery_is_told_even_where_the_invoice_is_as_ordered() -> None:
    # On 2 July 12 of 80 were missing, 33.00; on 3 July 12 too many came, which does not make them good.
    days = [came(FIRST), came(SECOND, delivered=68), came(THIRD, delivered=92)]
    bill = match(days, "705.00")
    assert [(found.finding, found.details["portions"], found.details["amount"]) for found in bill.found] == [
        (Finding.FEWER_CAME, 12, eur("33")),
        (Finding.MORE_CAME, 12, eur("33")),
    ]
    assert (bill.ordered, bill.delivered, bill.difference, bill.matches) == (240, 240, Money(0), False)


def test_more_than_was_ordered_is_told_and_no_matter() -> None:
    bill = match([came(FIRST), came(SECOND, delivered=85), came(THIRD)], "705.00")
    assert [found.finding for found in bill.found] == [Finding.MORE_CAME]
    assert bill.matches


def test_an_invoice_of_what_came_is_told_so() -> None:
    # 12 fewer came and are not billed: 705.00 - 33.00 = 672.00.
    found = match([came(FIRST), came(SECOND, delivered=68), came(THIRD)], "672.00").found
    assert [one.finding for one in found] == [Finding.FEWER_CAME, Finding.BILLED_AS_DELIVERED]


def test_what_cannot_be_compared_is_told() -> None:
    found = match([came(FIRST, ordered=None), came(SECOND, delivered=None), came(THIRD)], "705.00").found
    assert [(one.finding, one.details["days"]) for one in found] == [
        (Finding.ORDER_UNKNOWN, (FIRST,)),
        (Finding.DELIVERY_UNKNOWN, (SECOND,)),
    ]
    assert [one.finding for one in match(THREE, "705.00", terms=TERMS).found] == [Finding.NO_AGREEMENT]
    assert [one.finding for one in match([], "705.00").found] == [Finding.NOTHING_DELIVERED]
    assert [one.finding for one in match(THREE, "-1.00").found] == [Finding.CREDIT_ONLY]


def test_a_day_on_two_invoices_is_told_on_both() -> None:
    entries = [invoice("470", FIRST, FIRST, SECOND), invoice("470", FIRST, SECOND, THIRD)]
    bills = match_invoices(AGREED, {PARK: THREE}, entries)
    assert [(found.finding, found.details["days"]) for bill in bills for found in bill.found] == [
        (Finding.BILLED_TWICE, (SECOND,)),
        (Finding.BILLED_TWICE, (SECOND,)),
    ]


def test_the_largest_difference_comes_first_and_what_matches_last() -> None:
    entries = [
        invoice("235", FIRST, FIRST, FIRST),
        invoice("236", FIRST, SECOND, SECOND),
        invoice("200", FIRST, THIRD, THIRD),
        invoice("235", FIRST, FIRST, FIRST, park_id=OTHER),
    ]
    bills = match_invoices(AGREED, {PARK: THREE, OTHER: [came(FIRST)]}, entries)
    assert [bill.difference for bill in bills] == [eur("-35"), eur("1"), eur("0"), eur("0")]


def test_catering_without_days_of_a_park_cannot_be_matched() -> None:
    plain, gone = entry("10", category=Category.CATERING), entry("20", category=Category.CATERING)
    shared = entry("30", category=Category.CATERING, park_id=None)
    back = reversal_of(gone, id_=uuid4(), day=SECOND, reason="x")
    made = [plain, gone, back, shared, invoice("1", FIRST, FIRST, FIRST), entry("5")]
    assert unmatchable(made) == (plain, shared)


def test_the_page_says_in_words_what_does_not_match(app: Flask, client: PageClient) -> None:
    """90 ordered, 85 came, billed 300.00: agreed 90 x 2.75 + 15 = 262.50, 37.50 too much, which nothing explains."""
    with work(app) as session:
        park = make_park(session, name="Suvela")
        pilot = make_pilot(session, [park], portion_price=Money(275), daily_fee=Money(1500))
        for number in (1, 2):
            day = day_of(session, pilot, date(2024, 7, number))
            count_children(session, day, school=80)
            schedule.order_portions(session, ADMIN, orders={day.id: 90}, at=NOON)
            close_with(session, day, delivered=85 if number == 1 else 90)
        for number, amount in ((1, "300.00"), (2, "262.50")):
            period = {"service_from": date(2024, 7, number), "service_to": date(2024, 7, number)}
            given = {"description": "Lasku", "voucher": f"L{number}", **period}
            bill = Entry(uuid4(), date(2024, 7, 12), Category.CATERING, eur(amount), park.id, **given)
            service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=bill, at=NOON)
        loose = Entry(uuid4(), date(2024, 7, 12), Category.CATERING, eur("9.90"), park.id, description="Eväät")
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=loose, at=NOON)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = text_of(client.get(f"/costs/{pilot.id}/matching")).replace("\N{NO-BREAK SPACE}", " ")
    assert "1 lasku ei täsmää" in page
    assert "Puisto sai 5 annosta vähemmän kuin tilattiin. Niiden hinta on 13,75 €." in page
    assert "Laskulla on 37,50 € enemmän kuin sovittiin, eikä erolle löydy selitystä." in page
    assert "1 lasku täsmää" in page
    assert "Eväät" in page
    assert f'href="/costs/{pilot.id}/matching"' in client.get(f"/costs?pilot={pilot.id}").text


def test_a_pilot_without_invoices_says_so(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = make_pilot(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    assert "Ateriapalvelun laskuja ei ole vielä kirjattu." in text_of(client.get(f"/costs/{pilot.id}/matching"))
