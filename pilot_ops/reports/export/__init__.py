"""The follow-up report as a document, and the document as PDF and DOCX."""

from pilot_ops.reports.export.document import compose
from pilot_ops.reports.export.docx import write_docx
from pilot_ops.reports.export.pdf import write_pdf

__all__ = ["compose", "write_docx", "write_pdf"]
