"""What is shown of answers, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from uuid import UUID, uuid4

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.surveys.domain import (
    FEWEST,
    LONGEST_LINE,
    Answer,
    Otherwise,
    Reason,
    clean,
    hide,
    mean_of,
    mean_tells,
    month_of,
    results_of,
)

SWIM, MOVIE = UUID(int=1), UUID(int=2)


def answer(before: int = 2, after: int = 4, **different: object) -> Answer:
    given = Answer(uuid4(), SWIM, date(2026, 7, 1), before, after, Otherwise.NO)
    return replace(given, **different)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        # Nothing small, nothing hidden.
        ((5, 8, 20), (5, 8, 20)),
        # One small: 33 - 8 - 20 would be it, so the next smallest goes too.
        ((3, 8, 20), (None, None, 20)),
        # Two small, and together six: neither can be told.
        ((3, 3, 20), (None, None, 20)),
        # Two small, and together four: both are known to be at most four, so the next smallest goes too.
        ((3, 1, 20, 30), (None, None, None, 30)),
        # Nobody and nobody: together none, and so known.
        ((0, 0, 9, 30), (None, None, None, 30)),
        # Four is under five, five is not.
        ((4, 5), (None, None)),
        ((5, 5), (5, 5)),
        # Of two that are as large the first.
        ((1, 7, 7), (None, None, 7)),
        ((12,), (12,)),
        ((), ()),
    ],
)
def test_small_numbers_are_hidden_and_what_would_give_them_away(
    counts: tuple[int, ...], shown: tuple[int | None, ...]
) -> None:
    assert hide(counts) == shown


def test_no_hidden_number_can_be_computed_from_the_sum() -> None:
    """Whatever the counts: another table has the same sum and the same shown numbers, for every hidden number."""
    for counts in product(range(9), repeat=3):
        if sum(counts) < FEWEST:
            continue
        shown = hide(counts)
        hidden = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
        assert all(count >= FEWEST for count in shown if count is not None)
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST)


def test_a_mean() -> None:
    # 1 + 2 + 2 + 5 = 10, of four.
    assert mean_of((1, 2, 0, 0, 1)) == Fraction(10, 4)
    assert mean_of((0, 0, 0, 0, 0)) is None


@pytest.mark.parametrize(
    ("counts", "tells"),
    [
        # All are fives: a mean of 5,0 says it.
        ((0, 0, 0, 0, 6), True),
        # A mean of 4,8 of five answers is one four and four fives, and nothing else.
        ((0, 0, 0, 1, 4), True),
        # A mean of 3,0 of five: three threes and a two and a four are as well five threes, or ones and fives.
        ((0, 1, 3, 1, 0), False),
        # Hidden are one, two and five of them; sum and mean leave others possible for each.
        ((2, 3, 3, 3, 2), False),
        # Nothing hidden, nothing to tell.
        ((5, 5, 5, 5, 5), False),
    ],
)
def test_a_mean_that_tells_is_known(counts: tuple[int, ...], tells: bool) -> None:
    assert mean_tells(counts, hide(counts)) is tells


def test_a_mean_that_is_shown_leaves_every_hidden_number_open() -> None:
    """Against every table there is: none of the hidden numbers is the same in all that look like this one."""
    tables: dict[object, list[tuple[int, ...]]] = {}
    number = 7
    for counts in product(range(number + 1), repeat=5):
        if sum(counts) == number:
            mean = mean_of(counts)
            assert mean is not None
            tables.setdefault((int(mean * 10 + Fraction(1, 2)), hide(counts)), []).append(counts)
    looked_at = 0
    for (_mean, shown), alike in tables.items():  # type: ignore[misc]
        for counts in alike:
            if not mean_tells(counts, shown):
                looked_at += 1
                for place, cell in enumerate(shown):
                    assert cell is not None or len({table[place] for table in alike}) > 1, counts
    assert looked_at > 100


def test_results_of_a_type_and_year() -> None:
    july = [answer(2, 4, otherwise=Otherwise.NO) for _ in range(6)]
    august = [answer(3, 5, month=date(2026, 8, 1), otherwise=Otherwise.YES, line=f"rivi {n}") for n in (3, 1, 2, 5, 4)]
    (found,) = results_of([*august, *july])
    assert (found.number, found.year, found.type_id) == (11, 2026, SWIM)
    assert found.months == {date(2026, 7, 1): 6, date(2026, 8, 1): 5}
    # Nobody said perhaps, so that is hidden, and with it the five.
    assert found.otherwise == {Otherwise.YES: None, Otherwise.PERHAPS: None, Otherwise.NO: 6}
    # Before: 0 6 5 0 0; the zeros are known to be zeros unless the five goes too. (6 * 2 + 5 * 3) / 11 = 2,45.
    assert found.before.cells == (None, 6, None, None, None)
    assert found.before.mean == Fraction(25, 10)
    assert found.lines == ("rivi 1", "rivi 2", "rivi 3", "rivi 4", "rivi 5")


def test_the_change_is_that_of_the_means_shown() -> None:
    (found,) = results_of([answer(before, before + 1) for before in (1, 2, 2, 3, 3, 4)])
    # 15 / 6 = 2,5 and 21 / 6 = 3,5.
    assert (found.before.mean, found.after.mean, found.change) == (Fraction(5, 2), Fraction(7, 2), 1)


def test_under_five_answers_nothing_is_shown() -> None:
    (found,) = results_of([answer(line="Kiitos") for _ in range(4)])
    assert (found.number, found.before.mean, found.after.mean, found.change, found.lines) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert set(found.otherwise.values()) | set(found.months.values()) | set(found.before.cells) == {None}


def test_types_and_years_stand_apart() -> None:
    answers = [answer(), answer(type_id=MOVIE), answer(month=date(2025, 12, 1))]
    assert [(found.year, found.type_id) for found in results_of(answers)] == [(2026, SWIM), (2026, MOVIE), (2025, SWIM)]


def test_an_answer_is_kept_tidy_and_to_the_month() -> None:
    kept = clean(answer(month=date(2026, 7, 19), line="  Hyvä\n\nmieli  "))
    assert (kept.month, kept.line) == (date(2026, 7, 1), "Hyvä mieli")
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (answer(before=0), Reason.BEFORE_MISSING),
        (answer(after=6), Reason.AFTER_MISSING),
        (answer(line="x" * (LONGEST_LINE + 1)), Reason.LINE_TOO_LONG),
    ],
)
def test_what_is_no_answer_is_refused(wrong: Answer, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        clean(wrong)
    assert refused.value.reason is reason
