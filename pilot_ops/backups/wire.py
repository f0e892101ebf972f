"""The file: a zip of a manifest and, for each table, its rows as lines of JSON."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pilot_ops.backups.domain import FORMAT, VERSION, Content, Manifest, Reason, Table
from pilot_ops.kernel.errors import Refused

_MANIFEST = "manifest.json"
# Ids hardly shrink however long one tries.
_LEVEL = 1
_LINES = 2000
_OWNER_ALONE = 0o600
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
    msgspec.DecodeError,
)


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file for its owner alone that is there whole or not at all. Refused if it is there and not to be replaced."""
    _must_not_be(path, replace)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _must_not_be(path, replace)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    _to_disk(path.parent)


def _must_not_be(path: Path, replace: bool) -> None:
    if os.path.lexists(path) and not (replace and path.is_file()):
        raise Refused(Reason.FILE_THERE, file=str(path))


def _to_disk(folder: Path) -> None:
    """The name as well as the content: a folder is a file too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Writing:
    """A backup being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._zip.close()

    def add(self, table: Table, rows: Iterable[Sequence[Sequence[Any]]]) -> Content:
        """Write the rows of a table, some at a time; what was written."""
        count = 0
        digest = hashlib.sha256()
        with self._zip.open(_entry(table.name), "w", force_zip64=True) as entry:
            for some in rows:
                count += len(some)
                lines = encode(some)
                digest.update(lines)
                entry.write(lines)
        return Content(table, count, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which is all that is left to say."""
        self._zip.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))


def _entry(name: str) -> zipfile.ZipInfo:
    # Of no moment: the manifest says when, and the same rows are the same bytes.
    entry = zipfile.ZipInfo(f"{name}.jsonl")
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _OWNER_ALONE << 16
    return entry


def encode(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as lines of JSON."""
    return msgspec.json.Encoder().encode_lines([tuple(row) for row in rows])


class Backup:
    """A backup that is read. ``Refused`` where it is none, is damaged, or is of a later program."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN:
            raise Refused(Reason.NO_BACKUP, file=str(path)) from None
        try:
            self.manifest = self._read_manifest()
        except _BROKEN:
            self._zip.close()
            raise Refused(Reason.NO_BACKUP, file=str(path)) from None

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._zip.close()

    def _read_manifest(self) -> Manifest:
        content = self._zip.read(_MANIFEST)
        said = msgspec.json.decode(content, type=dict[str, Any])
        if said["format"] == FORMAT and said["version"] != VERSION:
            raise Refused(Reason.NEWER)
        manifest = msgspec.json.decode(content, type=Manifest)
        if manifest.format != FORMAT:
            raise KeyError(manifest.format)
        return manifest

    def check(self) -> None:
        """Read all of it and compare with the manifest. Refused, with the table, where they differ."""
        for content in self.manifest.tables:
            digest, rows = hashlib.sha256(), 0
            for some in self._lines(content.table):
                digest.update(some)
                rows += some.count(b"\n")
            if (rows, digest.hexdigest()) != (content.rows, content.sha256):
                raise Refused(Reason.DAMAGED, table=content.table.name)

    def rows(self, table: Table) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a table, some at a time."""
        decoder = msgspec.json.Decoder(tuple[Any, ...])
        for some in self._lines(table):
            try:
                yield decoder.decode_lines(some)
            except msgspec.DecodeError:
                raise Refused(Reason.DAMAGED, table=table.name) from None

    def _lines(self, table: Table) -> Iterator[bytes]:
        """The lines of a table as they are, some at a time."""
        try:
            with self._zip.open(f"{table.name}.jsonl") as entry:
                while lines := entry.readlines(_LINES * 200):
                    yield b"".join(lines)
        except _BROKEN:
            raise Refused(Reason.DAMAGED, table=table.name) from None
