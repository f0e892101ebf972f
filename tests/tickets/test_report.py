"""The report of tickets: worked by hand, the same totals by whatever it is grouped, and the balance's own."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import Forbidden
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.places.domain import ClientGroup, Place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    Action,
    By,
    Figure,
    Figures,
    Hidden,
    Kind,
    Movement,
    Report,
    Scan,
    Selection,
    TicketType,
    TypeDetails,
    report,
    shown,
)
from pilot_ops.tickets.domain.report import Line
from pilot_ops.tickets.export import report_file
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.recorder import recorded
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    move,
    staff_of,
    ticket_at,
    use,
    venue_of,
)

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
SWIM = TicketType(uuid4(), TypeDetails(Translated("Uinti"), Kind.CODED, "UIN", uses=10, value=Money(3333)))
FILM = TicketType(uuid4(), TypeDetails(Translated("Elokuva"), Kind.COUNTED, "ELO", uses=1, value=Money(1250)))
TYPES = {SWIM.id: SWIM, FILM.id: FILM}
HERE, THERE, GROUP = uuid4(), uuid4(), uuid4()

MOVEMENTS = (
    Movement(Figure.ACQUIRED, SWIM.id, 500, MAY),
    Movement(Figure.ALLOCATED, SWIM.id, 100, MAY, HERE),
    Movement(Figure.HANDED_OUT, SWIM.id, 40, MAY, HERE, GROUP),
    Movement(Figure.HANDED_OUT, SWIM.id, 20, JUNE, THERE),
    Movement(Figure.TRACED, SWIM.id, 60, MAY, HERE, GROUP),
    Movement(Figure.TRACED_USED, SWIM.id, 45, MAY, HERE, GROUP),
    Movement(Figure.USES, SWIM.id, 101, JUNE, HERE, GROUP),
    Movement(Figure.HANDED_OUT, FILM.id, 8, JUNE, HERE),
    Movement(Figure.TRACED, FILM.id, 8, JUNE, HERE),
    Movement(Figure.USES, FILM.id, 6, JUNE, THERE),
    Movement(Figure.TRACED_USED, FILM.id, 6, JUNE, THERE),
    Movement(Figure.OVERDRAWN, None, 2, JUNE),
)


def by_key(found: Report) -> dict[object, Figures]:
    return {line.key: line.figures for line in found.lines}


def test_the_figures_of_a_type_by_hand() -> None:
    figures = by_key(report(MOVEMENTS, TYPES, By.TYPE))
    swim = figures[SWIM.id]
    assert (swim.acquired, swim.allocated, swim.handed_out, swim.uses, swim.possible) == (500, 100, 60, 101, 600)
    assert swim.share_used == Fraction(3, 4)
    # 60 x 33.33 = 1 999.80; a use is worth 3.333, and 101 of them exactly 336.633, shown as 336.63.
    assert swim.value == Money(199_980)
    assert swim.used_value == Money(Fraction(336_633, 10))
    assert swim.used_value.decimal() == "336.63"
    assert (figures[FILM.id].value, figures[FILM.id].share_used) == (Money(10_000), Fraction(3, 4))
    assert figures[None].overdrawn == 2


@pytest.mark.parametrize("by", list(By))
def test_every_grouping_adds_up_to_the_same(by: By) -> None:
    found = report(MOVEMENTS, TYPES, by)
    assert found.total == report(MOVEMENTS, TYPES, By.TYPE).total
    added = sum((line.figures for line in found.lines), Figures())
    without_shares = {"traced": found.total.traced, "traced_used": found.total.traced_used}
    assert replace(added, **without_shares) == found.total


def test_a_venue_does_not_say_whose_tickets_were_used() -> None:
    points = by_key(report(MOVEMENTS, TYPES, By.POINT))
    assert points[HERE].share_used == Fraction(45, 60)
    assert points[THERE].share_used is None
    assert report(MOVEMENTS, TYPES, By.POINT).total.share_used == Fraction(51, 68)


def grouped(*handed_out: int) -> Report:
    figures = [Figures(handed_out=number, value=Money(number * 100)) for number in handed_out]
    return Report(By.GROUP, tuple(Line(uuid4(), one) for one in figures), sum(figures, Figures()))


def test_small_figures_of_client_groups_are_not_published() -> None:
    rows, total = shown(grouped(3, 40, 2, 0), published=True)
    assert [row["handed_out"] for row in rows] == [Hidden.UNDER_FIVE, 40, Hidden.UNDER_FIVE, 0]
    assert [row["value"] for row in rows] == [Hidden.HIDDEN, Money(4000), Hidden.HIDDEN, Money(0)]
    assert total["handed_out"] == 45


def test_the_total_does_not_tell_a_hidden_figure() -> None:
    rows, total = shown(grouped(3, 40, 7), published=True)
    assert [row["handed_out"] for row in rows] == [Hidden.UNDER_FIVE, 40, Hidden.HIDDEN]
    assert total["handed_out"] == 50


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        # The total is 3 by type and by month, too: hidden here alone, it would tell the 3.
        ((3, 0, 0), ["x", "x", 0]),
        # 1 + 1 and 4 + 4 are the least and the most that two from 1 to 4 can be; 1 + 5 is all that 6 can be.
        ((1, 40, 1), ["x", 40, "x"]),
        ((4, 40, 4), ["x", 40, "x"]),
        ((1, 5, 40), ["x", "x", 40]),
        # What is beside is the smallest: at most 10, so that the other would be at least 4.
        ((4, 10, 10), ["x", "x", 10]),
        ((3, 10, 10), ["<5", "x", 10]),
        ((1, 40, 2), ["<5", 40, "<5"]),
    ],
)
def test_a_hidden_figure_does_not_follow_from_the_total(numbers: tuple[int, ...], told: list[Any]) -> None:
    rows, total = shown(grouped(*numbers), published=True)
    assert [row["handed_out"] for row in rows] == told
    assert total["handed_out"] == sum(numbers)


def test_where_there_is_one_line_the_total_is_hidden_with_it() -> None:
    (row,), total = shown(grouped(3), published=True)
    assert row["handed_out"] is Hidden.UNDER_FIVE
    assert (total["handed_out"], total["value"]) == (Hidden.HIDDEN, Hidden.HIDDEN)


def test_only_client_groups_are_hidden_and_only_when_published() -> None:
    assert shown(grouped(3, 40), published=False)[0][0]["handed_out"] == 3
    rows, _total = shown(replace(grouped(3, 40), by=By.POINT), published=True)
    assert rows[0]["handed_out"] == 3


def late_may(hour: int) -> datetime:
    """31 May in UTC; in Helsinki June begins at 21."""
    return datetime(2026, 5, 31, hour, 0, tzinfo=UTC)


def season(session: Session) -> tuple[TicketType, tuple[Place, Place], ClientGroup]:
    """Of ten wristbands: 6 sent to a point and 2 on to another, 5 handed out, one taken back, one replaced, uses."""
    group = make_group(session)
    kind = make_type(session, value=Money(5000))
    here, there = make_point(session, groups=frozenset({group.id})), make_point(session)
    venue = venue_of(kind)
    make_batch(session, kind, 10, day=date(2026, 4, 30))
    allocate(session, kind, here, 6, at=late_may(8))
    move(session, Action.TRANSFER, Selection(kind.id, first=5, last=6), there, at=late_may(9))
    hand_out(session, kind, 1, here, at=late_may(20), group_id=group.id)
    hand_out(session, kind, 2, here, at=late_may(22), group_id=group.id)
    hand_out(session, kind, 5, there, at=late_may(22))
    gone = hand_out(session, kind, 6, there, at=late_may(22))
    undone = late_may(22) + timedelta(minutes=5)
    service.undo_hand_out(session, ADMIN, event_id=uuid4(), undoes=gone.id, at=undone)
    use(session, kind, 1, venue, at=NOON)
    use(session, kind, 1, venue, at=NOON + timedelta(hours=1))
    use(session, kind, 2, venue, at=NOON)
    lost = ticket_at(session, kind, 2)
    digest = code_digest(code_at(session, kind, 3))
    service.replace(session, ADMIN, event_id=uuid4(), old_id=lost.id, new_digest=digest, at=NOON)
    use(session, kind, 3, venue, at=NOON + timedelta(hours=2))
    move(session, Action.LOSE, Selection(kind.id, first=5, last=5), at=NOON)
    move(session, Action.RETURN, Selection(kind.id, first=6, last=6), at=NOON)
    for digest in (code_digest(code_at(session, kind, 5)), "0" * 64):
        scan = Scan(uuid4(), digest, venue, NOON, offline=True)
        assert service.use(session, staff_of(venue), scan=scan, at=NOON).conflict
    return kind, (here, there), group


def test_the_report_of_a_season_by_hand(on_both: Flask) -> None:
    with work(on_both) as session:
        _kind, (here, there), group = season(session)
        reports = {by: service.get_report(session, ADMIN, period=queries.Period(), by=by) for by in By}
        (balance,) = queries.balances_of_types(session).values()
    total = reports[By.TYPE].total
    assert (total.acquired, total.allocated, total.returned, total.handed_out) == (10, 6, 1, 3)
    assert (total.replaced, total.withdrawn, total.first_uses, total.uses, total.overdrawn) == (1, 2, 2, 4, 2)
    assert (total.traced, total.traced_used, total.possible) == (3, 2, 30)
    assert (total.value, total.used_value) == (Money(15_000), Money(2000))
    assert (total.acquired, total.with_clients, total.uses, total.first_uses) == (
        balance.acquired,
        balance.handed_out,
        balance.uses,
        balance.used,
    )
    assert all(found.total == total for found in reports.values())
    assert all(sum((line.figures for line in found.lines), Figures()) == total for found in reports.values())
    months = by_key(reports[By.MONTH])
    assert {month: figures.handed_out for month, figures in months.items()} == {
        date(2026, 4, 1): 0,
        MAY: 1,
        JUNE: 2,
        date(2026, 7, 1): 0,
    }
    points = by_key(reports[By.POINT])
    assert (points[here.id].allocated, points[there.id].allocated, points[here.id].uses) == (4, 2, 4)
    assert by_key(reports[By.GROUP])[group.id].handed_out == 2
    assert by_key(reports[By.TYPE])[None].overdrawn == 1


def test_a_period_takes_helsinki_days(session: Session) -> None:
    kind, _points, _group = season(session)
    period = queries.Period(JUNE, date(2026, 6, 30), kind.id)
    found = service.get_report(session, ADMIN, period=period, by=By.MONTH)
    (line,) = found.lines
    assert (line.key, line.figures.handed_out, line.figures.uses, line.figures.acquired) == (JUNE, 2, 0, 0)


def test_counted_and_coded_stand_in_one_report(session: Session) -> None:
    season(session)
    kind = make_type(session, kind=Kind.COUNTED, uses=1, value=Money(1250))
    make_batch(session, kind, 50)
    point = make_point(session)
    for action, quantity in ((Action.ALLOCATE, 20), (Action.HAND_OUT, 12), (Action.RETURN, 3), (Action.USE, 9)):
        given = {"move_id": uuid4(), "type_id": kind.id, "action": action, "quantity": quantity, "place_id": point.id}
        service.record_counts(session, ADMIN, day=date(2026, 6, 3), at=NOON, **given)
    found = service.get_report(session, ADMIN, period=queries.Period(), by=By.TYPE)
    film = by_key(found)[kind.id]
    assert (film.acquired, film.allocated, film.returned, film.handed_out) == (50, 20, 3, 12)
    assert (film.uses, film.first_uses, film.share_used, film.value) == (9, 9, Fraction(3, 4), Money(15_000))
    assert found.total.handed_out == 15
    standing = service.get_overview(session, ADMIN).balances[kind.id]
    assert (standing.handed_out, standing.at_points, standing.uses) == (12, 5, 9)


def test_as_many_questions_for_any_number_of_points(app: Flask) -> None:
    def questions() -> int:
        with recorded(app) as statements, look(app) as session:
            service.get_report(session, ADMIN, period=queries.Period(), by=By.POINT)
        return len(statements)

    with work(app) as session:
        kind, _points, _group = season(session)
    few = questions()
    with work(app) as session:
        make_batch(session, kind, 40)
        for _ in range(20):
            allocate(session, kind, make_point(session), 2)
    assert questions() == few <= 10


def test_only_those_who_see_tickets_see_the_report(session: Session) -> None:
    for role in (Role.POINT_STAFF, Role.VENUE, Role.PARK_STAFF):
        with pytest.raises(Forbidden):
            service.get_report(session, staff_of(uuid4(), role), period=queries.Period(), by=By.TYPE)


def test_files_have_typed_cells() -> None:
    found = report(MOVEMENTS, TYPES, By.TYPE)
    names: dict[object, str] = {SWIM.id: "Uinti", FILM.id: "Elokuva"}
    text = report_file(found, names, "csv").decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["type"] for row in rows] == ["Elokuva", "Uinti", "", "total"]
    assert (rows[1]["share_used_percent"], rows[1]["used_value"]) == ("75", "336,63")
    sheet = load_workbook(io.BytesIO(report_file(found, names, "xlsx"))).worksheets[0]  # type: ignore[arg-type]
    header, _film, swim, *_rest = sheet.iter_rows(values_only=True)
    cells = dict(zip(header, swim, strict=True))
    assert (cells["handed_out"], cells["used_value"], cells["share_used_percent"]) == (60, 336.63, 75)
    told = json.loads(report_file(found, names, "json"))  # type: ignore[arg-type]
    assert told["total"]["share_used_percent"] == "75.0"
    assert told["lines"][1]["value"] == "1999.80"


def test_a_hidden_figure_is_hidden_in_files_too() -> None:
    found = grouped(3, 40, 1)
    names = {line.key: f"Ryhmä {place}" for place, line in enumerate(found.lines)}
    text = report_file(found, names, "csv", published=True).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["handed_out"] for row in rows] == ["<5", "40", "<5", "44"]
