"""Posters as a printer prints them and a phone reads them."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from pyzbar.pyzbar import ZBarSymbol, decode

from pilot_ops.kernel.text import Translated
from pilot_ops.public.domain import Poster, Season
from pilot_ops.public.sheets import draw_poster, name_of
from pilot_ops.schedule.domain import ServingWindow
from tests.public.conftest import Summer
from tests.support.page import PageClient
from tests.support.paper import about, pages, text_in

SEASON = Season(date(2024, 6, 3), date(2024, 7, 2), (0, 1, 2, 3, 4), ServingWindow(), (date(2024, 6, 21),))
PARK = Translated("Karakallion asukaspuisto", "Karabacka", "")


def poster(**different: object) -> Poster:
    given = {
        "park": PARK,
        "address": "Kotkatie 10, Espoo",
        "link": "https://pilot.example.fi/lunch/0b6d5a52-0d3c-4b3b-9c51-2f1a7d9f4a10",
        "municipality": "Espoo",
        "programme": "Hyvinvoiva Espoo",
        "season": SEASON,
    }
    return Poster(**{**given, **different})  # type: ignore[arg-type]


def codes_on(pdf: bytes) -> list[str]:
    (page,) = pages(pdf)
    return [found.data.decode() for found in decode(page, symbols=[ZBarSymbol.QRCODE])]


def test_a_phone_reads_the_code_of_the_parks_page(client: PageClient, summer: Summer) -> None:
    response = client.get(f"/lunch/{summer.suvela.id}/poster.pdf")
    assert response.mimetype == "application/pdf"
    assert "juliste-suvela.pdf" in response.headers["Content-Disposition"]
    (link,) = codes_on(response.data)
    assert link == f"http://127.0.0.1:8000/lunch/{summer.suvela.id}"
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_it_says_where_and_when_in_three_languages() -> None:
    text = text_in(draw_poster(poster()))
    for words in (
        "Lounas lapsille",
        "Lunch för barn · Lunch for children",
        "Maksuton · Gratis · Free",
        "Karakallion asukaspuisto",
        "Karabacka · Kotkatie 10, Espoo",
        "ma–pe 3.6.–2.7.2024, klo 11.30–12.30",
        "må–fr · Mon–Fri",
        "Ei pe 21.6. · Inte fr 21.6. · Not Fri 21 Jun",
        "Onko ruokaa tänään?",
        "Espoo · Hyvinvoiva Espoo",
    ):
        assert words in text
    assert about(draw_poster(poster()))["Title"] == "Lounas lapsille: Karakallion asukaspuisto"


@pytest.mark.parametrize(
    ("season", "says"),
    [
        (None, "Päivät ja ajat: lue koodi"),
        (
            Season(date(2024, 12, 30), date(2025, 1, 8), (0, 2), ServingWindow(time(9), time(10, 5))),
            "ma, ke 30.12.2024–8.1.2025, klo 9.00–10.05",
        ),
        (
            Season(
                date(2024, 6, 3),
                date(2024, 7, 2),
                (0,),
                ServingWindow(),
                tuple(date(2024, 6, day) for day in (3, 10, 17, 24)),
            ),
            "Poikkeukset: lue koodi",
        ),
    ],
)
def test_other_seasons(season: Season | None, says: str) -> None:
    assert says in text_in(draw_poster(poster(season=season)))


def test_a_long_name_stays_on_the_paper_and_an_unknown_letter_is_drawn_bare() -> None:
    long = "Ylä-Myllykylän monitoimitalon ja päiväkodin yhteinen asukaspuisto Žižkov"
    pdf = draw_poster(poster(park=Translated(long)))
    assert len(pages(pdf)) == 1
    assert len(codes_on(pdf)) == 1
    assert "Zizkov" in re.sub(r"\s+", " ", text_in(pdf))


def test_the_same_poster_is_the_same_file() -> None:
    assert draw_poster(poster()) == draw_poster(poster())


def test_the_file_is_named_after_the_park() -> None:
    assert name_of(Translated("Kylätalo Palttina / A")) == "juliste-kylätalo-palttina-a.pdf"
