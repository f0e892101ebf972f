"""The door: every route says who may enter, and one that says nothing is closed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, Signer
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.errors import Forbidden

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
LoadActor = Callable[[str, UUID], Actor | None]
LoadPhone = Callable[[str], Actor | None]
CheckToken = Callable[[str], Response | None]

DEVICE_COOKIE = "pilot_ops_device"
PHONE_COOKIE = "pilot_ops_phone"
_DEVICE_SECONDS = 400 * 24 * 3600
_PUBLIC = "public"
_SIGNED_IN = "signed-in"
_PERSON = "person"
_WITH_TOKEN = "token"  # noqa: S105 - no secret, but what a view declares
_CHECK = "pilot_ops_check_token"


def public(view: View) -> View:
    """A page for anybody."""
    return _declare(view, _PUBLIC)


def signed_in(view: View) -> View:
    """A page for anybody who has signed in, and for enrolled phones."""
    return _declare(view, _SIGNED_IN)


def person(view: View) -> View:
    """A page for a person who has signed in; an enrolled phone has no account."""
    return _declare(view, _PERSON)


def requires(permission: Permission) -> Callable[[View], View]:
    """A page for those whose role grants the permission; the service checks it again, with the park."""
    return lambda view: _declare(view, permission)


def with_token(right: str = "") -> Callable[[View], View]:
    """An address for other programs, which show a token of this right; no session or phone opens it."""
    return lambda view: _declare(view, f"{_WITH_TOKEN} {right}".rstrip())


def check_tokens(app: Flask, check: CheckToken) -> None:
    """Who checks tokens: ``check`` is told the right, and gives the answer to whoever may not enter, else None."""
    app.extensions[_CHECK] = check


def access_of(view: Callable[..., object]) -> str | None:
    """What a view declared: "public", "signed-in", "person", "token" with its right, a permission, or None."""
    return getattr(view, "access", None)


def _declare(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login knows them: the token kept in the session, and the actor."""

    def __init__(self, token: str, actor: Actor | None = None) -> None:
        self.id = token
        self.actor = actor


def set_up(app: Flask, load_actor: LoadActor, load_phone: LoadPhone) -> None:
    """Put the guard before every request.

    ``load_actor`` turns a session token into an actor, or None; ``load_phone`` the secret of an enrolled phone. Whoever
    signs in on an enrolled phone is that person until they sign out.
    """
    manager = LoginManager(app)
    manager.session_protection = None  # it binds the session to an IP address, and a phone in a park changes its own

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        found = load_actor(token, device_id())
        return SignedIn(token, found) if found else None

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load_enrolled(_request: Request) -> SignedIn | None:
        secret = request.cookies.get(PHONE_COOKIE, "")
        found = load_phone(secret) if secret else None
        return SignedIn("", found) if found else None

    app.before_request(_guard)
    app.after_request(_remember_device)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: routing raises its own 404 or 405
    access = access_of(current_app.view_functions[request.endpoint])
    if access == _PUBLIC:
        return None
    if access is None:
        raise NotFound
    if access.partition(" ")[0] == _WITH_TOKEN:
        check: CheckToken = current_app.extensions[_CHECK]
        return check(access.partition(" ")[2])
    who = find_actor()
    if who is None:
        return _ask_to_sign_in()
    if access == _PERSON:
        return _ask_to_sign_in() if who.is_phone else None
    if access != _SIGNED_IN and not who.may(Permission(access)):
        raise Forbidden(Permission(access))
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        return {"error": "sign-in"}, 401
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=target))


def wants_json() -> bool:
    """Whether this request is a program's (``/sync``, ``/api``, or by what it accepts), to be answered in JSON."""
    return request.path.startswith(("/sync", "/api/")) or request.accept_mimetypes.best == "application/json"


def find_actor() -> Actor | None:
    """The signed-in actor of this request, or None."""
    return current_user.actor if current_user.is_authenticated else None


def actor() -> Actor:
    """The signed-in actor of this request; only on pages that are not public."""
    who = find_actor()
    if who is None:
        raise RuntimeError("a public page asked for the actor")
    return who


def enter(token: str) -> None:
    """Begin a fresh session for the person this token belongs to; nothing of an earlier session stays."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(token))


def session_token() -> str:
    """The token of this request's session; only on pages that are not public."""
    return str(current_user.id)


def leave() -> None:
    """End the session."""
    logout_user()
    session.clear()


def device_id() -> UUID:
    """The id of the phone or computer, kept in a cookie of its own so that it outlives sessions.

    Signed: the id goes into the audit log, and nobody may choose that of another's phone.
    """
    if "device_id" not in g:
        try:
            g.device_id = UUID(_signer().unsign(request.cookies.get(DEVICE_COOKIE, "")).decode())
        except (BadSignature, ValueError):
            g.device_id = g.new_device_id = UUID(bytes=secrets.token_bytes(16), version=4)
    return g.device_id  # type: ignore[no-any-return]


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=DEVICE_COOKIE)


def _remember_device(response: Response) -> Response:
    if "new_device_id" in g and current_user.is_authenticated:
        _keep(response, DEVICE_COOKIE, _signer().sign(str(g.new_device_id)).decode())
    return response


def become_phone(response: BaseResponse, secret: str) -> BaseResponse:
    """Have the browser keep the secret of an enrolled phone; nothing of an earlier session stays."""
    leave()
    _keep(response, PHONE_COOKIE, secret)
    return response


def _keep(response: BaseResponse, name: str, value: str) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(name, value, max_age=_DEVICE_SECONDS, httponly=True, samesite="Lax", secure=secure)
