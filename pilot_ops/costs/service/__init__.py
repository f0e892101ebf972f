"""What people do with costs: book and reverse them, bring them in from a file, lock months, and look at the sheet."""

from pilot_ops.costs.service.agreements import record_agreement, withdraw_agreement
from pilot_ops.costs.service.imports import CostPlan, CostProblem, ImportedCost, import_costs, plan_import
from pilot_ops.costs.service.ledger import book_entries, book_entry, get_costs, reverse_entry
from pilot_ops.costs.service.periods import keep_locked_figures, list_months, lock_month, unlock_month
from pilot_ops.costs.service.shifts import book_shifts

__all__ = [
    "CostPlan",
    "CostProblem",
    "ImportedCost",
    "book_entries",
    "book_entry",
    "book_shifts",
    "get_costs",
    "import_costs",
    "keep_locked_figures",
    "list_months",
    "lock_month",
    "plan_import",
    "record_agreement",
    "reverse_entry",
    "unlock_month",
    "withdraw_agreement",
]
