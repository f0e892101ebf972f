"""Static files: what a page needs at once is asked for at once."""

from __future__ import annotations

from pilot_ops.kernel.web.assets import modules


def test_a_script_is_asked_for_with_all_that_it_imports() -> None:
    found = modules("js/meals/tap.js")
    assert found[0] == "js/meals/tap.js"
    # Imported by it, by one of those, and by one of those in turn.
    assert {"js/kernel/outbox.js", "js/meals/paint.js", "js/meals/names.js", "vendor/idb/index.js"} < set(found)
    assert len(found) == len(set(found))
    assert modules("") == ()
