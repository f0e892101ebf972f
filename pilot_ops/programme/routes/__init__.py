"""Pages of the programme."""

from flask import Blueprint

bp = Blueprint("programme", __name__)

from pilot_ops.programme.routes import files, measures, money, overview, years  # noqa: E402

__all__ = ["bp", "files", "measures", "money", "overview", "years"]
