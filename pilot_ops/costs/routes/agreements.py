"""Purchase-order agreements: what is agreed from which day on."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.costs import queries, service
from pilot_ops.costs.forms import AgreementForm
from pilot_ops.costs.labels import REASONS
from pilot_ops.costs.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.schedule.queries import get_pilot


@bp.route("/costs/<uuid:pilot_id>/agreements", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def agreements(pilot_id: UUID) -> ResponseReturnValue:
    """The agreements of a pilot, and recording another."""
    form = AgreementForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.record_agreement(session, actor(), pilot_id=pilot_id, agreement=form.details(), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Sopimushinta on kirjattu"))
            return redirect(url_for(".agreements", pilot_id=pilot_id))
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        found = queries.list_agreements(session, pilot_id)
    return render_template("costs/agreements.html", form=form, pilot=pilot, agreements=found)


@bp.post("/costs/agreements/<uuid:agreement_id>/withdraw")
@requires(Permission.COSTS_EDIT)
def withdraw(agreement_id: UUID) -> ResponseReturnValue:
    """Withdraw an agreement that was recorded by mistake."""
    with reading() as session:
        found = queries.find_agreement(session, agreement_id)
    if found is None:
        raise NotFound
    try:
        with transaction() as session:
            service.withdraw_agreement(session, actor(), agreement_id=agreement_id, at=now())
    except Refused as refused:
        tell(sentence_of(refused, REASONS))
    else:
        tell(_("Sopimushinta on poistettu käytöstä"))
    return redirect(url_for(".agreements", pilot_id=found[0]))
