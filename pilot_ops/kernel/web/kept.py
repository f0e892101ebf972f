"""Pages that are the same for everybody: made once in a minute or when what they show changes, then given from memory.

A page that declares ``@kept`` costs no question to the database while it is kept. It is never kept for somebody who has
signed in, nor for an enrolled phone. What is kept is dropped when this process writes a table that a slice has named by
``drop_when_written``; another process's change is seen within the minute.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

import brotli
from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Delete, Engine, Insert, Table, Update, event

from pilot_ops.kernel.clock import at_local, local_day, now
from pilot_ops.kernel.db import db
from pilot_ops.kernel.web import tongues
from pilot_ops.kernel.web.guard import PHONE_COOKIE
from pilot_ops.kernel.web.i18n import page_language

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

_NAME = "pilot_ops_kept"
_TOUCHED = "pilot_ops_touched"
_LONGEST = timedelta(minutes=1)
_MOST = 500
_VARY = "Accept-Encoding, Accept-Language, Cookie"
# Made once in a minute, so that there is time to make it small.
_BROTLI, _GZIP = 9, 9
_WORDS = ("text/", "application/json", "application/ld+json", "application/geo+json", "application/rss+xml")
_OWN = {"Content-Type", "Content-Length"}
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: cast("bytes", brotli.compress(body, quality=_BROTLI)),
    "gzip": lambda body: gzip.compress(body, _GZIP, mtime=0),
}


@dataclass(slots=True)
class Page:
    """A page as it was made, and the same compressed."""

    body: bytes
    kind: str
    made_at: datetime
    mark: str
    headers: tuple[tuple[str, str], ...] = ()
    packed: dict[str, bytes] = field(default_factory=dict)

    def fresh(self, at: datetime) -> bool:
        """Whether it may be shown: it is less than a minute old, and of today."""
        return timedelta() <= at - self.made_at < _LONGEST and local_day(self.made_at) == local_day(at)

    def left(self, at: datetime) -> int:
        """For how many seconds others may keep it: not longer than it may be shown here, nor into the next day."""
        midnight = at_local(local_day(self.made_at) + timedelta(days=1), time(0))
        return max(0, int((min(self.made_at + _LONGEST, midnight) - at).total_seconds()))

    def answer(self) -> Response:
        """The page for this request, or that it is as it was."""
        ways = _COMPRESS if self.kind.startswith(_WORDS) else ()
        way = next((way for way in ways if request.accept_encodings.quality(way) > 0), "")
        if way and way not in self.packed:
            self.packed[way] = _COMPRESS[way](self.body)
        response = Response(self.packed[way] if way else self.body, headers=[*self.headers], content_type=self.kind)
        if way:
            response.headers["Content-Encoding"] = way
        response.set_etag(f"{self.mark}{'-' if way else ''}{way}")
        response.headers["Cache-Control"] = f"public, max-age={self.left(now())}"
        response.headers["Vary"] = _VARY
        return cast("Response", response.make_conditional(request))


class Kept:
    """The pages that one process keeps. ``version`` grows with every change of what they show."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Any, Page] = OrderedDict()
        self.tables: set[str] = set()
        self.version = 0

    def find(self, key: Any, at: datetime) -> Page | None:
        """The page of this key if it may be shown still."""
        with self._lock:
            page = self._pages.get(key)
        return page if page and page.fresh(at) else None

    def keep(self, key: Any, page: Page, version: int) -> None:
        """Keep a page, unless something changed while it was made."""
        with self._lock:
            if version == self.version:
                self._pages[key] = page
                self._pages.move_to_end(key)
                while len(self._pages) > _MOST:
                    self._pages.popitem(last=False)

    def drop(self) -> None:
        """Forget every page."""
        with self._lock:
            self.version += 1
            self._pages.clear()


def kept(view: View) -> View:
    """A page that is the same for everybody in its tongue, and whose address may only choose the tongue."""

    @wraps(view)
    def answer(**arguments: Any) -> ResponseReturnValue:
        if _is_somebodys():
            return view(**arguments)
        pages: Kept = current_app.extensions[_NAME]
        key = (request.endpoint, tuple(sorted(arguments.items())), tongues.asked() or page_language())
        at, version = now(), pages.version
        page = pages.find(key, at)
        if page is None:
            response = make_response(view(**arguments))
            if response.status_code != 200:
                return response
            body = response.get_data()
            headers = tuple((name, value) for name, value in response.headers if name not in _OWN)
            page = Page(body, response.content_type, at, hashlib.sha256(body).hexdigest()[:20], headers)
            pages.keep(key, page, version)
        return page.answer()

    answer.only_tongue = True  # type: ignore[attr-defined]
    return cast("View", answer)


def _is_somebodys() -> bool:
    """Whether whoever asks may be somebody who has signed in, or an enrolled phone."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies or PHONE_COOKIE in request.cookies


def set_up(app: Flask) -> None:
    """Begin with nothing kept, and watch what is written."""
    pages = app.extensions[_NAME] = Kept()
    with app.app_context():
        _watch(db.engine, pages)


def drop_when_written(app: Flask, tables: Iterable[str]) -> None:
    """Drop every kept page whenever one of these tables is written."""
    app.extensions[_NAME].tables.update(tables)


def _watch(engine: Engine, pages: Kept) -> None:
    """What a connection wrote is on disk, or undone, when the connection is given back; only then may pages be made."""

    def note(connection: Any, statement: Any, *_rest: Any) -> None:
        if isinstance(statement, (Insert, Update, Delete)):
            table = statement.table
            if isinstance(table, Table) and table.name in pages.tables:
                connection.info[_TOUCHED] = True

    def given_back(_connection: Any, record: Any) -> None:
        if record.info.pop(_TOUCHED, False):
            pages.drop()

    event.listen(engine, "before_execute", note)
    event.listen(engine, "checkin", given_back)
