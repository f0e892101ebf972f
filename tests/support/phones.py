"""The phones' real outbox and sender, in a Node process that a test drives: ``tests/js/driver.mjs``."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pilot_ops.kernel.paths import ROOT
from tests.support.databases import PREPARE

_DRIVER = ROOT / "tests" / "js" / "driver.mjs"


class Phones:
    """Commands to the phones, each answered when it is done."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, command: str, **facts: Any) -> dict[str, Any]:
        """Have a command done; its answer."""
        self.begin(command, **facts)
        return self.end()

    def begin(self, command: str, **facts: Any) -> None:
        """Have a command begun."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, **facts}) + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        """The answer of the command that was begun."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the phones' process has stopped"
        answer: dict[str, Any] = json.loads(line)
        assert "problem" not in answer, answer["problem"]
        return answer


@contextmanager
def driven_phones() -> Iterator[Phones]:
    """Phones that can be opened until the end of the block."""
    node = shutil.which("node")
    if node is None:
        pytest.fail(f"Node is missing: {PREPARE}")
    command = [node, "--no-warnings", str(_DRIVER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Phones(process)
        assert process.stdin is not None
        process.stdin.close()
