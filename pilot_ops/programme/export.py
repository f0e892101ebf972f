"""A year of the programme as a file: a row for each measure, what is not itemised, administration and the total."""

from __future__ import annotations

import json
from typing import Any

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import write_csv, write_xlsx
from pilot_ops.programme.domain import MeasureFigures, Overview

KINDS = ("csv", "xlsx", "json")
COLUMNS = ("measure", "status", "added", "reason", "budget", "actual", "approximate", "participations")


def write_year(overview: Overview, kind: str) -> bytes:
    """The year as ``csv``, ``xlsx`` or ``json``."""
    if kind == "json":
        return (year_json(overview) + "\n").encode()
    rows = [_cells(line) for line in overview.measures]
    rows += [
        ["not itemised", None, None, None, None, overview.not_itemised, overview.not_itemised_approximate, None],
        ["administration", None, None, None, None, overview.administration, overview.administration_approximate, None],
        [
            "total",
            None,
            None,
            None,
            overview.year.budget,
            Money(overview.total.rounded()),
            overview.approximate,
            overview.participations,
        ],
    ]
    rows = [[_word(cell) for cell in row] for row in rows]
    return write_xlsx("programme", COLUMNS, rows) if kind == "xlsx" else write_csv(COLUMNS, rows)


def _word(cell: Any) -> Any:
    return {True: "yes", False: None}[cell] if isinstance(cell, bool) else cell


def _cells(line: MeasureFigures) -> list[Any]:
    details = line.measure.details
    actual = Money(line.actual.rounded()) if line.known else None
    reached = line.participations or None
    text = [details.name.fi, details.status.value, details.added, details.reason.fi or None]
    return [*text, details.budget, actual, line.approximate, reached]


def year_json(overview: Overview) -> str:
    """The year as JSON: money as decimal strings of two places; null where nobody has said."""
    year = overview.year
    report = {
        "year": year.year,
        "currency": "EUR",
        "budget": _money(year.budget),
        "measures_planned": overview.counts.planned,
        "measures_cancelled": overview.counts.cancelled,
        "measures_added": overview.counts.added,
        "measures_in_effect": overview.counts.in_effect,
        "actual_measures": _money(overview.of_measures),
        "not_itemised": _money(overview.not_itemised),
        "actual_administration": _money(overview.administration),
        "total": _money(overview.total),
        "approximate": overview.approximate,
        "residents": year.residents,
        "residents_approximate": year.residents_approximate,
        "participations": overview.participations,
        "measures": [_measure(line) for line in overview.measures],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _measure(line: MeasureFigures) -> dict[str, Any]:
    details = line.measure.details
    return {
        "name": details.name.fi,
        "status": details.status.value,
        "added": details.added,
        "reason": details.reason.fi or None,
        "budget": _money(details.budget),
        "actual": _money(line.actual) if line.known else None,
        "approximate": line.approximate,
        "participations": line.participations,
    }


def _money(amount: Money | None) -> str | None:
    return None if amount is None else amount.decimal()
