"""What the readers of all formats do at the end: number the lines, turn credit notes round, check that all adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilot_ops.invoices.domain import Invoice, Line, Reason, check_totals
from pilot_ops.invoices.wire.xml import Node, Wrong
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money

# With the supplier before it, it still fits the description of a ledger that is exported and brought in again.
_LONGEST_LINE = 500


def made(invoice: Invoice, shares: Sequence[Money], nodes: Mapping[str, Node], *, turned: bool) -> Invoice:
    """The invoice as it is booked. Wrong at the total that does not add up; ``nodes`` are those of the totals.

    ``turned`` is a credit note whose amounts are written without minus. Lines that cost nothing are left out.
    """
    try:
        check_totals(invoice, shares)
    except Refused as refused:
        raise Wrong(Reason(refused.reason), nodes[refused.field or "net"], **refused.details) from None
    sign = -1 if turned else 1
    lines = tuple(
        replace(_named(line, invoice), number=number, amount=line.amount * sign)
        for number, line in enumerate((line for line in invoice.lines if line.amount), start=1)
    )
    if not lines:
        raise Wrong(Reason.NO_LINES, nodes["net"])
    sums = {name: getattr(invoice, name) * sign for name in ("net", "vat", "gross", "prepaid")}
    return replace(invoice, lines=lines, **sums)


def _named(line: Line, invoice: Invoice) -> Line:
    text = line.text or invoice.number
    return replace(line, text=text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…")
