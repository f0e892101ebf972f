"""Staff hours from shifts: one staff entry for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.costs.domain import Shift, check_shift, entry_of
from pilot_ops.costs.models import ShiftRow
from pilot_ops.costs.service.ledger import book_entry
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused


def book_shifts(
    session: Session, actor: Actor, *, pilot_id: UUID, shifts: Mapping[str, tuple[Shift, str]], at: datetime
) -> None:
    """Book a staff entry for each shift, with its description; sent again it changes nothing.

    ``shifts`` are by what each is called in the form: ``Refused`` names its field by it, as ``ends_3``. The caller's
    transaction keeps all or none.
    """
    for called, (shift, description) in shifts.items():
        try:
            check_shift(shift)
            book_entry(session, actor, pilot_id=pilot_id, entry=entry_of(shift, description=description), at=at)
        except Refused as refused:
            field = {"day": "people", "hours": "ends", "amount": "rate"}.get(refused.field or "", refused.field)
            whole = field in {"park", "rate", None}
            raise Refused(refused.reason, field if whole else f"{field}_{called}", **refused.details) from None
        _keep(session, shift)


def _keep(session: Session, shift: Shift) -> None:
    values = {
        "entry_id": shift.id,
        "people": shift.people,
        "starts_at": shift.starts,
        "ends_at": shift.ends,
        "break_minutes": shift.break_minutes,
        "rate_cents": shift.rate,
    }
    insert_once(session, ShiftRow, values)
