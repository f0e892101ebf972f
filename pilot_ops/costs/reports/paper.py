"""The cost report on paper: the curve of the season, the chief figures, and every park."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from pilot_ops.costs.charts import curve_chart, money_step
from pilot_ops.costs.domain import Figures, Sheet, make_curve
from pilot_ops.costs.queries import Basis
from pilot_ops.kernel.web.i18n import (
    day_full,
    day_short,
    money,
    money_whole,
    number,
    signed_money,
    signed_percent,
    signed_whole,
)
from pilot_ops.kernel.web.paper import Paper, print_paper


def write_paper(basis: Basis, sheet: Sheet) -> bytes:
    """The cost report as PDF, in the language of whoever asks."""
    total = sheet.total
    rows = [_row(basis.names[park.park_id], park.figures) for park in sheet.parks]
    paper = Paper(
        title=f"{_('Pilotin kustannukset')}: {basis.pilot.name}",
        about=_about(basis, sheet),
        caption=_("Puistot"),
        columns=_columns(),
        rows=rows,
        total=_row(_("Yhteensä"), total),
        facts=_facts(total),
        notes=_notes(basis),
    )
    return print_paper(paper, "costs/paper.html", **_chart(basis, sheet))


def _about(basis: Basis, sheet: Sheet) -> str:
    """Of which day the figures are, and when that was known, if it is not now."""
    about: str = _("Tilanne %(day)s. Summat ovat ilman arvonlisäveroa.", day=day_full(sheet.as_of))
    if basis.known is None:
        return about
    return f"{about} {_('Luvut ovat niin kuin ne tiedettiin %(day)s illalla.', day=day_full(basis.known))}"


def _columns() -> list[str]:
    return [
        _("Puisto"),
        _("Aterioita"),
        _("Arviota kertynyt"),
        _("Ruokakulut"),
        _("Josta laskuttamatta"),
        _("Ero arvioon"),
        _("Ero %"),
        _("Määrän vaikutus"),
        _("Hinnan vaikutus"),
        _("Hinta/ateria"),
        _("Henkilöstö"),
        _("Ennuste"),
        _("Arvio yhteensä"),
    ]


def _row(name: str, figures: Figures) -> list[str]:
    share = figures.variance_percent
    return [
        name,
        number(figures.first_portions),
        money(figures.estimate_to_date),
        money(figures.actual_to_date),
        money(figures.accrued),
        signed_money(figures.variance),
        signed_percent(None if share is None else share / 100),
        signed_money(figures.volume_effect),
        signed_money(figures.price_effect),
        money(figures.cost_per_meal),
        money(figures.staff_to_date),
        money(figures.forecast),
        money(figures.estimate_total),
    ]


def _facts(total: Figures) -> list[tuple[str, str]]:
    return [
        (_("Ruokakulut tähän asti"), money_whole(total.actual_to_date)),
        (_("Ero arvioon"), signed_whole(total.variance)),
        (_("Yhden aterian hinta"), money(total.cost_per_meal)),
        (_("Ennuste"), money_whole(total.forecast)),
        (_("Henkilöstökulut, erikseen"), money_whole(total.staff_to_date)),
    ]


def _notes(basis: Basis) -> list[str]:
    notes = [
        _("Määrän ja hinnan vaikutus ovat yhdessä sentilleen koko ero."),
        _("Henkilöstökulut eivät sisälly arvioon."),
    ]
    if basis.known is not None:
        notes.append(_("Mukana ei ole, mitä on kirjattu, kumottu, laskettu tai suljettu sen jälkeen."))
    if basis.pilot.details.demo:
        notes.insert(0, _("Tämän pilotin luvut on keksitty esittelyä varten."))
    return notes


def _chart(basis: Basis, sheet: Sheet) -> dict[str, Any]:
    """The curve and what it says in words; none for a pilot without meal days."""
    dates = sorted({day.day for days in basis.days.values() for day in days})
    if not dates:
        return {"chart": None}
    total = sheet.total
    chart = curve_chart(
        make_curve(basis.terms, basis.days, basis.entries, as_of=sheet.as_of),
        dates=dates,
        estimate_total=total.estimate_total,
        forecast=total.forecast,
        step=money_step(basis.terms.estimate_total, max(total.estimate_total, total.forecast, total.actual_to_date)),
    )
    said = _(
        "Toteutunut %(day)s %(actual)s, kertynyt arvio %(estimate)s, ennuste kauden lopussa %(forecast)s.",
        day=day_short(sheet.as_of),
        actual=money_whole(total.actual_to_date),
        estimate=money_whole(total.estimate_to_date),
        forecast=money_whole(total.forecast),
    )
    title = _("Ruokakulut yhteensä, toteutunut ja arvio")
    return {"chart": chart, "chart_says": f"{title}. {said}", "as_of": sheet.as_of, "last_day": dates[-1]}
