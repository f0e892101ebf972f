"""The cost report as files: for programs, for spreadsheets that go on counting, and for paper."""

from __future__ import annotations

from pilot_ops.costs import export
from pilot_ops.costs.domain import Sheet
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.reports.book import write_book
from pilot_ops.costs.reports.paper import write_paper

KINDS = ("csv", "xlsx", "pdf", "json")


def report_file(basis: Basis, sheet: Sheet, kind: str) -> bytes:
    """The cost report as ``csv``, ``xlsx``, ``pdf`` or ``json``. The PDF is in the language of whoever asks."""
    if kind == "xlsx":
        return write_book(basis, sheet)
    if kind == "pdf":
        return write_paper(basis, sheet)
    return export.report_file(basis, sheet, kind)
