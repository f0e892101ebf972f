"""Files of others on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_cli import Run
from tests.cli.test_cli import run as run
from tests.feeds.files import event, page_of, results, unit


def test_events_are_brought_in_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tapahtumat.json"
    file.write_bytes(page_of(event(), event(id="espoo:2", event_status="EventCancelled")))
    dry = run("import", "events", str(file), "--dry-run").stdout.splitlines()
    assert dry == [
        "row 1: Hiihtokoulu lapsille: is added (Published)",
        "row 2: Hiihtokoulu lapsille: is added (Cancelled)",
        "events: 2 would be imported, 0 unchanged",
    ]
    assert run("import", "events", str(file)).stdout == "events: 2 imported, 0 unchanged\n"
    told = json.loads(run("import", "events", str(file), "--json").stdout)
    assert told == {"imported": 0, "unchanged": 2, "dry_run": False}
    file.write_bytes(page_of(event(end_time="huomenna")))
    done = run("import", "events", str(file), status=2)
    assert done.stderr == (
        "pilot-ops: nothing was imported: row 1, Hiihtokoulu lapsille, end_time: The time cannot be read. "
        "For example 2026-07-01T08:30:00Z ('huomenna')\n"
    )


def test_parks_are_brought_in_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "puistot.json"
    file.write_bytes(results(unit()))
    dry = run("import", "places", str(file), "--dry-run").stdout
    assert dry == "row 1: Soukan asukaspuisto: is added\nparks: 1 would be imported, 0 unchanged\n"
    assert run("import", "places", str(file)).stdout == "parks: 1 imported, 0 unchanged\n"
    assert run("import", "places", str(file)).stdout == "parks: 0 imported, 1 unchanged\n"
    file.write_bytes(results(unit(id=41000, name={"fi": "Oittaa"}, street_address=None)))
    venues = ("import", "places", str(file), "--as", "venues")
    assert run(*venues, "--dry-run").stdout == "row 1: Oittaa: is added\nvenues: 1 would be imported, 0 unchanged\n"
    assert run(*venues).stdout == "venues: 1 imported, 0 unchanged\n"
    assert run(*venues).stdout == "venues: 0 imported, 1 unchanged\n"
    file.write_text("{}", encoding="utf-8")
    assert "does not hold the list" in run("import", "places", str(file), status=2).stderr
