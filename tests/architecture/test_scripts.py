"""The scripts of the pages: their logic runs in Node, apart from any page."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from pilot_ops.kernel.paths import ROOT
from tests.support.databases import PREPARE


def test_the_logic_of_the_scripts() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail(f"Node is missing: {PREPARE}")
    files = [str(file) for file in sorted((ROOT / "tests" / "js").glob("*.test.mjs"))]
    assert files
    done = subprocess.run([node, "--no-warnings", "--test", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "# fail 0" in done.stdout
    assert "# skipped 0" in done.stdout
