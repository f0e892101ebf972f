"""Static files: what a page needs at once is asked for at once."""

from __future__ import annotations

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


def test_all_style_sheets_are_one_file_for_ever_and_the_worker_keeps_it(app: Flask) -> None:
    address = f"/static/{app.config['STATIC_DIGEST']}/{SHEETS}"
    answer = app.test_client().get(address)
    assert (answer.mimetype, answer.cache_control.immutable) == ("text/css", True)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    # Only public pages ask for theirs, beside the common one.
    files = [path for path in (STATIC / "css").glob("*.css") if path.name != "public.css"]
    sheets = [path.read_text(encoding="utf-8") for path in files]
    assert sheets
    assert all(sheet in answer.text for sheet in sheets)
    assert len(answer.text) == sum(map(len, sheets))
    assert f'"{address}"' in app.test_client().get("/sw.js").text
