"""Commands of tickets: batches, numbers of counted kinds, and the report."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR, BadInput, answer, day_of, working
from pilot_ops.cli.files import check_problems, content_of, put_out
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.tabular import WrongCell, read_count
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.tickets import export, queries, service
from pilot_ops.tickets.domain import By, TicketType
from pilot_ops.tickets.labels import REASONS


def type_named(session: Session, name: str) -> TicketType:
    """A ticket type by its Finnish name or prefix. BadInput if there is none."""
    found = queries.find_type_by_name(session, name)
    if found is None:
        raise BadInput(f"there is no ticket type {name!r}; add it on the page of tickets")
    return found


def create_batch(asked: Namespace) -> None:
    """Add a batch of tickets to stock."""
    today = local_day(now())
    day = day_of(asked.acquired) if asked.acquired else today
    try:
        quantity = read_count(asked.quantity)
    except WrongCell:
        raise BadInput(f"--quantity: {asked.quantity!r} is not a whole number") from None
    with working(), transaction() as session:
        found = type_named(session, asked.type)
        new: dict[str, Any] = {"batch_id": uuid4(), "type_id": found.id, "quantity": quantity, "acquired_on": day}
        batch = service.acquire(session, OPERATOR, note=asked.note, at=now(), **new)
    first, last = (found.label(number) for number in (batch.first_serial, batch.last_serial))
    facts = {"id": batch.id, "type": found.name.fi, "quantity": quantity, "acquired": day}
    if found.is_coded:
        facts |= {"first": first, "last": last}
    numbers = f" {first}–{last}" if found.is_coded else ""
    answer(asked, facts, f"{batch.id} {found.name.fi}: {quantity} tickets{numbers}")


def import_counts(asked: Namespace) -> None:
    """Record the numbers of a file."""
    table, rows = export.read_counts(content_of(asked.file))
    with working(), transaction() as session:
        check_problems(table.problems, REASONS)
        if asked.dry_run:
            plan = service.plan_import(session, OPERATOR, rows=rows, at=now())
        else:
            name = Path(asked.file).name
            plan = service.import_counts(session, OPERATOR, rows=rows, file_name=name, at=now())
        check_problems(export.problems_of(plan, table), REASONS)
    fresh, unchanged = len(plan.fresh), len(plan.rows) - len(plan.fresh)
    facts = {"recorded": fresh, "unchanged": unchanged, "dry_run": asked.dry_run}
    summary = f"{fresh} rows {'would be ' if asked.dry_run else ''}recorded, {unchanged} unchanged"
    answer(asked, facts, "\n".join([*([_row(row) for row in plan.rows] if asked.dry_run else []), summary]))


def _row(row: service.PlannedCounts) -> str:
    done = ", ".join(f"{name} {number}" for name, number in row.fresh.items()) or "unchanged"
    place = row.place.name if row.place else "stock"
    return f"row {row.source.row}: {row.kind.name.fi}, {place} {row.source.day}: {done}"


def report_tickets(asked: Namespace) -> None:
    """Write how many tickets were acquired, handed out and used."""
    first, last = (day_of(text) if text else None for text in (asked.first, asked.last))
    if first and last and last < first:
        raise BadInput(f"--to: {asked.last!r} is before --from {asked.first!r}")
    with working(), reading() as session:
        chosen = type_named(session, asked.type).id if asked.type else None
        period = queries.Period(first, last, chosen)
        found = service.get_report(session, OPERATOR, period=period, by=By(asked.by))
        types = queries.list_types(session, inactive=True)
        names = export.key_names(types, list_places(session, inactive=True), list_groups(session), "fi")
    if asked.format == "table":
        content = (export.report_table(found, names, published=asked.published) + "\n").encode()
    else:
        content = export.report_file(found, names, asked.format, published=asked.published)
    put_out(asked, content)
