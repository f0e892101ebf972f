"""Reading the tables as they stand, whatever their revision; and when the last backup was made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CHAR, ColumnElement, String, Text, cast, column, func, select, table
from sqlalchemy import Table as SqlTable
from sqlalchemy import types as sql
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.queries import list_entries
from pilot_ops.backups.domain import FORMER, LEFT_OUT, Kind, Table
from pilot_ops.kernel import schema
from pilot_ops.kernel.db import Base

_SOME = 2000
_MEGABYTE = 1_000_000
_MOMENT, _TIME, _DAY = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"', "HH24:MI:SS.US", "YYYY-MM-DD"
_LENGTH_OF_MOMENT, _LENGTH_OF_TIME, _LENGTH_OF_UUID = 26, 15, 32
# Which kind a column is of by its type in the database; the first that fits. SQLite has no UUID but 32 characters.
_KINDS: tuple[tuple[type[sql.TypeEngine[Any]], Kind], ...] = (
    (sql.Uuid, Kind.UUID),
    (CHAR, Kind.UUID),
    (sql.Boolean, Kind.BOOLEAN),
    (sql.DateTime, Kind.MOMENT),
    (sql.Date, Kind.DATE),
    (sql.Time, Kind.TIME),
    (sql.Integer, Kind.INTEGER),
    (String, Kind.TEXT),
)
_Expression = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _sqlite_moment(value: ColumnElement[Any]) -> ColumnElement[Any]:
    # What a default of the table wrote has no digits after the second.
    return func.substr(func.replace(value, " ", "T").concat(".000000"), 1, _LENGTH_OF_MOMENT).concat("Z")


# How a kind is read where the database has it otherwise than the file.
_READ: Mapping[str, Mapping[Kind, _Expression]] = {
    "sqlite": {
        Kind.MOMENT: _sqlite_moment,
        Kind.TIME: lambda value: func.substr(value.concat(".000000"), 1, _LENGTH_OF_TIME),
    },
    "postgresql": {
        Kind.BOOLEAN: lambda value: cast(value, sql.Integer),
        Kind.DATE: lambda value: func.to_char(value, _DAY),
        Kind.MOMENT: lambda value: func.to_char(func.timezone("UTC", value), _MOMENT),
        Kind.TIME: lambda value: func.to_char(cast(value, sql.Interval), _TIME),
        Kind.UUID: lambda value: func.replace(cast(value, Text), "-", ""),
    },
}


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: when, the file's name, and its size in bytes."""

    at: datetime
    name: str
    size: int

    @property
    def megabytes(self) -> Fraction:
        """Its size for people: a little one is not nothing."""
        return max(Fraction(self.size, _MEGABYTE), Fraction(1, 10))


def last_backup(session: Session) -> Made | None:
    """The latest backup that was made of this database, by the clock or by hand."""
    for entry in list_entries(session, action=Action.BACKUP_MADE, most=1):
        return Made(entry.at, entry.subject, int(json.loads(entry.after).get("size", 0)))
    return None


def list_names(session: Session) -> list[str]:
    """The names of the service's tables, those that are referred to before those that refer to them."""
    return [str(found.name) for found in _list_tables(session)]


def _list_tables(session: Session) -> list[SqlTable]:
    """Ours, of those that stand in the database: others may be beside them."""
    ours = Base.metadata.tables.keys() | FORMER
    return [found for found in schema.reflect(session).sorted_tables if found.name in ours]


def list_tables(session: Session) -> list[Table]:
    """The tables that a backup has, in the same order."""
    return [
        Table(
            str(found.name),
            {str(name): _kind_of(found.columns[name].type) for name in sorted(found.columns.keys())},
            tuple(map(str, found.primary_key.columns.keys())),
        )
        for found in _list_tables(session)
        if found.name not in LEFT_OUT
    ]


def _kind_of(kind: sql.TypeEngine[Any]) -> Kind:
    for known, of in _KINDS:
        if isinstance(kind, known):
            return of
    raise TypeError(f"backups do not know columns of {kind!r}: write how they are read and put back")


def walk_rows(session: Session, of: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """All rows of a table as a file has them, some at a time, in the order of its key.

    That order, and not the one they came in: of survey answers nobody is to learn it. It is the same on both databases.
    """
    read = _READ[session.get_bind().dialect.name]
    columns: dict[str, ColumnElement[Any]] = {name: column(name) for name in of.columns}
    shown = [read[kind](columns[name]) if kind in read else columns[name] for name, kind in of.columns.items()]
    # A label of its own for each: ``to_char`` of two columns would have one name.
    query = select(*(value.label(f"c{place}") for place, value in enumerate(shown))).select_from(table(of.name))
    query = query.order_by(*(_by_bytes(session, columns[name], of.columns[name]) for name in of.key))
    return session.connection().execute(query, execution_options={"yield_per": _SOME}).partitions()


def _by_bytes(session: Session, value: ColumnElement[Any], kind: Kind) -> ColumnElement[Any]:
    """Text in one order wherever the database is; SQLite knows no other."""
    if kind is Kind.TEXT and session.get_bind().dialect.name == "postgresql":
        return cast(value, Text).collate("C")
    return value


def count_rows(session: Session, name: str) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(table(name))) or 0
