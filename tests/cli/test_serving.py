"""The processes of ``pilot-ops serve``: what dies is started again, and nothing outlives the one that watches."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pilot_ops.kernel.paths import ROOT
from tests.support.server import free_port, running_server

_PATIENCE = 60


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _children(process: int) -> dict[int, str]:
    """The command line of each process that a process has started."""
    command = ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(process)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    pairs = (line.strip().partition(" ") for line in listed.stdout.splitlines())
    return {int(pid): command for pid, _, command in pairs}


def _timetables(process: int) -> list[int]:
    return [pid for pid, command in _children(process).items() if "spawn_main" in command]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_timetable_that_was_killed_is_started_again(tmp_path: Path) -> None:
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}) as server:
        _wait_for(lambda: bool(_timetables(server.process.pid)))
        [first] = _timetables(server.process.pid)
        os.kill(first, signal.SIGKILL)
        _wait_for(lambda: [pid for pid in _timetables(server.process.pid) if pid != first] != [])
        assert "the timetable stopped (-9); it is started again" in server.log.read_text()


def test_what_is_left_of_a_killed_service_ends_and_frees_the_port(tmp_path: Path) -> None:
    port = free_port()
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}, port=port) as server:
        _wait_for(lambda: bool(_timetables(server.process.pid)))
        left = _children(server.process.pid)
        server.process.kill()
        server.process.wait()
        _wait_for(lambda: not _listens(port))
        _wait_for(lambda: not any(_lives(pid) for pid in left))


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def _run(tmp_path: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PILOT_OPS_DATA": str(tmp_path), **settings}
    command = [sys.executable, "-m", "pilot_ops", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, umask=0o022, capture_output=True, text=True, check=False)


def test_counters_of_each_process_alone_are_refused_where_there_are_many(tmp_path: Path) -> None:
    many = {"PILOT_OPS_PROCESSES": "2", "PILOT_OPS_LIMIT_STORAGE": "memory://"}
    done = _run(tmp_path, "serve", "--port", str(free_port()), **many)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "PILOT_OPS_LIMIT_STORAGE: memory:// counts in each of 2 web processes" in done.stderr


@pytest.mark.parametrize("before", ["nothing", "an open file"])
def test_the_database_and_the_key_are_nobody_elses(tmp_path: Path, before: str) -> None:
    tmp_path.chmod(0o755)
    if before != "nothing":
        (tmp_path / "pilot_ops.sqlite").touch(0o644)
    assert _run(tmp_path, "audit", "verify").returncode == 0
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert {"pilot_ops.sqlite", "secret_key"} <= set(files)
    assert set(files.values()) == {0o600}
