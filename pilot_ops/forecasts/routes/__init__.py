"""Pages of forecasts: order help, the forecast of the costs with its range, and what-if."""

from flask import Blueprint

bp = Blueprint("forecasts", __name__)

from pilot_ops.forecasts.routes import costs, orders  # noqa: E402, F401 - each adds its views to the blueprint
