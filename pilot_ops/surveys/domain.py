"""The survey: what is asked, and results in which nobody can be found.

A cell of fewer than five answers is hidden. So are as many others as it takes that no hidden cell can be computed from
what is shown: from a sum, or from a mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations_with_replacement, product
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import round_half_up
from pilot_ops.kernel.text import tidy

FEWEST = 5
SCALE = (1, 2, 3, 4, 5)
LONGEST_LINE = 500
# So many answers are thought to be otherwise at most: enough for six alike, and few enough to try them all.
_FEW = 4


class Otherwise(StrEnum):
    """Whether they would have gone without the ticket."""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


class Reason(StrEnum):
    """Why an answer is refused. Alphabetical."""

    AFTER_MISSING = "after-missing"
    BEFORE_MISSING = "before-missing"
    LINE_TOO_LONG = "line-too-long"
    NO_TURN_LEFT = "no-turn-left"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered after one visit: of which type and month, and nothing finer. ``id`` is random."""

    id: UUID
    type_id: UUID
    month: date
    before: int
    after: int
    otherwise: Otherwise
    line: str = ""


def month_of(day: date) -> date:
    """The first day of a day's month: as fine as an answer knows its time."""
    return day.replace(day=1)


def clean(answer: Answer) -> Answer:
    """An answer as it is kept: its line tidy, its month without a day. Refused with the field if it is none."""
    if answer.before not in SCALE:
        raise Refused(Reason.BEFORE_MISSING, "before")
    if answer.after not in SCALE:
        raise Refused(Reason.AFTER_MISSING, "after")
    line = tidy(answer.line)
    if len(line) > LONGEST_LINE:
        raise Refused(Reason.LINE_TOO_LONG, "line")
    return replace(answer, month=month_of(answer.month), line=line)


Cells = tuple[int | None, ...]


def hide(counts: Sequence[int]) -> Cells:
    """Counts whose sum is known, without those under five and without what would give them away.

    One hidden cell would be the sum less the others, and hidden cells that are few together would be known to be few:
    so the smallest that are shown are hidden too, until at least two are hidden, of five answers or more together.
    """
    hidden = {place for place, count in enumerate(counts) if count < FEWEST}
    smallest_first = sorted(
        (place for place in range(len(counts)) if place not in hidden), key=lambda p: (counts[p], p)
    )
    while hidden and (len(hidden) < 2 or sum(counts[place] for place in hidden) < FEWEST) and smallest_first:
        hidden.add(smallest_first.pop(0))
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def mean_of(counts: Sequence[int]) -> Fraction | None:
    """The mean of a scale, of whose values there are so many each; None without any."""
    number = sum(counts)
    return Fraction(sum(value * count for value, count in zip(SCALE, counts, strict=True)), number) if number else None


def mean_tells(counts: Sequence[int], shown: Cells) -> bool:
    """Whether the mean, to one decimal, and what is shown would tell how many are in a hidden cell.

    It does not if for every hidden cell a few answers could be otherwise, so that another number is in the cell while
    the mean and all that is shown stay the same.
    """
    hidden = [place for place, cell in enumerate(shown) if cell is None]
    choices = list(combinations_with_replacement(hidden, _FEW))
    free: set[int] = set()
    for sources, targets in product(choices, repeat=2):
        if free.issuperset(hidden):
            return False
        free |= _moved(counts, sources, targets)
    return not free.issuperset(hidden)


def _moved(counts: Sequence[int], sources: tuple[int, ...], targets: tuple[int, ...]) -> set[int]:
    """The cells that are others when a few answers are moved; none if nobody is there to move or the mean shows it."""
    moved = list(counts)
    for source, target in zip(sources, targets, strict=True):
        moved[source] -= 1
        moved[target] += 1
    if min(moved) < 0 or _tenths(moved) != _tenths(counts):
        return set()
    return {place for place, count in enumerate(moved) if count != counts[place]}


def _tenths(counts: Sequence[int]) -> int:
    mean = mean_of(counts)
    return round_half_up(mean * 10) if mean is not None else 0


@dataclass(frozen=True, slots=True)
class Scale:
    """How many answered each value of a scale, and their mean; None for what is hidden."""

    cells: Cells
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class Results:
    """What may be shown of the answers of a ticket type in a year. ``number`` is None if they are under five."""

    type_id: UUID
    year: int
    number: int | None
    before: Scale
    after: Scale
    otherwise: Mapping[Otherwise, int | None]
    months: Mapping[date, int | None]
    lines: tuple[str, ...]

    @property
    def change(self) -> Fraction | None:
        """How much better people felt after; None if a mean is hidden."""
        if self.before.mean is None or self.after.mean is None:
            return None
        return self.after.mean - self.before.mean


def results_of(answers: Iterable[Answer]) -> tuple[Results, ...]:
    """Results by type and year, the newest year first.

    There are none of all years together: a sum less the years shown would be a year that is hidden.
    """
    groups: dict[tuple[int, UUID], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.month.year, answer.type_id), []).append(answer)
    in_order = sorted(groups.items(), key=lambda item: (-item[0][0], str(item[0][1])))
    return tuple(_results(type_id, year, found) for (year, type_id), found in in_order)


def _results(type_id: UUID, year: int, answers: Sequence[Answer]) -> Results:
    enough = len(answers) >= FEWEST
    kinds = list(Otherwise)
    months = sorted({answer.month for answer in answers})
    otherwise = [sum(answer.otherwise is kind for answer in answers) for kind in kinds]
    of_months = [sum(answer.month == month for answer in answers) for month in months]
    return Results(
        type_id=type_id,
        year=year,
        number=len(answers) if enough else None,
        before=_scale([answer.before for answer in answers]),
        after=_scale([answer.after for answer in answers]),
        otherwise=dict(zip(kinds, _hidden(otherwise, enough), strict=True)),
        months=dict(zip(months, _hidden(of_months, enough), strict=True)),
        # By the alphabet: in which order they came would say which came together.
        lines=tuple(sorted(answer.line for answer in answers if answer.line)) if enough else (),
    )


def _hidden(counts: Sequence[int], enough: bool) -> Cells:
    return hide(counts) if enough else (None,) * len(counts)


def _scale(values: Sequence[int]) -> Scale:
    counts = [values.count(value) for value in SCALE]
    if len(values) < FEWEST:
        return Scale((None,) * len(SCALE), None)
    cells = hide(counts)
    # To one decimal from here on: a finer mean would tell more than was looked at.
    return Scale(cells, None if mean_tells(counts, cells) else Fraction(_tenths(counts), 10))
