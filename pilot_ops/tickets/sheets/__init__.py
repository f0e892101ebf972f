"""Drawing tickets on A4: cards to cut, labels, and strips for wrists, as a PDF of vectors: values in, bytes out."""

from pilot_ops.tickets.sheets.drawing import Face, draw

__all__ = ["Face", "draw"]
