"""Why costs differ from the estimate, in words, in three languages; figures worked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import force_locale

from pilot_ops.costs import service
from pilot_ops.costs.domain import Category, Causes, Entry, causes_of
from pilot_ops.costs.labels import price_words, volume_words
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.money import Money
from tests.costs.test_domain import OTHER, PARK, closed, entry, figures, july, sheet
from tests.support.builders import ADMIN, NOON, close_with, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, text_of


def test_the_sentence_of_the_politician_by_hand() -> None:
    """16 planned days of 23, 106 children on each: 26 more than 80.

    A meal is estimated at 5 500 / (80 x 23) = 2.98913: (1 696 - 1 280) x 2.98913 = 1 243.48. With costs of 5 256.13 a
    meal costs 3.09913..., 11 cents more: 1 696 x 0.11 = 186.56; together 1 430.04 = 5 256.13 - 3 826.087.
    """
    days = closed(july()[:16], 106) + july()[16:]
    found = figures(days, entry("5256.13"), as_of=days[15].day)
    causes = causes_of(found, expected=80)
    assert causes.children == 26
    assert (causes.volume.decimal(), causes.price.decimal()) == ("1243.48", "186.56")
    assert causes.cents is not None
    assert round(float(causes.cents), 2) == 11.0
    assert found.variance == causes.volume + causes.price


def test_a_cancelled_day_counts_as_one_on_which_nobody_came() -> None:
    # 80 came on four of five planned days: 64 a day, 16 fewer than expected.
    found = figures(closed(july()[:4], 80) + july()[4:], as_of=july()[4].day)
    assert causes_of(found, expected=80).children == -16


def test_before_the_first_day_there_is_nothing_to_say() -> None:
    causes = causes_of(figures(july(), as_of=date(2024, 6, 30)), expected=80)
    assert causes == Causes(None, Money(0), None, Money(0))


def test_a_mean_that_points_the_other_way_than_the_effect_is_not_told() -> None:
    """Two parks, of 23 days and of one: what a meal is estimated at differs, 2.99 and 68.75.

    The first has 100 more meals than expected on one day, +298.91; the second 10 fewer, -687.50. Together 45 children
    a day more than expected, and yet -388.59.
    """
    days = {PARK: closed(july()[:1], 180) + july()[1:], OTHER: closed(july()[:1], 70)}
    total = sheet(days, as_of=july()[0].day).total
    causes = causes_of(total, expected=80)
    assert (causes.children, causes.volume.decimal()) == (None, "-388.59")


@contextmanager
def speaking(app: Flask, language: str) -> Iterator[None]:
    with app.test_request_context(), force_locale(language):
        yield


def causes(children: str | None = None, volume: int = 0, cents: str | None = None, price: int = 0) -> Causes:
    whole = [None if text is None else Fraction(text) for text in (children, cents)]
    return Causes(whole[0], Money(volume), whole[1], Money(price))


@pytest.mark.parametrize(
    ("language", "one_park", "made", "words"),
    [
        ("fi", True, causes("26", 124_000), "Päivässä kävi 26 lasta odotettua enemmän: +1 240 €"),
        ("sv", True, causes("26", 124_000), "26 barn fler per dag än väntat: +1 240 €"),
        ("en", True, causes("26", 124_000), "26 more children a day than expected: +€1,240"),
        ("en", True, causes("1", 4_800), "1 more child a day than expected: +€48"),
        ("en", True, causes("-13/10", -9_000), "1 fewer child a day than expected: −€90"),
        (
            "fi",
            False,
            causes("-53/10", -90_000),
            "Puistossa kävi päivässä keskimäärin 5 lasta odotettua vähemmän: −900 €",
        ),
        ("fi", True, causes("2/5", 2_000), "Päivässä kävi 0,4 lasta odotettua enemmän: +20 €"),
        ("en", True, causes("1/50", 100), "As many children a day as expected: +€1"),
        ("en", True, causes(None, -38_859), "Effect of the number of children: −€389"),
    ],
)
def test_volume_in_words(app: Flask, language: str, one_park: bool, made: Causes, words: str) -> None:
    with speaking(app, language):
        assert volume_words(made, one_park=one_park).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("language", "any_meals", "made", "words"),
    [
        ("fi", True, causes(cents="11", price=9_500), "Ateria maksoi 11 senttiä arvioitua enemmän: +95 €"),
        ("sv", True, causes(cents="11", price=9_500), "Varje måltid kostade 11 cent mer än kalkylerat: +95 €"),
        ("en", True, causes(cents="11", price=9_500), "Each meal 11 cents dearer than estimated: +€95"),
        ("en", True, causes(cents="-1", price=-900), "Each meal 1 cent cheaper than estimated: −€9"),
        ("fi", True, causes(cents="1", price=900), "Ateria maksoi 1 sentin arvioitua enemmän: +9 €"),
        ("en", True, causes(cents="1/100", price=3), "Each meal cost what was estimated: €0"),
        ("en", False, causes(price=10_000), "No meals have been counted, so all costs show as price: +€100"),
    ],
)
def test_price_in_words(app: Flask, language: str, any_meals: bool, made: Causes, words: str) -> None:
    with speaking(app, language):
        assert price_words(made, any_meals=any_meals).replace("\N{NO-BREAK SPACE}", " ") == words


def test_the_pages_say_why(app: Flask, client: PageClient) -> None:
    """One day, 90 children: 10 more x 2.98913 = 29.89 -> 30; 300.00 / 90 = 3.3333: 34 cents dearer, 30.98 -> 31."""
    with work(app) as session:
        park = make_park(session, name="Suvela")
        pilot = make_pilot(session, [park])
        day = day_of(session, pilot, date(2024, 7, 1))
        count_children(session, day, school=90)
        close_with(session, day, delivered=90)
        cost = Entry(uuid4(), date(2024, 7, 1), Category.CATERING, Money(30000), park.id, description="Lasku")
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=cost, at=NOON)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    for address in (f"/costs?pilot={pilot.id}&as-of=1.7.2024", f"/costs/{pilot.id}/parks/{park.id}?as-of=1.7.2024"):
        page = text_of(client.get(address)).replace("\N{NO-BREAK SPACE}", " ")
        assert "Päivässä kävi 10 lasta odotettua enemmän: +30 €" in page
        assert "Ateria maksoi 34 senttiä arvioitua enemmän: +31 €" in page
        assert "Ero arvioon +61 €" in page
