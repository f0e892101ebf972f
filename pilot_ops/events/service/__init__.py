"""What people do with events."""

from pilot_ops.events.service.attendance import close, counts_at, must_count, record_attendance_tap, reopen
from pilot_ops.events.service.planning import (
    cancel,
    change_event,
    change_series,
    create_event,
    delete_draft,
    postpone,
    publish,
    publish_series,
    repeat_event,
    reschedule,
    restore,
)

__all__ = [
    "cancel",
    "change_event",
    "change_series",
    "close",
    "counts_at",
    "create_event",
    "delete_draft",
    "must_count",
    "postpone",
    "publish",
    "publish_series",
    "record_attendance_tap",
    "reopen",
    "repeat_event",
    "reschedule",
    "restore",
]
