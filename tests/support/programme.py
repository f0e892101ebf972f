"""Years, measures and expenses for tests."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme import queries, service
from pilot_ops.programme.domain import Account, Expense, Measure, MeasureDetails, Year
from tests.support.builders import ADMIN, NOON

_numbers = count(1)


def make_year(session: Session, year: int = 2026, **different: Any) -> Year:
    """A year of the programme."""
    made = Year(year, **different)
    service.add_year(session, ADMIN, year=made, at=NOON)
    return made


def make_measure(session: Session, year: int = 2026, parts: Any = (), **different: Any) -> Measure:
    """A measure like ``Toimenpide 1``; its year is made if it is not there."""
    if queries.find_year(session, year) is None:
        make_year(session, year)
    details = MeasureDetails(**{"name": Translated(f"Toimenpide {next(_numbers)}"), **different})
    return service.create_measure(session, ADMIN, measure_id=uuid4(), year=year, details=details, parts=parts, at=NOON)


def make_expense(measure: Measure | None = None, euro: str = "100.00", **different: Any) -> Expense:
    """An expense of a measure, or else of administration; not booked yet."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "year": measure.year if measure else 2026,
        "account": Account.MEASURE if measure else Account.ADMINISTRATION,
        "measure_id": measure.id if measure else None,
        "day": date(2026, 6, 30),
        "amount": Money.parse(euro),
        "description": "Lasku",
    }
    return Expense(**{**given, **different})
