"""Rules of tickets, worked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_ops.kernel.codes import ALPHABET, code_digest, grouped
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.tickets.domain import (
    LENGTH,
    Action,
    Balance,
    Kind,
    Move,
    Reason,
    Selection,
    State,
    Ticket,
    TicketType,
    TypeDetails,
    Validity,
    balance_of,
    check_batch,
    check_change,
    check_move,
    check_type,
    clean_type,
    code_key,
    digest_in,
    find_code,
    link_of,
    make_code,
    moment_of,
    parse_label,
    plan,
    ranges,
    why_not_hand_out,
    why_not_undo,
    why_not_use,
)

NOON = datetime(2026, 7, 1, 9, tzinfo=UTC)
TODAY = date(2026, 7, 1)
POINT, OTHER, VENUE = uuid4(), uuid4(), uuid4()
ALWAYS = Validity(None, None, here=True)
BATCH = UUID(int=1)
TYPE = TypeDetails(Translated("Uintiranneke"), Kind.CODED, "UIN", uses=10, venues=frozenset({VENUE}))


def ticket(state: State = State.HANDED_OUT, left: int = 10, serial: int = 1, **different: object) -> Ticket:
    """A ten-visit wristband of the point."""
    given = {"id": uuid4(), "type_id": UUID(int=2), "batch_id": BATCH, "serial": serial, "state": state}
    point = None if state is State.IN_STOCK else POINT
    return Ticket(**{**given, "uses_left": left, "point_id": point, **different})  # type: ignore[arg-type]


# Codes


def test_a_code_has_80_bits_and_more() -> None:
    assert len(ALPHABET) ** LENGTH > 2**83


def test_a_code_is_the_same_every_time_and_no_other_is() -> None:
    key = code_key("secret")
    codes = {make_code(key, batch, serial) for batch in (BATCH, UUID(int=3)) for serial in range(1, 2001)}
    assert len(codes) == 4000
    assert make_code(key, BATCH, 7) == make_code(code_key("secret"), BATCH, 7)
    assert make_code(key, BATCH, 7) != make_code(code_key("Secret"), BATCH, 7)
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)


def test_every_character_is_about_as_likely_in_every_place() -> None:
    key = code_key("secret")
    codes = [make_code(key, BATCH, serial) for serial in range(3000)]
    for place in range(LENGTH):
        counts = [sum(code[place] == character for code in codes) for character in ALPHABET]
        # 100 of each are expected, with a standard deviation of 10.
        assert min(counts) > 50
        assert max(counts) < 150


@pytest.mark.parametrize(
    "text",
    [
        "7K3M9QXZ4F2P8RTNV",
        "7k3m 9qxz 4f2p 8rtnv",
        " 7K3M-9QXZ-4F2P-8RTNV\n",
        "https://liput.example.fi/t/7K3M9QXZ4F2P8RTNV",
        "HTTPS://LIPUT.EXAMPLE.FI/T/7K3M9QXZ4F2P8RTNV",
        "https://liput.example.fi/T/7k3m9qxz4f2p8rtnv?lang=sv",
    ],
)
def test_code_or_link_in_any_case_is_the_code(text: str) -> None:
    assert find_code(text) == "7K3M9QXZ4F2P8RTNV"
    assert digest_in(text) == code_digest("7K3M9QXZ4F2P8RTNV")


@pytest.mark.parametrize(
    "text", ["", "7K3M", "7K3M9QXZ4F2P8RTN0", "7K3M9QXZ4F2P8RTNVX", "https://example.fi/x/7K3M", "Å" * 17]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert find_code(text) is None
    assert digest_in(text) is None


@given(st.text())
def test_any_text_may_be_scanned(text: str) -> None:
    assert find_code(text) is None or len(find_code(text) or "") == LENGTH


def test_the_link_is_in_capitals_and_the_code_in_groups() -> None:
    assert link_of("https://liput.example.fi", "7K3M9QXZ4F2P8RTNV") == "HTTPS://LIPUT.EXAMPLE.FI/T/7K3M9QXZ4F2P8RTNV"
    assert grouped("7K3M9QXZ4F2P8RTNV") == "7K3M 9QXZ 4F2P 8RTNV"


@pytest.mark.parametrize(
    ("text", "label"),
    [("UIN-0342", ("UIN", 342)), ("uin 342", ("UIN", 342)), ("2U-7", ("2U", 7)), ("UIN", None), ("342", None)],
)
def test_a_number_is_read(text: str, label: tuple[str, int] | None) -> None:
    assert parse_label(text) == label
    assert TicketType(uuid4(), TYPE).label(342) == "UIN-0342"


# Types and batches


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"name": Translated("")}, Reason.NAME_MISSING, "name_fi"),
        ({"prefix": ""}, Reason.PREFIX_WRONG, "prefix"),
        ({"prefix": "UINTIRANNEKE"}, Reason.PREFIX_WRONG, "prefix"),
        ({"prefix": "U2"}, Reason.PREFIX_WRONG, "prefix"),
        ({"prefix": "ÄÄ"}, Reason.PREFIX_WRONG, "prefix"),
        ({"uses": 0}, Reason.USES_WRONG, "uses"),
        ({"uses": 101}, Reason.USES_WRONG, "uses"),
        ({"value": Money(-1)}, Reason.VALUE_NEGATIVE, "value"),
        ({"valid_from": TODAY, "valid_until": date(2026, 6, 30)}, Reason.ENDS_BEFORE_START, "valid_until"),
        ({"venues": frozenset()}, Reason.VENUES_MISSING, "venues"),
    ],
)
def test_a_type_must_make_sense(different: dict[str, object], reason: Reason, field: str) -> None:
    details = {name: getattr(TYPE, name) for name in TYPE.__slots__}
    with pytest.raises(Refused) as refused:
        check_type(TypeDetails(**{**details, **different}))  # type: ignore[arg-type]
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_a_type_is_kept_tidy() -> None:
    details = TypeDetails(Translated("  Uinti  ranneke "), Kind.COUNTED, " u i n ")
    assert clean_type(details).prefix == "UIN"
    assert clean_type(details).name.fi == "Uinti ranneke"
    check_type(clean_type(details))


def test_what_is_printed_stays_true() -> None:
    check_change(TYPE, TYPE)
    for field, value in (("uses", 5), ("kind", Kind.COUNTED), ("prefix", "UIX")):
        details = {name: getattr(TYPE, name) for name in TYPE.__slots__}
        with pytest.raises(Refused) as refused:
            check_change(TYPE, TypeDetails(**{**details, field: value}))
        assert (refused.value.reason, refused.value.field) == (Reason.ALREADY_PRINTED, field)


@pytest.mark.parametrize(
    ("quantity", "day", "reason"),
    [
        (0, TODAY, Reason.QUANTITY_WRONG),
        (20_001, TODAY, Reason.QUANTITY_WRONG),
        (5, date(2026, 7, 2), Reason.DAY_IN_FUTURE),
    ],
)
def test_a_batch_has_tickets_that_have_come(quantity: int, day: date, reason: Reason) -> None:
    check_batch(500, TODAY, TODAY)
    with pytest.raises(Refused) as refused:
        check_batch(quantity, day, TODAY)
    assert refused.value.reason is reason


# Scans


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (ticket(State.AT_POINT), None),
        (ticket(State.AT_POINT, point_id=OTHER), Reason.OTHER_POINT),
        (ticket(State.IN_STOCK), Reason.IN_STOCK),
        (ticket(State.HANDED_OUT), Reason.ALREADY_HANDED_OUT),
        (ticket(State.USED_UP, 0), Reason.ALREADY_HANDED_OUT),
        (ticket(State.VOIDED), Reason.VOIDED),
        (ticket(State.LOST), Reason.LOST),
        (ticket(State.LOST, replaced_by=uuid4()), Reason.REPLACED),
    ],
)
def test_handing_out(found: Ticket, reason: Reason | None) -> None:
    assert why_not_hand_out(found, ALWAYS, point_id=POINT, day=TODAY) is reason


def test_an_expired_ticket_is_not_handed_out_and_one_for_later_is() -> None:
    until, later = Validity(None, date(2026, 6, 30), True), Validity(date(2026, 8, 1), None, True)
    found = ticket(State.AT_POINT)
    assert why_not_hand_out(found, until, point_id=POINT, day=date(2026, 6, 30)) is None
    assert why_not_hand_out(found, until, point_id=POINT, day=TODAY) is Reason.EXPIRED
    assert why_not_hand_out(found, later, point_id=POINT, day=TODAY) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (ticket(), None),
        (ticket(left=1), None),
        (ticket(State.USED_UP, 0), Reason.USED_UP),
        (ticket(State.AT_POINT), Reason.NOT_HANDED_OUT),
        (ticket(State.IN_STOCK), Reason.NOT_HANDED_OUT),
        (ticket(State.VOIDED), Reason.VOIDED),
        (ticket(State.LOST), Reason.LOST),
        (ticket(State.LOST, replaced_by=uuid4()), Reason.REPLACED),
    ],
)
def test_using(found: Ticket, reason: Reason | None) -> None:
    assert why_not_use(found, ALWAYS, at=NOON, day=TODAY, confirmed=False) is reason


def test_validity_at_use() -> None:
    def at(day: date, validity: Validity) -> Reason | None:
        return why_not_use(ticket(), validity, at=NOON, day=day, confirmed=False)

    july = Validity(date(2026, 7, 1), date(2026, 7, 31), here=True)
    assert at(date(2026, 6, 30), july) is Reason.NOT_YET_VALID
    assert at(date(2026, 7, 1), july) is None
    assert at(date(2026, 7, 31), july) is None
    assert at(date(2026, 8, 1), july) is Reason.EXPIRED
    assert at(TODAY, Validity(None, None, here=False)) is Reason.NOT_VALID_HERE


def test_the_same_again_within_two_minutes_is_asked_about() -> None:
    found = ticket(left=9, last_used_at=NOON)

    def after(seconds: int, *, confirmed: bool = False) -> Reason | None:
        moment = NOON + timedelta(seconds=seconds)
        return why_not_use(found, ALWAYS, at=moment, day=TODAY, confirmed=confirmed)

    assert after(0) is Reason.SCANNED_JUST_NOW
    assert after(119) is Reason.SCANNED_JUST_NOW
    # A phone whose clock is behind.
    assert after(-60) is Reason.SCANNED_JUST_NOW
    assert after(120) is None
    assert after(5, confirmed=True) is None


def test_a_single_visit_is_used_up_rather_than_scanned_just_now() -> None:
    found = ticket(State.USED_UP, 0, last_used_at=NOON)
    assert why_not_use(found, ALWAYS, at=NOON, day=TODAY, confirmed=True) is Reason.USED_UP


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (NOON - timedelta(hours=5), True),
        (NOON + timedelta(minutes=5), True),
        (NOON + timedelta(minutes=6), False),
        (datetime(2020, 1, 1, tzinfo=UTC), False),
        (datetime(2040, 1, 1, tzinfo=UTC), False),
    ],
)
def test_a_clock_that_cannot_be_right_is_not_believed(at: datetime, kept: bool) -> None:
    assert moment_of(at, NOON) == (at if kept else NOON)


def test_taking_a_hand_out_back() -> None:
    found = ticket(handed_out_at=NOON)

    def after(minutes: int, given: Ticket = found, handed_out_at: datetime = NOON) -> Reason | None:
        return why_not_undo(given, uses=10, handed_out_at=handed_out_at, at=NOON + timedelta(minutes=minutes))

    assert after(10) is None
    assert after(11) is Reason.TOO_LATE_TO_UNDO
    assert after(1, ticket(left=9, handed_out_at=NOON)) is Reason.USED_ALREADY
    assert after(1, ticket(State.USED_UP, 0, handed_out_at=NOON)) is Reason.USED_ALREADY
    assert after(1, ticket(State.AT_POINT)) is Reason.ALREADY_UNDONE
    assert after(1, found, NOON - timedelta(hours=1)) is Reason.ALREADY_UNDONE


# Moves


def move(action: Action, *, note: str = "", to_id: UUID | None = None, **chosen: object) -> Move:
    return Move(uuid4(), action, Selection(UUID(int=2), **chosen), to_id, note)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "reason", "field"),
    [
        (move(Action.RETURN), Reason.RANGE_WRONG, "first"),
        (move(Action.RETURN, first=1), Reason.RANGE_WRONG, "last"),
        (move(Action.RETURN, first=5, last=4), Reason.RANGE_WRONG, "last"),
        (move(Action.RETURN, first=0, last=4), Reason.RANGE_WRONG, "last"),
        (move(Action.RETURN, quantity=0), Reason.NOTHING_TO_MOVE, "quantity"),
        (move(Action.ALLOCATE, quantity=1), Reason.NOT_AT_POINT, "to"),
        (move(Action.VOID, quantity=1, note="  "), Reason.NOTE_MISSING, "note"),
        (move(Action.LOSE, first=1, last=1), Reason.NOTE_MISSING, "note"),
    ],
)
def test_a_move_says_what_it_needs(asked: Move, reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_move(asked)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_a_range_moves_those_that_can_and_says_why_not_the_others() -> None:
    found = [
        ticket(State.IN_STOCK, serial=1),
        ticket(State.AT_POINT, serial=2),
        ticket(State.IN_STOCK, serial=3),
        ticket(State.VOIDED, serial=4),
        ticket(State.LOST, serial=5),
        ticket(State.HANDED_OUT, serial=6),
        ticket(State.USED_UP, 0, serial=7),
    ]
    planned = plan(move(Action.ALLOCATE, first=1, last=7, to_id=POINT), found)
    assert planned.serials == (1, 3)
    assert planned.left_out == {
        Reason.NOT_IN_STOCK: 1,
        Reason.VOIDED: 1,
        Reason.LOST: 1,
        Reason.ALREADY_HANDED_OUT: 1,
        Reason.USED_UP: 1,
    }


def test_a_number_takes_the_first_that_can_or_says_how_many_there_are() -> None:
    found = [ticket(State.AT_POINT, serial=1), *(ticket(State.IN_STOCK, serial=serial) for serial in (2, 3, 4))]
    assert plan(move(Action.ALLOCATE, quantity=2, to_id=POINT), found).serials == (2, 3)
    with pytest.raises(Refused) as refused:
        plan(move(Action.ALLOCATE, quantity=4, to_id=POINT), found)
    assert (refused.value.reason, refused.value.details) == (Reason.TOO_FEW, {"there": 3})


def test_only_what_is_at_the_point_moves_from_it() -> None:
    found = [ticket(State.AT_POINT, serial=1, point_id=OTHER), ticket(State.AT_POINT, serial=2)]
    planned = plan(move(Action.TRANSFER, first=1, last=2, to_id=OTHER), found)
    assert (planned.serials, planned.left_out) == ((2,), {Reason.HERE_ALREADY: 1})
    planned = plan(move(Action.RETURN, first=1, last=2, point_id=POINT), found)
    assert (planned.serials, planned.left_out) == ((2,), {Reason.OTHER_POINT: 1})


def test_the_plan_that_was_shown_is_known_again() -> None:
    asked, found = move(Action.ALLOCATE, first=1, last=1, to_id=POINT), ticket(State.IN_STOCK)
    again = Ticket(**{**{name: getattr(found, name) for name in found.__slots__}, "version": 1})
    assert plan(asked, [found]).digest == plan(asked, [found]).digest
    assert plan(asked, [found]).digest != plan(asked, [again]).digest


@pytest.mark.parametrize(
    ("serials", "runs"),
    [((), ()), ((1, 2, 3, 7), ((1, 3), (7, 7))), ((3, 1, 2), ((1, 3),)), ((1, 3), ((1, 1), (3, 3)))],
)
def test_numbers_as_runs(serials: tuple[int, ...], runs: tuple[tuple[int, int], ...]) -> None:
    assert ranges(serials) == runs


# The balance


def test_the_balance_of_a_batch() -> None:
    states = {State.IN_STOCK: 120, State.AT_POINT: 146, State.HANDED_OUT: 200, State.USED_UP: 20, State.VOIDED: 10}
    balance = balance_of(500, {**states, State.LOST: 4}, used=63, uses=180)
    assert (balance.handed_out, balance.used_up, balance.accounted, balance.missing) == (220, 20, 500, 0)
    assert balance_of(500, {State.IN_STOCK: 498}).missing == 2
    assert balance_of(500, {State.IN_STOCK: 501}).missing == -1
    assert (Balance(acquired=2, in_stock=2) + Balance(acquired=1, lost=1)).missing == 0
