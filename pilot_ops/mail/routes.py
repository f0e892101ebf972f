"""The page of the mail queue: whether mail is set up, how much waits, and what did not arrive."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.mail import queries, service
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages

bp = Blueprint("mail", __name__)
_DAYS = 30


@bp.get("/mail")
@requires(Permission.JOBS_RUN)
def mail() -> ResponseReturnValue:
    """How much mail waits, and how much was sent and lost in the last thirty days. Nobody's address is shown."""
    since = now() - timedelta(days=_DAYS)
    with reading() as session:
        tally = queries.count_letters(session, since=since)
        lost = queries.list_lost(session, since=since)
        unseen = any(message.kind is Kind.MAIL_NOT_SENT for message in list_messages(session))
    page = {"tally": tally, "lost": lost, "days": _DAYS, "open": unseen, "server": the_settings().mail_server}
    return render_template("mail/mail.html", **page)


@bp.post("/mail")
@requires(Permission.JOBS_RUN)
def settle_lost() -> ResponseReturnValue:
    """Take the messages about lost letters off what needs attention: somebody has looked at them."""
    with transaction() as session:
        service.settle_lost(session, actor(), at=now())
    return redirect(url_for("messages.attention"))
