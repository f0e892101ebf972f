"""Drawing on paper what the pages show on screen: the gingham cloth, and the lines and shapes of our own SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

# Of the gingham: one stripe, and where two cross.
_CHECK, _CROSSING, _ENAMEL = HexColor("#8f9fd6"), HexColor("#5068bc"), HexColor("#ffffff")
# What an element inherits of the looks of those around it.
_LOOKS = {"fill", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-opacity", "stroke-dasharray"}
_STEP = re.compile(r"(translate|rotate|scale)\(([^)]*)\)")
_SHORT = 3


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


def draw_svg(canvas: Canvas, file: Path, place: tuple[float, float], width: float) -> float:
    """Draw one of our own SVG files, its upper left corner at a place; how high it is.

    Of SVG it knows what those files hold: groups, shapes, paths, ``use``, patterns, and attributes for their looks.
    """
    root = ElementTree.parse(file).getroot()  # noqa: S314 - a file of the service
    left, top, wide, high = (float(number) for number in root.attrib["viewBox"].split())
    canvas.saveState()
    canvas.translate(*place)
    canvas.scale(width / wide, -width / wide)
    canvas.translate(-left, -top)
    _Svg(canvas, root).draw(root, {"fill": "#000", "stroke": "none", "stroke-width": "1"})
    canvas.restoreState()
    return high * width / wide


class _Svg:
    """Draws the elements of one file."""

    def __init__(self, canvas: Canvas, root: ElementTree.Element) -> None:
        self._canvas = canvas
        self._named = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}

    def draw(self, element: ElementTree.Element, around: Mapping[str, str]) -> None:
        kind = element.tag.rpartition("}")[2]
        if kind == "defs":
            return
        looks = {**around, **{name: value for name, value in element.attrib.items() if name in _LOOKS}}
        self._canvas.saveState()
        _transform(self._canvas, element.get("transform", ""))
        if kind == "use":
            self.draw(self._named[element.attrib["href"].removeprefix("#")], looks)
        elif kind in {"g", "svg"}:
            for inner in element:
                self.draw(inner, looks)
        else:
            self._shape(_outline(self._canvas, kind, element.attrib), element.attrib, looks)
        self._canvas.restoreState()

    def _shape(self, path: Any, given: Mapping[str, str], looks: Mapping[str, str]) -> None:
        canvas, fill, stroke = self._canvas, looks["fill"], looks["stroke"]
        opacity = float(given.get("opacity", 1))
        if fill.startswith("url(#"):
            self._tiles(path, fill[len("url(#") : -1], given)
            fill = "none"
        if fill != "none":
            canvas.setFillColor(_colour(fill))
            canvas.setFillAlpha(opacity * float(looks.get("fill-opacity", 1)))
        if stroke != "none":
            canvas.setStrokeColor(_colour(stroke))
            canvas.setStrokeAlpha(opacity * float(looks.get("stroke-opacity", 1)))
            canvas.setLineWidth(float(looks["stroke-width"]))
            canvas.setLineCap(int(looks.get("stroke-linecap") == "round"))
            canvas.setDash([float(part) for part in looks.get("stroke-dasharray", "").split()])
        canvas.drawPath(path, stroke=int(stroke != "none"), fill=int(fill != "none"), fillMode=FILL_NON_ZERO)

    def _tiles(self, path: Any, name: str, given: Mapping[str, str]) -> None:
        """Fill a rectangle with a pattern that begins at the origin, as patterns in user space do."""
        pattern = self._named[name]
        wide, high = int(pattern.attrib["width"]), int(pattern.attrib["height"])
        left, top, right, bottom = (
            int(given["x"]),
            int(given["y"]),
            int(given["x"]) + int(given["width"]),
            int(given["y"]) + int(given["height"]),
        )
        self._canvas.saveState()
        self._canvas.clipPath(path, stroke=0, fill=0)
        for x in range(left // wide * wide, right, wide):
            for y in range(top // high * high, bottom, high):
                self._canvas.saveState()
                self._canvas.translate(x, y)
                for inner in pattern:
                    self.draw(inner, {"fill": "#000", "stroke": "none", "stroke-width": "1"})
                self._canvas.restoreState()
        self._canvas.restoreState()


def _colour(text: str) -> HexColor:
    digits = text.removeprefix("#")
    return HexColor("#" + (digits if len(digits) > _SHORT else "".join(2 * digit for digit in digits)))


def _transform(canvas: Canvas, text: str) -> None:
    for name, given in _STEP.findall(text):
        numbers = [float(number) for number in given.replace(",", " ").split()]
        if name == "translate":
            canvas.translate(*numbers)
        elif name == "scale":
            canvas.scale(numbers[0], numbers[-1])
        else:
            centre = numbers[1:] or [0.0, 0.0]
            canvas.translate(*centre)
            canvas.rotate(numbers[0])
            canvas.translate(-centre[0], -centre[1])


def _outline(canvas: Canvas, kind: str, given: Mapping[str, str]) -> Any:
    path = canvas.beginPath()
    number = {name: float(given.get(name, 0)) for name in ("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r")}
    if kind == "rect":
        place = (number["x"], number["y"], number["width"], number["height"])
        if number["rx"]:
            path.roundRect(*place, number["rx"])
        else:
            path.rect(*place)
    elif kind == "circle":
        path.circle(number["cx"], number["cy"], number["r"])
    elif kind == "ellipse":
        path.ellipse(number["cx"] - number["rx"], number["cy"] - number["ry"], 2 * number["rx"], 2 * number["ry"])
    else:
        trace(given["d"], path)
    return path
