"""The API about itself: OpenAPI for programs, and the same as a page for people."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pilot_ops.api.export import document, readable
from pilot_ops.api.labels import SCOPES
from pilot_ops.api.routes import bp
from pilot_ops.api.routes.answers import RESOURCES, answer
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.problems import API


@bp.get(f"{API}/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """The description of the API. It tells nothing of what is in it."""
    return answer(document(RESOURCES, the_settings().public_url + API))


@bp.get("/api")
@public
def about() -> ResponseReturnValue:
    """What may be read and how, for people who write programs."""
    server = the_settings().public_url + API
    return render_template(
        "api/about.html", operations=readable(document(RESOURCES, server)), server=server, scopes=SCOPES
    )
