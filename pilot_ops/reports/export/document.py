"""Writing the report: three chapters as the programme's own report has them, and the pilots as an annex.

Every figure comes from the data as of the report's day; *noin* stands where the source says so. In the language of the
current locale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Language, Translated
from pilot_ops.kernel.web.i18n import day_plain, decimal, money, money_whole, number, percent, signed_whole
from pilot_ops.programme.domain import Account, Measure, MeasureFigures, Overview, Status
from pilot_ops.programme.labels import ACCOUNTS, STATUSES
from pilot_ops.reports.domain import (
    Block,
    Document,
    Field,
    FollowUp,
    ParkLine,
    Piece,
    PilotAnnex,
    fill,
    paragraphs_of,
)

_NOTHING = "–"


def compose(follow_up: FollowUp, *, programme: str, language: Language) -> Document:
    """The report of a year in the language of the current locale, which ``language`` names."""
    year = follow_up.overview.year.year
    writer = _Writer(follow_up, language.value)
    pieces = (*writer.results(), *writer.costs(), *writer.coming(), *writer.annex())
    return Document(
        title=_("%(programme)s: seurantaraportti %(year)s", programme=programme, year=year),
        subtitle=_("Tilanne %(day)s. Summat ovat ilman arvonlisäveroa.", day=day_plain(follow_up.as_of)),
        language=language.value,
        as_of=follow_up.as_of,
        pieces=pieces,
    )


def _heading(text: str, level: int = 2) -> Piece:
    return Piece("heading", (text,), level=level)


def _paragraph(*sentences: str) -> Iterator[Piece]:
    text = " ".join(sentence for sentence in sentences if sentence)
    if text:
        yield Piece("paragraph", (text,))


def _bullets(lines: Iterable[str]) -> Iterator[Piece]:
    found = tuple(lines)
    if found:
        yield Piece("bullets", found)


def _about(text: str, approximate: bool) -> str:
    return _("noin %(amount)s", amount=text) if approximate else text


class _Writer:
    """Writes the chapters. ``say`` picks the language of names that people gave."""

    def __init__(self, follow_up: FollowUp, language: str) -> None:
        self._all, self._language = follow_up, language
        self._overview = follow_up.overview
        self._year = follow_up.overview.year
        self._values = _values(follow_up.overview)

    def _say(self, text: Translated) -> str:
        return text.to(self._language)

    def _name(self, measure: Measure) -> str:
        return self._say(measure.name)

    def _written(self, block: Block) -> Iterator[Piece]:
        """What people wrote, with its figures filled in."""
        text = self._all.texts.get(block)
        for line in paragraphs_of(fill(text.text, self._values)) if text else ():
            yield Piece("paragraph", (line,), block=block.value)

    def results(self) -> Iterator[Piece]:
        """Chapter 1: how it stands, and what came of it."""
        year = self._year.year
        yield _heading(_("1. Ohjelman kokonaistilanne ja keskeiset tulokset vuodelta %(year)s", year=year))
        yield from self._written(Block.INTRODUCTION)
        yield from _paragraph(*self._counted())
        yield from _bullets(self._changes())
        yield from _paragraph(*self._tickets())
        yield from _paragraph(*self._reached())
        yield from self._written(Block.RESULTS)
        yield from self._measures()

    def _counted(self) -> Iterator[str]:
        counts = self._overview.counts
        if not counts.planned and not counts.added:
            return
        yield ngettext(
            "Toimintasuunnitelmassa oli %(num)s toimenpide.",
            "Toimintasuunnitelmassa oli %(num)s toimenpidettä.",
            counts.planned,
        )
        if counts.cancelled:
            yield ngettext("%(num)s peruuntui.", "%(num)s peruuntui.", counts.cancelled)
        if counts.added:
            yield ngettext("%(num)s lisättiin vuoden aikana.", "%(num)s lisättiin vuoden aikana.", counts.added)
        if counts.cancelled or counts.added:
            yield ngettext("Voimassa oli %(num)s toimenpide.", "Voimassa oli %(num)s toimenpidettä.", counts.in_effect)

    def _changes(self) -> Iterator[str]:
        for line in self._overview.measures:
            details, name = line.measure.details, self._name(line.measure)
            if details.status is Status.CANCELLED:
                yield _("Peruuntui: %(name)s (%(reason)s)", name=name, reason=self._say(details.reason))
            elif details.added:
                yield _("Lisättiin: %(name)s", name=name)

    def _tickets(self) -> Iterator[str]:
        for line in self._overview.measures:
            given = line.measure.details.tickets
            if given:
                kinds = ", ".join(
                    _("%(name)s (%(n)s kpl)", name=self._say(kind.name), n=number(kind.quantity)) for kind in given
                )
                yield _("%(measure)s: %(tickets)s.", measure=self._name(line.measure), tickets=kinds)

    def _reached(self) -> Iterator[str]:
        year, before = self._year, self._all.before
        if year.residents:
            residents = _about(number(year.residents), year.residents_approximate)
            yield _("Ohjelma tavoitti oman arvionsa mukaan %(residents)s asukasta.", residents=residents)
            if before and before.residents:
                residents = _about(number(before.residents), before.residents_approximate)
                yield _("Edellisenä vuonna luku oli %(residents)s.", residents=residents)
        if self._overview.has_parts:
            yield _(
                "Osallistumisia laskettiin %(n)s; sama ihminen voi olla mukana monta kertaa.",
                n=number(self._overview.participations),
            )

    def _measures(self) -> Iterator[Piece]:
        rows = [self._measure(line) for line in self._overview.measures]
        overview = self._overview
        if overview.not_itemised:
            # Else the table would not come to what measures cost in all.
            rest = _money(overview.not_itemised, overview.not_itemised_approximate)
            rows.append((str(ACCOUNTS[Account.NOT_ITEMISED]), _NOTHING, rest, _NOTHING))
        if rows:
            head = (_("Toimenpide"), _("Tila"), _("Toteutunut"), _("Osallistumisia"))
            yield Piece("table", (_("Toimenpiteet"),), head=head, rows=tuple(rows), words=2)

    def _measure(self, line: MeasureFigures) -> tuple[str, ...]:
        details = line.measure.details
        state = str(STATUSES[details.status])
        return (
            self._name(line.measure),
            _("%(state)s, lisätty", state=state) if details.added else state,
            _about(money_whole(line.actual), line.approximate) if line.known else _NOTHING,
            number(line.participations) if line.parts else _NOTHING,
        )

    def costs(self) -> Iterator[Piece]:
        """Chapter 2: what was paid, and from what."""
        yield _heading(_("2. Toteutuneet kustannukset, rahoitus ja resurssit"))
        yield from _paragraph(*self._paid())
        yield self._money()
        yield from self._written(Block.FUNDING)
        yield from self._written(Block.RESOURCES)

    def _paid(self) -> Iterator[str]:
        overview, budget = self._overview, self._year.budget
        total = _about(money_whole(overview.total), overview.approximate)
        if budget is None:
            yield _("Toteutuneet kustannukset olivat %(total)s.", total=total)
        else:
            yield _(
                "Toteutuneet kustannukset olivat %(total)s, kun määräraha oli %(budget)s.",
                total=total,
                budget=money_whole(budget),
            )
        largest = [
            f"{self._name(line.measure)} {_about(money_whole(line.actual), line.approximate)}"
            for line in overview.largest
        ]
        if largest:
            yield ngettext(
                "Suurin toimenpide oli %(largest)s.",
                "Suurimmat toimenpiteet olivat %(largest)s.",
                len(largest),
                largest=", ".join(largest),
            )

    def _money(self) -> Piece:
        # The budget is in the sentence: among what makes up the total it would read as a part of it.
        overview = self._overview
        rows = (
            (_("Toimenpiteet"), _money(overview.of_measures, overview.measures_approximate)),
            (_("Hallinto"), _money(overview.administration, overview.administration_approximate)),
            (_("Kustannukset yhteensä"), _money(overview.total, overview.approximate)),
        )
        return Piece("table", (_("Kustannukset"),), head=(_("Mihin"), _("Summa")), rows=rows, total=True)

    def coming(self) -> Iterator[Piece]:
        """Chapter 3: the year to come."""
        yield _heading(_("3. Ohjelman toiminta vuonna %(year)s", year=self._year.year + 1))
        yield from _bullets(
            _("Hyötytavoite %(n)s: %(name)s", n=target.number, name=self._say(target.name))
            for target in self._all.targets
        )
        yield from self._written(Block.NEXT_YEAR)
        going = [line for line in self._next() if line.measure.details.status is Status.RUNNING]
        new = [line for line in self._next() if line not in going]
        if going:
            yield _heading(_("Jatkuvat toimenpiteet"), 3)
            yield from _bullets(self._plan(line.measure) for line in going)
        if new:
            yield _heading(_("Uudet toimenpiteet"), 3)
            yield from _bullets(self._plan(line.measure) for line in new)
        if self._all.decisions:
            yield _heading(_("Päätökset"), 3)
            yield from _bullets(
                f"{day_plain(one.day)}, {self._say(one.decided_by)}: {' '.join(paragraphs_of(self._say(one.text)))}"
                for one in self._all.decisions
            )

    def _next(self) -> tuple[MeasureFigures, ...]:
        return self._all.after.measures if self._all.after else ()

    def _plan(self, measure: Measure) -> str:
        details = measure.details
        told = [self._name(measure)]
        if details.on:
            told.append(day_plain(details.on))
        if details.budget is not None:
            told.append(money_whole(details.budget))
        if details.status is Status.CANCELLED:
            told.append(_("peruuntui"))
        return ", ".join(told)

    def annex(self) -> Iterator[Piece]:
        """The annex: each pilot park by park."""
        for pilot in self._all.pilots:
            yield _heading(_("Liite: %(pilot)s", pilot=pilot.name))
            sentences = [_("Tilanne %(day)s.", day=day_plain(pilot.as_of))]
            if pilot.made_up:
                sentences.append(_("Tämän pilotin luvut on keksitty esittelyä varten."))
            yield from _paragraph(*sentences, *_summed(pilot.total))
            yield _days(pilot)
            yield _paid(pilot)
        if self._all.pilots:
            yield from self._written(Block.PILOT)


def _summed(total: ParkLine) -> Iterator[str]:
    figures = total.figures
    yield _(
        "Aterioita oli %(meals)s ja ruokakulut %(actual)s, kun arviota oli kertynyt %(estimate)s: ero %(variance)s.",
        meals=number(figures.first_portions),
        actual=money_whole(figures.actual_to_date),
        estimate=money_whole(figures.estimate_to_date),
        variance=signed_whole(figures.variance),
    )
    if figures.cost_per_meal is not None and figures.estimated_cost_per_meal is not None:
        yield _(
            "Yksi ateria maksoi %(price)s, arvio oli %(estimate)s.",
            price=money(figures.cost_per_meal),
            estimate=money(figures.estimated_cost_per_meal),
        )


def _lines(pilot: PilotAnnex) -> list[tuple[str, ParkLine]]:
    return [*((park.name, park) for park in pilot.parks), (_("Yhteensä"), pilot.total)]


def _days(pilot: PilotAnnex) -> Piece:
    head = (
        _("Puisto"),
        _("Päiviä suunniteltu"),
        _("Toteutuneita päiviä"),
        _("Peruttu"),
        _("Sadepäiviä"),
        _("Aterioita"),
        _("Päivässä"),
        _("Ilman jääneet"),
        _("Hävikki"),
    )
    rows = tuple(
        (
            name,
            number(line.figures.planned_days),
            number(line.figures.served_days),
            number(line.figures.cancelled_days),
            number(line.rainy_days),
            number(line.figures.first_portions),
            _per_day(line),
            number(line.turned_away),
            percent(line.waste_share),
        )
        for name, line in _lines(pilot)
    )
    caption = _("%(pilot)s: päivät ja ateriat", pilot=pilot.name)
    return Piece("table", (caption,), head=head, rows=rows, total=True)


def _per_day(line: ParkLine) -> str:
    served = line.figures.served_days
    return decimal(Fraction(line.figures.first_portions, served), 0) if served else _NOTHING


def _paid(pilot: PilotAnnex) -> Piece:
    head = (_("Puisto"), _("Arvio"), _("Ruokakulut"), _("Ero arvioon"), _("Hinta/ateria"), _("Henkilöstö, erikseen"))
    rows = tuple(
        (
            name,
            money_whole(line.figures.estimate_to_date),
            money_whole(line.figures.actual_to_date),
            signed_whole(line.figures.variance),
            money(line.figures.cost_per_meal),
            money_whole(line.figures.staff_to_date),
        )
        for name, line in _lines(pilot)
    )
    caption = _("%(pilot)s: kulut", pilot=pilot.name)
    return Piece("table", (caption,), head=head, rows=rows, total=True)


def _values(overview: Overview) -> dict[Field, str]:
    """The figures that texts may hold."""
    year, counts = overview.year, overview.counts
    return {
        Field.ADDED: number(counts.added),
        Field.ADMINISTRATION: _money(overview.administration, overview.administration_approximate),
        Field.BUDGET: money_whole(year.budget),
        Field.CANCELLED: number(counts.cancelled),
        Field.IN_EFFECT: number(counts.in_effect),
        Field.MEASURES: _money(overview.of_measures, overview.measures_approximate),
        Field.PARTICIPATIONS: number(overview.participations),
        Field.PLANNED: number(counts.planned),
        Field.RESIDENTS: _about(number(year.residents), year.residents_approximate) if year.residents else _NOTHING,
        Field.TOTAL: _money(overview.total, overview.approximate),
    }


def _money(amount: Money, approximate: bool) -> str:
    return _about(money_whole(amount), approximate)
