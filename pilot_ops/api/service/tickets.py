"""The report of tickets."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Scope, Token, Wrong, check_days
from pilot_ops.api.service.meals import one_place
from pilot_ops.api.wire import TicketFigures, TicketLine, TicketReport, TicketReportAsked
from pilot_ops.kernel.money import Money
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.tickets import queries
from pilot_ops.tickets import service as tickets
from pilot_ops.tickets.domain import By, Hidden, TicketType, shown
from pilot_ops.tickets.domain.report import Cell, Key

_SHARE = "share_used"


def get_ticket_report(session: Session, token: Token, asked: TicketReportAsked) -> TicketReport:
    """The report by what is asked; small figures of client groups are hidden unless the token may see them.

    Two published reports of client groups that differ by a day or a type would tell by their difference what each of
    them hides: without the right to see all, that grouping is told only as a whole.
    """
    check_days(asked.first, asked.last)
    sees_all = token.may(Scope.TICKETS_READ_ALL)
    if asked.by is By.GROUP and not sees_all:
        _only_as_a_whole(asked)
    types = queries.list_types(session, inactive=True)
    if asked.type is not None and asked.type not in {found.id for found in types}:
        raise Wrong({"type": "There is no ticket type of this id."})
    period = queries.Period(asked.first, asked.last, asked.type)
    found = tickets.get_report(session, token.actor(), period=period, by=asked.by)
    rows, total = shown(found, published=not sees_all)
    names = _names(session, types)
    told = [(line.key, name_of(line.key, names), row) for line, row in zip(found.lines, rows, strict=True)]
    return TicketReport(
        by=found.by,
        currency="EUR",
        lines=[
            TicketLine(id=key if isinstance(key, UUID) else None, name=name, **_figures(row))
            for key, name, row in sorted(told, key=lambda line: (line[1] is None, line[1], str(line[0])))
        ],
        total=TicketFigures(**_figures(total)),
    )


def _only_as_a_whole(asked: TicketReportAsked) -> None:
    given = {"from": asked.first, "to": asked.last, "type": asked.type}
    why = "With by=group this needs a token of tickets:read-all: small figures could be worked out by comparing."
    problems = {name: why for name, value in given.items() if value is not None}
    if problems:
        raise Wrong(problems)


def _names(session: Session, types: tuple[TicketType, ...]) -> dict[Key, str]:
    names: dict[Key, str] = {found.id: found.name.fi for found in types}
    names |= {place.id: place.name for place in list_places(session, inactive=True)}
    return names | {group.id: group.name.fi for group in list_groups(session)}


def name_of(key: Key, names: dict[Key, str]) -> str | None:
    """What a line is about: a name, or a month such as ``2026-07``; None where it is not known."""
    if isinstance(key, date):
        return f"{key.year}-{key.month:02d}"
    return names[key] if key else None


def _figures(row: dict[str, Cell]) -> dict[str, Any]:
    return {"share_used_percent" if name == _SHARE else name: _told(value) for name, value in row.items()}


def _told(value: Cell) -> str | int | None:
    if isinstance(value, Money):
        return value.decimal()
    if isinstance(value, Fraction):
        return one_place(value * 100)
    return value.value if isinstance(value, Hidden) else value
