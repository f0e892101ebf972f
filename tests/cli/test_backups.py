"""``pilot-ops backup`` and ``restore`` as an operator sees them."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pilot_ops.cli import main
from tests.support.builders import make_park
from tests.support.databases import SECRET, close, look, make_app, work


@dataclass(frozen=True)
class Done:
    """What a command said."""

    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command in this process, on a data folder of its own."""
    monkeypatch.setenv("PILOT_OPS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PILOT_OPS_SECRET_KEY", SECRET)
    before = os.umask(0o077)

    def command(*arguments: str | Path, status: int = 0) -> Done:
        assert main(list(map(str, arguments))) == status, capsys.readouterr()
        said = capsys.readouterr()
        if status:
            assert said.err.count("\n") == 1
            assert said.err.startswith("pilot-ops: ")
        return Done(said.out, said.err)

    yield command
    os.umask(before)


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Path:
    """The database of the data folder, with a park in it."""
    file = tmp_path / "data" / "pilot_ops.sqlite"
    file.parent.mkdir()
    shutil.copyfile(sqlite_template, file)
    app = make_app(file.parent)
    with work(app) as session:
        make_park(session, name="Suvela")
    close(app)
    return file


def test_a_backup_and_back(run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    said = run("backup", path).out.splitlines()
    assert said[0].startswith(f"{path}: 3 rows of 54 tables, 0.1 MB, revision ")
    assert said[1] == "Not in it; keep apart from it, and safe: the secret key (PILOT_OPS_SECRET_KEY)"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Replace it with --force" in run("backup", path, status=2).err
    (tmp_path / "data" / "languages").mkdir()
    facts = json.loads(run("backup", path, "--force", "--json").out)
    # The backup before is an entry of the log.
    assert (facts["rows"], facts["tables"]["audit_entries"], facts["size"]) == (4, 2, path.stat().st_size)
    assert facts["keep_apart"][1] == str(tmp_path / "data" / "languages")
    refused = run("restore", path, status=2).err
    assert (
        refused == "pilot-ops: The database already holds data (audit_entries 3, parks 1). Replace it with --replace\n"
    )
    said = run("restore", path, "--replace").out.splitlines()
    assert said[0].startswith("Restored as of ")
    assert said[1] == "The audit log is sound: 2 entries"
    monkeypatch.setenv("PILOT_OPS_SECRET_KEY", "another secret that is long enough too")
    log = json.loads(run("restore", path, "--replace", "--json").out)["audit"]
    assert (log["sound"], log["same_key"]) == (False, False)
    said = run("restore", path, "--replace").out
    assert "The secret key is another than the one" in said
    assert "letters to those who signed up link to nothing" in said


def test_what_is_asked_wrongly_is_said_in_one_line(run: Run, database: Path, tmp_path: Path) -> None:
    before = database.read_bytes()
    assert "there is no folder" in run("backup", tmp_path / "none" / "a.zip", status=2).err
    assert "the service's own file" in run("backup", database, "--force", status=2).err
    assert "is no name in UTF-8" in run("backup", tmp_path / os.fsdecode(b"p\xe4iv\xe4.zip"), status=2).err
    assert "there is no such file" in run("restore", tmp_path / "none.zip", status=2).err
    (tmp_path / "bad.zip").write_bytes(b"no")
    assert "is not a backup, or it is damaged" in run("restore", tmp_path / "bad.zip", "--replace", status=2).err
    assert "No folder for backups is set" in run("job", "backup", status=2).err
    assert database.read_bytes() == before


def test_the_key_that_was_made_here_is_named(
    run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "data" / "secret_key"
    key.write_text(SECRET)
    monkeypatch.delenv("PILOT_OPS_SECRET_KEY")
    assert f"the secret key ({key})" in run("backup", tmp_path / "a.zip").out
    assert SECRET.encode() not in (tmp_path / "a.zip").read_bytes()
    assert "the service's own file" in run("backup", key, "--force", status=2).err


def test_on_a_new_machine_there_is_nothing_to_back_up_and_room_for_a_backup(
    run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "a.zip")
    monkeypatch.setenv("PILOT_OPS_DATA", str(tmp_path / "new"))
    assert "holds nothing to back up" in run("backup", tmp_path / "b.zip", status=2).err
    assert not list(tmp_path.glob("*b.zip*"))
    run("restore", tmp_path / "a.zip")
    app = make_app(tmp_path / "new")
    with look(app) as session:
        assert session.connection().exec_driver_sql("SELECT name FROM parks").scalars().all() == ["Suvela"]
    close(app)


def test_the_nightly_one_by_hand(run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOT_OPS_BACKUPS", str(tmp_path / "backups"))
    monkeypatch.setenv("PILOT_OPS_BACKUPS_KEPT", "0")
    assert "BACKUPS_KEPT" in run("job", "backup", status=2).err
    monkeypatch.setenv("PILOT_OPS_BACKUPS_KEPT", "1")
    assert run("job", "backup").out.endswith("1 done or found\n")
    (file,) = (tmp_path / "backups").iterdir()
    run("restore", file, "--replace")
