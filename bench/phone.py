"""The counting page on a bad network and a slow phone, in Chromium: weight on the wire, time to interactive, a tap."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from bench.report import line

# 400 kbit/s, 400 ms: a phone at the edge of a park.
_BYTES_A_SECOND = 400_000 / 8
_LATENCY_MS = 400
_SLOWDOWN = 4
_TAPS = 40


@dataclass
class Wire:
    """What came over the wire: requests, and bytes as sent, headers and compression included."""

    requests: int = 0
    bytes: float = 0


@contextmanager
def phone_of(url: str) -> Iterator[tuple[BrowserContext, Page]]:
    """A phone in Chromium on which somebody has just signed in by a link."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.goto(url)
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").first.click()
        yield context, page
        browser.close()


def measure(sign_in: str, counting: str) -> None:
    """Print the first visit, the repeat and the tap."""
    with phone_of(sign_in) as (context, _signed_in):
        first_page = context.new_page()
        first = _visit(first_page, counting, clear=True)
        wire, seconds = first
        line(
            f"  first visit    {wire.requests} requests, {wire.bytes / 1000:.1f} kB, interactive after {seconds:.2f} s"
        )
        first_page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=30_000)
        first_page.wait_for_timeout(3000)
        again_page = context.new_page()
        again = _visit(again_page, counting)
        line(f"repeat         {again[0].requests} requests needed, interactive after {again[1]:.2f} s")
        line(f"tap to number  median {_taps(again_page):.1f} ms at {_SLOWDOWN}x slowdown ({_TAPS} taps)")


def _visit(page: Page, url: str, *, clear: bool = False) -> tuple[Wire, float]:
    devtools = page.context.new_cdp_session(page)
    wire = _listen(devtools)
    if clear:
        devtools.send("Network.clearBrowserCache")
    _throttle(devtools, _BYTES_A_SECOND, _LATENCY_MS)
    page.goto(url, wait_until="commit")
    page.wait_for_function("document.querySelector('[data-module=\"meals/tap\"][data-attached]') !== null")
    seconds = page.evaluate("performance.now() / 1000")
    seen = Wire(wire.requests, wire.bytes)
    _throttle(devtools, -1, 0)
    return seen, seconds


def _listen(devtools: CDPSession) -> Wire:
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


def _throttle(devtools: CDPSession, rate: float, latency: float) -> None:
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
