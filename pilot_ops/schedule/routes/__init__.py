"""Pages of pilots, and of single days."""

from flask import Blueprint

bp = Blueprint("schedule", __name__)

from pilot_ops.schedule.routes import days, pilots  # noqa: E402, F401 - each adds its views to the blueprint
