"""The command line as an operator uses it: a process of its own, an exit status, one line when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pilot_ops.kernel.access import Role
from tests.support.command import Done, run_command
from tests.support.databases import SECRET, Postgres

Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path) -> Run:
    """Run ``pilot-ops`` on a data folder of its own, whose database has its tables already."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PILOT_OPS_")}
    environment |= {"PILOT_OPS_DATA": str(tmp_path / "data"), "PILOT_OPS_PUBLIC_URL": "https://pilot.example.fi"}
    # The audit log of the tables is sealed with this key.
    environment["PILOT_OPS_SECRET_KEY"] = SECRET
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data")

    def command(*arguments: str, status: int = 0, **settings: str) -> Done:
        ours = {f"PILOT_OPS_{name}": value for name, value in settings.items()}
        done = run_command(arguments, {**environment, **ours})
        assert done.returncode == status, done.stdout + done.stderr
        if status:
            assert done.stderr.count("\n") == 1, done.stderr
            assert done.stderr.startswith("pilot-ops"), done.stderr
        return done

    return command


def make_pilot(run: Run) -> None:
    for name in ("Suvela", "Soukka"):
        run("park", "create", name, "--address", "Kirstintie 24", "--postal-code", "02760", "--city", "Espoo")
    dates = ("--from", "2024-07-01", "--to", "31.7.2024")
    prices = ("--portion-price", "2.75", "--daily-fee", "15")
    done = run("pilot", "create", "Heinäkuu", *dates, "--park", "Suvela", "--park", "soukka", *prices)
    assert done.stdout == "Heinäkuu: 2 parks, 46 meal days\n"


def test_from_a_pilot_to_the_report_by_hand(run: Run, tmp_path: Path) -> None:
    make_pilot(run)
    meals = tmp_path / "meals.csv"
    meals.write_text(
        "puisto;päivä;alle_kouluikäiset;kouluikäiset;tilattu;toimitettu\n"
        "Suvela;1.7.2024;40;50;100;95\nSuvela;2.7.2024;30;45;90;90\nSoukka;1.7.2024;20;30;60;60\n",
        encoding="utf-8",
    )
    costs = tmp_path / "costs.csv"
    costs.write_text(
        "date,park,category,amount,service_from,service_to,hours,rate\n"
        "2024-07-05,Suvela,catering,300.00,2024-07-01,2024-07-01,,\n"
        "2024-07-05,,supplies,50.00,,,,\n"
        "2024-07-05,Soukka,staff,,,,8,20\n",
        encoding="utf-8",
    )
    dry = run("import", "meals", str(meals), "--dry-run")
    assert dry.stdout.splitlines()[0] == "row 2: Suvela 2024-07-01 closed"
    assert dry.stdout.splitlines()[-1] == "Heinäkuu: 3 would be closed, 0 unchanged"
    assert run("import", "meals", str(meals)).stdout == "Heinäkuu: 3 closed, 0 unchanged\n"
    assert run("import", "meals", str(meals)).stdout == "Heinäkuu: 0 closed, 3 unchanged\n"
    assert run("import", "costs", str(costs), "--pilot", "heinäkuu").stdout == "Heinäkuu: 3 booked, 0 unchanged\n"
    facts = json.loads(run("import", "costs", str(costs), "--json").stdout)
    assert facts == {"pilot": "Heinäkuu", "booked": 0, "unchanged": 3, "dry_run": False}
    report = json.loads(run("report", "costs", "--as-of", "2024-07-05", "--format", "json").stdout)
    suvela = next(park for park in report["parks"] if park["park"] == "Suvela")
    # Invoiced 300 for 1 July; accrued 90 x 2.75 + 15 = 262.50 for 2 July; half of 50: 587.50.
    # Estimate to date 5 x 5 500 / 23 = 1 195.65; under by 608.15 (-50.9 %). 165 children: 3.56 a meal, estimate 2.99.
    # Volume (165 - 400) x 2.98913 = -702.45; price 587.50 - 165 x 2.98913 = 94.29.
    # Forecast 587.50 + 18 x (80 x 2.75 + 15) = 4 817.50.
    assert suvela == {
        "park": "Suvela",
        "planned_days": 23,
        "elapsed_days": 5,
        "served_days": 2,
        "cancelled_days": 0,
        "first_portions": 165,
        "estimate_total": "5500.00",
        "estimate_per_day": "239.13",
        "estimate_to_date": "1195.65",
        "actual_to_date": "587.50",
        "accrued": "262.50",
        "staff_to_date": "0.00",
        "total_with_staff": "587.50",
        "variance": "-608.15",
        "variance_percent": "-50.9",
        "cost_per_meal": "3.56",
        "estimated_cost_per_meal": "2.99",
        "volume_effect": "-702.45",
        "price_effect": "94.29",
        "forecast": "4817.50",
    }
    # Soukka: 60 x 2.75 + 15 + 25 = 205; 160 of staff beside it.
    assert report["total"]["actual_to_date"] == "792.50"
    assert report["total"]["total_with_staff"] == "952.50"
    # Nothing of this was known on 5 July 2024: it was all brought in just now.
    then = json.loads(run("report", "costs", "--as-of", "2024-07-05", "--known-then", "--format", "json").stdout)
    assert (then["known_on"], then["total"]["actual_to_date"], "known_on" in report) == ("2024-07-05", "0.00", False)
    assert "as known on 2024-07-05" in run("report", "costs", "--as-of", "5.7.2024", "--known-then").stdout
    table = run("report", "costs", "--as-of", "5.7.2024").stdout
    assert "Suvela" in table
    assert "-50.9" in table
    output = tmp_path / "report.csv"
    paper = tmp_path / "costs.pdf"
    run("report", "costs", "--as-of", "2024-07-05", "--format", "pdf", "-o", str(paper))
    assert paper.read_bytes().startswith(b"%PDF-")
    run("report", "costs", "--as-of", "2024-07-05", "--format", "csv", "-o", str(output))
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [row["park"] for row in rows] == ["Soukka", "Suvela", "total"]
    assert rows[1]["actual_to_date"] == "587,50"
    assert run("audit", "verify").stdout.startswith("sound: ")


def test_a_park_named_twice_takes_part_once(run: Run) -> None:
    for name in (" Suvela ", "Soukka"):
        run("park", "create", name, "--address", "A 1", "--postal-code", "02760", "--city", "Espoo")
    dates = ("--from", "2024-07-01", "--to", "31.7.2024")
    done = run("pilot", "create", " Heinäkuu ", *dates, "--park", "Suvela", "--park", "suvela", "--json")
    facts = json.loads(done.stdout)
    assert (facts["name"], facts["parks"], facts["meal_days"]) == ("Heinäkuu", 1, 23)


def test_another_country_has_its_own_postal_codes_and_regions(run: Run) -> None:
    oslo = ("park", "create", "Oslo", "--address", "A 1", "--postal-code", "0150", "--city", "Oslo")
    assert "postal code" in run(*oslo, status=2).stderr
    run(*oslo, HOLIDAY_COUNTRY="NO")
    assert "PILOT_OPS_HOLIDAY_REGION" in run(*oslo, status=2, HOLIDAY_COUNTRY="NO", HOLIDAY_REGION="XX").stderr


def test_a_person_gets_a_link(run: Run) -> None:
    make_pilot(run)
    done = run("user", "create", "puisto@example.fi", "--role", "park-staff", "--park", "Suvela")
    assert done.stdout.startswith("https://pilot.example.fi/sign-in/")
    facts = json.loads(run("user", "create", "paallikko@example.fi", "--role", "manager", "--json").stdout)
    assert facts["role"] == "manager"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "create", "no-address", "--role", "manager"), "Enter an email address"),
        (("user", "create", "a@example.fi", "--role", "king"), "invalid choice"),
        (("user", "create", "a@example.fi", "--role", "park-staff"), "at least one park"),
        (("park", "create", "  ", "--address", "A 1", "--postal-code", "02760", "--city", "Espoo"), "name of the park"),
        (("park", "create", "Olari", "--address", "A 1", "--postal-code", "2", "--city", "Espoo"), "postal code"),
        (("pilot", "create", "P", "--from", "2024-07-01", "--to", "2024-06-01", "--park", "Suvela"), "ends before"),
        (("pilot", "create", "P", "--from", "1.7.2024", "--to", "x", "--park", "Suvela"), "'x' is not a date"),
        (("pilot", "create", "P", "--from", "1.7.2024", "--to", "31.7.2024", "--park", "Nokka"), "no park 'Nokka'"),
        (
            ("pilot", "create", "P", "--from", "1.7.2024", "--to", "31.7.2024", "--park", "Suvela", "--estimate", "x"),
            "--estimate: 'x' is not an amount",
        ),
        (
            ("pilot", "create", "P", "--from", "1.7.2024", "--to", "31.7.2024", "--park", "Suvela", "--weekdays", "x"),
            "weekday x is not known",
        ),
        (("pilot", "create", "P", "--from", "1.7.2024", "--to", "31.7.2024", "--park", "Suvela"), "another pilot"),
        (("import", "meals", "nowhere.csv"), "nowhere.csv: No such file"),
        (("report", "costs", "--pilot", "Elokuu"), "no pilot 'Elokuu'"),
        (("report", "costs", "--as-of", "31.12.2099"), "--as-of: '31.12.2099' is still to come"),
        (("report", "costs", "--known-then"), "--known-then: say of which day: --as-of DATE"),
        (("job", "sleep"), "no job 'sleep'"),
        (("job", "open-days", "--day", "tomorrow"), "'tomorrow' is not a date"),
        (("serve", "--port", "99999"), "is not a port"),
        (("report",), "required"),
        ((), "required"),
    ],
)
def test_bad_input_is_said_in_one_line(run: Run, arguments: tuple[str, ...], words: str) -> None:
    make_pilot(run)
    assert words in run(*arguments, status=2).stderr


def test_a_bad_row_is_named(run: Run, tmp_path: Path) -> None:
    make_pilot(run)
    file = tmp_path / "meals.csv"
    file.write_text("park;date;under_school_age;school_age\nSuvela;1.7.2024;x;1\n", encoding="utf-8")
    assert (
        "row 2, column under_school_age: Enter a whole number, such as 12 ('x')"
        in run("import", "meals", str(file), status=2).stderr
    )
    file.write_text("park;date;under_school_age;school_age\nSuvela;6.7.2024;1;1\n", encoding="utf-8")
    assert "row 2, column date: No meal is planned for this day" in run("import", "meals", str(file), status=2).stderr


def test_a_wrong_setting_is_named(run: Run) -> None:
    assert "PILOT_OPS_PROXIES" in run("audit", "verify", status=2, PROXIES="many").stderr
    nowhere = {"DATABASE_URL": "postgresql://nobody@/x", "SECRET_KEY": ""}
    assert "PILOT_OPS_SECRET_KEY" in run("audit", "verify", status=2, **nowhere).stderr


def test_a_database_that_is_not_there_is_a_failure(run: Run) -> None:
    url = "postgresql://nobody@127.0.0.1:9/x?connect_timeout=2"
    done = run("audit", "verify", status=1, DATABASE_URL=url, SECRET_KEY="k" * 40)
    assert "the database" in done.stderr


def test_nodes_that_start_at_once_migrate_in_turn(run: Run, postgres: Postgres) -> None:
    postgres.run("CREATE DATABASE new_nodes")
    node = partial(run, "audit", "verify", DATABASE_URL=postgres.url("new_nodes"), SECRET_KEY="k" * 40)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _number: node(), range(4)))
    assert {found.stdout.split(":")[0] for found in done} == {"sound"}
    postgres.run("DROP DATABASE new_nodes WITH (FORCE)")


def test_a_job_by_hand(run: Run) -> None:
    make_pilot(run)
    facts = json.loads(run("job", "nightly-check", "--day", "2024-07-06", "--json").stdout)
    assert facts["days_looked_at"] == 10
    assert facts["done_or_found"] == 10


def test_the_demonstration(run: Run) -> None:
    first = json.loads(run("demo", "--json").stdout)
    assert first["loaded"]
    assert set(first["links"]) == {role.value for role in Role}
    assert not json.loads(run("demo", "--json").stdout)["loaded"]
    name = ("--pilot", "Puistoruokailu heinäkuu 2024")
    report = run("report", "costs", *name, "--as-of", "2024-08-31", "--format", "json").stdout
    total = json.loads(report)["total"]
    assert (total["planned_days"], total["cancelled_days"], total["estimate_total"]) == (92, 1, "22000.00")
    assert json.loads(run("demo", "--reset", "--json").stdout)["loaded"]
    again = run("report", "costs", *name, "--as-of", "2024-08-31", "--format", "json").stdout
    assert again == report
    park = ("--park", "Tapiola")
    run("pilot", "create", "Oikea", "--from", "2024-07-01", "--to", "2024-07-31", *park)
    assert "'Oikea' is not a demonstration" in run("demo", "--reset", status=2).stderr


def test_people_of_places_are_made_at_places_that_are_there(run: Run) -> None:
    run("demo")
    made = run("user", "create", "piste@example.fi", "--role", "point-staff", "--place", "leppävaara")
    assert "/sign-in/" in made.stdout
    for role, place in (("venue", "Leppävaara"), ("coordinator", "Leppävaara"), ("point-staff", "Muu")):
        refused = run("user", "create", "toinen@example.fi", "--role", role, "--place", place, status=2).stderr
        assert f"there is no place {place!r} where {role} works" in refused
