"""Booking invoices once, on both databases, and what they do to the costs; figures worked by hand from the samples."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries as list_log
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Category
from pilot_ops.costs.domain import Reason as CostReason
from pilot_ops.costs.queries import list_entries
from pilot_ops.invoices import queries, service
from pilot_ops.invoices.domain import Choice, Invoice, Period, Reason, guesses, twice_in
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import Pilot
from tests.costs.test_periods import meanwhile
from tests.invoices.test_wire import changed, one, sample
from tests.support.builders import ADMIN, NOON, close_with, day_of, make_actor, make_park, make_pilot
from tests.support.databases import look, work
from tests.support.recorder import recorded


def bill() -> Invoice:
    return one(sample("finvoice.xml"))


def two_parks(session: Session) -> Pilot:
    """Suvela and Soukka in July 2024; two days in Suvela with 80 portions delivered, 80 x 2.72 + 15 = 232.60 each."""
    parks = [
        make_park(session, name="Suvela", address="Kirstintie 24", postal_code="02760"),
        make_park(session, name="Soukan asukaspuisto", address="Soukantie 4", postal_code="02360"),
    ]
    pilot = make_pilot(session, parks, portion_price=Money(272), daily_fee=Money(1500))
    for number in (1, 2):
        close_with(session, day_of(session, pilot, date(2024, 7, number), parks[0]), delivered=80)
    return pilot


def chosen(session: Session, pilot: Pilot, invoice: Invoice, *, rest: Choice) -> list[Choice]:
    """What the file says, and for what it does not say the rest."""
    found = guesses(invoice, service.parks_for(session, pilot).values())
    return [choice if choice.settled else rest for choice in found]


SHARED_SUPPLIES = Choice(shared=True, category=Category.SUPPLIES)


def book(session: Session, pilot: Pilot, invoice: Invoice, *, rest: Choice = SHARED_SUPPLIES) -> bool:
    choices = chosen(session, pilot, invoice, rest=rest)
    return service.book(session, ADMIN, pilot=pilot, invoice=invoice, choices=choices, at=NOON)


def actual(session: Session, pilot: Pilot, day: date) -> list[tuple[str, int, int]]:
    """Each park's costs and accruals in cents on a day."""
    basis = costs.get_costs(session, ADMIN, pilot_id=pilot.id)
    return [
        (basis.names[park.park_id], park.figures.actual_to_date.rounded(), park.figures.accrued.rounded())
        for park in basis.sheet(day).parks
    ]


def test_each_line_finds_its_park_and_kind_where_the_file_says_it(session: Session) -> None:
    pilot = two_parks(session)
    parks = service.parks_for(session, pilot)
    ids = {park.name: park_id for park_id, park in parks.items()}
    suvela, soukka = ids["Suvela"], ids["Soukan asukaspuisto"]
    assert guesses(bill(), parks.values()) == (
        Choice(suvela, category=Category.CATERING),
        Choice(soukka, category=Category.CATERING),
        Choice(suvela, category=Category.CATERING),
        Choice(),
    )
    # The buyer's reference names the park; the discount is what the only line is.
    transport = Choice(suvela, category=Category.TRANSPORT)
    assert guesses(one(sample("ubl-invoice.xml")), parks.values()) == (transport, transport)
    # The street of the delivery is the park's.
    assert guesses(one(sample("ubl-credit-note.xml")), parks.values()) == (Choice(suvela, category=Category.CATERING),)


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("Suvela", "Suvela"),
        ("SUVELAN PUISTO 2024", "Suvela"),
        ("Olarinmäki", "Olarinmäki"),
        ("Olari", "Olari"),
        ("Olari ja Suvela", None),
        ("Pohjoissuvela", None),
        ("4500012345", None),
    ],
)
def test_a_park_is_named_by_whole_words(session: Session, reference: str, named: str | None) -> None:
    parks = [make_park(session, name=name, address="Muualla 1") for name in ("Suvela", "Olari", "Olarinmäki")]
    invoice = one(changed("ubl-invoice.xml", ">Suvela<", f">{reference}<"))
    choice = guesses(invoice, parks)[0]
    assert choice.park_id == next((park.id for park in parks if park.name == named), None)


def test_an_invoice_becomes_entries_without_vat_and_replaces_the_accruals(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = two_parks(session)
        # Until the invoice comes: 2 x 232.60.
        assert actual(session, pilot, date(2024, 7, 30)) == [("Soukan asukaspuisto", 0, 0), ("Suvela", 46520, 46520)]
        assert book(session, pilot, bill())
        entries = list_entries(session, pilot.id)
        assert {entry.voucher for entry in entries} == {"10077"}
        assert {entry.day for entry in entries} == {date(2024, 7, 31)}
        food = [entry for entry in entries if entry.category is Category.CATERING]
        assert {(entry.service_from, entry.service_to) for entry in food} == {(date(2024, 7, 1), date(2024, 7, 31))}
        assert sum(entry.amount.whole_cents for entry in entries) == 984900
        # Suvela 5 004.80 + 345.00 + 60.00 of the shared 120.00 = 5 409.80; Soukka 4 379.20 + 60.00 = 4 439.20.
        assert actual(session, pilot, date(2024, 7, 31)) == [("Soukan asukaspuisto", 443920, 0), ("Suvela", 540980, 0)]
        # The credit note of 27.20 for Suvela leaves the cover of the invoice: 5 382.60.
        assert book(session, pilot, one(sample("ubl-credit-note.xml")))
        assert actual(session, pilot, date(2024, 8, 5))[1] == ("Suvela", 538260, 0)
        assert next(entry.action for entry in list_log(session)) == "invoice.booked"
        (credit, first) = sorted(queries.list_invoices(session, pilot.id), key=lambda found: found.net)
        assert (credit.vat, first.vat, first.gross) == (Money(-381), Money(139086), Money(1123986))


def test_the_same_invoice_books_nothing_twice(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = two_parks(session)
        assert book(session, pilot, bill())
    with work(on_both) as session:
        again = replace(bill(), file="toinen.xml", supplier_id="FI12345671", number="100 77")
        assert not book(session, pilot, again)
        (planned,) = service.plan(session, ADMIN, pilot=pilot, invoices=[again, bill()])
        assert planned.booked
        assert len(list_entries(session, pilot.id)) == 4


def test_at_once_it_is_booked_once(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = two_parks(session)

    def at_once(_: int) -> bool:
        with work(on_both) as session:
            return book(session, pilot, bill())

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(at_once, range(6))) == [False] * 5 + [True]
    with look(on_both) as session:
        assert len(list_entries(session, pilot.id)) == 4
        assert len(queries.list_invoices(session, pilot.id)) == 1


def test_booking_asks_as_little_of_many_lines_as_of_few(app: Flask) -> None:
    with work(app) as session:
        pilot = two_parks(session)
    few = bill()
    line = few.lines[0]
    lines = tuple(replace(line, number=number, amount=Money(100)) for number in range(1, 501))
    many = replace(few, number="10078", lines=lines, net=Money(50000), vat=Money(0), gross=Money(50000))
    asked = []
    for invoice in (few, many):
        with work(app) as session, recorded(app) as statements:
            assert book(session, pilot, invoice)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    with look(app) as session:
        assert len(list_entries(session, pilot.id)) == 504
        assert queries.list_turns(session, many.key)[0].lines == 500


def test_the_same_number_with_other_sums_is_refused(session: Session) -> None:
    pilot = two_parks(session)
    assert book(session, pilot, bill())
    other = replace(bill(), day=date(2024, 8, 1))
    with pytest.raises(Refused) as refused:
        book(session, pilot, other)
    assert refused.value.reason is Reason.BOOKED_OTHERWISE
    assert refused.value.details["net"] == Money(984900)
    assert [problem.reason for problem in twice_in([bill(), other])] == [Reason.TWICE]
    assert twice_in([bill(), replace(bill(), file="b.xml", hints=())]) == ()
    # Another supplier may use the same number.
    assert book(session, pilot, replace(bill(), supplier_id="2222222-9"))


def test_reversed_whole_it_may_be_booked_anew(session: Session) -> None:
    pilot = two_parks(session)
    assert book(session, pilot, bill())
    for number, entry in enumerate(list_entries(session, pilot.id), start=1):
        costs.reverse_entry(session, ADMIN, entry_id=entry.id, day=date(2024, 8, 1), reason="Väärä puisto", at=NOON)
        assert queries.list_invoices(session, pilot.id)[0].reversed is (number == 4)
    assert book(session, pilot, bill())
    assert not book(session, pilot, bill())
    assert [turn.reversed for turn in queries.list_turns(session, bill().key)] == [True, False]
    assert sum(entry.amount.whole_cents for entry in list_entries(session, pilot.id)) == 984900


def test_what_is_not_chosen_or_may_not_be_is_refused_and_nothing_booked(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = two_parks(session)
        outside = make_park(session, name="Olari")
    choice = Choice(pilot.park_ids[0], category=Category.CATERING)
    cases = [
        (Choice(category=Category.SUPPLIES), Reason.PARK_MISSING, "park"),
        (Choice(pilot.park_ids[0]), Reason.CATEGORY_MISSING, "category"),
        (Choice(outside.id, category=Category.SUPPLIES), CostReason.PARK_NOT_IN_PILOT, "park"),
        (Choice(shared=True, category=Category.CATERING), CostReason.SERVICE_SHARED, "park"),
    ]
    for wrong, reason, field in cases:
        choices = [choice, choice, wrong, choice]
        with pytest.raises(Refused) as refused, work(on_both) as session:
            service.book(session, ADMIN, pilot=pilot, invoice=bill(), choices=choices, at=NOON)
        found = refused.value
        assert (found.reason, found.field, found.details["line_number"]) == (reason, field, 3)
    with look(on_both) as session:
        assert list_entries(session, pilot.id) == ()
        assert queries.list_invoices(session, pilot.id) == ()


def test_food_without_days_needs_them(session: Session) -> None:
    pilot = two_parks(session)
    invoice = replace(bill(), period=None)
    choices = chosen(session, pilot, invoice, rest=SHARED_SUPPLIES)
    given = {"pilot": pilot, "invoice": invoice, "choices": choices, "at": NOON}
    with pytest.raises(Refused) as refused, session.begin_nested():
        service.book(session, ADMIN, **given)
    assert refused.value.reason is Reason.PERIOD_MISSING
    assert service.book(session, ADMIN, **given, period=Period(date(2024, 7, 1), date(2024, 7, 31)))
    assert actual(session, pilot, date(2024, 7, 31))[1] == ("Suvela", 540980, 0)


def test_who_may_book(session: Session) -> None:
    pilot = two_parks(session)
    staff = make_actor(session, Role.PARK_STAFF)
    with pytest.raises(Forbidden):
        service.plan(session, staff, pilot=pilot, invoices=[bill()])
    with pytest.raises(Forbidden):
        service.book(session, staff, pilot=pilot, invoice=bill(), choices=[], at=NOON)


def advance(number: str = "E-1", day: int = 5, gross: str = "310.00") -> Invoice:
    """A prepayment invoice of the transporter."""
    asked = one(changed("ubl-invoice.xml", ">380<", ">386<"))
    assert asked.prepayment
    return replace(asked, number=number, day=date(2024, 7, day), gross=Money.parse(gross))


def whole(*preceding: str, paid: str = "310.00") -> Invoice:
    """The transporter's final invoice, of which something has been paid in advance."""
    return replace(one(sample("ubl-invoice.xml")), prepaid=Money.parse(paid), preceding=preceding)


TRANSPORT = Choice(shared=True, category=Category.TRANSPORT)


def in_advance(session: Session, pilot: Pilot, invoice: Invoice) -> tuple[str, str]:
    """The final and the prepayment invoice for which booking an invoice is refused, as planning it is."""
    found = []
    for attempt in (
        lambda: book(session, pilot, invoice, rest=TRANSPORT),
        lambda: service.plan(session, ADMIN, pilot=pilot, invoices=[invoice]),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason is Reason.PAID_IN_ADVANCE
        found.append((refused.value.details["number"], refused.value.details["advance"]))
    assert found[0] == found[1]
    return found[0]


def test_a_cost_is_not_counted_both_in_advance_and_whole(on_both: Flask) -> None:
    """A final invoice is of the whole, and what was paid in advance lessens only what is left to pay."""
    with work(on_both) as session:
        pilot = two_parks(session)
        assert book(session, pilot, advance(), rest=TRANSPORT)
        # Named or not: the one before it, which fits into what was paid.
        for final in (whole(), whole("e- 1")):
            assert in_advance(session, pilot, final) == ("K-2024-15", "E-1")
        for entry in list_entries(session, pilot.id):
            day = date(2024, 7, 30)
            costs.reverse_entry(session, ADMIN, entry_id=entry.id, day=day, reason="Lopullinen lasku", at=NOON)
        assert book(session, pilot, whole(), rest=TRANSPORT)
        assert sum(entry.amount.whole_cents for entry in list_entries(session, pilot.id)) == 25000
        # The other way round: the whole is there.
        assert in_advance(session, pilot, advance()) == ("K-2024-15", "E-1")
        assert in_advance(session, pilot, advance("E-2")) == ("K-2024-15", "E-2")


def test_nor_where_two_people_book_them_at_once(on_both: Flask) -> None:
    """In a pilot of their own each: neither sees what the other has not ended yet."""
    with work(on_both) as session:
        pilots = [two_parks(session), make_pilot(session, [make_park(session, name="Leppävaara")])]
    told = meanwhile(
        on_both,
        lambda session: book(session, pilots[0], advance(), rest=TRANSPORT),
        lambda session: book(session, pilots[1], whole(), rest=TRANSPORT),
    )
    assert told == "paid-in-advance"


@pytest.mark.parametrize(
    ("final", "beside"),
    [
        # Another one is named; it came later; it is more than was paid; nothing was paid in advance; another supplier.
        (whole("E-9"), advance()),
        (whole(), advance(day=31)),
        (whole(), advance(gross="310.01")),
        (whole("E-1", paid="0.00"), advance()),
        (whole(), replace(advance(), supplier_id="2222222-9")),
    ],
)
def test_what_was_not_paid_by_a_prepayment_invoice_is_booked_beside_it(
    session: Session, final: Invoice, beside: Invoice
) -> None:
    pilot = two_parks(session)
    service.plan(session, ADMIN, pilot=pilot, invoices=[final, beside])
    assert book(session, pilot, beside, rest=TRANSPORT)
    assert book(session, pilot, final, rest=TRANSPORT)


def credit(*preceding: str, gross: str = "-310.00") -> Invoice:
    """The transporter's credit note."""
    note = one(sample("ubl-credit-note.xml"))
    return replace(note, supplier_id=whole().supplier_id, gross=Money.parse(gross), preceding=preceding)


def test_a_prepayment_that_was_credited_whole_is_no_cost_beside_the_final_invoice(session: Session) -> None:
    pilot = two_parks(session)
    for note in (credit("E-1", gross="-309.99"), credit("E-1", "E-2"), credit("E-2")):
        with pytest.raises(Refused):
            service.plan(session, ADMIN, pilot=pilot, invoices=[advance(), note, whole("E-1")])
    service.plan(session, ADMIN, pilot=pilot, invoices=[advance(), credit("e-1"), whole("E-1")])
    for invoice in (advance(), credit("E-1"), whole("E-1")):
        assert book(session, pilot, invoice, rest=TRANSPORT)


def test_a_prepayment_and_its_final_invoice_are_not_booked_together(session: Session) -> None:
    pilot = two_parks(session)
    with pytest.raises(Refused) as refused:
        service.plan(session, ADMIN, pilot=pilot, invoices=[advance(), whole("E-1")])
    assert refused.value.details == {"number": "K-2024-15", "paid": Money(31000), "advance": "E-1"}
