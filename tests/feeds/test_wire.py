"""Files of others read field by field, and what is wrong with them named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_ops.events.domain import Audience, Status
from pilot_ops.feeds.domain import Reason
from pilot_ops.feeds.wire import MOST_BYTES, MOST_ROWS, read_events, read_units
from pilot_ops.kernel.text import Translated
from tests.feeds.files import event, page_of, results, unit


def one(**different: Any) -> Any:
    (found,), problems = read_events(page_of(event(**different)))
    assert problems == ()
    return found


def wrong(**different: Any) -> tuple[str, str, Reason, str]:
    found, (problem,) = read_events(page_of(event(**different)))
    assert found == ()
    return problem.name, problem.where, problem.reason, problem.typed


def test_an_event_is_read() -> None:
    found = one()
    assert (found.source_id, found.name) == ("espoo:af3bxyz", Translated("Hiihtokoulu lapsille", "Skidskola för barn"))
    assert found.description.fi == "Opi hiihtämään.\n\nSukset saa lainaksi."
    assert (found.starts_at, found.ends_at) == (
        datetime(2027, 2, 13, 8, 0, tzinfo=UTC),
        datetime(2027, 2, 13, 10, 0, tzinfo=UTC),
    )
    assert (found.status, found.price, found.capacity) == (Status.PUBLISHED, Translated(""), 15)
    assert (found.audiences, found.languages) == ({Audience.FAMILIES}, {"sv"})
    assert (found.place.id, found.place.address, found.place.city) == ("tprek:41000", "Kunnarlantie 33", "Espoo")
    assert (found.place.latitude, found.place.longitude) == (Decimal("60.2381"), Decimal("24.660912"))
    assert (found.organiser, found.link) == ("Espoon liikuntapalvelut", "https://www.espoo.fi/hiihtokoulu")


def test_a_bare_list_and_a_mark_before_it_are_read() -> None:
    content = b"\xef\xbb\xbf" + json.dumps([event()]).encode()
    assert len(read_events(content)[0]) == 1


def test_times_of_days_and_of_zones() -> None:
    day = one(start_time="2026-07-01", end_time="2026-07-01")
    assert day.starts_at == datetime(2026, 6, 30, 21, 0, tzinfo=UTC)
    assert day.ends_at == datetime(2026, 7, 1, 21, 0, tzinfo=UTC)
    assert one(start_time="2026-07-01T11:30:00+03:00").starts_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert one(end_time=None).ends_at is None


@pytest.mark.parametrize(
    ("status", "publication", "name", "found"),
    [
        ("EventScheduled", "public", "Retki", Status.PUBLISHED),
        ("EventRescheduled", "public", "Retki", Status.PUBLISHED),
        ("http://schema.org/EventCancelled", "public", "Retki", Status.CANCELLED),
        ("EventScheduled", "public", "PERUTTU: Retki", Status.CANCELLED),
        ("EventScheduled", "draft", "Retki", Status.DRAFT),
    ],
)
def test_the_state_is_heard_wherever_it_is_said(status: str, publication: str, name: str, found: Status) -> None:
    event = one(event_status=status, publication_status=publication, name={"fi": name})
    assert (event.status, event.name.fi) == (found, "Retki")


def test_one_that_is_put_off_needs_no_time() -> None:
    found = one(event_status="EventPostponed", start_time=None, end_time=None)
    assert (found.status, found.starts_at) == (Status.POSTPONED, None)


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ([{"is_free": True, "price": None}], ""),
        ([{"is_free": False, "price": {"fi": "5 €"}}], "5 €"),
        ([{"is_free": True, "price": {"fi": "5 €"}}], "5 €"),
        ([{"is_free": False, "price": {"fi": "Maksuton."}}], ""),
        ([{"is_free": True}, {"is_free": False, "price": {"fi": "Vuokra 3 €"}}], "Vuokra 3 €"),
    ],
)
def test_a_price_that_is_written_counts(offers: list[dict[str, Any]], price: str) -> None:
    assert one(offers=offers).price == Translated(price)


def test_what_is_not_told_of_the_price_is_not_told() -> None:
    assert one(offers=[]).price is None
    assert one(offers=[{"is_free": False, "price": None}]).price is None


@pytest.mark.parametrize(
    ("different", "field", "reason"),
    [
        ({"id": "", "@id": ""}, "id", Reason.ID_MISSING),
        ({"name": {"sv": "Skidskola"}}, "name", Reason.NAME_MISSING),
        ({"name": {"fi": "Hiihtokoulu", "sv": "(" * 256}}, "name", Reason.NAME_TOO_LONG),
        ({"start_time": None}, "start_time", Reason.START_MISSING),
        ({"start_time": "ensi viikolla"}, "start_time", Reason.NOT_A_MOMENT),
        ({"start_time": "0001-01-01"}, "start_time", Reason.NOT_A_MOMENT),
        ({"end_time": "9999-12-31"}, "end_time", Reason.NOT_A_MOMENT),
        ({"end_time": "2027-02-13T10:00:00"}, "end_time", Reason.NO_ZONE),
        ({"event_status": "Peruttu"}, "event_status", Reason.UNKNOWN_STATUS),
        ({"publication_status": "hidden"}, "publication_status", Reason.UNKNOWN_STATUS),
        ({"maximum_attendee_capacity": "15"}, "maximum_attendee_capacity", Reason.WRONG_KIND),
        ({"short_description": {"fi": 5}}, "short_description", Reason.WRONG_KIND),
        ({"name": "Hiihtokoulu"}, "name", Reason.WRONG_KIND),
        ({"location": {"position": {"coordinates": [24.0, 99.0]}}}, "location.position", Reason.OUTSIDE),
    ],
)
def test_each_bad_value_is_named(different: dict[str, Any], field: str, reason: Reason) -> None:
    name, where, why, _typed = wrong(**different)
    assert (where, why) == (field, reason)
    assert name in {"Hiihtokoulu lapsille", "Hiihtokoulu", "Skidskola"}


def test_what_was_written_is_shown() -> None:
    assert wrong(start_time="ensi viikolla") == (
        "Hiihtokoulu lapsille",
        "start_time",
        Reason.NOT_A_MOMENT,
        "ensi viikolla",
    )
    assert wrong(maximum_attendee_capacity="monta")[3] == "monta"


def test_the_same_id_twice_is_named() -> None:
    _found, (problem,) = read_events(page_of(event(), event(id="espoo:other"), event()))
    assert (problem.row, problem.where, problem.reason) == (3, "id", Reason.ID_TWICE)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"<html>", Reason.NOT_JSON),
        (b"\xff\xfe\x00", Reason.NOT_JSON),
        (b'"\xff"', Reason.NOT_JSON),
        (b"[" * 100_000, Reason.NOT_JSON),
        (b"{}", Reason.NOT_A_LIST),
        (b'{"data": 3}', Reason.NOT_A_LIST),
        (b"7", Reason.NOT_A_LIST),
        (b"[" + b"1," * MOST_ROWS + b"1]", Reason.TOO_MANY),
        (b" " * (MOST_BYTES + 1), Reason.TOO_LARGE),
    ],
)
def test_what_is_no_such_file_is_said(content: bytes, reason: Reason) -> None:
    for read in (read_events, read_units):
        found, (problem,) = read(content)
        assert (found, problem.reason, problem.row) == ((), reason, 0)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "fi"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*event(), *unit()]), _JSON, max_size=4))
def test_whatever_stands_in_a_field_is_read_or_named(different: dict[str, Any]) -> None:
    for read, item, page in ((read_events, event(**different), page_of), (read_units, unit(**different), results)):
        found, problems = read(page(item))
        assert len(found) + len(problems) == 1 or problems[0].reason is Reason.NOT_JSON


def test_a_unit_is_read() -> None:
    (found,), problems = read_units(results(unit()))
    assert problems == ()
    assert (found.unit.id, found.name.sv, found.unit.address, found.unit.postal_code, found.unit.city) == (
        20355,
        "Sökö invånarpark",
        "Soukankaari 10",
        "02360",
        "Espoo",
    )
    assert (found.unit.latitude, found.unit.longitude) == (Decimal("60.1385"), Decimal("24.67142"))
    assert found.unit.shortcomings == {"wheelchair": 3, "rollator": 2, "stroller": 0}
    assert found.unit.hours == Translated("ma–pe 8–16", "må–fr 8–16")


@pytest.mark.parametrize(
    ("different", "field", "reason"),
    [
        ({"id": "x"}, "id", Reason.WRONG_KIND),
        ({"name": {}}, "name", Reason.NAME_MISSING),
        ({"location": {"coordinates": [24.0]}}, "location.coordinates", Reason.WRONG_KIND),
        ({"location": {"coordinates": [240.0, 60.0]}}, "location", Reason.OUTSIDE),
        (
            {"accessibility_shortcoming_count": {"wheelchair": "2"}},
            "accessibility_shortcoming_count",
            Reason.WRONG_KIND,
        ),
    ],
)
def test_a_bad_value_of_a_unit_is_named(different: dict[str, Any], field: str, reason: Reason) -> None:
    found, (problem,) = read_units(results(unit(**different)))
    assert (found, problem.where, problem.reason) == ((), field, reason)


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"id": 2**31}, "id"),
        ({"id": -1}, "id"),
        ({"accessibility_shortcoming_count": {"wheelchair": 2**70}}, "accessibility_shortcoming_count"),
        ({"accessibility_shortcoming_count": {"wheelchair": -2}}, "accessibility_shortcoming_count"),
    ],
)
def test_numbers_that_no_database_holds_are_named(different: dict[str, Any], field: str) -> None:
    found, (problem,) = read_units(results(unit(**different)))
    assert (found, problem.where, problem.reason) == ((), field, Reason.WRONG_KIND)


def test_hours_are_kept_without_what_no_database_holds() -> None:
    hours = [{"section_type": "OPENING_HOURS", "name": {"fi": "ma–pe\u0000 8–16"}}]
    rows, problems = read_units(results(unit(connections=hours)))
    assert (rows[0].unit.hours.fi, problems) == ("ma–pe 8–16", ())
