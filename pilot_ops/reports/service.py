"""Writing the texts of a follow-up report, and keeping a report as it stands."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language
from pilot_ops.programme.queries import get_year
from pilot_ops.reports import queries
from pilot_ops.reports.domain import Block, Document, FollowUp, Reason, check_text
from pilot_ops.reports.models import ReportTextRow, ReportVersionRow


def get_follow_up(session: Session, actor: Actor, *, year: int, language: Language, today: date) -> FollowUp:
    """Everything that the report of a year is written from. NotFound if it is no year."""
    actor.must(Permission.PROGRAMME_VIEW)
    return queries.get_follow_up(session, year, language, today=today)


def save_text(
    session: Session,
    actor: Actor,
    *,
    year: int,
    language: Language,
    block: Block,
    text: str,
    seen: int,
    at: datetime,
) -> None:
    """Write a new version of a text; the earlier ones stay. The same text again is no new version.

    ``seen`` is the version that was looked at, 0 for none. Refused if somebody was quicker, or the text cannot be.
    """
    actor.must(Permission.PROGRAMME_EDIT)
    get_year(session, year)
    text = check_text(text)
    there = queries.texts_of(session, year, language).get(block)
    if (there.text if there else "") == text:
        return
    values = {
        "id": uuid4(),
        "year": year,
        "language": language,
        "block": block,
        "version": seen + 1,
        "text": text,
        "saved_at": at,
        "user_id": actor.user_id,
    }
    if seen != (there.version if there else 0) or not insert_once(session, ReportTextRow, values):
        raise Refused(Reason.CHANGED_MEANWHILE, "text")
    after = {"language": language, "block": block, "version": seen + 1, "text": text}
    record(session, actor, Action.REPORT_TEXT_SAVED, str(year), at=at, after=after)


def keep_report(
    session: Session, actor: Actor, *, version_id: UUID, year: int, document: Document, at: datetime
) -> None:
    """Keep a report as it stands, under the next number of its year and language. The same id again changes nothing."""
    actor.must(Permission.PROGRAMME_EDIT)
    get_year(session, year)
    language = Language(document.language)
    last = select(func.max(ReportVersionRow.number)).where(
        ReportVersionRow.year == year, ReportVersionRow.language == language
    )
    values = {
        "id": version_id,
        "year": year,
        "language": language,
        "number": (session.scalar(last) or 0) + 1,
        "as_of": document.as_of,
        "document": document,
        "saved_at": at,
        "user_id": actor.user_id,
    }
    if session.get(ReportVersionRow, version_id) is None:
        if not insert_once(session, ReportVersionRow, values):
            raise Refused(Reason.CHANGED_MEANWHILE)
        after = {"language": language, "number": values["number"], "as_of": document.as_of}
        record(session, actor, Action.REPORT_KEPT, str(year), at=at, after=after)
