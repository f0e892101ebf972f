"""Files of electronic invoices as programs write them: Finvoice 3.0, and UBL 2.1 as EN 16931 and Peppol BIS have it.

Every element that matters is read strictly; the rest is left alone. Why so: docs/decisions/0010-e-invoices.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pilot_ops.invoices.domain import FileProblem, Invoice, Reason, twice_in
from pilot_ops.invoices.wire.finvoice import read_finvoice
from pilot_ops.invoices.wire.ubl import UBL_ROOTS, read_ubl
from pilot_ops.invoices.wire.xml import MOST_BYTES, Node, Wrong, read_xml

MOST_FILES = 50
# Lines of all invoices that are sent together: each is a row with two choices on the page that shows them.
MOST_LINES = 2000
# Documents of one file, the frames among them; and so what is wrong with one file is bounded, too.
_MOST_DOCUMENTS = 500
_DECLARATION = re.compile(rb"<\?xml[\s]")
# The frame in which banks and operators carry an invoice, as a document of its own before it.
_FRAME = "Envelope"

__all__ = ["MOST_BYTES", "MOST_FILES", "MOST_LINES", "read_files", "read_invoices"]


def read_invoices(content: bytes, file: str) -> tuple[tuple[Invoice, ...], tuple[FileProblem, ...]]:
    """The invoices of a file, and everything that is wrong with it; then nothing of it should be used."""
    found: list[Invoice] = []
    problems: list[FileProblem] = []
    try:
        documents = [document for document in _documents(content) if document.tag != _FRAME]
    except Wrong as wrong:
        return (), (wrong.problem(file),)
    for document in documents:
        try:
            found.append(_invoice(document, file))
        except Wrong as wrong:
            problems.append(wrong.problem(file))
    if not documents:
        problems.append(FileProblem(file, 1, "", Reason.NOT_AN_INVOICE, {"found": _FRAME}))
    return tuple(found), tuple(problems)


def read_files(files: Iterable[tuple[str, bytes]]) -> tuple[list[Invoice], list[FileProblem]]:
    """The invoices of several files by their names, and everything that is wrong with any of them."""
    found: list[Invoice] = []
    problems: list[FileProblem] = []
    for name, content in files:
        invoices, wrong = read_invoices(content, name)
        found += invoices
        problems += wrong
    if not problems and sum(len(invoice.lines) for invoice in found) > MOST_LINES:
        problems = [FileProblem("", 0, "", Reason.TOO_MANY_LINES, {"most": MOST_LINES})]
    return found, problems or list(twice_in(found))


def _invoice(document: Node, file: str) -> Invoice:
    if document.tag == "Finvoice":
        return read_finvoice(document, file)
    if (document.space, document.tag) in UBL_ROOTS:
        return read_ubl(document, file)
    raise Wrong(Reason.NOT_AN_INVOICE, document, found=document.tag)


def _documents(content: bytes) -> list[Node]:
    """The documents of a file. Several one after another are no XML, but what banks send."""
    if len(content) > MOST_BYTES:
        raise Wrong(Reason.TOO_LARGE)
    starts = [found.start() for found in _DECLARATION.finditer(content)]
    if len(starts) < 2:
        return [read_xml(content)]
    try:
        return [read_xml(content)]
    except Wrong as wrong:
        if wrong.reason is not Reason.NOT_XML:
            raise
    if len(starts) > _MOST_DOCUMENTS:
        raise Wrong(Reason.TOO_MANY_PARTS)
    ends = [*starts[1:], len(content)]
    return [
        read_xml(content[start:end], lines_before=content.count(b"\n", 0, start))
        for start, end in zip(starts, ends, strict=True)
    ]
