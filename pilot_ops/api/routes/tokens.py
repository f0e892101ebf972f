"""Pages of tokens, for administrators."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.api import queries, service
from pilot_ops.api.domain import Standing
from pilot_ops.api.forms import TokenForm
from pilot_ops.api.labels import REASONS, SCOPES, STANDINGS
from pilot_ops.api.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.problems import API

_A_YEAR = timedelta(days=365)


@bp.route("/api-tokens", methods=["GET", "POST"])
@requires(Permission.TOKENS_EDIT)
def tokens() -> ResponseReturnValue:
    """Every token, and a form for a new one."""
    form, today = TokenForm(), local_day(now())
    if form.validate_on_submit():
        try:
            return _make(form)
        except Refused as refused:
            form.refuse(refused, REASONS)
    elif request.method == "GET":
        form.id.data, form.expires_on.data = uuid4(), today + _A_YEAR
    with reading() as session:
        found = queries.list_tokens(session)
    page = {"tokens": found, "today": today, "scopes": SCOPES, "standings": STANDINGS, "Standing": Standing}
    return render_template("api/tokens.html", form=form, **page)


def _make(form: TokenForm) -> str:
    """The page that shows a new token, once."""
    with transaction() as session:
        token, secret = service.make_token(session, actor(), new=form.details(), at=now())
    server = the_settings().public_url + API
    return render_template("api/token.html", token=token, secret=secret, scopes=SCOPES, server=server)


@bp.post("/api-tokens/<uuid:token_id>/revoke")
@requires(Permission.TOKENS_EDIT)
def revoke(token_id: UUID) -> ResponseReturnValue:
    """Shut a token out."""
    try:
        with transaction() as session:
            token = service.revoke_token(session, actor(), token_id=token_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS), "err")
    else:
        tell(_("Tunniste on poistettu käytöstä: %(name)s", name=token.name))
    return redirect(url_for(".tokens"))
