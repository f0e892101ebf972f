"""The example scripts of the guide against the real service, as somebody would run them."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pilot_ops.api.domain import Scope
from pilot_ops.kernel.paths import ROOT
from tests.api.test_resources import make_season
from tests.support.api import make_token
from tests.support.builders import count_children, day_of, make_park, make_pilot
from tests.support.databases import work
from tests.support.server import Server, running_server

EXAMPLES = ROOT / "docs" / "examples"
# By hand: 250.50 + 99.00 / 2 + 100 x 3.10 over 72 + 87 meals; a cancelled day that is billed, 80 x 3.10, + 99.00 / 2.
EXPECTED = {
    "Suvela": ("5500.00", "610.00", "-4890.00", "3.84", "79.5"),
    "Keilaniemi": ("5500.00", "297.50", "-5202.50", "", ""),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server({"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("examples"))}) as server:
        make_season(server.app)
        yield server


def run(command: Sequence[str | Path], server: Server, secret: str) -> subprocess.CompletedProcess[str]:
    """A script as somebody runs it: all that it is told is where the service is, and its token."""
    environment = {**os.environ, "PILOT_OPS_URL": server.url, "PILOT_OPS_TOKEN": secret, "PYTHONWARNINGS": "error"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def check_table(done: subprocess.CompletedProcess[str]) -> None:
    """The table that a script wrote is that of the season."""
    assert done.returncode == 0, done.stderr
    lines = list(csv.DictReader(io.StringIO(done.stdout)))
    figures = ("estimate_to_date", "actual_to_date", "variance", "cost_per_meal", "children_a_day")
    assert {line["park"]: tuple(line[name] for name in figures) for line in lines} == EXPECTED
    assert {line["pilot"] for line in lines} == {"Kesä 2024"}


def test_python_with_nothing_but_itself(server: Server) -> None:
    script = EXAMPLES / "follow_pilots.py"
    imported = set(re.findall(r"^(?:from|import) (\w+)", script.read_text(encoding="utf-8"), re.MULTILINE))
    assert imported <= sys.stdlib_module_names
    _id, secret = make_token(server.app, {Scope.COSTS_READ, Scope.MEALS_READ})
    check_table(run([sys.executable, "-I", script], server, secret))


def test_python_says_what_is_wrong(server: Server) -> None:
    _id, secret = make_token(server.app, {Scope.MEALS_READ})
    done = run([sys.executable, "-I", EXAMPLES / "follow_pilots.py"], server, secret)
    assert done.returncode == 1
    assert done.stderr == "403: The token has no right to this: it needs costs:read.\n"


def test_python_says_that_nobody_answers(server: Server) -> None:
    done = run([sys.executable, "-I", EXAMPLES / "follow_pilots.py"], replace(server, url="http://127.0.0.1:1"), "x")
    assert done.returncode == 1
    assert done.stderr.startswith("http://127.0.0.1:1: ")
    assert len(done.stderr.splitlines()) == 1


def test_r(server: Server) -> None:
    _id, secret = make_token(server.app, {Scope.COSTS_READ, Scope.MEALS_READ})
    check_table(run(["Rscript", "--vanilla", EXAMPLES / "follow_pilots.R"], server, secret))


def test_both_write_the_same_table_whatever_names_hold(server: Server) -> None:
    with work(server.app) as session:
        parks = [make_park(session, name=name) for name in ('Kivi, "ja" kanto', "Åminne")]
        pilot = make_pilot(session, parks, name='Talvi, "2024"')
        count_children(session, day_of(session, pilot, date(2024, 7, 1), parks[0]), 20, 30)
    _id, secret = make_token(server.app, {Scope.COSTS_READ, Scope.MEALS_READ})
    python = run([sys.executable, "-I", EXAMPLES / "follow_pilots.py"], server, secret)
    r = run(["Rscript", "--vanilla", EXAMPLES / "follow_pilots.R"], server, secret)
    assert (python.returncode, r.returncode) == (0, 0), python.stderr + r.stderr
    assert '"Talvi, ""2024""","Kivi, ""ja"" kanto",' in python.stdout
    assert ",50.0\n" in python.stdout
    assert python.stdout == r.stdout
