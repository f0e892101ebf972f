"""Pages of costs: the sheet, a page per park, the ledger, invoices against deliveries, months, files."""

from flask import Blueprint

bp = Blueprint("costs", __name__)

from pilot_ops.costs.routes import agreements, files, ledger, matching, periods, sheet, shifts  # noqa: E402, F401 - each adds its views to the blueprint
