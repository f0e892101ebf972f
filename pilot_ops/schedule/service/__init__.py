"""What people do with the schedule: pilots, planning, closures, and single days."""

from pilot_ops.schedule.service.days import (
    MOST_ORDERED,
    cancel_day,
    change_day,
    check_ordered,
    move_day,
    order_portions,
    restore_day,
    set_menu,
    set_ordered,
    subject_of,
)
from pilot_ops.schedule.service.pilots import (
    Calendar,
    add_closure,
    change_pilot,
    create_pilot,
    heed,
    preview_change,
    preview_closure,
    remove_closure,
)

__all__ = [
    "MOST_ORDERED",
    "Calendar",
    "add_closure",
    "cancel_day",
    "change_day",
    "change_pilot",
    "check_ordered",
    "create_pilot",
    "heed",
    "move_day",
    "order_portions",
    "preview_change",
    "preview_closure",
    "remove_closure",
    "restore_day",
    "set_menu",
    "set_ordered",
    "subject_of",
]
