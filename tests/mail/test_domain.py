"""Addresses, and what a try brings a letter to, worked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.mail.domain import PAUSES, Delivery, Fate, Letter, address_in, next_try
from pilot_ops.mail.wire import ascii_address, write
from tests.support.builders import NOON


def letter(**different: object) -> Letter:
    given = {"key": "a", "to": "aino@example.fi", "subject": "Hei", "text": "Moi", "language": "fi", "due_at": NOON}
    return Letter(**{**given, **different})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" aino@example.fi ", "aino@example.fi"),
        ("Aino.Virta+luonto@Example.FI", "Aino.Virta+luonto@example.fi"),
        ("aino@pähkinä.fi", "aino@pähkinä.fi"),
        ("aino@PÄHKINÄ.fi", "aino@pähkinä.fi"),
        ("aino@pa\u0308hkina\u0308.fi", "aino@pähkinä.fi"),
        ("mailto:aino@a.b.example.fi", "aino@a.b.example.fi"),
        ("o'brien@example.ie", "o'brien@example.ie"),
    ],
)
def test_addresses(typed: str, kept: str) -> None:
    assert address_in(typed) == kept
    assert address_in(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "aino",
        "aino@example",
        "aino@@example.fi",
        "aino@example.fi, toinen@example.fi",
        "aino@example.fi\nBcc: kaikki@example.fi",
        "Aino <aino@example.fi>",
        "aino @example.fi",
        ".aino@example.fi",
        "aino..virta@example.fi",
        "aino@-example.fi",
        "aino@example..fi",
        "äino@example.fi",
        "a" * 250 + "@example.fi",
        "aino@" + "a" * 70 + ".fi",
        # In small letters it is an i and a dot that stands alone.
        "aino@\u0130sparta.example",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(Refused):
        address_in(typed)


def test_pauses_grow_and_then_it_is_given_up() -> None:
    pauses = []
    for tries in range(1, len(PAUSES) + 1):
        fate, again = next_try(letter(tries=tries), Delivery.LATER, NOON)
        assert fate is Fate.WAITS
        pauses.append(again - NOON)
    assert pauses == sorted(set(pauses))
    assert timedelta(hours=40) < sum(pauses, timedelta()) < timedelta(hours=60)
    assert next_try(letter(tries=len(PAUSES) + 1), Delivery.LATER, NOON)[0] is Fate.GIVEN_UP


def test_a_refusal_is_believed_and_what_comes_too_late_is_not_tried() -> None:
    assert next_try(letter(tries=1), Delivery.REFUSED, NOON)[0] is Fate.GIVEN_UP
    assert next_try(letter(tries=9), Delivery.SENT, NOON)[0] is Fate.SENT
    soon, later = NOON + timedelta(seconds=60), NOON + timedelta(seconds=61)
    assert next_try(letter(tries=1, useless_at=soon), Delivery.DOWN, NOON)[0] is Fate.GIVEN_UP
    assert next_try(letter(tries=1, useless_at=later), Delivery.DOWN, NOON) == (Fate.WAITS, soon)


def test_a_letter_as_servers_read_it() -> None:
    plain = letter(subject="Pääset mukaan", text="Ä\n.\nLoppu", to="aino@bücher.example")
    message = write(plain, sender="Hyvinvoiva Espoo <luonto@example.fi>", at=NOON)
    assert message["To"] == "aino@xn--bcher-kva.example"
    assert message["From"] == "Hyvinvoiva Espoo <luonto@example.fi>"
    assert message["Content-Language"] == "fi"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == write(plain, sender="luonto@example.fi", at=NOON + timedelta(1))["Message-ID"]
    assert message["Message-ID"] != write(letter(key="b"), sender="luonto@example.fi", at=NOON)["Message-ID"]
    assert message.as_bytes().isascii()
    assert message.get_content() == "Ä\n.\nLoppu\n"
    assert ascii_address("a@example.fi") == "a@example.fi"
