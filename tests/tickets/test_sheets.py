"""Sheets of tickets: what is on them, and that every code on them can be read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from pilot_ops.kernel.codes import ALPHABET, grouped
from pilot_ops.kernel.fonts import BOLD, drawable, fitted, register, width
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.qr import symbols_like
from pilot_ops.kernel.text import Translated
from pilot_ops.tickets.domain import Format, Symbol, link_of
from pilot_ops.tickets.sheets import Face, draw
from pilot_ops.tickets.sheets.drawing import ModulePath
from pilot_ops.tickets.sheets.papers import PAPERS
from tests.support.paper import about, read_codes, text_in

URL = "https://liput.espoo.fi"
FACE = Face(
    programme="Hyvinvoiva Espoo",
    name=Translated("Uintiranneke", "Simarmband", "Swim wristband"),
    uses=10,
    symbol=Symbol.SWIMMING,
    valid_from=date(2026, 6, 1),
    valid_until=date(2026, 12, 31),
    venues=("Leppävaaran uimahalli", "Tapiolan uimahalli", "Keski-Espoon uimahalli", "Espoonlahden uimahalli"),
)


def codes(number: int, seed: int = 1) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    return [(f"UIN-{serial:04d}", "".join(chance.choices(ALPHABET, k=17))) for serial in range(1, number + 1)]


@pytest.mark.parametrize("paper", Format)
def test_every_code_of_a_sheet_is_read_by_another_reader(paper: Format) -> None:
    tickets = codes(61)
    read = read_codes(draw(FACE, tickets, paper, public_url=URL), paper)
    assert read == [link_of(URL, code) for _number, code in tickets]


@pytest.mark.parametrize("paper", Format)
def test_codes_are_read_of_a_long_address_in_small_letters_too(paper: Format) -> None:
    address, tickets = "https://hyvinvoiva-pilotti.esimerkki.espoo.fi/pilot_ops", codes(paper.per_sheet, 2)
    read = read_codes(draw(FACE, tickets, paper, public_url=address), paper)
    assert read == [link_of(address, code) for _number, code in tickets]


@pytest.mark.parametrize("paper", Format)
def test_the_words_are_in_three_languages_with_number_and_code(paper: Format) -> None:
    tickets = codes(3)
    text = text_in(draw(FACE, tickets, paper, public_url=URL))
    for words in ("Hyvinvoiva Espoo", "Uintiranneke", "Simarmband", "Swim wristband", "käyntiä", "besök", "visits"):
        assert text.count(words) == 3, words
    assert text.count("1.6.2026–31.12.2026") == 3
    assert text.count("Leppävaaran uimahalli") == 3
    for number, code in tickets:
        assert number in text
        assert grouped(code) in text


@pytest.mark.parametrize("paper", Format)
def test_what_a_ticket_is_worth_is_beside_its_validity(paper: Format) -> None:
    text = text_in(draw(replace(FACE, value=Money(4850)), codes(2), paper, public_url=URL))
    assert text.count("1.6.2026–31.12.2026 · 48,50 €") == 2
    text = text_in(
        draw(replace(FACE, value=Money(100), valid_from=None, valid_until=None), codes(2), paper, public_url=URL)
    )
    assert text.count("1,00 €") == 2
    assert "· 1,00" not in text


def test_one_visit_is_said_in_the_singular() -> None:
    face = Face("Hyvinvoiva Espoo", Translated("Elokuvalippu"), 1, Symbol.MOVIE)
    text = text_in(draw(face, codes(1), Format.LABELS, public_url=URL))
    assert "1 käynti / besök / visit" in text
    assert "–" not in text


def test_the_file_says_what_it_is() -> None:
    facts = about(draw(FACE, codes(12), Format.CARDS, public_url=URL))
    assert facts["Title"] == "Uintiranneke UIN-0001–UIN-0012"
    assert facts["Author"] == "Hyvinvoiva Espoo"


def test_who_asked_hears_of_every_sheet() -> None:
    heard: list[int] = []
    draw(FACE, codes(25), Format.CARDS, public_url=URL, tell=heard.append)
    assert heard == [10, 20, 25]


@pytest.mark.parametrize("paper", Format)
def test_a_paper_holds_its_tickets_and_each_its_qr(paper: Format) -> None:
    plan = PAPERS[paper]
    assert len(plan.places) == paper.per_sheet
    assert min(plan.margins) >= 0
    left, lower, side = plan.qr
    assert left >= 0 <= lower
    assert left + side <= plan.ticket[0]
    assert lower + side <= plan.ticket[1]
    # 29 modules and a quiet zone of four on each side: a symbol of at least 18 mm, 25 mm on a card.
    assert side * 29 / 37 > (25 if paper is Format.CARDS else 18)


def test_modules_are_drawn_where_the_symbol_has_them() -> None:
    like = symbols_like(link_of(URL, "A" * 17))
    symbol = like.symbol(link_of(URL, codes(1)[0][1]))
    drawn = set()
    for rectangle in ModulePath(like.size).of(symbol).splitlines():
        x, y, wide, high, operator = rectangle.split()
        assert (high, operator) == ("1", "re")
        drawn |= {(int(x) + right, int(y)) for right in range(int(wide))}
    bits = f"{symbol:0{like.size**2}b}"
    dark = {(n % like.size, like.size - 1 - n // like.size) for n, bit in enumerate(bits) if bit == "1"}
    assert drawn == dark


def test_a_long_name_is_made_smaller_and_then_shorter() -> None:
    register()
    assert fitted("Uinti", BOLD, 10, 100, 7) == ("Uinti", 10)
    text, size = fitted("Kesälomauintiranneke perheille", BOLD, 10, 60, 7)
    assert size == 7
    assert text.endswith("…")
    assert width(text, BOLD, size) <= 60.01


def test_a_character_the_font_lacks_loses_its_accent() -> None:
    register()
    assert drawable("Žižkov ääkköset Å €") == "Zizkov ääkköset Å €"
    assert drawable("漢") == "?"
