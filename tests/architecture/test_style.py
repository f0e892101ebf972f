"""What the linters and the type checker say about the whole tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pilot_ops.kernel.paths import ROOT


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check --diff", "mypy", "djlint --lint templates"],
    ids=["lint", "format", "types", "templates"],
)
def test_nothing_is_found_by(command: str) -> None:
    program, *arguments = command.split()
    path = Path(sys.executable).with_name(program)
    done = subprocess.run([path, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_no_file_names_the_machine_it_was_written_on() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, tracked.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        if "/" + "work/" in text or "/" + "root/" in text:
            found.append(name)
    assert found == []
