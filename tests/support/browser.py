"""A real browser for journeys: Debian's Chromium, a phone and a desk that fail the test on any complaint of a page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, WebError, sync_playwright

from tests.support.databases import PREPARE

_JS = Path(__file__).parent.parent / "js"
_AXE = _JS / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# What a page passed is not told, which takes longer than looking.
_VIOLATIONS = """rules => axe.run({runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
    .then(found => found.violations)"""
_SLOW = 10_000
# What a browser says by itself whenever it is offline, which journeys are on purpose.
_OFFLINE = re.compile(r"ERR_INTERNET_DISCONNECTED")
_forgiven: WeakKeyDictionary[BrowserContext, list[re.Pattern[str]]] = WeakKeyDictionary()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        chromium = _launch(playwright.chromium)
        yield chromium
        chromium.close()


def _launch(chromium: BrowserType, *more: str) -> Browser:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail(f"Chromium is missing: {PREPARE}")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return chromium.launch(executable_path=program, args=[*sandbox, "--disable-dev-shm-usage", *more])


@contextmanager
def with_camera(browser: Browser, film: Path) -> Iterator[Browser]:
    """Another Chromium, whose camera sees a film again and again, and which asks nobody for leave."""
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    chromium = _launch(browser.browser_type, *fake, f"--use-file-for-fake-video-capture={film}")
    yield chromium
    chromium.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone in Finnish: 390 pixels wide, touched, not clicked."""
    with context_of(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        yield context


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop computer in Finnish."""
    with context_of(browser, viewport={"width": 1280, "height": 900}) as context:
        yield context


@contextmanager
def context_of(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A fresh browser profile; whatever its pages complained about fails the test when it ends."""
    context = browser.new_context(**{"locale": "fi-FI", "timezone_id": "Europe/Helsinki", **options})
    context.set_default_timeout(_SLOW)
    complaints: list[str] = []
    _forgiven[context] = [_OFFLINE]

    def hear_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def hear_error(error: WebError) -> None:
        complaints.append(f"uncaught: {error.error}")

    context.on("console", hear_console)
    context.on("weberror", hear_error)
    yield context
    context.close()
    unforgiven = [text for text in complaints if not any(pattern.search(text) for pattern in _forgiven[context])]
    assert not unforgiven, "the pages complained: " + "; ".join(unforgiven)


def forgive(context: BrowserContext, pattern: str) -> None:
    """Expect complaints that match, e.g. ``status of 409`` where the journey is about being refused."""
    _forgiven[context].append(re.compile(pattern))


def set_clock(context: BrowserContext, moment: datetime) -> None:
    """Let the clock of the browser's scripts go on from a moment, as for a server that runs ``at`` it."""
    context.clock.install(time=moment)


def axe(page: Page) -> None:
    """AssertionError naming every rule of WCAG 2.0-2.2 A and AA, and good practice, that the page now breaks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    violations = page.evaluate(_VIOLATIONS, _RULES)
    problems = [f"{rule['id']}: {rule['help']} at {_places(rule)}" for rule in violations]
    assert not problems, f"{page.url}: " + "; ".join(problems)


def _places(rule: dict[str, Any]) -> str:
    return ", ".join(f"{' '.join(map(str, node['target']))} {node['html'][:160]}" for node in rule["nodes"][:5])


def _axe_source() -> str:
    if not _AXE.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.fail(f"npm is missing: {PREPARE}")
        subprocess.run([npm, "ci", "--prefix", str(_JS), "--no-audit", "--no-fund", "--silent"], check=True)
    return _AXE.read_text(encoding="utf-8")
