"""Ten thousand tickets to PDF: with learnt QR tables, and the same sheets with the matrices that segno makes."""

from __future__ import annotations

import random
import time
from datetime import date

import segno

from bench.report import line, machine
from pilot_ops.kernel.codes import ALPHABET
from pilot_ops.kernel.qr import symbols_for, symbols_like
from pilot_ops.kernel.text import Translated
from pilot_ops.tickets.domain import LENGTH, Format, Symbol, link_of
from pilot_ops.tickets.sheets import Face, draw

_TICKETS = 10_000
_WARM = 50
_REPEATS = 3
_URL = "https://liput.espoo.fi"
_FACE = Face(
    programme="Hyvinvoiva Espoo",
    name=Translated("Uintiranneke", "Simarmband", "Swim wristband"),
    uses=10,
    symbol=Symbol.SWIMMING,
    valid_from=date(2026, 6, 1),
    valid_until=date(2026, 12, 31),
    venues=("Leppävaaran uimahalli", "Tapiolan uimahalli", "Keski-Espoon uimahalli"),
)


class Segno:
    """Makes symbols as ``Symbols`` does, each by segno, which is told version, level and mask and looks for none."""

    def __init__(self, like: str) -> None:
        learnt = symbols_like(like)
        self.size, self._version, self._level = learnt.size, learnt.version, learnt.level

    def symbol(self, text: str) -> int:
        code = segno.make_qr(text, version=self._version, error=self._level, mask=4, boost_error=False)
        return int("".join("1" if module else "0" for row in code.matrix for module in row), 2)


def measure() -> None:
    """Print the table."""
    chance = random.Random(1)
    codes = [(f"UIN-{n:04d}", "".join(chance.choices(ALPHABET, k=LENGTH))) for n in range(1, _TICKETS + 1)]
    link = link_of(_URL, codes[0][1])
    theirs, ours = Segno(link), symbols_like(link)
    # Not bit by bit: where the data end with a whole byte, segno fills the rest up another way. Readers skip that.
    if theirs.size != ours.size:
        raise RuntimeError("the two make symbols of different sizes")
    symbols_for.cache_clear()
    started = time.perf_counter()
    symbols_like(link)
    line(f"{_TICKETS} tickets to PDF, one core ({machine()}; the best of {_REPEATS})")
    line(f"learning the tables, once in a process: {time.perf_counter() - started:.2f} s")
    line()
    line("  paper    seconds    MB   ms a ticket   seconds with segno   ratio")
    for paper in Format:
        mine, size = _time(codes, paper, None)
        other, _size = _time(codes, paper, theirs)
        each = mine / _TICKETS * 1000
        line(f"  {paper:<8} {mine:>7.2f} {size / 1e6:>5.1f} {each:>13.2f} {other:>20.2f} {mine / other:>7.2f}")
    line()


def _time(codes: list[tuple[str, str]], paper: Format, maker: Segno | None) -> tuple[float, int]:
    """Seconds and bytes of a file, the best of some; fonts and tables are there already."""
    draw(_FACE, codes[:_WARM], paper, public_url=_URL, maker=maker)
    best, size = float("inf"), 0
    for _ in range(_REPEATS):
        started = time.perf_counter()
        size = len(draw(_FACE, codes, paper, public_url=_URL, maker=maker))
        best = min(best, time.perf_counter() - started)
    return best, size
