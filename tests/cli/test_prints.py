"""Printing tickets on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pilot_ops.audit.queries import list_entries
from pilot_ops.cli import main
from pilot_ops.tickets.domain import Action, Format, Selection
from tests.support.databases import SECRET, look, work
from tests.support.paper import read_codes
from tests.support.tickets import make_batch, make_type, move


@pytest.fixture
def at_the_command_line(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command line on the data of the app."""
    for name, value in (("DATA", str(tmp_path)), ("SECRET_KEY", SECRET), ("PUBLIC_URL", "https://pilot.example.fi")):
        monkeypatch.setenv(f"PILOT_OPS_{name}", value)
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("at_the_command_line")
def test_a_batch_is_written_to_a_file(app: Flask, tmp_path: Path, capsys: Any) -> None:
    with work(app) as session:
        kind = make_type(session, prefix="UIN")
        make_batch(session, kind, 5)
        batch = make_batch(session, kind, 15)
        move(session, Action.VOID, Selection(kind.id, 6, 7))
    file = tmp_path / "sheets.pdf"
    assert main(["tickets", "print", str(batch.id), "-o", str(file)]) == 0
    assert capsys.readouterr().out == f"{kind.name.fi}: 13 tickets printed to {file}, 2 left out (voided)\n"
    read = read_codes(file.read_bytes(), Format.CARDS)
    assert len(read) == 13
    assert all(link.startswith("HTTPS://PILOT.EXAMPLE.FI/T/") for link in read)
    assert file.stat().st_mode & 0o777 == 0o600
    with look(app) as session:
        assert [entry.action for entry in list_entries(session)].count("tickets.printed") == 1


@pytest.mark.usefixtures("at_the_command_line")
def test_a_type_by_its_prefix_and_some_numbers(app: Flask, tmp_path: Path, capsys: Any) -> None:
    with work(app) as session:
        make_batch(session, make_type(session, prefix="UIN"), 30)
    file = tmp_path / "labels.pdf"
    numbers = ["--format", "labels", "--from", "5", "--to", "8"]
    for reprint in (False, True):
        assert main(["tickets", "print", "uin", "-o", str(file), *numbers, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["printed"], said["reprint"], said["left_out"]) == (4, reprint, {})
    assert len(read_codes(file.read_bytes(), Format.LABELS)) == 4


@pytest.mark.usefixtures("at_the_command_line")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "there is no batch or ticket type 'nothing'"),
        (["UIN", "--from", "9", "--to", "4"], "last: "),
        (["UIN", "--from", "90", "--to", "95"], "first: "),
    ],
)
def test_what_is_wrong_is_one_line(app: Flask, tmp_path: Path, capsys: Any, arguments: list[str], said: str) -> None:
    with work(app) as session:
        make_batch(session, make_type(session, prefix="UIN"), 30)
    assert main(["tickets", "print", *arguments, "-o", str(tmp_path / "x.pdf")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.usefixtures("at_the_command_line")
def test_a_folder_that_is_not_there_is_named(app: Flask, tmp_path: Path, capsys: Any) -> None:
    with work(app) as session:
        make_batch(session, make_type(session, prefix="UIN"), 3)
    assert main(["tickets", "print", "UIN", "-o", str(tmp_path / "no" / "x.pdf")]) == 2
    assert "No such file or directory" in capsys.readouterr().err
