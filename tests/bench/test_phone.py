"""The counting page on a bad network can be measured, and is light."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pilot_ops.kernel.paths import ROOT


@pytest.fixture(scope="module")
def report() -> str:
    command = [sys.executable, "-m", "bench", "phone"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_it_says_what_visits_and_a_tap_take(report: str) -> None:
    visit = r"\d+ requests, +\d+\.\d kB, interactive after \d+\.\d\d s"
    assert re.search(rf"^  first visit +{visit}$", report, re.MULTILINE), report
    assert re.search(rf"^  repeat +{visit}$", report, re.MULTILINE), report
    assert re.search(r"^  tap to number +median \d+\.\d ms at 4x slowdown", report, re.MULTILINE), report


def test_a_first_visit_weighs_little_and_a_repeat_needs_no_page(report: str) -> None:
    found = re.findall(r"(\d+) requests, +(\d+\.\d) kB", report)
    (first, weight), (again, _) = ((int(requests), float(kilobytes)) for requests, kilobytes in found)
    assert 0 < weight <= 60
    assert first <= 20
    # The repeat asks for counts and sends; the page and its files are kept.
    assert again <= 3
