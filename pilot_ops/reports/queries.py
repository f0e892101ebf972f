"""Reading what a follow-up report is written from, its texts, and the reports that were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.costs.domain import Figures
from pilot_ops.costs.queries import get_basis
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Language
from pilot_ops.meals import queries as meals
from pilot_ops.meals.domain import Summary, Weather
from pilot_ops.programme import queries as programme
from pilot_ops.programme.domain import PartKind
from pilot_ops.reports.domain import (
    Block,
    Document,
    FollowUp,
    ParkLine,
    PilotAnnex,
    Text,
    Version,
    share_of,
)
from pilot_ops.reports.models import ReportTextRow, ReportVersionRow
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import list_days, list_pilots


def get_follow_up(session: Session, year: int, language: Language, *, today: date) -> FollowUp:
    """Everything that the report of a year is written from, as it is on a day. NotFound if it is no year."""
    overview = programme.get_overview(session, year, today=today)
    after = programme.find_year(session, year + 1)
    return FollowUp(
        overview=overview,
        before=programme.find_year(session, year - 1),
        after=programme.get_overview(session, year + 1, today=today) if after else None,
        targets=programme.list_targets(session),
        decisions=programme.list_decisions(session, year),
        texts=texts_of(session, year, language),
        pilots=_annexes(session, year, today),
        as_of=min(today, date(year, 12, 31)),
    )


def _annexes(session: Session, year: int, today: date) -> tuple[PilotAnnex, ...]:
    """The pilots that belong to a measure of the year."""
    chosen = {thing for kind, thing in programme.parts_of_year(session, year) if kind is PartKind.PILOT}
    return tuple(_annex(session, pilot, year, today) for pilot in list_pilots(session, pilot_ids=chosen))


def _annex(session: Session, pilot: Pilot, year: int, today: date) -> PilotAnnex:
    basis = get_basis(session, pilot)
    as_of = min(basis.latest_day(today), date(year, 12, 31))
    days = list_days(session, pilot_id=pilot.id, last=as_of)
    happened = meals.list_summaries(session, tuple(days))
    sheet = basis.sheet(as_of)
    parks = tuple(
        _line(basis.names[park.park_id], park.figures, [one for one in happened if one.day.park_id == park.park_id])
        for park in sheet.parks
    )
    return PilotAnnex(pilot.name, pilot.details.demo, as_of, parks, _line("", sheet.total, happened))


def _line(name: str, figures: Figures, happened: Sequence[Summary]) -> ParkLine:
    records = [one.record for one in happened if one.record is not None]
    delivered = sum(record.delivered or 0 for record in records)
    return ParkLine(
        name=name,
        figures=figures,
        turned_away=sum(one.count.turned_away for one in happened),
        waste_share=share_of(sum(record.waste for record in records), delivered),
        rainy_days=sum(record.weather is Weather.RAIN for record in records),
    )


def texts_of(session: Session, year: int, language: Language) -> Mapping[Block, Text]:
    """The latest version of each text of a year's report in a language."""
    latest = (
        select(ReportTextRow.block, func.max(ReportTextRow.version).label("version"))
        .where(ReportTextRow.year == year, ReportTextRow.language == language)
        .group_by(ReportTextRow.block)
        .subquery()
    )
    query = (
        select(ReportTextRow)
        .join(latest, (latest.c.block == ReportTextRow.block) & (latest.c.version == ReportTextRow.version))
        .where(ReportTextRow.year == year, ReportTextRow.language == language)
    )
    return {row.block: _text(row) for row in session.scalars(query)}


def list_texts(session: Session, year: int, language: Language, block: Block) -> tuple[Text, ...]:
    """Every version of a text, the latest first."""
    query = select(ReportTextRow).where(
        ReportTextRow.year == year, ReportTextRow.language == language, ReportTextRow.block == block
    )
    return tuple(map(_text, session.scalars(query.order_by(ReportTextRow.version.desc()))))


def list_versions(session: Session, year: int) -> tuple[Version, ...]:
    """The reports of a year that were kept, the latest first."""
    query = select(ReportVersionRow).where(ReportVersionRow.year == year)
    return tuple(map(_version, session.scalars(query.order_by(ReportVersionRow.saved_at.desc()))))


def get_version(session: Session, version_id: UUID) -> tuple[Version, Document]:
    """A report that was kept. NotFound if there is none."""
    row = session.get(ReportVersionRow, version_id)
    if row is None:
        raise NotFound
    return _version(row), row.document


def _text(row: ReportTextRow) -> Text:
    return Text(row.block, row.version, row.text, row.saved_at, row.user_id)


def _version(row: ReportVersionRow) -> Version:
    return Version(row.id, row.year, row.language, row.number, row.as_of, row.saved_at, row.user_id)
