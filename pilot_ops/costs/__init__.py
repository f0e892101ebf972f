"""Costs: ledger, accruals, estimate against actual, forecast."""
