"""Names as they are compared and kept."""

from __future__ import annotations

import unicodedata

from pilot_ops.kernel.text import fold, plain, tidy

NAME = "Matinkylä"
DECOMPOSED = unicodedata.normalize("NFD", NAME)


def test_a_letter_in_parts_is_the_letter() -> None:
    assert NAME != DECOMPOSED
    assert fold(DECOMPOSED) == fold(NAME.upper()) == "matinkylä"
    assert plain(DECOMPOSED) == NAME


def test_a_tidy_line_has_single_spaces_and_nothing_that_is_no_text() -> None:
    assert tidy(f" {DECOMPOSED} \n \x00 puisto\t") == "Matinkylä puisto"
    assert tidy(" \x07 ") == ""
