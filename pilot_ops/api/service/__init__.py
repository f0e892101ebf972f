"""What is done for other programs: tokens, and reading."""

from pilot_ops.api.service.costs import get_cost_sheet, list_ledger
from pilot_ops.api.service.events import list_events
from pilot_ops.api.service.meals import list_meal_days
from pilot_ops.api.service.places import list_parks, list_pilots
from pilot_ops.api.service.programme import get_programme_year
from pilot_ops.api.service.tickets import get_ticket_report
from pilot_ops.api.service.tokens import make_token, note_used, revoke_token

__all__ = [
    "get_cost_sheet",
    "get_programme_year",
    "get_ticket_report",
    "list_events",
    "list_ledger",
    "list_meal_days",
    "list_parks",
    "list_pilots",
    "make_token",
    "note_used",
    "revoke_token",
]
