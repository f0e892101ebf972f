"""The cost report on paper: the curve of the season, the chief figures, and every park."""

from __future__ import annotations

from datetime import date
from functools import partial

from flask_babel import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from pilot_ops.costs.charts import CurveChart, Frame, curve_chart, money_step
from pilot_ops.costs.domain import Figures, Sheet, make_curve
from pilot_ops.costs.queries import Basis
from pilot_ops.kernel.drawing import trace
from pilot_ops.kernel.fonts import HEAVY, REGULAR
from pilot_ops.kernel.paper import INK, LINE, SOFT, Figure, Paper, draw_paper, text
from pilot_ops.kernel.web.i18n import (
    day_full,
    day_short,
    euro_number,
    money,
    money_whole,
    number,
    page_language,
    signed_money,
    signed_percent,
    signed_whole,
)

_BLUE, _EST, _BAND = HexColor("#1536a3"), HexColor("#434b66"), HexColor("#ffe7a8")
# The grid on which the wide layout of the chart is made, without its empty upper edge.
_GRID_WIDE, _GRID_HIGH = 720.0, 330.0
_MOST_HIGH = 235.0


def write_paper(basis: Basis, sheet: Sheet) -> bytes:
    """The cost report as PDF, in the language of whoever asks."""
    total = sheet.total
    rows = [_row(basis.names[park.park_id], park.figures) for park in sheet.parks]
    paper = Paper(
        title=f"{_('Pilotin kustannukset')}: {basis.pilot.name}",
        about=_about(basis, sheet),
        language=page_language(),
        columns=_columns(),
        rows=rows,
        total=_row(_("Yhteensä"), total),
        facts=_facts(total),
        notes=_notes(basis),
        figure=_figure(basis, sheet),
        page_word=_("Sivu"),
    )
    return draw_paper(paper)


def _about(basis: Basis, sheet: Sheet) -> str:
    """Of which day the figures are, and when that was known, if it is not now."""
    about = str(_("Tilanne %(day)s. Summat ovat ilman arvonlisäveroa.", day=day_full(sheet.as_of)))
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
    if basis.pilot.details.demo:
        notes.insert(0, _("Tämän pilotin luvut on keksitty esittelyä varten."))
    return notes


def _figure(basis: Basis, sheet: Sheet) -> Figure | None:
    """The curve; none for a pilot without meal days."""
    dates = sorted({day.day for days in basis.days.values() for day in days})
    if not dates:
        return None
    total = sheet.total
    chart = curve_chart(
        make_curve(basis.terms, basis.days, basis.entries, as_of=sheet.as_of),
        dates=dates,
        estimate_total=total.estimate_total,
        forecast=total.forecast,
        step=money_step(basis.terms.estimate_total, max(total.estimate_total, total.forecast, total.actual_to_date)),
    )
    return partial(_draw, chart, sheet.as_of, dates[-1])


def _draw(chart: CurveChart, as_of: date, last: date, canvas: Canvas, x: float, y: float, room: float) -> float:
    """Draw the curve below a place; how high it is."""
    scale = min(room / _GRID_WIDE, _MOST_HIGH / _GRID_HIGH)
    frame = chart.wide
    canvas.saveState()
    canvas.translate(x, y)
    # The grid counts downwards, as SVG does; text is placed by hand, or it would hang upside down.
    canvas.scale(scale, -scale)
    _axes(canvas, frame)
    _lines(canvas, chart, frame)
    canvas.restoreState()
    _labels(canvas, chart, (x, y, scale), as_of, last)
    return _GRID_HIGH * scale


def _axes(canvas: Canvas, frame: Frame) -> None:
    for tick in frame.amounts:
        canvas.setStrokeColor(LINE if tick.amount else SOFT)
        canvas.setLineWidth(1 if tick.amount else 1.5)
        canvas.line(frame.left, tick.at, frame.right, tick.at)


def _lines(canvas: Canvas, chart: CurveChart, frame: Frame) -> None:
    if frame.dot:
        path = canvas.beginPath()
        trace(frame.band, path)
        canvas.setFillColor(_BAND)
        canvas.drawPath(path, stroke=0, fill=1)
    _line(canvas, (frame.left, frame.zero, frame.right, frame.estimate_y), _EST, 2.5, (7, 5))
    if not frame.dot:
        return
    path = canvas.beginPath()
    trace(frame.actual, path)
    canvas.setDash()
    canvas.setStrokeColor(_BLUE)
    canvas.setLineWidth(4)
    canvas.drawPath(path, stroke=1, fill=0)
    if chart.open_end:
        canvas.setLineCap(1)
        _line(canvas, (*frame.dot, frame.right, frame.forecast_y), _BLUE, 3, (0.1, 7))
    canvas.setFillColor(_BLUE)
    canvas.circle(*frame.dot, 7, stroke=0, fill=1)


def _line(
    canvas: Canvas, ends: tuple[float, float, float, float], ink: HexColor, thick: float, dash: tuple[float, float]
) -> None:
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(thick)
    canvas.setDash(*dash)
    canvas.line(*ends)


def _labels(canvas: Canvas, chart: CurveChart, place: tuple[float, float, float], as_of: date, last: date) -> None:
    left, top, scale = place
    frame = chart.wide

    def write(words: str, x: float, y: float, *, strong: bool = False, right: bool = False) -> None:
        font, size = (HEAVY, 10.0) if strong else (REGULAR, 8.5)
        ink = INK if strong else SOFT
        text(canvas, words, left + x * scale, top - y * scale, font, size, ink=ink, right=right)

    for tick in frame.amounts:
        write(euro_number(tick.amount), frame.left - 8, tick.at + 4, right=True)
    for mark in frame.dates:
        words = day_short(mark.day)
        text(canvas, words, left + mark.at * scale - 10, top - 320 * scale, REGULAR, 8, ink=SOFT)
    ends = [(_("Arvio"), chart.estimate, frame.estimate_label_y)]
    if chart.open_end:
        ends.append((_("Ennuste"), chart.forecast, frame.forecast_label_y))
    for word, amount, y in ends:
        write(f"{word} {day_short(last)}", 582, y - 4)
        write(money_whole(amount), 582, y + 15, strong=True)
    if frame.dot:
        x, y, anchor = frame.dot_label
        write(f"{_('Toteutunut')} {day_short(as_of)}", x, y, right=anchor == "end")
        write(money_whole(chart.actual), x, y + 18, strong=True, right=anchor == "end")
