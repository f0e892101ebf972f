"""Pages of signing in, one's own account, and people."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries, service
from pilot_ops.accounts.domain import User
from pilot_ops.accounts.forms import LinkForm, PasswordForm, SignInForm, UserForm
from pilot_ops.accounts.labels import REASONS, ROLES
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.guard import (
    actor,
    device_id,
    enter,
    find_actor,
    leave,
    person,
    public,
    requires,
    session_token,
)
from pilot_ops.kernel.web.i18n import LANGUAGE_COOKIE
from pilot_ops.kernel.web.limits import limiter
from pilot_ops.parks.queries import list_parks, parks_of
from pilot_ops.places.queries import list_places, places_of

bp = Blueprint("accounts", __name__)
_YEAR = 365 * 24 * 3600
# Browsers leave control characters out of an address and take a backslash for a slash.
_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]")


def _sign_in_limit() -> str:
    return the_settings().sign_in_limit


def _account_tried() -> str:
    """The account that somebody tries to get into, whether or not there is one; empty if they named none."""
    email = request.form.get("email", "").strip().lower()
    return hashlib.sha256(email.encode()).hexdigest() if email else ""


def _own_account() -> str:
    return str(actor().user_id)


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of this service, never another site."""
    parts = urlsplit(target or "")
    if not target or parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return url_for("home")
    if _NO_PATH.search(target):
        return url_for("home")
    return target


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(_sign_in_limit, methods=["POST"])
@limiter.limit(_sign_in_limit, methods=["POST"], key_func=_account_tried)
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            token = _sign_in_by_password(form.email.data, form.password.data)
        except Refused as refused:
            with transaction() as session:
                service.note_failed_sign_in(session, email=form.email.data, device_id=device_id(), at=now())
            form.refuse(refused, REASONS)
        else:
            enter(token)
            return redirect(safe_next(form.next.data))
    return render_template("accounts/sign_in.html", form=form)


def _sign_in_by_password(email: str, password: str) -> str:
    with reading() as session:
        login = queries.find_login(session, email)
    proof = service.verify_password(login, password)
    with transaction() as session:
        user = service.sign_in_by_password(session, proof=proof, device_id=device_id(), at=now())
        return _begin_session(session, user)


def _begin_session(session: Session, user: User) -> str:
    return service.begin_session(session, user, hours=the_settings().session_hours, at=now())


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@limiter.limit(_sign_in_limit, methods=["POST"])
@public
def sign_in_link(token: str) -> ResponseReturnValue:
    """The page of a one-time link. Only its button uses the link, so that a mail scanner's look does not."""
    form = LinkForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                user = service.sign_in_by_link(session, token=token, device_id=device_id(), at=now())
                begun = _begin_session(session, user)
        except Refused:
            return redirect(url_for(".sign_in_link", token=token))
        enter(begun)
        return redirect(url_for("home"))
    with reading() as session:
        user_found = queries.find_user_by_link(session, token, now())
    return render_template("accounts/sign_in_link.html", form=form, user=user_found), 200 if user_found else 404


@bp.post("/sign-out")
@person
def sign_out() -> ResponseReturnValue:
    """End the session on this device."""
    with transaction() as session:
        service.sign_out(session, token=session_token())
    leave()
    tell(_("Olet kirjautunut ulos"))
    return redirect(url_for(".sign_in"))


@bp.post("/language")
@public
def change_language() -> ResponseReturnValue:
    """Change the language, for the person or for this browser, and stay on the page."""
    try:
        language = Language(request.form.get("language", ""))
    except ValueError:
        language = Language.FI
    who = find_actor()
    if who:
        with transaction() as session:
            service.change_language(session, who, language=language)
    response = redirect(safe_next(request.form.get("next")))
    response.set_cookie(
        LANGUAGE_COOKIE,
        language.value,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


@bp.route("/account", methods=["GET", "POST"])
@limiter.limit(_sign_in_limit, methods=["POST"], key_func=_own_account)
@person
def own_account() -> ResponseReturnValue:
    """One's own account: name, role, parks, and a new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            token = _change_password(form.old.data or "", form.password.data)
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            enter(token)
            tell(_("Salasana on vaihdettu. Muut laitteesi on kirjattu ulos"))
            return redirect(url_for(".own_account"))
    with reading() as session:
        user = queries.get_user(session, actor().user_id)  # type: ignore[arg-type]
        parks = [park for park in list_parks(session) if park.id in actor().parks]
    return render_template("accounts/own_account.html", form=form, user=user, parks=parks, roles=ROLES)


def _change_password(old: str, new: str) -> str:
    """Change one's own password; the token of the session that this device goes on with."""
    with reading() as session:
        login = queries.get_login(session, actor().user_id)  # type: ignore[arg-type]
    proof = service.prove_change(login, old=old, new=new)
    with transaction() as session:
        user = service.change_password(session, actor(), proof=proof, at=now())
        return _begin_session(session, user)


@bp.get("/users")
@requires(Permission.USERS_EDIT)
def users() -> ResponseReturnValue:
    """Everybody with an account."""
    with reading() as session:
        people = queries.list_users(session)
    return render_template("accounts/users.html", users=people, roles=ROLES)


@bp.route("/users/new", methods=["GET", "POST"])
@requires(Permission.USERS_EDIT)
def new_user() -> ResponseReturnValue:
    """Add a person; shows their one-time sign-in link."""
    form = UserForm(active=True)
    with reading() as session:
        form.offer(list_parks(session), list_places(session))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                user = service.create_user(session, actor(), details=form.details(), **form.work(), at=now())
                token = service.make_sign_in_link(
                    session, actor(), user_id=user.id, hours=the_settings().sign_in_link_hours, at=now()
                )
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            return _show_link(user.id, token)
    return render_template("accounts/user.html", form=form, user=None)


@bp.route("/users/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.USERS_EDIT)
def user(user_id: UUID) -> ResponseReturnValue:
    """Change a person's details, role and parks."""
    form = UserForm()
    with reading() as session:
        found, work = queries.get_user(session, user_id), (parks_of(session, user_id), places_of(session, user_id))
        form.offer(list_parks(session, inactive=True), list_places(session, inactive=True))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change_user(session, actor(), user_id=user_id, **form.change(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Tallennettu: %(name)s", name=form.name.data))
            return redirect(url_for(".users"))
    elif request.method == "GET":
        form.fill(found, *work)
    return render_template("accounts/user.html", form=form, user=found)


@bp.post("/users/<uuid:user_id>/link")
@requires(Permission.USERS_EDIT)
def user_link(user_id: UUID) -> ResponseReturnValue:
    """Make a new one-time sign-in link and show it once."""
    with transaction() as session:
        token = service.make_sign_in_link(
            session, actor(), user_id=user_id, hours=the_settings().sign_in_link_hours, at=now()
        )
    return _show_link(user_id, token)


@bp.post("/users/<uuid:user_id>/sign-out")
@requires(Permission.USERS_EDIT)
def end_sessions(user_id: UUID) -> ResponseReturnValue:
    """Sign a person out on every device."""
    with transaction() as session:
        service.end_sessions(session, actor(), user_id=user_id, at=now())
    tell(_("Henkilö on kirjattu ulos kaikilta laitteilta"))
    return redirect(url_for(".user", user_id=user_id))


def _show_link(user_id: UUID, token: str) -> ResponseReturnValue:
    with reading() as session:
        person = queries.get_user(session, user_id)
    link = the_settings().public_url + url_for(".sign_in_link", token=token)
    return render_template("accounts/link.html", user=person, link=link, hours=the_settings().sign_in_link_hours)
