"""Commands about electronic invoices."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR, BadInput, answer, day_of, working
from pilot_ops.cli.files import content_of, pilot_named
from pilot_ops.costs.domain import Category
from pilot_ops.costs.labels import REASONS as COST_REASONS
from pilot_ops.invoices import service
from pilot_ops.invoices.domain import Choice, FileProblem, Invoice, Period, entry_of
from pilot_ops.invoices.labels import REASONS, problem_sentence
from pilot_ops.invoices.wire import read_files
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.schedule.domain import Pilot

_SENTENCES = {**COST_REASONS, **REASONS}
_SHOWN_PROBLEMS = 5
# What to add to the command where a file does not say something.
_OPTIONS = {"park": "--park NAME", "category": "--category KIND", "first": "--from DATE --to DATE"}


def import_invoices(asked: Namespace) -> None:
    """Book the invoices of files; all of them or, where something is wrong, none."""
    files = [(Path(file).name, content_of(file)) for file in asked.files]
    found, problems = read_files(files)
    with working(), force_locale("en"):
        if problems:
            raise BadInput(_told(problems))
        with transaction() as session:
            _import(session, asked, pilot_named(session, asked.pilot), found)


def _import(session: Session, asked: Namespace, pilot: Pilot, found: Sequence[Invoice]) -> None:
    rest, period = _rest(session, asked, pilot), _period(asked)
    rows: list[str] = []
    booked = 0
    try:
        planned = service.plan(session, OPERATOR, pilot=pilot, invoices=found)
        for plan in planned:
            choices = [_choice(choice, rest) for choice in plan.choices]
            rows += _rows(session, pilot, plan, choices, period)
            if not asked.dry_run:
                given: dict[str, Any] = {"invoice": plan.invoice, "choices": choices, "period": period, "at": now()}
                service.book(session, OPERATOR, pilot=pilot, **given)
            booked += not plan.booked
    except Refused as refused:
        raise BadInput(f"nothing was imported: {_sentence(refused)}") from None
    facts = {"pilot": pilot.name, "booked": booked, "unchanged": len(planned) - booked, "dry_run": asked.dry_run}
    summary = f"{pilot.name}: {booked} {'would be ' if asked.dry_run else ''}booked, {len(planned) - booked} unchanged"
    answer(asked, facts, "\n".join([*(rows if asked.dry_run else []), summary]))


def _told(problems: Sequence[FileProblem]) -> str:
    named = [f"{problem.file}, line {problem.line}{_where(problem)}" for problem in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(named)
    return "nothing was imported: " + "; ".join(named) + (f"; and {more} more" if more else "")


def _where(problem: FileProblem) -> str:
    place = f", {problem.place}" if problem.place else ""
    return f"{place}: {problem_sentence(problem)}"


def _rest(session: Session, asked: Namespace, pilot: Pilot) -> Choice:
    """What the lines become of which the files say nothing."""
    category = Category(asked.category) if asked.category else None
    if asked.shared or not asked.park:
        return Choice(shared=asked.shared, category=category)
    for park in service.parks_for(session, pilot).values():
        if fold(park.name) == fold(asked.park):
            return Choice(park.id, category=category)
    raise BadInput(f"--park: {asked.park!r} is not in {pilot.name}")


def _period(asked: Namespace) -> Period | None:
    if not asked.first and not asked.last:
        return None
    if not asked.first or not asked.last:
        raise BadInput("say both days: --from DATE --to DATE")
    return Period(day_of(asked.first), day_of(asked.last))


def _choice(said: Choice, rest: Choice) -> Choice:
    place = said if said.park_id else rest
    return replace(said, park_id=place.park_id, shared=place.shared, category=said.category or rest.category)


def _rows(
    session: Session, pilot: Pilot, plan: service.PlannedInvoice, choices: Sequence[Choice], period: Period | None
) -> list[str]:
    """What each line becomes. Refused where that is not said, so that a dry run says so, too."""
    invoice = plan.invoice
    if plan.booked:
        return [f"{invoice.supplier} {invoice.number}: unchanged"]
    names = {park_id: park.name for park_id, park in service.parks_for(session, pilot).items()}
    rows = []
    for line, choice in zip(invoice.lines, choices, strict=True):
        try:
            entry = entry_of(invoice, line, choice, id_=invoice.id_of(1), period=period)
        except Refused as refused:
            more = f" ({_OPTIONS[refused.field]})" if refused.field in _OPTIONS else ""
            raise BadInput(f"{invoice.file}, {invoice.number}, {line.text!r}: {_sentence(refused)}{more}") from None
        park = names[entry.park_id] if entry.park_id else "shared"
        rows.append(
            f"{invoice.supplier} {invoice.number}: {entry.amount.decimal()} {park} {entry.category}, {line.text}"
        )
    return rows


def _sentence(refused: Refused) -> str:
    details: dict[str, Any] = {key: value for key, value in refused.details.items() if key != "line_number"}
    return sentence_of(Refused(refused.reason, refused.field, **details), _SENTENCES)
