"""What people do with tickets: types and batches, moves of many, scans of one, stock-taking."""

from pilot_ops.tickets.service.listed import list_codes
from pilot_ops.tickets.service.moves import do_move, plan_move, replace
from pilot_ops.tickets.service.overview import get_overview, list_takings
from pilot_ops.tickets.service.scans import hand_out, note_wrong_code, undo_hand_out, use
from pilot_ops.tickets.service.stock import acquire, change_type, code_of, create_type, take_stock

__all__ = [
    "acquire",
    "change_type",
    "code_of",
    "create_type",
    "do_move",
    "get_overview",
    "hand_out",
    "list_codes",
    "list_takings",
    "note_wrong_code",
    "plan_move",
    "replace",
    "take_stock",
    "undo_hand_out",
    "use",
]
