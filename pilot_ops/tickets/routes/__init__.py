"""Pages of tickets: stock, types, moves and single tickets."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

# Each adds its views to the blueprint.
from pilot_ops.tickets.routes import codes, conflicts, moves, scans, stock  # noqa: E402, F401
