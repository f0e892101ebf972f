"""Pages of tickets, from the stock to the last visit."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

# Each adds its views to the blueprint.
from pilot_ops.tickets.routes import (  # noqa: E402, F401
    codes,
    conflicts,
    counted,
    files,
    moves,
    prints,
    public,
    report,
    scans,
    stock,
    wrong_codes,
)
