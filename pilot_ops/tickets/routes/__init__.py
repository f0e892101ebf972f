"""Pages of tickets, from the stock to the last visit."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

# Each adds its views to the blueprint.
from pilot_ops.tickets.routes import counted, files, moves, public, report, scans, stock, wrong_codes  # noqa: E402, F401
