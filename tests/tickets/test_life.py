"""The whole life of a type's tickets, in any order: the balance holds after every step, as the ledger says too."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import Refused
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Reason, Selection, State, Ticket, standing_after
from tests.support import tickets as make
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

USES = 3
SERIALS = st.integers(1, 6)
POINTS = st.integers(0, 1)


class Life(RuleBasedStateMachine):
    """What is done with a few tickets at two points, beside a model of ours that knows nothing of the database."""

    app: Flask
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.clock = NOON
        self.acquired = 0
        self.uses = 0
        self.model: dict[int, tuple[State, int, int | None]] = {}
        self.before_lost: dict[int, tuple[State, int, int | None]] = {}
        self.replaced: set[int] = set()
        self.hand_outs: dict[int, UUID] = {}
        with work(self.app) as session:
            self.kind = make.make_type(session, uses=USES)
            self.points = [make.make_point(session), make.make_point(session)]

    def tick(self, step: timedelta = timedelta(minutes=3)) -> datetime:
        self.clock += step
        return self.clock

    def pick(self, number: int, *states: State) -> int:
        """One of the tickets that something can be done with, so that most steps do something; else any."""
        fit = sorted(serial for serial, (state, _left, _place) in self.model.items() if state in states)
        return fit[number % len(fit)] if fit else number

    @contextmanager
    def refused(self) -> Iterator[list[Reason]]:
        """What was refused, if anything was."""
        reasons: list[Reason] = []
        try:
            yield reasons
        except Refused as refused:
            reasons.append(Reason(refused.reason))

    @initialize(point=POINTS)
    def begin(self, point: int) -> None:
        """Most of the life is at a point and with clients."""
        self.acquire(4)
        self.allocate(3, point)

    @rule(quantity=st.integers(1, 2))
    @precondition(lambda self: self.acquired < 5)
    def acquire(self, quantity: int) -> None:
        with work(self.app) as session:
            batch = make.make_batch(session, self.kind, quantity)
        assert batch.first_serial == self.acquired + 1
        for serial in range(batch.first_serial, batch.last_serial + 1):
            self.model[serial] = (State.IN_STOCK, USES, None)
        self.acquired += quantity

    @rule(quantity=st.integers(1, 3), point=POINTS)
    def allocate(self, quantity: int, point: int) -> None:
        stock = sorted(serial for serial, (state, _left, _place) in self.model.items() if state is State.IN_STOCK)
        chosen = Selection(self.kind.id, quantity=quantity)
        with self.refused() as reasons, work(self.app) as session:
            make.move(session, Action.ALLOCATE, chosen, self.points[point], at=self.tick())
        assert reasons == ([] if len(stock) >= quantity else [Reason.TOO_FEW])
        for serial in stock[:quantity] if not reasons else ():
            self.model[serial] = (State.AT_POINT, USES, point)

    @rule(
        action=st.sampled_from(
            [Action.ALLOCATE, Action.TRANSFER, Action.RETURN, Action.VOID, Action.LOSE, Action.FIND]
        ),
        first=SERIALS,
        length=st.integers(0, 1),
        point=POINTS,
    )
    def move(self, action: Action, first: int, length: int, point: int) -> None:
        to_a_point = action in {Action.ALLOCATE, Action.TRANSFER}
        chosen = Selection(self.kind.id, first, first + length)
        expected = self._movable(action, range(first, first + length + 1), point)
        with self.refused() as reasons, work(self.app) as session:
            moved = make.move(session, action, chosen, self.points[point] if to_a_point else None, at=self.tick())
            assert moved == len(expected)
        assert reasons == ([] if expected else [Reason.NOTHING_TO_MOVE])
        self.model.update(expected)

    def _movable(self, action: Action, serials: range, point: int) -> dict[int, tuple[State, int, int | None]]:
        after = {}
        for serial in serials:
            if serial not in self.model:
                continue
            state, left, place = self.model[serial]
            is_new = state is State.AT_POINT and place != point
            if (action, state) == (Action.ALLOCATE, State.IN_STOCK) or (action is Action.TRANSFER and is_new):
                after[serial] = (State.AT_POINT, left, point)
            elif action is Action.RETURN and state is State.AT_POINT:
                after[serial] = (State.IN_STOCK, left, None)
            elif action is Action.VOID and state not in {State.VOIDED, State.LOST}:
                after[serial] = (State.VOIDED, left, place)
            elif action is Action.LOSE and state not in {State.VOIDED, State.LOST}:
                self.before_lost[serial] = self.model[serial]
                after[serial] = (State.LOST, left, place)
            elif action is Action.FIND and state is State.LOST and serial not in self.replaced:
                after[serial] = self.before_lost[serial]
        return after

    @rule(serial=SERIALS, elsewhere=st.sampled_from([False, False, True]))
    def hand_out(self, serial: int, elsewhere: bool) -> None:
        serial = self.pick(serial, State.AT_POINT)
        if serial not in self.model:
            return
        state, left, place = self.model[serial]
        point = 1 - (place or 0) if elsewhere else place or 0
        with work(self.app) as session:
            outcome = make.hand_out(session, self.kind, serial, self.points[point], at=self.tick())
        may = state is State.AT_POINT and place == point
        assert outcome.done == may
        if may:
            self.seen["hand out"] += 1
            self.model[serial] = (State.HANDED_OUT, left, place)
            self.hand_outs[serial] = outcome.id

    @rule(serial=SERIALS, minutes=st.sampled_from([0, 1, 30]))
    def take_back(self, serial: int, minutes: int) -> None:
        fresh = [one for one in sorted(self.hand_outs) if self.model[one][:2] == (State.HANDED_OUT, USES)]
        serial = fresh[serial % len(fresh)] if fresh else serial
        if serial not in self.hand_outs:
            return
        with self.refused() as reasons, work(self.app) as session:
            service.undo_hand_out(
                session,
                ADMIN,
                event_id=uuid4(),
                undoes=self.hand_outs[serial],
                at=self.tick(timedelta(minutes=minutes)),
            )
        if not reasons:
            self.seen["take back"] += 1
            state, left, place = self.model[serial]
            assert (state, left) == (State.HANDED_OUT, USES)
            self.model[serial] = (State.AT_POINT, left, place)

    @rule(serial=SERIALS, minutes=st.sampled_from([1, 3]), confirmed=st.booleans())
    def use(self, serial: int, minutes: int, confirmed: bool) -> None:
        serial = self.pick(serial, State.HANDED_OUT)
        if serial not in self.model:
            return
        state, left, place = self.model[serial]
        with work(self.app) as session:
            outcome = make.use(
                session,
                self.kind,
                serial,
                make.venue_of(self.kind),
                at=self.tick(timedelta(minutes=minutes)),
                confirmed=confirmed,
            )
        if state is State.HANDED_OUT and outcome.reason is not Reason.SCANNED_JUST_NOW:
            assert outcome.done
            self.seen["use"] += 1
            self.uses += 1
            self.model[serial] = (State.HANDED_OUT if left > 1 else State.USED_UP, left - 1, place)
        else:
            assert not outcome.done

    @rule(serial=SERIALS)
    def try_any(self, serial: int) -> None:
        """Also what cannot be used or handed out is tried, and stored."""
        if serial not in self.model or self.model[serial][0] in {State.HANDED_OUT, State.AT_POINT}:
            return
        with work(self.app) as session:
            used = make.use(session, self.kind, serial, make.venue_of(self.kind), at=self.tick())
            given = make.hand_out(session, self.kind, serial, self.points[0], at=self.tick())
        assert not used.done
        assert not given.done

    @rule(old=SERIALS, new=SERIALS, lost=st.booleans())
    def replace(self, old: int, new: int, lost: bool) -> None:
        old = self.pick(old, State.LOST if lost else State.HANDED_OUT)
        new = self.pick(new, State.AT_POINT)
        if old not in self.model or new not in self.model:
            return
        with self.refused() as reasons, work(self.app) as session:
            digest = code_digest(make.code_at(session, self.kind, new))
            old_id = make.ticket_at(session, self.kind, old).id
            service.replace(session, ADMIN, event_id=uuid4(), old_id=old_id, new_digest=digest, at=self.tick())
        state, left, place = self.model[old]
        if old in self.replaced:
            return
        before = self.before_lost[old][0] if state is State.LOST else state
        if before is not State.HANDED_OUT or self.model[new][0] is not State.AT_POINT:
            assert reasons
            return
        assert reasons == []
        self.seen["replace"] += 1
        self.replaced.add(old)
        self.model[old] = (State.LOST, left, place)
        self.model[new] = (State.HANDED_OUT, left, self.model[new][2])
        self.hand_outs.pop(new, None)

    @invariant()
    def the_balance_holds(self) -> None:
        with look(self.app) as session:
            balances = queries.balances_of_types(session).get(self.kind.id)
            if balances is None:
                assert self.acquired == 0
                return
            states = Counter(state for state, _left, _place in self.model.values())
            assert balances.missing == 0
            assert balances.acquired == self.acquired
            assert balances.in_stock == states[State.IN_STOCK]
            assert balances.at_points == states[State.AT_POINT]
            assert balances.handed_out == states[State.HANDED_OUT] + states[State.USED_UP]
            assert (balances.voided, balances.lost) == (states[State.VOIDED], states[State.LOST])
            assert balances.uses == self.uses
            for ticket in queries.list_tickets(session, Selection(self.kind.id, 1, self.acquired)):
                self._agrees(ticket)
                done = [event for event in queries.list_events(session, ticket.id) if event.reason is None]
                done.sort(key=lambda event: event.seq or 0)
                assert [event.seq for event in done] == list(range(1, ticket.version + 1))
                told: Any = standing_after(done, USES)
                assert (told.state, told.uses_left, told.point_id) == (ticket.state, ticket.uses_left, ticket.point_id)

    def _agrees(self, ticket: Ticket) -> None:
        state, left, place = self.model[ticket.serial]
        assert (ticket.state, ticket.uses_left) == (state, left)
        assert ticket.point_id == (self.points[place].id if place is not None else None)


@pytest.mark.parametrize("examples", [80])
def test_the_balance_holds_after_every_step(app: Flask, examples: int) -> None:
    class Here(Life):
        pass

    Here.app, Here.seen = app, Counter()
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The life has been lived: a machine that only ever refuses would agree with anything.
    assert min(Here.seen[name] for name in ("hand out", "use", "replace", "take back")) >= 3, Here.seen
