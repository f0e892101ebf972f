"""A year of the programme."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Token, Wrong
from pilot_ops.api.service.pages import names_of
from pilot_ops.api.wire import BenefitTarget, Measure, MeasurePart, ProgrammeAsked, ProgrammeYear
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.money import Money
from pilot_ops.programme.domain import MeasureFigures
from pilot_ops.programme.queries import list_targets, list_years
from pilot_ops.programme.service import get_overview


def get_programme_year(session: Session, token: Token, asked: ProgrammeAsked, *, today: date) -> ProgrammeYear:
    """A year's budget, measures, costs and participations. Wrong if there is no such year."""
    token.actor().must(Permission.PROGRAMME_VIEW)
    years = [one.year for one in list_years(session)]
    year = next(iter(years), None) if asked.year is None else asked.year
    if year is None or year not in years:
        raise Wrong({"year": f"There is no such year. There are: {', '.join(map(str, years)) or 'none yet'}."})
    found = get_overview(session, token.actor(), year=year, today=today)
    return ProgrammeYear(
        year=year,
        years=sorted(years),
        currency="EUR",
        budget=_money(found.year.budget),
        measures_planned=found.counts.planned,
        measures_cancelled=found.counts.cancelled,
        measures_added=found.counts.added,
        measures_in_effect=found.counts.in_effect,
        actual_measures=found.of_measures.decimal(),
        not_itemised=found.not_itemised.decimal(),
        actual_administration=found.administration.decimal(),
        total=found.total.decimal(),
        approximate=found.approximate,
        residents=found.year.residents,
        residents_approximate=found.year.residents_approximate,
        participations=found.participations,
        made_up=found.made_up,
        targets=[BenefitTarget(target.number, names_of(target.name)) for target in list_targets(session)],
        measures=[_measure(line) for line in found.measures],
    )


def _measure(line: MeasureFigures) -> Measure:
    measure, details = line.measure, line.measure.details
    return Measure(
        id=measure.id,
        name=names_of(measure.name),
        status=details.status,
        added=details.added,
        targets=sorted(details.targets),
        budget=_money(details.budget),
        actual=line.actual.decimal() if line.known else None,
        approximate=line.approximate,
        participations=line.participations,
        parts=[
            MeasurePart(part.kind, part.id, part.name.fi, part.cost.decimal(), part.participations)
            for part in line.parts
        ],
    )


def _money(amount: Money | None) -> str | None:
    return None if amount is None else amount.decimal()
