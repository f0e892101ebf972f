"""The counting page on a bad network and a slow phone, in Chromium: weight on the wire, time to interactive, a tap."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from bench.report import line, machine
from bench.scene import counted_today
from tests.support.server import running_server

# 400 kbit/s, 400 ms: a phone at the edge of a park.
_BYTES_A_SECOND = 400_000 / 8
LATENCY_MS = 400
_SLOWDOWN = 4
_VISITS = 3
_TAPS = 40
# After a page has loaded: its icon, and what it asks the service.
_SETTLES_MS = 1500


@dataclass
class Wire:
    """What came over the wire: requests, and bytes as sent, headers and compression included."""

    requests: int = 0
    bytes: float = 0


@dataclass(frozen=True)
class Visit:
    """A visit of the counting page: the seconds until a press is kept, and what the page had fetched in the end."""

    seconds: float
    wire: Wire


def measure() -> None:
    """Print the first visit, the repeat and the tap."""
    line(f"The counting page on a phone at 400 kbit/s and {LATENCY_MS} ms ({machine()}; Chromium)")
    line()
    with tempfile.TemporaryDirectory() as data, running_server({"PILOT_OPS_DATA": data}) as server:
        day, user = counted_today(server)
        counting = f"{server.url}/today/{day.park_id}"
        with chromium() as browser:
            cookies = _sign_in(browser, server.sign_in_url(user))
            firsts = [_first(browser, cookies, counting) for _ in range(_VISITS)]
            again, tap = _again(browser, cookies, counting)
    first = sorted(firsts, key=lambda visit: visit.seconds)[_VISITS // 2]
    for name, visit in (("first visit", first), ("repeat", again)):
        wire = f"{visit.wire.requests:>3} requests, {visit.wire.bytes / 1000:5.1f} kB"
        line(f"  {name:<14} {wire}, interactive after {visit.seconds:.2f} s")
    line(f"  {'tap to number':<14} median {tap:.1f} ms at {_SLOWDOWN}x slowdown ({_TAPS} taps)")
    line()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def phone(browser: Browser, cookies: Any = (), **options: Any) -> BrowserContext:
    """A phone on which nothing is kept but these cookies."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, **options)
    context.add_cookies(list(cookies))
    return context


def _sign_in(browser: Browser, link: str) -> Any:
    """The cookies of somebody who has signed in by a link."""
    with phone(browser) as context:
        page = context.new_page()
        page.goto(link)
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").first.click()
        return context.cookies()


def _first(browser: Browser, cookies: Any, counting: str) -> Visit:
    # Without the worker: its requests are not slowed down, and would fill the page's cache as if by magic.
    with phone(browser, cookies, service_workers="block") as context:
        return _visit(context.new_page(), counting)


def _again(browser: Browser, cookies: Any, counting: str) -> tuple[Visit, float]:
    """The second visit, and the median tap, on a phone whose worker keeps the page."""
    with phone(browser, cookies) as context:
        first = context.new_page()
        first.goto(counting)
        first.evaluate(_KEPT, counting)
        page = context.new_page()
        return _visit(page, counting), _taps(page)


_ATTACHED = """() => document.querySelector('[data-module="meals/tap"][data-attached]') && performance.now() / 1000"""
# A predicate that promises is not waited for: the page waits by itself.
_KEPT = """async (page) => {
  while (!navigator.serviceWorker.controller || !(await caches.match(page))) {
    await new Promise((done) => setTimeout(done, 100));
  }
}"""


def _visit(page: Page, url: str) -> Visit:
    devtools = page.context.new_cdp_session(page)
    wire = listen(devtools)
    throttle(devtools, _BYTES_A_SECOND, LATENCY_MS)
    page.goto(url, wait_until="commit")
    seconds = page.wait_for_function(_ATTACHED).json_value()
    page.wait_for_load_state("load")
    page.wait_for_timeout(_SETTLES_MS)
    throttle(devtools, -1, 0)
    return Visit(seconds, replace(wire))


def listen(devtools: CDPSession) -> Wire:
    """Count what comes over the wire from now on."""
    wire = Wire()
    kept: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        if event["response"].get("fromServiceWorker") or event["response"].get("fromDiskCache"):
            kept.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] not in kept:
            wire.requests += 1
            wire.bytes += event["encodedDataLength"]

    devtools.send("Network.enable")
    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    return wire


def throttle(devtools: CDPSession, rate: float = _BYTES_A_SECOND, latency: float = LATENCY_MS) -> None:
    """Slow the network down; without a limit when the rate is -1."""
    facts = {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate}
    devtools.send("Network.emulateNetworkConditions", facts)


_TAP = """() => new Promise((done) => {
  const number = document.querySelector("[data-first]");
  const before = performance.now();
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - before));
  }).observe(number, { childList: true, characterData: true, subtree: true });
  document.querySelector('[value="school-age+1"]').click();
})"""


def _taps(page: Page) -> float:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": _SLOWDOWN})
    return statistics.median(float(page.evaluate(_TAP)) for _ in range(_TAPS))
