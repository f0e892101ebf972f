"""The rules of the programme, worked by hand; the figures of 2023 are those of the follow-up report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme.domain import (
    Account,
    Decision,
    Expense,
    Measure,
    MeasureDetails,
    PartFigures,
    PartKind,
    Reason,
    Status,
    Ticketing,
    Year,
    check_decision,
    check_expense,
    check_measure,
    check_year,
    clean_measure,
    counts_of,
    overview_of,
    reversal_of,
)

TODAY = date(2024, 1, 15)
END = date(2023, 12, 31)


def measure(name: str, year: int = 2023, **different: Any) -> Measure:
    return Measure(uuid4(), year, 1, MeasureDetails(name=Translated(name), **different))


def expense(amount: str, of: Measure | None = None, account: Account = Account.ADMINISTRATION, **more: Any) -> Expense:
    kind = Account.MEASURE if of else account
    return Expense(uuid4(), 2023, kind, of.id if of else None, END, Money.parse(amount), "Raportti", **more)


def test_the_year_2023_as_the_report_has_it() -> None:
    joy, van, campaign = measure("Huomaa hyvä"), measure("Senioripaku"), measure("Hyvä olla")
    small, tickets = measure("Varhaiskasvatus"), measure("Liput")
    books = [
        expense("49500", joy),
        expense("30000", van),
        expense("25000", campaign),
        expense("20000", small),
        expense("66000", account=Account.NOT_ITEMISED, approximate=True),
        expense("9500", approximate=True),
    ]
    year = Year(2023, Money.parse("200000"), 13, 2, 2, 82_000, residents_approximate=True)
    found = overview_of(year, [joy, van, campaign, small, tickets], books, {})
    assert found.named == Money.parse("124500")
    assert found.not_itemised == Money.parse("66000")
    assert found.of_measures == Money.parse("190500")
    assert found.administration == Money.parse("9500")
    assert found.total == Money.parse("200000")
    assert found.left == Money(0)
    # 9 500 / 200 000 = 4.75 %; 200 000 / 82 000 = 2.439…
    assert found.administration_share is not None
    assert float(found.administration_share) == pytest.approx(0.0475)
    assert found.per_resident is not None
    assert found.per_resident.decimal() == "2.44"
    assert found.counts.in_effect == 13
    assert found.counts.not_named == 10
    assert [line.measure.name.fi for line in found.largest] == [
        "Huomaa hyvä",
        "Senioripaku",
        "Hyvä olla",
        "Varhaiskasvatus",
    ]
    assert (found.approximate, found.measures_approximate, found.administration_approximate) == (True, True, True)
    # What is not itemised is about so much; what is named is exact.
    assert (found.not_itemised_approximate, found.named_approximate) == (True, False)
    rough = overview_of(year, [van], [expense("30000", van, approximate=True)], {})
    assert (rough.not_itemised_approximate, rough.named_approximate) == (False, True)
    assert [line.approximate for line in found.measures] == [False] * 5
    assert [line.known for line in found.measures] == [True, True, True, True, False]


def test_what_is_reversed_is_neither_paid_nor_approximate() -> None:
    van = measure("Senioripaku")
    paid = expense("30000", van, approximate=True)
    back = reversal_of(paid, id_=uuid4(), day=TODAY, reason=" Väärä  summa ", today=TODAY)
    assert (back.amount, back.day, back.description, back.reverses) == (
        Money.parse("-30000"),
        TODAY,
        "Väärä summa",
        paid.id,
    )
    found = overview_of(Year(2023), [van], [paid, back], {})
    assert found.total == Money(0)
    assert not found.approximate
    assert found.measures[0].known
    again = overview_of(Year(2023), [van], [paid, back, expense("29990.50", van)], {})
    assert (again.total.decimal(), again.approximate) == ("29990.50", False)


def test_parts_bring_their_cost_and_participations() -> None:
    meals, walks = measure("Puistoruokailu", budget=Money.parse("25000")), measure("Retket")
    parts = {
        meals.id: [PartFigures(PartKind.PILOT, uuid4(), Translated("Heinäkuu"), Money(29_296_00), 6_948, made_up=True)],
        walks.id: [
            PartFigures(PartKind.SERIES, uuid4(), Translated("Sarja"), Money(120_00), 40),
            PartFigures(PartKind.TICKET_TYPE, uuid4(), Translated("Ranneke"), Money(0), 311),
        ],
    }
    found = overview_of(Year(2024, Money.parse("29000")), [meals, walks], [expense("80", walks)], parts)
    assert [line.actual.decimal() for line in found.measures] == ["29296.00", "200.00"]
    assert [line.participations for line in found.measures] == [6_948, 351]
    assert found.participations == 7_299
    assert found.left == Money(-496_00)
    assert [line.made_up for line in found.measures] == [True, False]
    assert found.made_up


def test_a_year_without_numbers_counts_what_is_listed() -> None:
    listed = [
        measure("a"),
        measure("b", status=Status.CANCELLED, reason=Translated("sade")),
        measure("c", added=True),
    ]
    counts = counts_of(Year(2024), listed)
    assert (counts.planned, counts.cancelled, counts.added, counts.in_effect, counts.not_named) == (2, 1, 1, 2, 0)
    assert counts_of(Year(2024), []).in_effect == 0


def refusal(work: Any) -> tuple[Any, str | None]:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.reason, refused.value.field


@pytest.mark.parametrize(
    ("year", "reason", "field"),
    [
        (Year(1999), Reason.YEAR_WRONG, "year"),
        (Year(2024, Money(-1)), Reason.BUDGET_NEGATIVE, "budget"),
        (Year(2024, Money(100_000_000_001)), Reason.AMOUNT_TOO_LARGE, "budget"),
        (Year(2024, planned=2, cancelled=4, added=1), Reason.COUNTS_TOO_SMALL, "cancelled"),
    ],
)
def test_years_that_cannot_be(year: Year, reason: Reason, field: str) -> None:
    assert refusal(lambda: check_year(year)) == (reason, field)


def test_a_year_that_says_no_residents_is_not_approximate() -> None:
    assert not check_year(Year(2024, residents_approximate=True)).residents_approximate


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"name": Translated(" ")}, Reason.NAME_MISSING, "name_fi"),
        ({"status": Status.CANCELLED}, Reason.CANCELLED_WITHOUT_REASON, "reason_fi"),
        ({"budget": Money(-5)}, Reason.BUDGET_NEGATIVE, "budget"),
        ({"on": date(2023, 3, 5)}, Reason.DAY_OF_ANOTHER_YEAR, "on"),
        ({"targets": frozenset({5})}, Reason.UNKNOWN_TARGET, "targets"),
        ({"tickets": (Ticketing(Translated("Ranneke"), 0),)}, Reason.QUANTITY_MISSING, "ticket_quantity_1"),
        ({"tickets": (Ticketing(Translated(" "), 5),)}, Reason.QUANTITY_MISSING, "ticket_quantity_1"),
    ],
)
def test_measures_that_cannot_be(different: dict[str, Any], reason: Reason, field: str) -> None:
    details = clean_measure(MeasureDetails(**{"name": Translated("Retket"), **different}))
    targets = frozenset({1, 2, 3, 4})
    assert refusal(lambda: check_measure(details, year=2024, targets=targets)) == (reason, field)


def test_a_reason_is_kept_of_what_is_cancelled_only() -> None:
    told = MeasureDetails(Translated(" Siivous  kampanja"), Status.DONE, reason=Translated("sade"))
    assert clean_measure(told).reason == Translated("")
    assert clean_measure(replace(told, status=Status.CANCELLED)).reason == Translated("sade")
    assert clean_measure(told).name == Translated("Siivous kampanja")


@pytest.mark.parametrize(
    ("different", "of", "reason", "field"),
    [
        ({"account": Account.MEASURE}, None, Reason.ACCOUNT_WITHOUT_MEASURE, "account"),
        ({}, 2023, Reason.ACCOUNT_WITHOUT_MEASURE, "account"),
        ({"account": Account.MEASURE}, 2022, Reason.MEASURE_OF_ANOTHER_YEAR, "account"),
        ({"day": date(2024, 1, 16)}, None, Reason.FUTURE_DAY, "day"),
        ({"day": date(2022, 12, 31)}, None, Reason.DAY_TOO_EARLY, "day"),
        ({"amount": Money(0)}, None, Reason.AMOUNT_MISSING, "amount"),
        ({"amount": Money(-100_000_000_001)}, None, Reason.AMOUNT_TOO_LARGE, "amount"),
        ({"description": ""}, None, Reason.DESCRIPTION_MISSING, "description"),
    ],
)
def test_expenses_that_cannot_be(different: dict[str, Any], of: int | None, reason: Reason, field: str) -> None:
    asked = replace(expense("5"), **different)
    named = measure("Retket", of) if of else None
    assert refusal(lambda: check_expense(asked, measure=named, today=TODAY)) == (reason, field)


def test_a_bill_may_come_after_its_year() -> None:
    check_expense(replace(expense("5"), day=TODAY), measure=None, today=TODAY)


def test_reversals_that_cannot_be() -> None:
    paid = expense("5")
    ask: Any = {"id_": UUID(int=1), "today": TODAY}
    assert refusal(lambda: reversal_of(paid, day=TODAY, reason=" ", **ask)) == (Reason.REASON_MISSING, "reason")
    late, early = date(2024, 1, 16), date(2023, 12, 30)
    assert refusal(lambda: reversal_of(paid, day=late, reason="x", **ask)) == (Reason.FUTURE_DAY, "day")
    assert refusal(lambda: reversal_of(paid, day=early, reason="x", **ask)) == (Reason.REVERSAL_TOO_EARLY, "day")
    back = reversal_of(paid, day=TODAY, reason="x", **ask)
    assert refusal(lambda: reversal_of(back, day=TODAY, reason="x", **ask)) == (Reason.REVERSAL_OF_REVERSAL, None)


def test_decisions() -> None:
    told = Decision(uuid4(), 2023, END, Translated(" Ohjausryhmä ", "Styrgruppen\n"), Translated("Pilotoidaan.\r\n"))
    kept = check_decision(told, today=TODAY)
    assert (kept.decided_by, kept.text.fi) == (Translated("Ohjausryhmä", "Styrgruppen"), "Pilotoidaan.")
    for different, reason, field in (
        ({"day": date(2024, 2, 1)}, Reason.FUTURE_DAY, "day"),
        ({"decided_by": Translated(" ", "x")}, Reason.DECIDED_BY_MISSING, "decided_by_fi"),
        ({"text": Translated(" ")}, Reason.TEXT_MISSING, "text_fi"),
    ):
        asked = replace(told, **different)
        assert refusal(lambda asked=asked: check_decision(asked, today=TODAY)) == (reason, field)
