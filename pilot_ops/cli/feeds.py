"""Commands that bring in files of others: events of Linked Events, and places of the service map."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from pilot_ops.cli.answer import OPERATOR, BadInput, answer, working
from pilot_ops.cli.files import content_of
from pilot_ops.events.labels import STATUSES
from pilot_ops.feeds import service
from pilot_ops.feeds.domain import FileProblem
from pilot_ops.feeds.labels import DOINGS, EVENT_FIELDS, PARK_FIELDS, problem_sentences, told_elsewhere
from pilot_ops.feeds.wire import read_events, read_units
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.settings import read_settings

_SHOWN_PROBLEMS = 5
_PLANNING: Mapping[str, Callable[..., Any]] = {"parks": service.plan_places, "venues": service.plan_units}
_IMPORTING: Mapping[str, Callable[..., Any]] = {"parks": service.import_places, "venues": service.import_units}


def import_events(asked: Namespace) -> None:
    """Create and change the events of a file of Linked Events."""
    rows, problems = read_events(content_of(asked.file))
    with working(), transaction() as session:
        _check(problems)
        if asked.dry_run:
            plan = service.plan_events(session, OPERATOR, rows=rows)
        else:
            plan = service.import_events(session, OPERATOR, rows=rows, notice=told_elsewhere(), at=now())
        _check(plan.problems)
        with force_locale("en"):
            lines = [f"{_line(row, EVENT_FIELDS)} ({STATUSES[row.status]})" for row in plan.rows]
    _tell(asked, "events", plan, lines)


def import_places(asked: Namespace) -> None:
    """Create and change the parks of a file of the service map, or the places for events and tickets."""
    rows, problems = read_units(content_of(asked.file))
    settings = read_settings()
    given: dict[str, Any] = (
        {"rows": rows, "country": settings.holiday_country} if asked.kind == "parks" else {"rows": rows}
    )
    with working(settings), transaction() as session:
        _check(problems)
        if asked.dry_run:
            plan = _PLANNING[asked.kind](session, OPERATOR, **given)
        else:
            plan = _IMPORTING[asked.kind](session, OPERATOR, **given, at=now())
        _check(plan.problems)
        with force_locale("en"):
            lines = [_line(row, PARK_FIELDS) for row in plan.rows]
    _tell(asked, asked.kind, plan, lines)


def _check(problems: Sequence[FileProblem]) -> None:
    """BadInput that names the event or park and the field of what is wrong, in one line."""
    if not problems:
        return
    with force_locale("en"):
        named = [_named(problem, sentence) for problem, sentence in problem_sentences(problems[:_SHOWN_PROBLEMS])]
    more = len(problems) - len(named)
    raise BadInput("nothing was imported: " + "; ".join(named) + (f"; and {more} more" if more else ""))


def _named(problem: FileProblem, sentence: str) -> str:
    row = f"row {problem.row}" if problem.row else ""
    typed = f" ({problem.typed!r})" if problem.typed else ""
    where = ", ".join(part for part in (row, problem.name, problem.where) if part)
    return f"{where}: {sentence}{typed}" if where else f"{sentence}{typed}"


def _line(row: Any, fields: Any) -> str:
    changes = ", ".join(str(fields.get(name, name)) for name in row.changes)
    return f"row {row.source.row}: {row.source.name.fi}: {DOINGS[row.doing]}" + (f": {changes}" if changes else "")


def _tell(asked: Namespace, what: str, plan: Any, lines: list[str]) -> None:
    fresh = len(plan.fresh)
    unchanged = len(plan.rows) - fresh
    facts = {"imported": fresh, "unchanged": unchanged, "dry_run": asked.dry_run}
    summary = f"{what}: {fresh} {'would be ' if asked.dry_run else ''}imported, {unchanged} unchanged"
    answer(asked, facts, "\n".join([*(lines if asked.dry_run else []), summary]))
