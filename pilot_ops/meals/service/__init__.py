"""What people do on a meal day: count, close, reopen, correct, enter it from paper, and bring days in from a file."""

from pilot_ops.meals.service.days import (
    Tapped,
    close_day,
    correct_count,
    enter_from_paper,
    find_warnings,
    record_tap,
    reopen_day,
)
from pilot_ops.meals.service.files import ImportedDay, MealPlan, PlannedRow, import_days, plan_import

__all__ = [
    "ImportedDay",
    "MealPlan",
    "PlannedRow",
    "Tapped",
    "close_day",
    "correct_count",
    "enter_from_paper",
    "find_warnings",
    "import_days",
    "plan_import",
    "record_tap",
    "reopen_day",
]
