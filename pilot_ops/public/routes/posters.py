"""The poster of a park, to print and hang up."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.kept import kept
from pilot_ops.public.domain import Poster, season_of
from pilot_ops.public.queries import get_poster_days
from pilot_ops.public.routes import bp
from pilot_ops.public.sheets import draw_poster, name_of


@bp.get("/lunch/<uuid:park_id>/poster.pdf")
@public
@kept
def poster(park_id: UUID) -> ResponseReturnValue:
    """An A4 in three languages whose QR leads to the park's page."""
    with reading() as session:
        park, days = get_poster_days(session, park_id, local_day(now()))
    settings, details = the_settings(), park.details
    made = Poster(
        park=park.names,
        address=f"{details.address}, {details.city}",
        link=settings.public_url + url_for(".park", park_id=park_id),
        municipality=settings.municipality,
        programme=settings.programme,
        season=season_of(days),
    )
    return download(draw_poster(made), name_of(park.names))
