"""Commands about tickets."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR, BadInput, answer, working
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Format, Order, TicketType
from pilot_ops.tickets.jobs import make_print


def print_tickets(asked: Namespace) -> None:
    """Write the tickets of a batch, or of a type, to a PDF."""
    with working() as app:
        with transaction() as session:
            kind, order = _order(session, asked)
            service.order_print(session, OPERATOR, order=order, at=now())
        make_print(app, order.id)
        with reading() as session:
            made = queries.get_print(session, order.id)
            if made.reason:
                raise Refused(made.reason)
            content = service.read_print_file(session, OPERATOR, print_id=order.id)
    _write(Path(asked.output), content)
    facts = {"id": order.id, "printed": made.total, "reprint": made.reprint, "file": asked.output}
    left_out = {reason.value: number for reason, number in made.left_out.items()}
    text = f"{kind.name.fi}: {made.total} tickets printed to {asked.output}"
    text += "".join(f", {number} left out ({reason})" for reason, number in left_out.items())
    text += "; some were printed before, destroy the old ones" if made.reprint else ""
    answer(asked, {**facts, "left_out": left_out}, text)


def _order(session: Session, asked: Namespace) -> tuple[TicketType, Order]:
    """The type and the order that the arguments mean. BadInput if there is no such batch or type."""
    try:
        batch = queries.find_batch(session, UUID(asked.batch))
    except ValueError:
        batch = None
    kind = queries.get_type(session, batch.type_id) if batch else queries.find_type_by_name(session, asked.batch)
    if kind is None:
        raise BadInput(f"there is no batch or ticket type {asked.batch!r}")
    batches = (batch,) if batch else queries.list_batches(session, kind.id)
    if not batches:
        raise BadInput(f"{kind.name.fi} has no tickets yet")
    first = batches[0].first_serial if asked.first is None else asked.first
    last = batches[-1].last_serial if asked.last is None else asked.last
    return kind, Order(uuid4(), kind.id, first, last, Format(asked.format), not asked.without_value)


def _write(file: Path, content: bytes) -> None:
    """Write a file that its owner alone may read: every code in it is worth something."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing:
            writing.write(content)
    except OSError as wrong:
        raise BadInput(f"{file}: {wrong.strerror}") from None
