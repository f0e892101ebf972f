"""Pages of events."""

from flask import Blueprint

bp = Blueprint("events", __name__)

from pilot_ops.events.routes import attendance, planning, report, series  # noqa: E402, F401 - their views register themselves

__all__ = ["bp"]
