"""What makes the pages an app without a network: the manifest, the worker behind them, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.paths import STATIC
from pilot_ops.kernel.web.assets import SHEETS, asset
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.i18n import page_language

KEEP = "X-Pilot-Ops-Keep"
_PRIMARY = "#1536a3"
_PAGE = "#f4f7ee"
# Of a phone that scans alone: a phone that counts does not load them.
_SCANNING = ("css/tickets.css", "js/tickets/**/*", "vendor/zxing*/**/*")
# Of residents' pages, which a phone that counts does not show.
_OF_STRANGERS = ("js/public/*",)
_NEEDED = ("js/**/*.js", "vendor/**/*.js", "vendor/figtree/*.woff2", "icons/*")


def set_up(app: Flask) -> None:
    """Add the manifest, the worker and the page for when there is no network."""
    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
    app.add_url_rule("/sw.js", "worker", worker)
    app.add_url_rule("/offline", "offline", offline)


@public
def manifest() -> ResponseReturnValue:
    """What a phone needs to put the service on its home screen."""
    icons = [
        {"src": asset(f"icons/app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    answer = jsonify(
        id="/",
        name=f"Pilot Ops, {the_settings().programme}",
        short_name="Pilot Ops",
        description=_("Puistoruokailun laskuri"),
        lang=page_language(),
        start_url=url_for("home"),
        scope="/",
        display="standalone",
        theme_color=_PRIMARY,
        background_color=_PAGE,
        icons=icons,
    )
    answer.mimetype = "application/manifest+json"
    return answer


@public
def worker() -> ResponseReturnValue:
    """The worker's script: two lines that name this version of the files, so that a new version is another script."""
    digest = current_app.config["STATIC_DIGEST"]
    scanning = _files(_SCANNING)
    strangers = _files(_OF_STRANGERS)
    files = [SHEETS, *(file for file in _files(_NEEDED) if file not in (*scanning, *strangers))]
    script = (
        f'import start from "{asset("js/kernel/worker.js")}";\n'
        f"start({{ version: {current_app.json.dumps(digest)}, "
        f"files: {_addresses(files)}, scanning: {_addresses(scanning)} }});\n"
    )
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def _files(patterns: Iterable[str]) -> list[str]:
    found = {path for pattern in patterns for path in STATIC.glob(pattern) if path.is_file()}
    return sorted(path.relative_to(STATIC).as_posix() for path in found)


def _addresses(files: Iterable[str]) -> str:
    return current_app.json.dumps([asset(file) for file in files])


@public
def offline() -> ResponseReturnValue:
    """The page that the worker shows where there is no network and the page asked for is not kept."""
    return render_template("offline.html")


def to_keep(page: str) -> Response:
    """A page that the worker keeps, so that it opens without a network."""
    return Response(page, headers={KEEP: "1"})
