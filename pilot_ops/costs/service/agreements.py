"""Purchase-order agreements: recording one, and withdrawing one that was recorded by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.costs import queries
from pilot_ops.costs.domain import Agreement, Reason, check_agreement, check_prices_open
from pilot_ops.costs.models import AgreementRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import Base, insert_once
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.schedule.queries import get_pilot

_PILOTS = Base.metadata.tables["pilots"]


def record_agreement(session: Session, actor: Actor, *, pilot_id: UUID, agreement: Agreement, at: datetime) -> None:
    """Record what a caterer has agreed to from a day on; sent again it changes nothing.

    Refused if another begins on that day, outside the season, or where a locked month's figures would change.
    """
    actor.must(Permission.COSTS_EDIT)
    _wait_for_others(session, pilot_id)
    there = queries.find_agreement(session, agreement.id)
    if there == (pilot_id, agreement):
        return
    if there is not None:
        raise Refused(Reason.ID_REUSED)
    pilot = get_pilot(session, pilot_id)
    season = {"starts_on": pilot.details.starts_on, "ends_on": pilot.details.ends_on}
    valid, locked = queries.list_agreements(session, pilot_id), queries.locked_months(session, pilot_id)
    check_agreement(agreement, **season, valid=valid, locked=locked)
    values = {
        "id": agreement.id,
        "pilot_id": pilot_id,
        "valid_from": agreement.valid_from,
        "caterer": agreement.caterer,
        "order_number": agreement.order_number,
        "portion_price_cents": agreement.portion_price,
        "daily_fee_cents": agreement.daily_fee,
        "recorded_at": at,
    }
    insert_once(session, AgreementRow, values)
    record(session, actor, Action.AGREEMENT_RECORDED, pilot.name, at=at, after=_facts(agreement))


def withdraw_agreement(session: Session, actor: Actor, *, agreement_id: UUID, at: datetime) -> UUID:
    """Withdraw an agreement: the one before it is valid on; its pilot. Done again it changes nothing.

    Refused where a locked month's figures would change.
    """
    actor.must(Permission.COSTS_EDIT)
    found = queries.find_agreement(session, agreement_id)
    if found is None:
        raise NotFound
    pilot_id, agreement = found
    _wait_for_others(session, pilot_id)
    check_prices_open(agreement, locked=queries.locked_months(session, pilot_id))
    this = update(AgreementRow).where(AgreementRow.id == agreement_id, AgreementRow.withdrawn_at.is_(None))
    if session.execute(this.values(withdrawn_at=at).returning(AgreementRow.id)).first():
        subject = get_pilot(session, pilot_id).name
        record(session, actor, Action.AGREEMENT_WITHDRAWN, subject, at=at, before=_facts(agreement))
    return pilot_id


def _wait_for_others(session: Session, pilot_id: UUID) -> None:
    """Until the transaction ends nobody locks a month or records an agreement of this pilot."""
    session.execute(select(_PILOTS.c.id).where(_PILOTS.c.id == pilot_id).with_for_update())


def _facts(agreement: Agreement) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": agreement.id,
        "valid_from": agreement.valid_from,
        "caterer": agreement.caterer,
        "order_number": agreement.order_number,
        "portion_price": agreement.portion_price.decimal(),
    }
    if agreement.daily_fee is not None:
        facts["daily_fee"] = agreement.daily_fee.decimal()
    return facts
