"""What people do with tickets: types and batches, moves of many, scans of one, stock-taking."""

from pilot_ops.tickets.service.counted import record_counts
from pilot_ops.tickets.service.files import (
    IMPORTED,
    CountsPlan,
    CountsProblem,
    ImportedCounts,
    PlannedCounts,
    import_counts,
    plan_import,
)
from pilot_ops.tickets.service.listed import list_codes
from pilot_ops.tickets.service.moves import do_move, plan_move, replace
from pilot_ops.tickets.service.overview import get_overview, get_report, list_takings
from pilot_ops.tickets.service.prints import order_print, plan_order, read_print_file
from pilot_ops.tickets.service.public import settle_wrong_codes, take_survey_turn, tell_of_wrong_codes
from pilot_ops.tickets.service.scans import hand_out, note_wrong_code, undo_hand_out, use
from pilot_ops.tickets.service.stock import acquire, change_type, code_of, create_type, take_stock

__all__ = [
    "IMPORTED",
    "CountsPlan",
    "CountsProblem",
    "ImportedCounts",
    "PlannedCounts",
    "acquire",
    "change_type",
    "code_of",
    "create_type",
    "do_move",
    "get_overview",
    "get_report",
    "hand_out",
    "import_counts",
    "list_codes",
    "list_takings",
    "note_wrong_code",
    "order_print",
    "plan_import",
    "plan_move",
    "plan_order",
    "read_print_file",
    "record_counts",
    "replace",
    "settle_wrong_codes",
    "take_stock",
    "take_survey_turn",
    "tell_of_wrong_codes",
    "undo_hand_out",
    "use",
]
