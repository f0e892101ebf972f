"""Learnt QR symbols are those that qrcode makes."""

from __future__ import annotations

import random
import string

import pytest
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

from pilot_ops.kernel.qr import Symbols, symbols_like

LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
CAPITALS = string.digits + string.ascii_uppercase + "$%*+-./:"


def by_qrcode(text: str, like: Symbols) -> list[list[bool]]:
    """The modules of a text by qrcode alone, asked as anybody would, in the same version, level and mask."""
    code = QRCode(version=like.version, error_correction=LEVELS[like.level], border=0, mask_pattern=4)
    code.add_data(text, optimize=0)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


def modules(symbol: int, size: int) -> list[list[bool]]:
    bits = f"{symbol:0{size * size}b}"
    return [[bit == "1" for bit in bits[row * size : (row + 1) * size]] for row in range(size)]


@pytest.mark.parametrize(
    "start",
    [
        "HTTPS://LIPUT.ESPOO.FI/T/",
        "HTTP://127.0.0.1:8000/T/",
        "HTTPS://A.FI/T/",
        "HTTPS://PILOT-OPS.EXAMPLE.FI/E/T/",
        "",
    ],
)
def test_symbols_of_capitals_are_those_of_qrcode(start: str) -> None:
    chance = random.Random(start)
    like = symbols_like(start + "A" * 17)
    assert like.alphanumeric
    for _ in range(150):
        # Not all digits: qrcode would take those for a number, which no code is.
        text = start + "A" + "".join(chance.choices(CAPITALS, k=16))
        assert modules(like.symbol(text), like.size) == by_qrcode(text, like)


@pytest.mark.parametrize("start", ["https://liput.espoo.fi/t/", "HTTPS://LIPUT.ESPOO.FI/PILOT_OPS/T/"])
def test_symbols_of_any_text_are_those_of_qrcode(start: str) -> None:
    chance = random.Random(start)
    like = symbols_like(start + "a" * 17)
    assert not like.alphanumeric
    for _ in range(100):
        text = start + "a" + "".join(chance.choices(string.ascii_letters + "_~", k=16))
        assert modules(like.symbol(text), like.size) == by_qrcode(text, like)


@pytest.mark.parametrize(("length", "version", "level"), [(20, 1, "M"), (21, 2, "Q"), (38, 2, "M"), (42, 3, "Q")])
def test_the_smallest_symbol_with_the_best_level_that_fits_is_chosen(length: int, version: int, level: str) -> None:
    # ISO/IEC 18004, table 7: alphanumeric characters of 1-M 20, 2-Q 29, 2-M 38, 3-Q 47.
    like = symbols_like("A" * length)
    assert (like.version, like.level) == (version, level)


def test_a_text_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        symbols_like("A" * 17).symbol("A" * 16)


def test_a_text_that_no_symbol_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        symbols_like("A" * 5000)
