"""Pages of lists.

A page begins after the key of the last thing of the page before, so that nothing that is added meanwhile moves what is
to come: each thing that was there comes once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Found, Key, Wrong
from pilot_ops.api.wire import Names
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule.queries import get_pilot

Thing = TypeVar("Thing")


def page_of(things: Sequence[Thing], limit: int, key: Callable[[Thing], Key], tell: Callable[[Thing], object]) -> Found:
    """A page out of its things and one more, if there is one more: only then there is a next page."""
    shown = things[:limit]
    return Found([tell(thing) for thing in shown], key(shown[-1]) if len(things) > limit else None)


def page_in_memory(
    things: Sequence[Thing], limit: int, after: Key | None, key: Callable[[Thing], Key], tell: Callable[[Thing], object]
) -> Found:
    """A page of a list that is read whole because it is short."""
    left = sorted((thing for thing in things if after is None or key(thing) > after), key=key)
    return page_of(left[: limit + 1], limit, key, tell)


def check_names(session: Session, *, pilot: UUID | None = None, park: UUID | None = None) -> None:
    """Wrong if a request asks for a pilot or park that does not exist."""
    problems = {}
    for name, wanted, get in (("pilot", pilot, get_pilot), ("park", park, get_park)):
        try:
            if wanted is not None:
                get(session, wanted)
        except NotFound:
            problems[name] = f"There is no {name} of this id."
    if problems:
        raise Wrong(problems)


def names_of(text: Translated) -> Names:
    """A name in the three languages."""
    return Names(text.fi, text.sv, text.en)
