"""Texts of the report, and the figures inside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_ops.kernel.errors import Refused
from pilot_ops.reports.domain import LONGEST_TEXT, Field, Reason, check_text, fill, paragraphs_of, share_of

VALUES = {field: f"<{field.value}>" for field in Field}


def test_a_text_is_kept_plain_and_filled_in() -> None:
    text = check_text("  Kulut {total}.\r\n\r\nTavoitimme {residents}.\n")
    assert text == "Kulut {total}.\n\nTavoitimme {residents}."
    assert fill(text, VALUES) == "Kulut <total>.\n\nTavoitimme <residents>."
    assert paragraphs_of(fill(text, VALUES)) == ("Kulut <total>.", "Tavoitimme <residents>.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Kulut {summa}", Reason.UNKNOWN_FIELD),
        ("Kulut {}", Reason.UNKNOWN_FIELD),
        ("Kulut {Total}", Reason.UNKNOWN_FIELD),
        ("x" * (LONGEST_TEXT + 1), Reason.TEXT_TOO_LONG),
    ],
)
def test_texts_that_cannot_be(text: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_text(text)
    assert (refused.value.reason, refused.value.field) == (reason, "text")


@given(st.text(st.sampled_from("{}a-total \n"), max_size=40))
def test_whatever_is_kept_can_be_filled_in(text: str) -> None:
    try:
        kept = check_text(text)
    except Refused:
        return
    assert "{total}" not in fill(kept, VALUES)


def test_shares() -> None:
    assert share_of(1, 4) == 0.25
    assert share_of(0, 0) is None
