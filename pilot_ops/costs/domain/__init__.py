"""What each park cost against the estimate: the ledger, the sheet of figures, and the curve through a season.

All arithmetic is exact (fractions of a cent); nothing is rounded before it is shown. Source of every rule: the product
description, "Costs".
"""

from pilot_ops.costs.domain.agreements import check_agreement, check_prices_open
from pilot_ops.costs.domain.causes import Causes, causes_of
from pilot_ops.costs.domain.curve import Point, make_curve
from pilot_ops.costs.domain.ledger import (
    Category,
    Entry,
    Reason,
    SplitKey,
    check_entry,
    check_reversal,
    covered_days,
    month_of,
    reversal_of,
)
from pilot_ops.costs.domain.matching import Bill, Finding, Found, match_invoices, unmatchable
from pilot_ops.costs.domain.periods import (
    Month,
    check_held,
    check_lock,
    check_open,
    last_day_of,
    month_sheet,
    months_of,
)
from pilot_ops.costs.domain.sheet import (
    Agreement,
    Day,
    Figures,
    ParkSheet,
    Sheet,
    Terms,
    is_delivered,
    latest_day,
    make_sheet,
)
from pilot_ops.costs.domain.shifts import Shift, check_shift, entry_of

__all__ = [
    "Agreement",
    "Bill",
    "Category",
    "Causes",
    "Day",
    "Entry",
    "Figures",
    "Finding",
    "Found",
    "Month",
    "ParkSheet",
    "Point",
    "Reason",
    "Sheet",
    "Shift",
    "SplitKey",
    "Terms",
    "causes_of",
    "check_agreement",
    "check_entry",
    "check_held",
    "check_lock",
    "check_open",
    "check_prices_open",
    "check_reversal",
    "check_shift",
    "covered_days",
    "entry_of",
    "is_delivered",
    "last_day_of",
    "latest_day",
    "make_curve",
    "make_sheet",
    "match_invoices",
    "month_of",
    "month_sheet",
    "months_of",
    "reversal_of",
    "unmatchable",
]
