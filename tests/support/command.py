"""The command line as a process of its own, in a tenth of the time that a new interpreter takes to read the program.

Each command is a fork of one server that has read it, as ``multiprocessing`` makes them: arguments, environment, both
outputs and the exit status are real. That ``python -m pilot_ops`` itself starts is for the tests of serving to see.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pilot_ops.kernel.paths import ROOT

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(["pilot_ops.cli"])


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit status, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def run_command(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Done:
    """Run ``pilot-ops`` with arguments in an environment, in the folder of the product."""
    with TemporaryDirectory(prefix="pilot-ops-command-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = _forked.Process(target=_command, args=(arguments, dict(environment), out, err))
        process.start()
        process.join()
        status = process.exitcode
        process.close()
        return Done(status if status is not None else -1, out.read_text("utf-8"), err.read_text("utf-8"))


def _command(arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path) -> None:
    from pilot_ops.cli import main

    for file, number in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    raise SystemExit(main(arguments))
