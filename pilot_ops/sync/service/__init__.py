"""Taking in what phones send."""

from pilot_ops.sync.service.taking import ReadIn, read_in, work_of
from pilot_ops.sync.service.work import Result, Scanned, Stored, Work

__all__ = ["ReadIn", "Result", "Scanned", "Stored", "Work", "read_in", "work_of"]
