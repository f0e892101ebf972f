"""Pages of the counting phone, of a meal day, and of files of meal days."""

from flask import Blueprint

bp = Blueprint("meals", __name__)

from pilot_ops.meals.routes import days, files, today  # noqa: E402, F401 - each adds its views to the blueprint
