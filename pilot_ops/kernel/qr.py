"""QR symbols of many texts that are alike: the tables of one length, version, level and mask, learnt from ``qrcode``.

Over GF(2) such a symbol is an affine function of the bits of its text: placing, error correction and masking only move
and add bits. So ``qrcode`` is asked once for a text of zero bits and once for each bit, and every other symbol is the
sum of what its bits change. A test compares symbols with those that ``qrcode`` makes itself.
"""

from __future__ import annotations

import string
from functools import lru_cache
from typing import Literal

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import QRData

# Modules of white that a symbol needs on every side.
QUIET = 4
_ALPHANUMERIC = string.digits + string.ascii_uppercase + " $%*+-./:"
_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_LARGEST = 40
# The standard's own numbers of the two ways to write a text.
_Mode = Literal[1, 2, 4]
_ALPHA_NUM: _Mode = 2
_BYTES: _Mode = 4
# Modules of a row that are written together.
_PIECE = 8
# Of the eight masks, any scans as well as the best on stills of printed tickets.
_MASK = 4


class Symbols:
    """Makes the symbols of texts of one length and kind.

    ``size`` is the number of modules on a side. A symbol is a whole number: its bits, the highest first, are the rows
    from above, each from the left; a dark module is 1.
    """

    def __init__(self, length: int, *, alphanumeric: bool = True) -> None:
        self.length = length
        self.alphanumeric = alphanumeric
        zero = "0" * length if alphanumeric else "\0" * length
        self.version, self.level = _fit(zero, self._mode)
        self.size = 17 + 4 * self.version
        self._zero = self._asked(zero)
        self._learnt = [self._learn(zero, start) for start in range(0, length, self._step)]
        self._changes: list[dict[str, int]] = [{} for _ in self._learnt]

    def symbol(self, text: str) -> int:
        """The symbol of a text. ValueError if its length is another."""
        if len(text) != self.length:
            raise ValueError(f"{len(text)} characters instead of {self.length}")
        found = self._zero
        for place, changes in enumerate(self._changes):
            piece = text[place * self._step : (place + 1) * self._step]
            change = changes.get(piece)
            found ^= self._change(place, piece) if change is None else change
        return found

    @property
    def _step(self) -> int:
        # Of alphanumeric text two characters share eleven bits.
        return 2 if self.alphanumeric else 1

    @property
    def _mode(self) -> _Mode:
        return _ALPHA_NUM if self.alphanumeric else _BYTES

    def _change(self, place: int, piece: str) -> int:
        value, change = self._value(piece), 0
        for bit, learnt in enumerate(self._learnt[place]):
            if value >> bit & 1:
                change ^= learnt
        self._changes[place][piece] = change
        return change

    def _value(self, piece: str) -> int:
        if not self.alphanumeric:
            return piece.encode("latin-1")[0]
        value = 0
        for character in piece:
            value = value * len(_ALPHANUMERIC) + _ALPHANUMERIC.index(character)
        return value

    def _learn(self, zero: str, start: int) -> list[int]:
        """What each bit of the characters from ``start`` on changes."""
        piece = zero[start : start + self._step]
        bits = (11 if len(piece) == 2 else 6) if self.alphanumeric else 8
        texts = (zero[:start] + self._piece(1 << bit, len(piece)) + zero[start + len(piece) :] for bit in range(bits))
        return [self._asked(text) ^ self._zero for text in texts]

    def _piece(self, value: int, length: int) -> str:
        if not self.alphanumeric:
            return chr(value)
        high, low = divmod(value, len(_ALPHANUMERIC))
        return (_ALPHANUMERIC[high] if length == 2 else "") + _ALPHANUMERIC[low]

    def _asked(self, text: str) -> int:
        """The symbol as ``qrcode`` makes it."""
        code = QRCode(version=self.version, error_correction=_LEVELS[self.level], border=0, mask_pattern=_MASK)
        code.add_data(QRData(text.encode("latin-1"), mode=self._mode), optimize=0)
        code.make(fit=False)
        return int("".join("1" if module else "0" for row in code.modules for module in row), 2)


@lru_cache(maxsize=32)
def symbols_for(length: int, *, alphanumeric: bool) -> Symbols:
    """The tables for texts of a length: learnt in some hundredths of a second, once in a process."""
    return Symbols(length, alphanumeric=alphanumeric)


def symbols_like(text: str) -> Symbols:
    """The tables for texts as long as this one, and of its kind. UnicodeError unless it is plain Latin text."""
    text.encode("latin-1")
    return symbols_for(len(text), alphanumeric=all(character in _ALPHANUMERIC for character in text))


def _fit(text: str, mode: _Mode) -> tuple[int, str]:
    """The smallest version that holds a text at level M, and the highest level that still fits into it."""
    smallest = next((version for version in range(1, _LARGEST + 1) if _fits(text, mode, version, "M")), None)
    if smallest is None:
        raise ValueError(f"{len(text)} characters are too many for a QR code")
    return smallest, next(level for level in "HQM" if _fits(text, mode, smallest, level))


def _fits(text: str, mode: _Mode, version: int, level: str) -> bool:
    code = QRCode(version=version, error_correction=_LEVELS[level], border=0, mask_pattern=_MASK)
    code.add_data(QRData(text.encode("latin-1"), mode=mode), optimize=0)
    try:
        return bool(code.best_fit(start=version) == version)
    except (DataOverflowError, ValueError):
        return False


class ModulePath:
    """The dark modules of symbols as rectangles in the operators of PDF, one unit a module.

    Rows are taken in pieces of eight modules, and what a piece is written as is remembered: sheets of thousands have
    the same few pieces again and again.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: list[dict[int, str]] = [{} for _ in range(size * (-(-size // _PIECE)))]

    def of(self, symbol: int) -> str:
        """The operators of a symbol's path, the first row above."""
        size, parts, known = self._size, [], self._known
        rest, mask, place = symbol, (1 << _PIECE) - 1, 0
        whole = (1 << size) - 1
        for row in range(size):
            # From the lowest row on, and from the right.
            modules = rest & whole
            rest >>= size
            for right in range(0, size, _PIECE):
                piece = modules & mask
                modules >>= _PIECE
                if piece:
                    text = known[place].get(piece)
                    parts.append(self._write(place, piece, row, right) if text is None else text)
                place += 1
        return "".join(parts)

    def _write(self, place: int, piece: int, row: int, right: int) -> str:
        text, start = "", 0
        while piece >> start:
            if piece >> start & 1:
                wide = 1
                while piece >> (start + wide) & 1:
                    wide += 1
                text += f"{self._size - right - start - wide} {row} {wide} 1 re\n"
                start += wide
            else:
                start += 1
        self._known[place][piece] = text
        return text
