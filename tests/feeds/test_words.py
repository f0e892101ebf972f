"""Titles without news in them, summaries of 160 characters, and texts to and from HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_ops.feeds.domain import as_html, clean_title, from_html, says_cancelled, short


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("PERUTTU: Metsäretki", "Metsäretki"),
        ("PERUTTU! Metsäretki", "Metsäretki"),
        ("Peruttu - Metsäretki", "Metsäretki"),
        ("(PERUTTU) Metsäretki", "Metsäretki"),
        ("Metsäretki – PERUTTU", "Metsäretki"),
        ("Metsäretki (peruttu)", "Metsäretki"),
        ("INSTÄLLT: Skogsutflykt", "Skogsutflykt"),
        ("CANCELLED: Walk in the woods", "Walk in the woods"),
        ("Siirretty: Metsäretki", "Metsäretki"),
        ("Metsäretki", "Metsäretki"),
        ("Peruttuja juttuja -ilta", "Peruttuja juttuja -ilta"),
        ("PERUTTU", "PERUTTU"),
    ],
)
def test_a_title_is_cleaned_of_its_state(title: str, clean: str) -> None:
    assert clean_title(title) == clean


def test_a_title_that_says_cancelled_is_heard() -> None:
    assert says_cancelled("PERUTTU: Metsäretki")
    assert says_cancelled("Skogsutflykt (inställd)")
    assert not says_cancelled("SIIRRETTY: Metsäretki")
    assert not says_cancelled("Metsäretki")


def test_a_summary_is_cut_between_words() -> None:
    assert short("Lyhyt  teksti\n") == "Lyhyt teksti"
    long = "sana " * 40
    assert short(long) == ("sana " * 31).strip() + "…"
    assert short("x" * 200) == "x" * 159 + "…"


@given(st.text())
def test_no_summary_is_longer_than_the_register_shows(text: str) -> None:
    assert len(short(text)) <= 160


def test_paragraphs_become_html_and_back() -> None:
    text = "Ensin <kahvia> & pullaa.\nSitten metsään.\n\nLopuksi kotiin."
    html = "<p>Ensin &lt;kahvia&gt; &amp; pullaa.<br>Sitten metsään.</p><p>Lopuksi kotiin.</p>"
    assert as_html(text) == html
    assert from_html(html) == text


def test_whatever_html_of_others_says_becomes_plain_text() -> None:
    assert from_html("<p>Hei<script>x()</script> <b>kaikki</b></p>\n\n\n<ul><li>yksi</li><li>kaksi</li></ul>") == (
        "Hei kaikki\n\nyksi\n\nkaksi"
    )
    assert from_html("") == ""
    assert from_html("<style>p { }</style><p>Tervetuloa<!-- x > y --></p><script>a < b") == "Tervetuloa"
    # An end that is missing takes no time.
    assert from_html("<script>" * 200_000 + "<!--" * 200_000) == ""
