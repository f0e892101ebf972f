"""Electronic invoices by the command line; the files are those of tests/invoices, their figures worked there."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_cli import Run, make_pilot, run
from tests.invoices.test_wire import FILES, changed

__all__ = ["run"]
BILL, FREIGHT, CREDIT = (str(FILES / name) for name in ("finvoice.xml", "ubl-invoice.xml", "ubl-credit-note.xml"))


def park(run: Run, name: str) -> tuple[str, str]:
    report = json.loads(run("report", "costs", "--as-of", "2024-08-05", "--format", "json").stdout)
    found = next(park for park in report["parks"] if park["park"] == name)
    return found["actual_to_date"], found["accrued"]


def test_invoices_of_several_files_are_booked_once(run: Run) -> None:
    make_pilot(run)
    missing = run("import", "invoices", BILL, status=2).stderr
    assert missing == (
        "pilot-ops: finvoice.xml, 10077, 'Lounas lapsille, Soukan asukaspuisto': Choose a park (--park NAME)\n"
    )
    rest = ("--park", "soukka", "--category", "supplies")
    seen = run("import", "invoices", BILL, FREIGHT, *rest, "--dry-run").stdout.splitlines()
    assert seen == [
        "Ateriapalvelu Keittiö Oy 10077: 5004.80 Suvela catering, Lounas lapsille, Suvelan asukaspuisto",
        "Ateriapalvelu Keittiö Oy 10077: 4379.20 Soukka catering, Lounas lapsille, Soukan asukaspuisto",
        "Ateriapalvelu Keittiö Oy 10077: 345.00 Suvela catering, Päivämaksu, Suvela",
        "Ateriapalvelu Keittiö Oy 10077: 120.00 Soukka supplies, Sekalaista",
        "Pikarahti Oy K-2024-15: 270.00 Suvela transport, Kuljetus puistoon",
        "Pikarahti Oy K-2024-15: -20.00 Suvela transport, Kausialennus",
        "Heinäkuu: 2 would be booked, 0 unchanged",
    ]
    assert run("import", "invoices", BILL, FREIGHT, *rest).stdout == "Heinäkuu: 2 booked, 0 unchanged\n"
    # Suvela 5 004.80 + 345.00 + 250.00 = 5 599.80; Soukka 4 379.20 + 120.00 = 4 499.20.
    assert park(run, "Suvela") == ("5599.80", "0.00")
    assert park(run, "Soukka") == ("4499.20", "0.00")
    again = json.loads(run("import", "invoices", BILL, FREIGHT, CREDIT, *rest, "--json").stdout)
    assert again == {"pilot": "Heinäkuu", "booked": 1, "unchanged": 2, "dry_run": False}
    # Both parks of this pilot are at the street of the credit note, so it is Soukka's: 4 499.20 - 27.20.
    assert park(run, "Soukka") == ("4472.00", "0.00")


def test_what_is_wrong_is_named_in_one_line(run: Run, tmp_path: Path) -> None:
    make_pilot(run)
    wrong = tmp_path / "paha.xml"
    wrong.write_bytes(changed("finvoice.xml", ">5004,80<", ">5004,81<"))
    said = run("import", "invoices", BILL, str(wrong), status=2).stderr
    assert said.startswith("pilot-ops: nothing was imported: paha.xml, line 48, InvoiceDetails/InvoiceTotalVatExcluded")
    assert "The lines add up to €9,849.01, but the total without VAT is €9,849.00" in said
    assert "is not in Heinäkuu" in run("import", "invoices", BILL, "--park", "Olari", status=2).stderr
    assert "--from DATE --to DATE" in run("import", "invoices", BILL, "--from", "1.7.2024", status=2).stderr
    assert "No such file" in run("import", "invoices", "ei-ole.xml", status=2).stderr
