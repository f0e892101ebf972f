"""What electronic invoices say, whether they add up, and what each of their lines becomes in the ledger."""

from pilot_ops.invoices.domain.advances import check_advances
from pilot_ops.invoices.domain.invoice import (
    Choice,
    FileProblem,
    Format,
    Invoice,
    Line,
    Period,
    Reason,
    check_totals,
    entry_ids,
    entry_of,
    guesses,
    number_key,
    supplier_key,
    twice_in,
)

__all__ = [
    "Choice",
    "FileProblem",
    "Format",
    "Invoice",
    "Line",
    "Period",
    "Reason",
    "check_advances",
    "check_totals",
    "entry_ids",
    "entry_of",
    "guesses",
    "number_key",
    "supplier_key",
    "twice_in",
]
