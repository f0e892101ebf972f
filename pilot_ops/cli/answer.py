"""What commands say: data on stdout, one line about what is wrong on stderr."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import flask_migrate
from flask import Flask
from flask_babel import force_locale

from pilot_ops.app import create_app
from pilot_ops.kernel.access import Actor, the_service
from pilot_ops.kernel.errors import Denial, NotFound, Refused
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.kernel.settings import Settings, read_settings
from pilot_ops.kernel.tabular import WrongCell, read_day
from pilot_ops.kernel.web.forms import sentence_of

OPERATOR: Actor = the_service("command line")


class BadInput(Exception):
    """What was asked cannot be done as it was asked; the message is one line for people."""


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(text + "\n")


def answer(asked: Any, facts: Mapping[str, Any], text: str) -> None:
    """The answer: ``text`` for people, or with ``--json`` the facts for other programs."""
    say(json.dumps(dict(facts), ensure_ascii=False, default=str) if asked.json else text)


def complain(text: str) -> None:
    """Say in one line what is wrong."""
    sys.stderr.write(f"pilot-ops: {' '.join(text.split())}\n")


@contextmanager
def working(settings: Settings | None = None) -> Iterator[Flask]:
    """The service with its newest tables, ready for work. A refusal of its rules becomes BadInput."""
    app = create_app(settings or read_settings())
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        with refusals():
            yield app


@contextmanager
def refusals() -> Iterator[None]:
    """In an app context: a refusal of the service's rules becomes BadInput."""
    try:
        yield
    except Denial as denial:
        raise BadInput(_refusal(denial)) from denial


def _refusal(denial: Denial) -> str:
    """A denial in words; the sentences are those of the slice whose rule refused."""
    if not isinstance(denial, Refused):
        return "no such thing" if isinstance(denial, NotFound) else f"not allowed: {denial}"
    slice_name = type(denial.reason).__module__.split(".")[1]
    labels = importlib.import_module(f"pilot_ops.{slice_name}.labels")
    where = f"{denial.field}: " if denial.field else ""
    with force_locale("en"):
        return where + sentence_of(denial, labels.REASONS)


def day_of(text: str) -> date:
    """A date of an argument. BadInput if it is none."""
    try:
        return read_day(text)
    except WrongCell:
        raise BadInput(f"{text!r} is not a date; write it as 2024-06-03 or 3.6.2024") from None
