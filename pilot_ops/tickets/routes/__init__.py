"""Pages of tickets: stock, types, moves, single tickets, scanning, and the public page of a code."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

# Each adds its views to the blueprint.
from pilot_ops.tickets.routes import moves, public, scans, stock, wrong_codes  # noqa: E402, F401
