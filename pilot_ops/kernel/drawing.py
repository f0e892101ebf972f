"""Drawing on paper what the pages show on screen: the gingham cloth, and the lines and shapes of our own SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

# Of the gingham: one stripe, and where two cross.
_CHECK, _CROSSING, _ENAMEL = HexColor("#8f9fd6"), HexColor("#5068bc"), HexColor("#ffffff")


class _Pen(BasePen):  # type: ignore[misc]
    """Draws an icon's lines on a reportlab path."""

    def __init__(self, path: Any) -> None:
        super().__init__(None)
        self._path = path

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._path.moveTo(*pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._path.lineTo(*pt)

    def _curveToOne(self, pt1: Sequence[float], pt2: Sequence[float], pt3: Sequence[float]) -> None:
        self._path.curveTo(*pt1, *pt2, *pt3)

    def _closePath(self) -> None:
        self._path.close()

    def _endPath(self) -> None:
        return


def trace(lines: str, path: Any) -> None:
    """Draw the ``d`` of an SVG path on a reportlab path."""
    parse_path(lines, _Pen(path))


def gingham(canvas: Canvas, x: float, y: float, wide: float, high: float, check: float) -> None:
    """A cloth of blue and white checks, whole within its edges."""
    canvas.setFillColor(_ENAMEL)
    canvas.rect(x, y, wide, high, stroke=0, fill=1)
    across, up = _stripes(wide, check), _stripes(high, check)
    canvas.setFillColor(_CHECK)
    for start, thick in across:
        canvas.rect(x + start, y, thick, high, stroke=0, fill=1)
    for start, thick in up:
        canvas.rect(x, y + start, wide, thick, stroke=0, fill=1)
    canvas.setFillColor(_CROSSING)
    for start, thick in across:
        for start_up, thick_up in up:
            canvas.rect(x + start, y + start_up, thick, thick_up, stroke=0, fill=1)


def _stripes(length: float, check: float) -> list[tuple[float, float]]:
    found, start = [], check / 2
    while start < length - 0.01:
        found.append((start, min(check, length - start)))
        start += 2 * check
    return found
