"""Static files: what a page needs at once is asked for at once."""

from __future__ import annotations

import re
from itertools import combinations

import brotli
from flask import Flask

from pilot_ops.kernel.paths import STATIC
from pilot_ops.kernel.web.assets import SHEETS, modules


def test_a_script_is_asked_for_with_all_that_it_imports() -> None:
    found = modules("js/meals/tap.js")
    assert found[0] == "js/meals/tap.js"
    # Imported by it, by one of those, and by one of those in turn.
    assert {"js/kernel/outbox.js", "js/meals/paint.js", "js/meals/names.js", "vendor/idb/index.js"} < set(found)
    assert len(found) == len(set(found))
    assert modules("") == ()


def test_the_style_sheets_are_one_file_for_ever_and_the_worker_keeps_it(app: Flask) -> None:
    address = f"/static/{app.config['STATIC_DIGEST']}/{SHEETS}"
    answer = app.test_client().get(address)
    assert (answer.mimetype, answer.cache_control.immutable) == ("text/css", True)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    # What the calendar, scanning, events, reports and public pages alone need is apart.
    apart = {"calendar.css", "events.css", "paper.css", "public.css", "report.css", "tickets.css"}
    sheets = [path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css") if path.name not in apart]
    rules = [re.sub(r"\s*/\*.*?\*/\s*", "", sheet, flags=re.DOTALL) for sheet in sheets]
    assert all(len(rule) > 500 for rule in rules)
    assert all(rule in answer.text for rule in rules)
    assert len(answer.text) == sum(map(len, rules))
    assert f'"{address}"' in app.test_client().get("/sw.js").text


def test_strangers_have_a_smaller_sheet_and_get_it_packed(app: Flask) -> None:
    address = f"/static/{app.config['STATIC_DIGEST']}/css/strangers.css"
    plain = app.test_client().get(address)
    packed = app.test_client().get(address, headers={"Accept-Encoding": "br"})
    assert (packed.headers["Content-Encoding"], packed.mimetype) == ("br", "text/css")
    assert brotli.decompress(packed.data) == plain.data
    assert packed.cache_control.immutable
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < 7_500
    assert "tally__count" not in plain.text


def test_what_scanning_alone_needs_is_kept_apart(app: Flask) -> None:
    """A phone that counts meals loads nothing of it: the worker adds it where a scanning page is kept."""
    everybody, scanning = app.test_client().get("/sw.js").text.split("scanning: ")
    assert "tickets" not in everybody
    for file in ("css/tickets.css", "js/tickets/offline.js", "js/tickets/local.js"):
        address = f"/static/{app.config['STATIC_DIGEST']}/{file}"
        assert f'"{address}"' in scanning
        with app.test_client().get(address) as answer:
            assert answer.status_code == 200


def test_a_rule_is_in_one_sheet_only() -> None:
    """Two copies of a rule drift apart; one sheet can travel in many bundles."""
    sheets = {path.name: set(path.read_text(encoding="utf-8").splitlines()) for path in (STATIC / "css").glob("*.css")}
    twice = [
        (one, other, rule)
        for one, other in combinations(sorted(sheets), 2)
        for rule in sheets[one] & sheets[other]
        if rule.startswith(".")
    ]
    assert twice == []
