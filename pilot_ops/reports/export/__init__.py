"""The follow-up report as a document, and the document as DOCX."""

from pilot_ops.reports.export.document import compose
from pilot_ops.reports.export.docx import write_docx

__all__ = ["compose", "write_docx"]
