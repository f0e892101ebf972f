"""How pages answer: security headers, denials and faults as pages or JSON, and the health check."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from http import HTTPStatus

from flask import Flask, Request, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import text
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.settings import Settings
from pilot_ops.kernel.text import plain
from pilot_ops.kernel.web.guard import public, wants_json
from pilot_ops.kernel.web.problems import is_api, problem

csrf = CSRFProtect()

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
# They say themselves how they are kept.
_STATIC = {"static_file", "favicon", "worker"}
_OF_FILES = {name: _HEADERS[name] for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")}
_HAS_PAGE = {400, 403, 404, 405, 409, 413, 429}
_MOST_BYTES = 12 * 1024 * 1024
# A file that is carried through a preview is a field of its form: 5 megabytes are 7 as base64.
_MOST_FIELD_BYTES = 8 * 1024 * 1024
_A_YEAR = 365 * 24 * 3600


class PlainRequest(Request):
    """A request whose fields are plain text: no control characters, lines ended by a line feed."""

    @cached_property
    def form(self) -> MultiDict[str, str]:  # type: ignore[override]
        return _plain(super().form)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _plain(super().args)


def _plain(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    return ImmutableMultiDict([(name, plain(value)) for name, value in fields.items(multi=True)])


def set_up(app: Flask, settings: Settings) -> None:
    """Cookies, limits, CSRF, headers and error pages of the whole app."""
    app.request_class = PlainRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="pilot_ops_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        # The service knows when a session ends: nothing to sign anew with every answer.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_FIELD_BYTES,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    csrf.init_app(app)
    app.after_request(_add_headers)
    if settings.https:
        app.after_request(_stay_on_https)
    app.add_url_rule("/health", "health", health)
    app.register_error_handler(Refused, lambda _: error_page(HTTPStatus.CONFLICT))
    app.register_error_handler(NotFound, lambda _: error_page(HTTPStatus.NOT_FOUND))
    app.register_error_handler(Forbidden, lambda _: error_page(HTTPStatus.FORBIDDEN))
    app.register_error_handler(CSRFError, lambda _: error_page(HTTPStatus.BAD_REQUEST))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _add_headers(response: Response) -> Response:
    if request.endpoint == "static_file":
        # A file is no page: what it may do is said by its own policy, and the rest would only weigh.
        response.headers.update(_OF_FILES)
        return response
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in _STATIC:
        # But pages that are the same for everybody, which say themselves how long.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def with_wasm(response: Response) -> Response:
    """A page whose scripts run WebAssembly of ours: a reader of codes. No other page may."""
    response.headers["Content-Security-Policy"] = _POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    )
    return response


def _stay_on_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
    return response


def error_page(status: int) -> ResponseReturnValue:
    """The page, or for programs the JSON, that answers a denial."""
    code = int(status)
    if is_api():
        return problem(code)
    if wants_json():
        return {"error": HTTPStatus(code).phrase.lower()}, code
    known = code if code in _HAS_PAGE else (400 if code < HTTPStatus.INTERNAL_SERVER_ERROR else 500)
    return render_template(f"errors/{known}.html", at=now()), code


def _http_error(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    # One that brings its own page keeps it.
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    response = make_response(error_page(error.code))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _fault(error: Exception) -> ResponseReturnValue:
    from flask import current_app

    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.exception("fault")
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR)


@public
def health() -> ResponseReturnValue:
    """For monitors: 200 when the database answers."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}
