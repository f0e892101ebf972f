"""Making a backup, and taking one in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

import psycopg
from psycopg import sql
from sqlalchemy import ColumnElement, bindparam, column, delete, func, insert, table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action, Verdict
from pilot_ops.audit.service import record, verify_log
from pilot_ops.backups import queries
from pilot_ops.backups.domain import (
    FORMAT,
    LEFT_OUT,
    OF_NO_ACCOUNT,
    VERSION,
    Content,
    Kind,
    Manifest,
    Reason,
    Table,
    is_sealed,
    sealed,
)
from pilot_ops.backups.wire import Backup, Writing, encode
from pilot_ops.kernel import schema
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import secret_of
from pilot_ops.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restored backup: whether this service's key sealed it, and what verifying the log found."""

    manifest: Manifest
    same_key: bool
    log: Verdict


def write_backup(session: Session, actor: Actor, file: BinaryIO, *, at: datetime) -> Manifest:
    """Write all that the session sees, which must be one picture, at whatever revision it is."""
    actor.must(Permission.JOBS_RUN)
    revision = schema.revision_of(session)
    if revision is None:
        raise Refused(Reason.NOTHING_THERE)
    with Writing(file) as writing:
        contents = [writing.add(of, queries.walk_rows(session, of)) for of in queries.list_tables(session)]
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            revision=revision,
            made_at=at.replace(microsecond=0),
            database=session.get_bind().dialect.name,
            tables=tuple(contents),
            left_out=tuple(sorted(LEFT_OUT)),
        )
        manifest = sealed(manifest, secret_of(session))
        writing.finish(manifest)
    return manifest


def note_backup(session: Session, actor: Actor, *, name: str, size: int, rows: int, at: datetime) -> bool:
    """Write into the log that a backup was made; not where the tables wait to be migrated, which is told by False."""
    if schema.revision_of(session) != schema.known_revisions()[0]:
        return False
    record(session, actor, Action.BACKUP_MADE, name, at=at, after={"size": size, "rows": rows})
    return True


def restore(session: Session, actor: Actor, backup: Backup, *, replace: bool, at: datetime) -> Restored:
    """Take a backup in, in a session that may remake tables. The file was checked; what is refused leaves no trace.

    Tables are made at the revision of the file, filled, read back and compared, and only then brought to the newest.
    """
    actor.must(Permission.JOBS_RUN)
    manifest = backup.manifest
    if manifest.revision not in schema.known_revisions():
        raise Refused(Reason.NEWER)
    _make_room(session, manifest, replace=replace)
    schema.bring_to(session, manifest.revision)
    _fill(session, backup)
    schema.bring_to(session, "head")
    if lost := schema.lost_references(session):
        raise Refused(Reason.NOT_TAKEN, table=lost, cause="FOREIGN KEY")
    return _verified(session, actor, manifest, at)


def _make_room(session: Session, manifest: Manifest, *, replace: bool) -> None:
    revision = schema.revision_of(session)
    if revision is not None and revision not in schema.known_revisions():
        raise Refused(Reason.DATABASE_NEWER)
    names = [] if revision is None else queries.list_names(session)
    counts = {name: queries.count_rows(session, name) for name in names if name not in OF_NO_ACCOUNT}
    held = {name: count for name, count in counts.items() if count}
    if held and not replace:
        raise Refused(Reason.NOT_EMPTY, held=held)
    schema.drop(session, frozenset(names))


def _fill(session: Session, backup: Backup) -> None:
    """Put the rows into tables that have just been made, and see that they are there as the file has them."""
    there = {of.name: of for of in queries.list_tables(session)}
    brought = {content.table.name: content for content in backup.manifest.tables}
    if there != {name: content.table for name, content in brought.items()}:
        raise Refused(Reason.DIFFERENT_TABLES)
    for name, of in there.items():
        try:
            if queries.count_rows(session, name):
                session.execute(delete(table(name)))  # what a migration put there
            _filler(session)(session, of, backup.rows(of))
        except (SQLAlchemyError, psycopg.Error) as fault:
            cause = str(getattr(fault, "orig", None) or fault).splitlines()[0]
            raise Refused(Reason.NOT_TAKEN, table=name, cause=cause) from fault
    for name, of in there.items():
        _compare(session, of, brought[name])


def _compare(session: Session, of: Table, content: Content) -> None:
    digest, rows = sha256(), 0
    for some in queries.walk_rows(session, of):
        digest.update(encode(some))
        rows += len(some)
    if (rows, digest.hexdigest()) != (content.rows, content.sha256):
        raise Refused(Reason.NOT_AS_IN_FILE, table=of.name)


_Rows = Iterable[list[tuple[Any, ...]]]


def _filler(session: Session) -> Callable[[Session, Table, _Rows], None]:
    return _copy if session.get_bind().dialect.name == "postgresql" else _insert


def _copy(session: Session, of: Table, rows: _Rows) -> None:
    """On PostgreSQL by COPY, which checks references when all rows of a table are there."""
    plain = session.connection().connection.driver_connection
    names = sql.SQL(", ").join(map(sql.Identifier, of.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(of.name), names)
    with plain.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]
        for some in rows:
            for row in some:
                copy.write_row(row)


def _insert(session: Session, of: Table, rows: _Rows) -> None:
    connection = session.connection()
    target = table(of.name, *(column(name) for name in of.columns))
    values = {name: _given(place, kind) for place, (name, kind) in enumerate(of.columns.items())}
    statement = str(insert(target).values(values).compile(dialect=connection.dialect))
    for some in rows:
        connection.exec_driver_sql(statement, some)


def _given(place: int, kind: Kind) -> ColumnElement[Any]:
    value: ColumnElement[Any] = bindparam(f"c{place}")
    if kind is Kind.MOMENT:
        # As SQLAlchemy keeps moments there.
        return func.replace(func.rtrim(value, text("'Z'")), text("'T'"), text("' '"))
    return value


def _verified(session: Session, actor: Actor, manifest: Manifest, at: datetime) -> Restored:
    """What the log says of what was taken in; and in it, if it is sound, that this was done."""
    same_key, log = is_sealed(manifest, secret_of(session)), verify_log(session)
    if log.flaw is None and not same_key:
        raise Refused(Reason.CHANGED_SINCE)
    if log.flaw is None:
        facts = {"made_at": manifest.made_at.isoformat(), "revision": manifest.revision, "rows": manifest.rows}
        record(session, actor, Action.BACKUP_RESTORED, f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", at=at, after=facts)
    return Restored(manifest, same_key, log)
