"""The results as a file, with the same hidden as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilot_ops.kernel.tabular import write_csv, write_xlsx
from pilot_ops.surveys.domain import SCALE, Results, Scale

# In place of a number of answers under five, and of a hidden figure, which may be a larger one.
HIDDEN = "alle 5"
WITHHELD = "ei näytetä"
_NAMES = ("type", "year", "question", "answer", "value")


def write_results(results: Iterable[Results], types: Mapping[UUID, str], kind: str) -> bytes:
    """The results as ``csv`` or ``xlsx``: a row for each figure, and one for each free line."""
    rows = [[types[found.type_id], found.year, *row] for found in results for row in _rows(found)]
    return write_xlsx("surveys", _NAMES, rows) if kind == "xlsx" else write_csv(_NAMES, rows)


def _rows(found: Results) -> list[list[Any]]:
    rows: list[list[Any]] = [["answers", "", HIDDEN if found.number is None else found.number]]
    for name, scale in (("before", found.before), ("after", found.after)):
        rows += _scale_rows(name, scale)
    rows.append(["change", "mean", _mean(found.change)])
    rows += [["otherwise", kind.value, _count(count)] for kind, count in found.otherwise.items()]
    rows += [["month", f"{month:%Y-%m}", _count(count)] for month, count in found.months.items()]
    return rows + [["line", "", line] for line in found.lines]


def _scale_rows(name: str, scale: Scale) -> list[list[Any]]:
    rows: list[list[Any]] = [[name, "mean", _mean(scale.mean)]]
    return rows + [[name, value, _count(count)] for value, count in zip(SCALE, scale.cells, strict=True)]


def _count(count: int | None) -> Any:
    return WITHHELD if count is None else count


def _mean(mean: Fraction | None) -> Any:
    return WITHHELD if mean is None else mean
