"""Pages for families and any resident."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState

from pilot_ops.kernel.settings import Settings
from pilot_ops.kernel.web import kept
from pilot_ops.public.labels import named, offer, say, say_day, say_time, say_window

bp = Blueprint("public", __name__)
# What the pages show: whenever one of these is written, they are made anew.
_SHOWN = (
    "closures",
    "event_series",
    "events",
    "meal_days",
    "parks",
    "pilot_parks",
    "pilots",
    "sign_up_counts",
    "units",
)


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app: Flask = state.app  # type: ignore[assignment]
    settings: Settings = app.config["PILOT_OPS"]
    offer(app, settings)
    kept.drop_when_written(app, _SHOWN)
    app.jinja_env.filters["named"] = named


@bp.app_context_processor
def _surroundings() -> dict[str, Any]:
    """What the frame of a public page needs, also of those of other slices."""
    return {"public_url": current_app.config["PILOT_OPS"].public_url, "say": say} | {
        name.__name__: name for name in (say_day, say_time, say_window)
    }


from pilot_ops.public.routes import events, lunch, posters  # noqa: E402

__all__ = ["bp", "events", "lunch", "posters"]
