"""Static files under a path that carries the digest of them all: cached for ever, one version at a time."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import quote

import brotli
from flask import Flask, Response, current_app, request, send_from_directory, url_for
from flask_compress import Compress

from pilot_ops.kernel.paths import STATIC
from pilot_ops.kernel.web.guard import public

SHEETS = "css/all.css"
# What strangers see is less, and they have a sheet of their own; in this order: later ones win.
_SHEETS = {
    SHEETS: ("tokens", "base", "layout", "parts", "charts", "tally", "print"),
    "css/planning.css": ("calendar", "events"),
    "css/strangers.css": ("tokens", "base", "layout", "parts", "events", "public", "print"),
}
# A file needs nothing, whoever opens it; and these headers come with each.
_POLICY = "default-src 'none'"
_TEXTS = (
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
)
# Signs that may stand in an address between double quotes as they are, so that the page compresses well.
_UNQUOTED = "=:/(),.-'"
_FOR_EVER = 365 * 24 * 3600
_COMMENT = re.compile(rb"\s*/\*.*?\*/\s*", re.DOTALL)
_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];""", re.MULTILINE)


def set_up(app: Flask) -> None:
    """Serve ``/static/<digest>/<path>`` and give templates ``asset(path)`` and ``modules(path)``."""
    app.config["STATIC_DIGEST"] = digest_of(STATIC)
    app.add_url_rule("/static/<digest>/<path:path>", "static_file", static_file)
    # Compressed where it is worth it; an Argon2 hash or a token is never in a page with what a stranger typed.
    app.config["COMPRESS_ALGORITHM"] = app.config["COMPRESS_ALGORITHM_STREAMING"] = ["br", "gzip"]
    app.config["COMPRESS_STREAMING_ENDPOINT_CONDITIONAL"] = ["static_file"]
    # A tenth smaller than by default, for half a millisecond.
    app.config["COMPRESS_BR_LEVEL"] = 5
    app.config["COMPRESS_MIMETYPES"] = [*_TEXTS, "application/wasm"]
    Compress(app)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.jinja_env.globals.update(asset=asset, inlined=inlined, modules=modules)


@lru_cache
def digest_of(folder: Path) -> str:
    """Twelve characters that change whenever any static file does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """The URL of a static file."""
    return url_for("static_file", digest=current_app.config["STATIC_DIGEST"], path=path)


@lru_cache
def inlined(path: str) -> str:
    """A small drawing as an address that holds it: it weighs less than asking for it would."""
    return f"data:image/svg+xml,{quote((STATIC / path).read_text(encoding='utf-8').strip(), safe=_UNQUOTED)}"


@lru_cache
def modules(path: str) -> tuple[str, ...]:
    """A script and all that it imports, so that a page can ask for them in one round; nothing for no script."""
    found: list[str] = [path] if path else []
    for module in found:
        named = _IMPORT.findall((STATIC / module).read_text(encoding="utf-8"))
        imported = [posixpath.normpath(posixpath.join(posixpath.dirname(module), name)) for name in named]
        found += [other for other in imported if other not in found]
    return tuple(found)


@public
def static_file(digest: str, path: str) -> Response:
    """A static file; one asked for under an old digest is given as it is now, and not kept."""
    response = _sheet(path) if path in _SHEETS else send_from_directory(STATIC, path)
    if path not in _SHEETS:
        # Compressing puts another body in its place, which does not close the file.
        response.call_on_close(response.response.close)  # type: ignore[union-attr]
    response.headers["Content-Security-Policy"] = _POLICY
    if digest == current_app.config["STATIC_DIGEST"]:
        response.cache_control.max_age = _FOR_EVER
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def _sheet(path: str) -> Response:
    """Joined style sheets, as small as they get where the browser takes them so."""
    if request.accept_encodings.quality("br") <= 0:
        return Response(_joined(path), mimetype="text/css")
    response = Response(_packed(path), mimetype="text/css", headers={"Content-Encoding": "br"})
    response.vary.add("Accept-Encoding")
    return response


@lru_cache
def _packed(path: str) -> bytes:
    # A twentieth of a second, once in a process, and a tenth smaller than what is compressed for every request.
    return cast("bytes", brotli.compress(_joined(path)))


@lru_cache
def _joined(path: str) -> bytes:
    """Style sheets as one, for one request instead of many, without what is said to whoever reads the files."""
    return b"".join(_COMMENT.sub(b"", (STATIC / "css" / f"{sheet}.css").read_bytes()) for sheet in _SHEETS[path])


@public
def favicon() -> Response:
    """The icon that browsers ask for by themselves."""
    return send_from_directory(STATIC, "icons/favicon.svg", mimetype="image/svg+xml")
