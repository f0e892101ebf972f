"""Commands that read and write files."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR, BadInput, answer, day_of, working
from pilot_ops.costs import export as cost_files
from pilot_ops.costs import reports as cost_reports
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Sheet
from pilot_ops.costs.labels import REASONS as COST_REASONS
from pilot_ops.costs.queries import Basis
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.tabular import Problem
from pilot_ops.kernel.web.files import problem_sentence
from pilot_ops.meals import export as meal_files
from pilot_ops.meals import service as meals
from pilot_ops.meals.labels import REASONS as MEAL_REASONS
from pilot_ops.meals.labels import warning_sentences
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import find_pilot_by_name, list_pilots

_SHOWN_PROBLEMS = 5


def import_meals(asked: Namespace) -> None:
    """Close meal days with the figures of a file."""
    table, days = meal_files.read_days(content_of(asked.file))
    with working(), transaction() as session:
        check_problems(table.problems, MEAL_REASONS)
        pilot = pilot_named(session, asked.pilot)
        plan = meals.plan_import(session, OPERATOR, pilot=pilot, days=days, at=now())
        check_problems(meal_files.problems_of(plan, table), MEAL_REASONS)
        if not asked.dry_run:
            name = Path(asked.file).name
            meals.import_days(session, OPERATOR, pilot=pilot, plan=plan, file_name=name, at=now())
        with force_locale("en"):
            rows = [_meal_row(row) for row in plan.rows]
    _tell(asked, pilot, "closed", len(plan.fresh), len(plan.rows) - len(plan.fresh), rows)


def _meal_row(row: meals.PlannedRow) -> str:
    odd = warning_sentences(row.warnings, row.source.count, row.source.record)
    done = "unchanged" if row.unchanged else "closed"
    return f"row {row.source.row}: {row.source.park} {row.source.day} {done}" + (f" ({odd})" if odd else "")


def import_costs(asked: Namespace) -> None:
    """Book the costs of a file."""
    table, found = cost_files.read_costs(content_of(asked.file))
    with working(), transaction() as session:
        check_problems(table.problems, COST_REASONS)
        pilot = pilot_named(session, asked.pilot)
        plan = costs.plan_import(session, OPERATOR, pilot=pilot, costs=found, at=now())
        check_problems(cost_files.problems_of(plan, table), COST_REASONS)
        if not asked.dry_run:
            name = Path(asked.file).name
            costs.import_costs(session, OPERATOR, pilot=pilot, plan=plan, file_name=name, at=now())
    rows = [
        f"row {row}: {entry.day} {entry.amount.decimal()} {'unchanged' if entry.id in plan.known else 'booked'}"
        for row, entry in plan.entries
    ]
    _tell(asked, pilot, "booked", len(plan.fresh), len(plan.entries) - len(plan.fresh), rows)


def content_of(file: str) -> bytes:
    """What a file holds. BadInput if it cannot be read."""
    try:
        return Path(file).read_bytes()
    except OSError as wrong:
        raise BadInput(f"{file}: {wrong.strerror}") from None


def check_problems(problems: Sequence[Problem], sentences: Mapping[StrEnum, Any]) -> None:
    """BadInput that names row, column and reason of what is wrong, in one line."""
    if not problems:
        return
    with force_locale("en"):
        named = [_named(problem, sentences) for problem in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(named)
    raise BadInput("nothing was imported: " + "; ".join(named) + (f"; and {more} more" if more else ""))


def _named(problem: Problem, sentences: Mapping[StrEnum, Any]) -> str:
    column = f", column {problem.column}" if problem.column else ""
    typed = f" ({problem.typed!r})" if problem.typed else ""
    return f"row {problem.row}{column}: {problem_sentence(problem, sentences)}{typed}"


def _tell(asked: Namespace, pilot: Pilot, done: str, fresh: int, unchanged: int, rows: list[str]) -> None:
    facts = {"pilot": pilot.name, done: fresh, "unchanged": unchanged, "dry_run": asked.dry_run}
    summary = f"{pilot.name}: {fresh} {'would be ' if asked.dry_run else ''}{done}, {unchanged} unchanged"
    answer(asked, facts, "\n".join([*(rows if asked.dry_run else []), summary]))


def pilot_named(session: Session, name: str | None) -> Pilot:
    """A pilot by its name, or the only one. BadInput if there is none, or a choice."""
    if name is not None:
        pilot = find_pilot_by_name(session, name)
        if pilot is None:
            raise BadInput(f"there is no pilot {name!r}; make it with: pilot-ops pilot create")
        return pilot
    pilots = list_pilots(session)
    if len(pilots) != 1:
        raise BadInput("say which pilot: --pilot NAME" if pilots else "there is no pilot yet")
    return pilots[0]


def report_costs(asked: Namespace) -> None:
    """Write each park's cost against the estimate."""
    today = local_day(now())
    asked_day = day_of(asked.as_of) if asked.as_of else None
    if asked_day and asked_day > today:
        raise BadInput(f"--as-of: {asked.as_of!r} is still to come; give today, {today.isoformat()}, or an earlier day")
    if asked.known_then and asked_day is None:
        raise BadInput("--known-then: say of which day: --as-of DATE")
    with working(), reading() as session:
        pilot = pilot_named(session, asked.pilot)
        known = asked_day if asked.known_then else None
        basis = costs.get_costs(session, OPERATOR, pilot_id=pilot.id, known=known)
    sheet = basis.sheet(asked_day or basis.latest_day(today))
    content = _report(basis, sheet, asked.format)
    put_out(asked, content)


def _report(basis: Basis, sheet: Sheet, kind: str) -> bytes:
    if kind == "table":
        return (cost_files.report_table(basis, sheet) + "\n").encode()
    # On paper the service speaks Finnish first; the figures are the same in every form.
    with working(), force_locale("fi"):
        return cost_reports.report_file(basis, sheet, kind)


def put_out(asked: Namespace, content: bytes) -> None:
    """Write a report to the file asked for, or to stdout."""
    if asked.output:
        Path(asked.output).write_bytes(content)
        return
    if asked.format in {"xlsx", "pdf"} and sys.stdout.isatty():
        raise BadInput("say where to write the file: -o FILE")
    sys.stdout.buffer.write(content)
