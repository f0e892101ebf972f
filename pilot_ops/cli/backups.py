"""Backups: the whole database into one file, and back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from pilot_ops.app import create_app
from pilot_ops.backups import jobs
from pilot_ops.backups.domain import Manifest
from pilot_ops.backups.service import Restored
from pilot_ops.cli.answer import OPERATOR, BadInput, answer, refusals
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.settings import PREFIX, Settings, read_settings

_MEGABYTE = 1_000_000
_KEY = "secret_key"


def back_up(asked: Namespace) -> None:
    """Write the database to a file, at the revision it has: also one that waits to be migrated."""
    settings = read_settings()
    path = Path(asked.file).absolute()
    if not _is_text(asked.file):
        raise BadInput(f"{asked.file!a} is no name in UTF-8; give the backup another name")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}")
    if path.resolve() in _own_files(settings):
        raise BadInput(f"{path} is the service's own file; give the backup another name")
    with create_app(settings).app_context(), refusals():
        made = jobs.make_backup(OPERATOR, path, replace=asked.force, at=now())
    apart = _kept_apart(settings)
    text = (
        f"{asked.file}: {made.manifest.rows} rows of {len(made.manifest.tables)} tables, "
        f"{max(made.size / _MEGABYTE, 0.1):.1f} MB, revision {made.manifest.revision}\n"
        f"Not in it; keep apart from it, and safe: {', '.join(apart)}"
    )
    answer(asked, {**_facts(asked, made.manifest), "size": made.size, "keep_apart": apart}, text)


def _is_text(name: str) -> bool:
    """Whether a name can be shown and kept in the log, which bytes that are no text cannot."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _own_files(settings: Settings) -> set[Path]:
    database = Path(make_url(settings.database_url).database or "").resolve() if settings.embedded else None
    names = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")] if database else []
    return {*names, (settings.data / _KEY).resolve()}


def _kept_apart(settings: Settings) -> list[str]:
    """What a service needs beside its database: its key, and texts of further languages that somebody wrote for it."""
    file, languages = settings.data / _KEY, settings.data / "languages"
    kept = file.is_file() and file.read_text().strip() == settings.secret_key
    key = f"the secret key ({file if kept else PREFIX + 'SECRET_KEY'})"
    return [key, str(languages)] if languages.is_dir() else [key]


def restore(asked: Namespace) -> None:
    """Take a backup in, into an empty database or in place of all that it holds."""
    settings = read_settings()
    path = Path(asked.file)
    if not path.is_file():
        raise BadInput(f"{asked.file}: there is no such file")
    with create_app(settings).app_context(), refusals():
        done = jobs.take_in(OPERATOR, path, replace=asked.replace, at=now())
    log = {
        "sound": done.log.flaw is None,
        "entries": done.log.entries,
        "head": done.log.head,
        "same_key": done.same_key,
    }
    made = f"{done.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"Restored as of {made}: {done.manifest.rows} rows of {len(done.manifest.tables)} tables",
        _of_log(done),
        "Everybody signs in anew; links and codes that were sent and not used are dead",
    ]
    answer(asked, {**_facts(asked, done.manifest), "audit": log}, "\n".join(lines))


def _of_log(done: Restored) -> str:
    if done.log.flaw is None:
        return f"The audit log is sound: {done.log.entries} entries"
    if done.same_key:
        return f"The audit log was not sound when the backup was made: entry {done.log.seq} is {done.log.flaw.value}"
    return (
        f"The secret key is another than the one the backup was made with: the audit log does not verify, tickets "
        f"cannot be printed again, and letters to those who signed up link to nothing. If you have that key, set "
        f"{PREFIX}SECRET_KEY to it"
    )


def _facts(asked: Namespace, manifest: Manifest) -> dict[str, Any]:
    rows = {content.table.name: content.rows for content in manifest.tables}
    facts = {"file": asked.file, "made_at": manifest.made_at, "revision": manifest.revision}
    return {**facts, "database": manifest.database, "rows": manifest.rows, "tables": rows}
