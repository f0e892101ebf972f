"""``pilot-ops serve`` on another day: ``python -m tests.support.serve_at 2024-07-15T09:00:00+00:00 <started> serve …``.

The clock is moved when this module is imported: the web server's workers are forked and inherit it, and where they are
spawned they import this module again. ``started`` is the real moment of the start, so that every process is in step.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from pilot_ops.kernel.web import assets

_at, _started = datetime.fromisoformat(sys.argv[1]), float(sys.argv[2])
_traveller = time_machine.travel(_at + timedelta(seconds=time.time() - _started), tick=True)
_traveller.start()


def _expires(_interface: SecureCookieSessionInterface, app: Flask, session: SessionMixin) -> datetime | None:
    # The browser stays in its own time, and would throw away a cookie that expired there years ago.
    real_now = time_machine.escape_hatch.datetime.datetime.now(UTC)
    return real_now + app.permanent_session_lifetime if session.permanent else None


SecureCookieSessionInterface.get_expiration_time = _expires


if "TESTS_VERSION" in os.environ:
    assets.digest_of = lambda _folder: os.environ["TESTS_VERSION"]

if __name__ == "__main__":
    from pilot_ops.cli import main

    # The arguments stay: a process that is spawned imports this module with them.
    sys.exit(main(sys.argv[3:]))
