"""A year of the programme as a file."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.programme import service
from pilot_ops.programme.export import KINDS, write_year
from pilot_ops.programme.routes import bp


@bp.get("/programme/<int:year>/export/<kind>")
@requires(Permission.PROGRAMME_VIEW)
def year_file(year: int, kind: str) -> ResponseReturnValue:
    """The measures of a year with what they cost and reached, as ``csv``, ``xlsx`` or ``json``."""
    if kind not in KINDS:
        abort(404)
    with reading() as session:
        overview = service.get_overview(session, actor(), year=year, today=local_day(now()))
    return download(write_year(overview, kind), f"programme-{year}.{kind}")
