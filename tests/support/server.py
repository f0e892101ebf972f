"""The real service as a process of its own, on a free port and, if wanted, on another day."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from pilot_ops.accounts.domain import User
from pilot_ops.accounts.service import make_sign_in_link
from pilot_ops.app import create_app
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.paths import ROOT
from pilot_ops.kernel.settings import read_settings
from tests.support.builders import ADMIN
from tests.support.databases import SECRET, close, work

_HOST = "127.0.0.1"
_PATIENCE = 60
# What ``serve_at`` gives as the digest of the static files, in place of their own.
VERSION = "TESTS_VERSION"


@dataclass(frozen=True)
class Server:
    """A running service; ``app`` is the same service in this process, to arrange and look at data with ``work``."""

    url: str
    process: subprocess.Popen[bytes]
    app: Flask
    log: Path
    at: datetime | None
    started: float

    def now(self) -> datetime:
        """The present moment on the service's clock."""
        return now() if self.at is None else self.at + timedelta(seconds=time.time() - self.started)

    def kill(self) -> None:
        """End every process of the service at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def sign_in_url(self, user: User) -> str:
        """The address of a new one-time sign-in link of a person."""
        with work(self.app) as session:
            token = make_sign_in_link(session, ADMIN, user_id=user.id, hours=24, at=self.now())
        return f"{self.url}/sign-in/{token}"


@contextmanager
def running_server(
    settings: Mapping[str, str], *, at: datetime | None = None, port: int | None = None, version: str = ""
) -> Iterator[Server]:
    """Run ``pilot-ops serve`` until the end of the block, terminated as an operator would.

    ``settings`` are environment variables (``PILOT_OPS_DATA`` at least). With ``at`` the service's clock starts there
    and goes on. The same settings and ``port`` start the same service again; with ``version`` as if its files were new.
    """
    port = port or free_port()
    environment = _environment(settings, port) | ({VERSION: version} if version else {})
    started = time.time()
    with tempfile.NamedTemporaryFile(prefix="pilot-ops-server-", suffix=".log") as log:
        process = subprocess.Popen(
            _command(at, started, port), cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        app = None
        try:
            url = f"http://{_HOST}:{port}"
            _wait(process, f"{url}/health", Path(log.name))
            app = create_app(read_settings({k: v for k, v in environment.items() if k.startswith("PILOT_OPS_")}))
            yield Server(url, process, app, Path(log.name), at, started)
        finally:
            if app:
                close(app)
            _stop(process)


def _environment(settings: Mapping[str, str], port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PILOT_OPS_")}
    ours = {"PILOT_OPS_SECRET_KEY": SECRET, "PILOT_OPS_PUBLIC_URL": f"http://{_HOST}:{port}"}
    return {**kept, "PYTHONUNBUFFERED": "1", **ours, **settings}


def _command(at: datetime | None, started: float, port: int) -> list[str]:
    serve = ["serve", "--host", _HOST, "--port", str(port)]
    if at is None:
        return [sys.executable, "-m", "pilot_ops", *serve]
    if at.tzinfo is None:
        raise ValueError("a moment must be aware")
    return [sys.executable, "-m", "tests.support.serve_at", at.isoformat(), str(started), *serve]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the service stopped with {process.returncode}: {log.read_text()[-4000:]}")
        if _answers(url):
            return
        time.sleep(0.1)
    raise AssertionError(f"the service did not answer in {_PATIENCE} s: {log.read_text()[-4000:]}")


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
