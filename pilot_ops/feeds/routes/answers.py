"""How feeds are answered: in the language of the address, and for programs and pages of anybody.

Each is a page that is kept (``kernel.web.kept``): made once in a minute, with a mark by which whoever has it is told
so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, current_app

from pilot_ops.feeds.domain import Addresses
from pilot_ops.feeds.labels import facts_of, lunch_words
from pilot_ops.feeds.queries import PAST, Telling
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.tongues import asked_language


def language() -> str:
    """The language that the address asks for; Finnish where it asks for none, whoever's browser it is."""
    return asked_language() or Language.FI.value


def addresses() -> Addresses:
    """Where public pages are."""
    settings = the_settings()
    return Addresses(settings.public_url, settings.linked_events_url)


def telling() -> Telling:
    """How things are put in words."""
    return Telling(lunch_words(), facts_of, the_settings().municipality)


def today() -> date:
    """The day in Helsinki."""
    return local_day(now())


def since() -> date:
    """The first day that calendars tell of."""
    return today() - PAST


def feed(content: bytes, kind: str, *, name: str = "") -> Response:
    """A feed, for everybody: a map or a calendar on another site may read it, too."""
    response = Response(content, content_type=kind)
    if name:
        response.headers.set("Content-Disposition", "inline", filename=name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def json_feed(found: Any, kind: str = "application/json") -> Response:
    """JSON as a feed."""
    return feed(current_app.json.dumps(found, ensure_ascii=False).encode(), f"{kind}; charset=utf-8")
