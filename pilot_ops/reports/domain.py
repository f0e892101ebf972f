"""The follow-up report: its pieces, the texts that people write into it, and figures inside those texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain import Figures
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language, plain
from pilot_ops.programme.domain import Decision, Overview, Target, Year

LONGEST_TEXT = 8000
_FIELD = re.compile(r"\{([^{}\n]*)\}")


class Block(StrEnum):
    """A text that people write, by its place in the report."""

    INTRODUCTION = "introduction"
    RESULTS = "results"
    FUNDING = "funding"
    RESOURCES = "resources"
    NEXT_YEAR = "next-year"
    PILOT = "pilot"


class Field(StrEnum):
    """A figure that a text may hold, written ``{total}``: it is filled in from the data, as of the report's day."""

    ADDED = "added"
    ADMINISTRATION = "administration"
    BUDGET = "budget"
    CANCELLED = "cancelled"
    IN_EFFECT = "in-effect"
    MEASURES = "measures"
    PARTICIPATIONS = "participations"
    PLANNED = "planned"
    RESIDENTS = "residents"
    TOTAL = "total"


class Reason(StrEnum):
    """Why something about a report is refused. Alphabetical."""

    CHANGED_MEANWHILE = "changed-meanwhile"
    TEXT_TOO_LONG = "text-too-long"
    UNKNOWN_FIELD = "unknown-field"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was written: version 1 is the first."""

    block: Block
    version: int
    text: str
    saved_at: datetime
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a report: ``heading`` (of a level), ``paragraph``, ``bullets`` or ``table``.

    ``lines`` are the paragraph, or the bullets; ``head`` and ``rows`` the table's, whose first column names the row.
    A table with a total has it as its last row; so many columns from the first are ``words``, the others figures.
    ``block`` says that people wrote it.
    """

    kind: str
    lines: tuple[str, ...] = ()
    level: int = 0
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: bool = False
    words: int = 1
    block: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report as it stands on a day, in a language: everything that HTML, PDF and DOCX are made of."""

    title: str
    subtitle: str
    language: str
    as_of: date
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A report that was kept as it stood."""

    id: UUID
    year: int
    language: Language
    number: int
    as_of: date
    saved_at: datetime
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ParkLine:
    """What happened in a park of a pilot. ``waste_share`` is of the portions delivered; None where none are known."""

    name: str
    figures: Figures
    turned_away: int
    waste_share: Fraction | None
    rainy_days: int


@dataclass(frozen=True, slots=True)
class PilotAnnex:
    """A pilot in the annex of a report, its parks by name and the total."""

    name: str
    made_up: bool
    as_of: date
    parks: tuple[ParkLine, ...]
    total: ParkLine


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Everything that the report of a year is written from."""

    overview: Overview
    before: Year | None
    after: Overview | None
    targets: tuple[Target, ...]
    decisions: tuple[Decision, ...]
    texts: Mapping[Block, Text]
    pilots: tuple[PilotAnnex, ...]
    as_of: date


def check_text(text: str) -> str:
    """A text as it is kept. Refused if it is too long, or names a figure that there is none of."""
    text = plain(text).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(Reason.TEXT_TOO_LONG, "text", most=LONGEST_TEXT)
    known = {field.value for field in Field}
    for name in _FIELD.findall(text):
        if name not in known:
            raise Refused(Reason.UNKNOWN_FIELD, "text", name=name)
    return text


def fill(text: str, values: Mapping[Field, str]) -> str:
    """A text with its figures filled in."""
    return _FIELD.sub(lambda found: values[Field(found[1])], text)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: its lines that say something."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def share_of(part: int, whole: int) -> Fraction | None:
    """A part as a share of a whole; None of nothing."""
    return Fraction(part, whole) if whole else None
