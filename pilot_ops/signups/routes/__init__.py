"""Pages of sign-up: for anybody, and for who runs the event."""

from flask import Blueprint

bp = Blueprint("signups", __name__)

# Each adds its views to the blueprint.
from pilot_ops.signups.routes import public, staff  # noqa: E402, F401
