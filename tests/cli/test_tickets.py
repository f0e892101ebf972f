"""Tickets on the command line: batches, numbers of counted kinds, and the report."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from flask import Flask

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Kind
from tests.cli.test_cli import Run
from tests.cli.test_cli import run as run
from tests.support.databases import close, look, make_app, migrate, work
from tests.support.tickets import make_point, make_type, make_venue

FILE = """laji;jakopiste;päivä;saapunut;jaettu;luovutettu;palautettu;käytetty
Elokuvalippu;;1.6.2026;660;;;;
ELO;Suvela;2.6.2026;;200;150;;
ELO;Kino Tapiola;30.6.2026;;;;;90
"""


def prepared(data: Path) -> Flask:
    """The service on the data folder that the commands use, with two types and their places."""
    app = make_app(data)
    migrate(app)
    with work(app) as session:
        make_point(session, name="Suvela")
        make_venue(session, name="Kino Tapiola")
        film = {"kind": Kind.COUNTED, "name": Translated("Elokuvalippu"), "prefix": "ELO"}
        make_type(session, **film, uses=1, value=Money(1250))
        make_type(session, name=Translated("Uintiranneke"), prefix="UIN")
    return app


def test_batches_numbers_and_the_report(run: Run, tmp_path: Path) -> None:
    app = prepared(tmp_path / "data")
    done = run("tickets", "create", "uin", "--quantity", "20", "--acquired", "2.6.2026", "--note", "Kaupunki")
    assert done.stdout.endswith(" Uintiranneke: 20 tickets UIN-0001–UIN-0020\n")
    facts = json.loads(run("tickets", "create", "Elokuvalippu", "--quantity", "5", "--json").stdout)
    assert (facts["type"], facts["quantity"]) == ("Elokuvalippu", 5)
    with look(app) as session:
        (batch,) = queries.list_batches(session, queries.find_type_by_name(session, "UIN").id)  # type: ignore[union-attr]
    assert (str(batch.acquired_on), batch.note) == ("2026-06-02", "Kaupunki")
    close(app)

    file = tmp_path / "kesä.csv"
    file.write_text(FILE, encoding="utf-8")
    dry = run("import", "tickets", str(file), "--dry-run").stdout.splitlines()
    assert dry[1] == "row 3: Elokuvalippu, Suvela 2026-06-02: allocated 200, handed_out 150"
    assert dry[-1] == "3 rows would be recorded, 0 unchanged"
    assert run("import", "tickets", str(file)).stdout == "3 rows recorded, 0 unchanged\n"
    told = json.loads(run("import", "tickets", str(file), "--json").stdout)
    assert told == {"recorded": 0, "unchanged": 3, "dry_run": False}
    file.write_text(FILE.replace("150", "151"), encoding="utf-8")
    wrong = run("import", "tickets", str(file), status=2).stderr
    assert "row 3, column luovutettu: 150 is already saved for this day" in wrong

    asked = ("report", "tickets", "--type", "ELO", "--from", "1.6.2026", "--to", "2026-06-30")
    report = json.loads(run(*asked, "--format", "json").stdout)
    assert report["total"] == {
        "acquired": 660,
        "allocated": 200,
        "returned": 0,
        "handed_out": 150,
        "first_uses": 90,
        "share_used_percent": "60.0",
        "uses": 90,
        "possible": 150,
        "value": "1875.00",
        "used_value": "1125.00",
        "replaced": 0,
        "withdrawn": 0,
        "overdrawn": 0,
    }
    out = tmp_path / "report.csv"
    run(*asked, "--by", "point", "--format", "csv", "-o", str(out))
    rows = {row["point"]: row for row in csv.DictReader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";")}
    assert (rows["Suvela"]["handed_out"], rows["Kino Tapiola"]["uses"], rows["total"]["value"]) == (
        "150",
        "90",
        "1875,00",
    )
    table = run(*asked, "--by", "month").stdout.splitlines()
    assert [line.split()[0] for line in table] == ["month", "2026-06", "total"]


def test_what_is_wrong_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    close(prepared(tmp_path / "data"))
    for arguments, words in [
        (("tickets", "create", "Ooppera", "--quantity", "5"), "no ticket type 'Ooppera'"),
        (("tickets", "create", "UIN", "--quantity", "viisi"), "--quantity: 'viisi'"),
        (("tickets", "create", "UIN", "--quantity", "0"), "quantity: "),
        (("tickets", "create", "UIN", "--quantity", "5", "--acquired", "x"), "is not a date"),
        (("import", "tickets", str(tmp_path / "none.csv")), "none.csv"),
        (("report", "tickets", "--from", "3.6.2026", "--to", "2.6.2026"), "before --from"),
        (("report", "tickets", "--type", "Ooppera"), "no ticket type"),
        (("report", "tickets", "--by", "city"), "--by"),
    ]:
        assert words in run(*arguments, status=2).stderr
