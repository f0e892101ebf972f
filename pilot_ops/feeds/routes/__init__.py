"""Feeds for everybody, the page that tells of them, and files of others for those who plan."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from pilot_ops.kernel.web import kept

bp = Blueprint("feeds", __name__)
# What feeds tell: whenever one of these is written, they are made anew.
_TOLD = ("event_series", "events", "meal_days", "parks", "pilots", "units")


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    kept.drop_when_written(state.app, _TOLD)  # type: ignore[arg-type]


from pilot_ops.feeds.routes import calendars, data_in_pages, files, open_data, page  # noqa: E402

__all__ = ["bp", "calendars", "data_in_pages", "files", "open_data", "page"]
