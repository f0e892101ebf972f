"""The count is the sum of its taps: in any order, with repeats, on many phones at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pilot_ops.counting import queries, service
from pilot_ops.counting.domain import Reason, Source, Tap, check_tap, count
from pilot_ops.counting.models import TapRow
from pilot_ops.kernel.errors import Refused
from tests.support.builders import ADMIN, NOON
from tests.support.databases import work

SUBJECT = UUID(int=9)
taps_drawn = st.lists(
    st.builds(
        Tap,
        id=st.uuids(version=4),
        subject_id=st.just(SUBJECT),
        group=st.sampled_from(["school-age", "adults"]),
        change=st.integers(-5, 5).filter(bool),
        tapped_at=st.just(NOON),
    ),
    max_size=12,
    unique_by=lambda tap: tap.id,
)


def tap(change: int = 1, **different: Any) -> Tap:
    given = {"id": uuid4(), "subject_id": SUBJECT, "group": "adults", "change": change, "tapped_at": NOON}
    return Tap(**{**given, **different})


@given(taps=taps_drawn, data=st.data())
def test_the_count_is_the_sum_in_any_order_and_with_repeats(taps: list[Tap], data: Any) -> None:
    sent = data.draw(
        st.permutations(taps + data.draw(st.lists(st.sampled_from(taps), max_size=5) if taps else st.just([])))
    )
    expected: dict[str, int] = {}
    for made in taps:
        expected[made.group] = expected.get(made.group, 0) + made.change
    assert count(sent) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=taps_drawn, data=st.data())
def test_the_database_counts_as_the_rule_does(app: Flask, taps: list[Tap], data: Any) -> None:
    subject = uuid4()
    own = [replace(made, id=uuid4(), subject_id=subject) for made in taps]
    again = data.draw(st.lists(st.sampled_from(own), max_size=5)) if own else []
    with work(app) as session:
        for made in data.draw(st.permutations(own + again)):
            service.record_tap(session, ADMIN, tap=made, at=NOON)
        assert queries.totals_of(session, subject) == dict(count(own))
        assert {made.id for made in queries.list_taps(session, subject)} == {made.id for made in own}


def test_a_repeated_id_with_other_content_is_refused(on_both: Flask) -> None:
    made = tap()
    with work(on_both) as session:
        assert service.record_tap(session, ADMIN, tap=made, at=NOON) == 1
        assert service.record_tap(session, ADMIN, tap=made, at=NOON) is None
        other: list[dict[str, Any]] = [{"change": 2}, {"source": Source.CORRECTION, "reason": "x"}]
        for different in other:
            with pytest.raises(Refused) as refused:
                service.record_tap(session, ADMIN, tap=replace(made, **different), at=NOON)
            assert refused.value.reason is Reason.ID_REUSED
        assert queries.totals_of(session, SUBJECT) == {"adults": 1}


def test_a_tap_is_taken_back_once(on_both: Flask) -> None:
    made = tap(5)
    with work(on_both) as session:
        service.record_tap(session, ADMIN, tap=made, at=NOON)
        undo = tap(-5, undoes=made.id)
        assert service.record_tap(session, ADMIN, tap=undo, at=NOON) == 0
        assert service.record_tap(session, ADMIN, tap=undo, at=NOON) is None
        with pytest.raises(Refused) as refused:
            service.record_tap(session, ADMIN, tap=tap(-5, undoes=made.id), at=NOON)
        assert refused.value.reason is Reason.ALREADY_UNDONE
        for wrong in (tap(-4, undoes=made.id), tap(-5, undoes=uuid4()), tap(-5, undoes=made.id, group="school-age")):
            with pytest.raises(Refused) as refused:
                service.record_tap(session, ADMIN, tap=wrong, at=NOON)
            assert refused.value.reason is Reason.NOTHING_TO_UNDO


def test_the_last_tap_of_a_phone_that_may_be_undone(session: Session) -> None:
    phone = uuid4()
    who = replace(ADMIN, device_id=phone)
    first, second = tap(1), tap(5)
    service.record_tap(session, who, tap=first, at=NOON)
    service.record_tap(session, who, tap=second, at=NOON.replace(minute=1))
    service.record_tap(session, ADMIN, tap=tap(2), at=NOON.replace(minute=2))
    assert queries.find_last_tap(session, SUBJECT, phone) == second
    service.record_tap(session, who, tap=tap(-5, undoes=second.id), at=NOON.replace(minute=3))
    assert queries.find_last_tap(session, SUBJECT, phone) == first
    assert queries.device_totals(session, SUBJECT, phone) == {"adults": 1}
    assert queries.find_last_tap(session, SUBJECT, uuid4()) is None


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (tap(0), Reason.CHANGE_WRONG),
        (tap(1001), Reason.CHANGE_WRONG),
        (tap(1, source=Source.CORRECTION), Reason.REASON_MISSING),
    ],
)
def test_a_tap_that_cannot_be(wrong: Tap, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_tap(wrong)
    assert refused.value.reason is reason


@pytest.mark.parametrize("change", [update(TapRow).values(change=7), delete(TapRow)], ids=["update", "delete"])
def test_taps_are_never_changed_or_deleted(on_both: Flask, change: Any) -> None:
    with work(on_both) as session:
        service.record_tap(session, ADMIN, tap=tap(), at=NOON)
    with pytest.raises(DatabaseError), work(on_both) as session:
        session.execute(change)
    with work(on_both) as session:
        assert queries.totals_of(session, SUBJECT) == {"adults": 1}


def _at_once(app: Flask, works: list[Callable[[Session], object]]) -> None:
    def do(one: Callable[[Session], object]) -> None:
        with work(app) as session:
            one(session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, works))


def test_the_same_tap_from_many_at_once_counts_once(on_both: Flask) -> None:
    made = tap(3)
    _at_once(on_both, [lambda session: service.record_tap(session, ADMIN, tap=made, at=NOON)] * 16)
    with work(on_both) as session:
        assert queries.totals_of(session, SUBJECT) == {"adults": 3}


def test_two_phones_at_once_add_up(on_both: Flask) -> None:
    made = [tap() for _ in range(100)]
    _at_once(
        on_both,
        [lambda session, one=one: service.record_tap(session, ADMIN, tap=one, at=NOON) for one in made],  # type: ignore[misc]
    )
    with work(on_both) as session:
        assert queries.totals_of(session, SUBJECT) == {"adults": 100}
        assert queries.totals(session, [SUBJECT, uuid4()]) == {SUBJECT: {"adults": 100}}
        assert queries.counted_subjects(session, [SUBJECT, uuid4()]) == {SUBJECT}
