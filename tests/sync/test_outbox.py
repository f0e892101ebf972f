"""The phone's real outbox against the real service: whatever happens in between, each tap is counted, and once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from pilot_ops.counting.queries import list_taps, totals_of
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.web.guard import PHONE_COOKIE
from pilot_ops.meals.domain import Group
from pilot_ops.phones import service as enrolling
from pilot_ops.phones.domain import Home, HomeKind
from pilot_ops.schedule.domain import MealDay
from pilot_ops.schedule.queries import list_days
from tests.support.builders import ADMIN, make_pilot
from tests.support.databases import look, work
from tests.support.phones import Phones, driven_phones
from tests.support.server import Server, free_port, running_server

_PHONES = 3


@dataclass(frozen=True)
class Tap:
    """Somebody presses a button on a tab of a phone."""

    phone: int
    tab: int
    group: Group
    change: int


@dataclass(frozen=True)
class Undo:
    """Somebody takes the phone's last tap back that is not taken back yet."""

    phone: int


@dataclass(frozen=True)
class Off:
    """A phone is switched off and on."""

    phone: int


@dataclass(frozen=True)
class Deliver:
    """What a phone sent and took for lost arrives now."""

    phone: int


@dataclass(frozen=True)
class Send:
    """Phones send at once: each from these tabs, and these things happen to its requests; taps are made meanwhile."""

    tabs: dict[int, tuple[int, ...]]
    faults: dict[int, tuple[str, ...]] = field(default_factory=dict)
    taps: tuple[Tap, ...] = ()


@dataclass(frozen=True)
class PowerCut:
    """The service is killed so many milliseconds after phones began to send, and started again."""

    send: Send
    after: int


Step = Tap | Undo | Off | Deliver | Send | PowerCut


class Service:
    """The service as a process, which a power cut ends and starts again; and meal days nobody has counted yet."""

    def __init__(self, data: str) -> None:
        self._settings, self._port = {"PILOT_OPS_DATA": data}, free_port()
        self._running = ExitStack()
        self.start()
        self.days = self._days()

    def start(self) -> None:
        self.server: Server = self._running.enter_context(running_server(self._settings, port=self._port))

    def stop(self) -> None:
        self._running.close()

    def cut_power(self) -> None:
        self.server.kill()
        self.stop()
        self.start()

    def _days(self) -> Iterator[MealDay]:
        season = {"starts_on": date(2023, 1, 1), "ends_on": date(2023, 12, 31), "weekdays": 0b1111111}
        while True:
            with work(self.server.app) as session:
                days = list_days(session, pilot_id=make_pilot(session, **season).id)
            yield from days


@dataclass(frozen=True)
class Made:
    """A tap that was made: it is on the phone's disk."""

    phone: int
    tap: Tap
    id: str = field(default_factory=lambda: str(uuid4()))
    undoes: str | None = None


class Scene:
    """Phones of a park on a meal day, and every tap that was made on them."""

    def __init__(self, service: Service, phones: Phones) -> None:
        self.service, self.phones = service, phones
        self.day = next(service.days)
        self.made: list[Made] = []
        self.names = [self._enrol() for _ in range(_PHONES)]

    def _enrol(self) -> str:
        with work(self.service.server.app) as session:
            code = enrolling.make_code(session, ADMIN, home=Home(HomeKind.PARK, self.day.park_id), hours=1, at=now())
            phone, secret = enrolling.join(session, code=code, name="Puhelin", at=now())
        name, url = str(phone.id), f"{self.service.server.url}/sync"
        self.phones.do("open", phone=name, url=url, cookie=f"{PHONE_COOKIE}={secret}", user=phone.actor().key)
        return name

    def play(self, *steps: Step) -> None:
        for step in steps:
            self._play(step)

    def _play(self, step: Step) -> None:
        match step:
            case Tap():
                self.phones.do("tap", **self._make(Made(step.phone, step)))
            case Undo(phone):
                self._undo(phone)
            case Off(phone):
                self.phones.do("restart", phone=self.names[phone])
            case Deliver(phone):
                self.phones.do("deliver", phone=self.names[phone])
            case Send():
                self._begin(step)
                self.phones.end()
            case PowerCut(send, after):
                self._begin(send)
                sleep(after / 1000)
                self.service.cut_power()
                self.phones.end()

    def _make(self, made: Made) -> dict[str, Any]:
        self.made.append(made)
        tap = {"id": made.id, "at": now().isoformat(), "park": str(self.day.park_id), "day": self.day.day.isoformat()}
        more = {"tab": made.tap.tab, "group": made.tap.group, "change": made.tap.change, "undoes": made.undoes}
        return {"phone": self.names[made.phone], "tap": {**tap, **more}}

    def _undo(self, phone: int) -> None:
        undone = {made.undoes for made in self.made}
        mine = [made for made in self.made if made.phone == phone and not made.undoes and made.id not in undone]
        if mine:
            last = mine[-1]
            back = replace(last.tap, change=-last.tap.change)
            self.phones.do("tap", **self._make(Made(phone, back, undoes=last.id)))

    def _begin(self, send: Send) -> None:
        sends = [
            {"phone": self.names[phone], "tabs": tabs, "faults": send.faults.get(phone, ())}
            for phone, tabs in send.tabs.items()
        ]
        self.phones.begin("send", sends=sends, taps=[self._make(Made(tap.phone, tap)) for tap in send.taps])

    def check(self) -> None:
        """With a good network nothing waits any more, and the service has counted what was made, exactly."""
        self.play(*_AT_LAST)
        seen = [self.phones.do("look", phone=name) for name in self.names]
        assert seen == [{"waiting": 0, "refused": []}] * _PHONES
        assert self.totals() == self._expected()
        with look(self.service.server.app) as session:
            stored = [str(tap.id) for tap in list_taps(session, self.day.id)]
        assert sorted(stored) == sorted(made.id for made in self.made)

    def totals(self) -> dict[str, int]:
        """What the service has counted, by group."""
        with look(self.service.server.app) as session:
            return totals_of(session, self.day.id)

    def _expected(self) -> dict[str, int]:
        expected: dict[str, int] = {}
        for made in self.made:
            group = made.tap.group.value
            expected[group] = expected.get(group, 0) + made.tap.change
        return expected

    def leave(self) -> None:
        for name in self.names:
            self.phones.do("close", phone=name)


_everybody = range(_PHONES)
# A tab whose session another has begun anew is told to try again; what was late arrives last of all.
_AT_LAST = [Send({phone: (0, 1) for phone in _everybody})] * 3 + [Deliver(phone) for phone in _everybody]

phones_drawn = st.sampled_from(_everybody)
taps = st.builds(Tap, phones_drawn, st.sampled_from((0, 1)), st.sampled_from(Group), st.sampled_from((1, 5)))
tabs = st.sampled_from(((0,), (1,), (0, 1)))
faults = st.lists(st.sampled_from(("ok", "lost", "unanswered", "twice", "late")), max_size=4).map(tuple)
sends = st.builds(
    Send,
    st.dictionaries(phones_drawn, tabs, min_size=1),
    st.dictionaries(phones_drawn, faults),
    st.lists(taps, max_size=2).map(tuple),
)
undos, offs, delivers = (st.builds(kind, phones_drawn) for kind in (Undo, Off, Deliver))
_KINDS: list[st.SearchStrategy[Step]] = [taps, taps, taps, undos, sends, sends, offs, delivers]
steps = st.lists(st.sampled_from(_KINDS).flatmap(lambda kind: kind), min_size=5, max_size=25)
power_cuts = st.builds(PowerCut, sends, st.integers(0, 30))


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    with driven_phones() as phones:
        yield phones


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(str(tmp_path_factory.mktemp("service")))
    yield service
    service.stop()


@contextmanager
def scene_of(service: Service, phones: Phones) -> Iterator[Scene]:
    """A scene that must end well."""
    scene = Scene(service, phones)
    yield scene
    scene.check()
    scene.leave()


ONE = Tap(0, 0, Group.SCHOOL_AGE, 1)
FIVE = Tap(1, 0, Group.SCHOOL_AGE, 5)


# What fails is shown as it was drawn: to make it smaller would take minutes.
drawn = settings(
    phases=(Phase.explicit, Phase.generate), deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@settings(drawn, max_examples=80)
@given(steps=steps)
def test_whatever_happens_in_between_each_tap_is_counted_once(
    service: Service, phones: Phones, steps: list[Step]
) -> None:
    with scene_of(service, phones) as scene:
        scene.play(*steps)


# A power cut costs a second or two, so that there are few.
@settings(drawn, max_examples=8)
@given(before=steps, cut=power_cuts, after=steps)
@example(before=[ONE, FIVE], cut=PowerCut(Send({0: (0, 1), 1: (0,)}, taps=(ONE, FIVE)), 5), after=[Undo(0)])
def test_whenever_the_service_loses_power_each_tap_is_counted_once(
    service: Service, phones: Phones, before: list[Step], cut: PowerCut, after: list[Step]
) -> None:
    with scene_of(service, phones) as scene:
        scene.play(*before, cut, *after)


def test_two_tabs_without_a_lock_and_with_duplicates_count_once(service: Service, phones: Phones) -> None:
    with scene_of(service, phones) as scene:
        scene.play(ONE, replace(ONE, tab=1), ONE, Undo(0))
        scene.play(Send({0: (0, 1)}, {0: ("twice", "twice", "twice", "unanswered", "twice")}), Send({0: (0, 1)}))
        assert scene.totals() == {"school-age": 2}


def test_a_push_that_arrives_after_a_later_one_of_another_phone(service: Service, phones: Phones) -> None:
    with scene_of(service, phones) as scene:
        scene.play(Send({0: (0,), 1: (0,)}), ONE, Send({0: (0,)}, {0: ("late",)}), FIVE, Send({1: (0,)}))
        assert scene.totals() == {"school-age": 5}
        scene.play(Deliver(0))
        assert scene.totals() == {"school-age": 6}
        scene.play(Undo(0), Send({0: (0,)}, {0: ("late",)}), Send({0: (0,)}))
        assert scene.totals() == {"school-age": 5}
