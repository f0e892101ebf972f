"""Pages of tickets: stock, types, moves and single tickets."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

from pilot_ops.tickets.routes import moves, prints, scans, stock  # noqa: E402, F401 - each adds its views to the blueprint
