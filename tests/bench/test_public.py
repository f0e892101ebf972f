"""Families' pages can be measured, and a first visit is light."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from pilot_ops.kernel.paths import ROOT


def test_it_says_how_many_requests_and_what_a_visit_weighs() -> None:
    command = [sys.executable, "-m", "bench", "public"]
    brief = {**os.environ, "BENCH_SECONDS": "1"}
    report = subprocess.run(command, cwd=ROOT, env=brief, capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^  (SQLite|PostgreSQL) +(\d+) +(\d+) +\d+\.\d +0$", report, re.MULTILINE)
    assert [(name, clients) for name, clients, _rate in rows] == [
        (name, clients) for name in ("SQLite", "PostgreSQL") for clients in ("1", "8", "32")
    ]
    assert all(int(rate) > 0 for _name, _clients, rate in rows), report
    found = re.search(r"today +(\d+) requests, +(\d+\.\d) kB, first paint after (\d+\.\d\d) s", report)
    assert found is not None, report
    assert float(found[2]) <= 30, report
    assert int(found[1]) <= 8, report
