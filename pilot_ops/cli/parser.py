"""What can be typed."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from pilot_ops.api.domain import Scope
from pilot_ops.cli import backups, commands, demo, feeds, files, invoices, prints, serving, tickets, tokens
from pilot_ops.costs.domain import Category
from pilot_ops.kernel.access import Role
from pilot_ops.tickets.domain import Format


class OneLineParser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {message}\n")
        sys.exit(2)


def make_parser() -> argparse.ArgumentParser:
    """The parser of every command; ``run`` of its result does the work."""
    parser = OneLineParser(prog="pilot-ops", description="Event and park-meal pilot operations.")
    kinds = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=OneLineParser)
    _serving(kinds)
    _records(kinds)
    _tickets(kinds)
    _files(kinds)
    _tokens(kinds)
    _upkeep(kinds)
    return parser


def _command(kinds: Any, name: str, run: Any, about: str, *, json: bool = True) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = kinds.add_parser(name, help=about, description=about)
    command.set_defaults(run=run, json=False)
    if json:
        command.add_argument("--json", action="store_true", help="print data for other programs")
    return command


def _group(kinds: Any, name: str, about: str) -> Any:
    group = kinds.add_parser(name, help=about, description=about)
    return group.add_subparsers(required=True, metavar="COMMAND", parser_class=OneLineParser)


def _serving(kinds: Any) -> None:
    serve = _command(kinds, "serve", serving.serve, "migrate, then run web server and timetable together", json=False)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    load = _command(kinds, "demo", demo.load, "load the programme's figures and two demonstration pilots")
    load.add_argument("--reset", action="store_true", help="first delete everything; refused if it is not all demo")


def _records(kinds: Any) -> None:
    user = _command(_group(kinds, "user", "people"), "create", commands.create_user, "add a person; prints a link")
    user.add_argument("email")
    user.add_argument("--role", required=True, choices=[role.value for role in Role])
    user.add_argument("--park", action="append", default=[], help="a park of park staff; may be given again")
    user.add_argument("--place", action="append", default=[], help="where point-staff or venue works; may be repeated")
    user.add_argument("--name", default="", help="the person's name (from the address)")
    park = _command(_group(kinds, "park", "parks"), "create", commands.create_park, "add a park")
    park.add_argument("name")
    park.add_argument("--address", required=True)
    park.add_argument("--postal-code", required=True)
    park.add_argument("--city", required=True)
    park.add_argument("--district", default="")
    pilot = _command(
        _group(kinds, "pilot", "pilots"), "create", commands.create_pilot, "make a pilot and plan its days"
    )
    pilot.add_argument("name")
    pilot.add_argument("--from", dest="starts_on", required=True, metavar="DATE")
    pilot.add_argument("--to", dest="ends_on", required=True, metavar="DATE")
    pilot.add_argument("--park", action="append", required=True, help="a park that takes part; may be given again")
    pilot.add_argument("--weekdays", default="mon-fri", help="such as mon-fri or mon,wed (mon-fri)")
    pilot.add_argument("--estimate", default="5500.00", help="for a park for a month, EUR net of VAT (5500.00)")
    pilot.add_argument("--months", default="1", help="how many months the estimate is for (1)")
    pilot.add_argument("--expected", default="80", help="children a day in a park (80)")
    pilot.add_argument("--portion-price", help="agreed with the caterer, EUR")
    pilot.add_argument("--daily-fee", help="agreed with the caterer, EUR for a park's day")


def _tickets(kinds: Any) -> None:
    group = _group(kinds, "tickets", "tickets and wristbands")
    create = _command(group, "create", tickets.create_batch, "add a batch of tickets to stock")
    create.add_argument("type", metavar="TYPE", help="a ticket type: its Finnish name or its prefix")
    create.add_argument("--quantity", required=True, metavar="N", help="how many tickets")
    create.add_argument("--acquired", metavar="DATE", help="the day they were acquired (today)")
    create.add_argument("--note", default="")
    sheets = _command(group, "print", prints.print_tickets, "write tickets with their codes to a PDF")
    sheets.add_argument("batch", help="a batch's id, or a type's name or prefix: then all its tickets")
    sheets.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write it")
    sheets.add_argument("--format", default="cards", choices=[paper.value for paper in Format])
    sheets.add_argument("--from", dest="first", type=int, metavar="NUMBER", help="the first number (the batch's first)")
    sheets.add_argument("--to", dest="last", type=int, metavar="NUMBER", help="the last number (the batch's last)")
    sheets.add_argument("--without-value", action="store_true", help="leave out what a ticket is worth")


def _tokens(kinds: Any) -> None:
    group = _group(kinds, "token", "tokens of other programs, for the API")
    create = _command(group, "create", tokens.create_token, "make a token and print it, this once")
    create.add_argument("name", metavar="NAME", help="which program it is for")
    scopes = ", ".join(Scope)
    create.add_argument("--scope", action="append", required=True, help=f"{scopes}; several in quotes, or given again")
    create.add_argument("--expires", metavar="DATE", help="the last day it is in force (until it is revoked)")
    _command(group, "revoke", tokens.revoke, "shut a token out").add_argument("name", metavar="NAME")


def _files(kinds: Any) -> None:
    bring = _group(kinds, "import", "bring in files")
    for name, run in (("meals", files.import_meals), ("costs", files.import_costs)):
        command = _command(bring, name, run, f"bring in {name} from a CSV or XLSX file")
        command.add_argument("file")
        command.add_argument("--pilot", help="its name; may be left out when there is only one")
        command.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    _invoices(bring)
    counts = _command(bring, "tickets", tickets.import_counts, "bring in numbers of counted tickets")
    counts.add_argument("file")
    counts.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    for name, run, source in (
        ("events", feeds.import_events, "Linked Events"),
        ("places", feeds.import_places, "the service map (Palvelukartta)"),
    ):
        command = _command(bring, name, run, f"bring in {name} from a JSON file of {source}")
        command.add_argument("file")
        command.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        if name == "places":
            kinds_of = ("parks", "venues")
            command.add_argument(
                "--as", dest="kind", choices=kinds_of, default="parks", help="parks, or venues of events and tickets"
            )
    report = _group(kinds, "report", "reports")
    costs = _command(report, "costs", files.report_costs, "each park's cost against the estimate", json=False)
    costs.add_argument("--pilot", help="its name; may be left out when there is only one")
    costs.add_argument("--as-of", metavar="DATE", help="the situation of a day (the latest that is over)")
    costs.add_argument("--known-then", action="store_true", help="as it was known that day: leave out what came since")
    costs.add_argument("--format", default="table", choices=["table", "json", "csv", "xlsx", "pdf"])
    costs.add_argument("-o", "--output", metavar="FILE", help="where to write it")
    used = _command(report, "tickets", tickets.report_tickets, "tickets handed out and used", json=False)
    used.add_argument("--type", metavar="TYPE", help="one ticket type: its Finnish name or its prefix")
    used.add_argument("--from", dest="first", metavar="DATE", help="the first day (the beginning)")
    used.add_argument("--to", dest="last", metavar="DATE", help="the last day (today)")
    used.add_argument("--by", default="type", choices=["type", "point", "group", "month"], help="(type)")
    used.add_argument("--published", action="store_true", help="hide figures under 5 of client groups")
    used.add_argument("--format", default="table", choices=["table", "json", "csv", "xlsx"])
    used.add_argument("-o", "--output", metavar="FILE", help="where to write it")


def _invoices(bring: Any) -> None:
    bills = _command(bring, "invoices", invoices.import_invoices, "book electronic invoices: Finvoice 3.0 or UBL 2.1")
    bills.add_argument("files", nargs="+", metavar="FILE")
    bills.add_argument("--pilot", help="its name; may be left out when there is only one")
    where = bills.add_mutually_exclusive_group()
    where.add_argument("--park", metavar="NAME", help="the park of lines whose file does not say it")
    where.add_argument("--shared", action="store_true", help="such lines are shared by all parks equally")
    kinds_of_cost = [kind.value for kind in Category]
    bills.add_argument("--category", choices=kinds_of_cost, help="what lines are whose words do not say it")
    bills.add_argument("--from", dest="first", metavar="DATE", help="the first day of food whose days are not said")
    bills.add_argument("--to", dest="last", metavar="DATE", help="the last day of it")
    bills.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def _upkeep(kinds: Any) -> None:
    job = _command(kinds, "job", commands.run_job, "run a job by hand")
    job.add_argument("name")
    job.add_argument("--day", metavar="DATE", help="the day it is run for (today)")
    _command(_group(kinds, "jobs", "the timetable"), "run", serving.run_jobs, "run the timetable alone", json=False)
    backup = _command(kinds, "backup", backups.back_up, "write the whole database to one file, while it is in use")
    backup.add_argument("file", metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace FILE if it is there")
    restore = _command(kinds, "restore", backups.restore, "take a backup in; stop the service first")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="in place of all that the database holds")
    audit = _group(kinds, "audit", "the audit log")
    _command(audit, "verify", commands.verify_audit, "check that the log is as it was written")
