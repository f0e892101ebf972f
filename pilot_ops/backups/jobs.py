"""Making a backup, taking one in, and the one of every night. Nobody waits for what is only read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask

from pilot_ops.backups import service
from pilot_ops.backups.domain import Manifest, Reason, nightly_name, too_many
from pilot_ops.backups.wire import Backup, whole_file
from pilot_ops.kernel.access import Actor, the_service
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.schema import rebuilding
from pilot_ops.kernel.settings import Settings

# What a process that was killed left behind; nobody writes for so long.
_DEAD_AFTER = timedelta(days=1)
_DRAFT = re.compile(r"\.pilot-ops-\d{4}-\d{2}-\d{2}\.zip\..+\.part")


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: what it looked at, and what it did."""

    looked: int
    done: int


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and its size in bytes."""

    manifest: Manifest
    size: int


def make_backup(actor: Actor, path: Path, *, replace: bool, at: datetime) -> Made:
    """Write a backup to a file, which is there whole or not at all, and then say so in the log."""
    with whole_file(path, replace=replace) as file, reading() as session:
        manifest = service.write_backup(session, actor, file, at=at)
    size = path.stat().st_size
    with transaction() as session:
        service.note_backup(session, actor, name=path.name, size=size, rows=manifest.rows, at=at)
    return Made(manifest, size)


def take_in(actor: Actor, path: Path, *, replace: bool, at: datetime) -> service.Restored:
    """Take a backup in, once all of the file has been checked."""
    with Backup(path) as backup:
        backup.check()
        with rebuilding() as session:
            return service.restore(session, actor, backup, replace=replace, at=at)


def back_up(app: Flask, *, day: date, now: datetime) -> Report:
    """Make a backup in the folder that is set, and delete the oldest of those that were made there before.

    Whatever day it is asked for, it is one of now, and has today's name.
    """
    settings: Settings = app.config["PILOT_OPS"]
    folder = settings.backups
    if folder is None:
        raise Refused(Reason.NO_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_backup(the_service("timetable"), folder / nightly_name(local_day(now)), replace=True, at=now)
    files = [file for file in folder.iterdir() if file.is_file() and not file.is_symlink()]
    old = set(too_many((file.name for file in files), kept=settings.backups_kept))
    for file in files:
        dead = _DRAFT.fullmatch(file.name) and now.timestamp() - file.stat().st_mtime > _DEAD_AFTER.total_seconds()
        if file.name in old or dead:
            file.unlink(missing_ok=True)
    return Report(1, 1)
