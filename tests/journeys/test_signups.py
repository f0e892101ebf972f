"""Somebody signs up by keyboard alone, is told by a real mail server, and cancels; who runs the event sees the list."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pilot_ops.events.domain import Event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.text import Translated
from pilot_ops.mail.jobs import send_mail
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import Contact, ContactKind, Need, State
from pilot_ops.signups.jobs import tell_sign_ups
from tests.support.browser import axe, context_of, forgive
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.mail import Postbox, mail_server
from tests.support.server import Server, running_server
from tests.support.signups import make_event, sign_up

TONGUES = ("fi", "plain", "sv", "en")


@pytest.fixture(scope="module")
def box() -> Iterator[tuple[Postbox, int]]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, box: tuple[Postbox, int]) -> Iterator[Server]:
    """The service, with a mail server."""
    settings = {
        "PILOT_OPS_DATA": str(tmp_path_factory.mktemp("sign-ups")),
        "PILOT_OPS_SMTP_URL": box[0].url(box[1]),
        "PILOT_OPS_MAIL_FROM": "Espoo <luonto@example.fi>",
    }
    with running_server(settings) as server:
        yield server


def event_of(server: Server, capacity: int = 4, **different: object) -> Event:
    with work(server.app) as session:
        starts_at = now() + timedelta(days=9)
        return make_event(session, starts_at=starts_at, at=now(), capacity=capacity, **different)  # type: ignore[arg-type]


def full_event(server: Server) -> tuple[Event, str, str]:
    """A full event, and the tokens of one who is in and of one who waits."""
    # One long word: it is broken rather than wider than a phone.
    name = Translated("Metsäretki Ympärivuorokautinenluontoliikuntatapahtumakaikenikäisille")
    event = event_of(server, capacity=3, name=name)
    needs = frozenset({Need.WHEELCHAIR, Need.ASSISTANT})
    phone = Contact(ContactKind.PHONE, "0401234567")
    with work(server.app) as session:
        mine = sign_up(
            session, event, name="Aino", people=3, needs=needs, note="Tulen bussilla", contact=phone, at=now()
        )
        waits = sign_up(session, event, name="Eino", people=2, contact=phone, at=now())
        return event, service.link_token(session, mine.id), service.link_token(session, waits.id)


def look_over(page: Page, name: str) -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    axe(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} wide in {wide[1]}"
    if folder := os.environ.get("PILOT_OPS_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}-{wide[1]}.png"), full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_public_page(server: Server, browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    event, mine, waits = full_event(server)
    free, closed = event_of(server), event_of(server, sign_up=False)
    with work(server.app) as session:
        gone = service.link_token(session, sign_up(session, free, at=now()).id)
        service.cancel(session, token=gone, at=now())
    paths = {
        "free": f"/outdoors/{free.id}/sign-up",
        "full": f"/outdoors/{event.id}/sign-up",
        "closed": f"/outdoors/{closed.id}/sign-up",
        "in": f"/sign-ups/{mine}",
        "waits": f"/sign-ups/{waits}",
        "people": f"/sign-ups/{mine}/people",
        "cancel": f"/sign-ups/{mine}/cancel",
        "gone": f"/sign-ups/{gone}",
        "wrong": "/sign-ups/wrong",
    }
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        forgive(context, "status of 404")
        page = context.new_page()
        for tongue in TONGUES if scheme == "light" else ("fi",):
            for name, path in paths.items():
                page.goto(f"{server.url}{path}?lang={tongue}")
                look_over(page, f"{name}-{tongue}-{scheme}")


def _tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on something that matches."""
    for _ in range(60):
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {what}")


@pytest.mark.parametrize("width", [390, 1280])
def test_signing_up_and_cancelling_by_keyboard_alone(
    server: Server, browser: Browser, box: tuple[Postbox, int], width: int
) -> None:
    event = event_of(server)
    address = f"aino{width}@example.fi"
    with context_of(browser, viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{server.url}/outdoors/{event.id}/sign-up")
        # Sent too early: the sentences lead back to what is missing.
        _tab_to(page, "main form button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        look_over(page, "refused")
        _tab_to(page, ".errors a")
        page.keyboard.press("Enter")
        page.keyboard.type("Aino")
        _tab_to(page, "#people")
        page.keyboard.press("Control+a")
        page.keyboard.type("2")
        _tab_to(page, "input[value=wheelchair]")
        page.keyboard.press("Space")
        _tab_to(page, "input[value=guide-dog]")
        page.keyboard.press("Space")
        _tab_to(page, "#note")
        page.keyboard.type("Tulen bussilla")
        _tab_to(page, "#contact")
        page.keyboard.type(address)
        _tab_to(page, "main form button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Olet mukana")
        with look(server.app) as session:
            (one,) = queries.list_sign_ups(session, event.id)
        assert (one.details.people, one.details.needs) == (2, {Need.WHEELCHAIR, Need.GUIDE_DOG})
        _change_and_cancel(page, _link_in_the_letter(server, box[0], address))
    with look(server.app) as session:
        assert queries.get_sign_up(session, one.id).state is State.CANCELLED


def _link_in_the_letter(server: Server, box: Postbox, address: str) -> str:
    """What the timetable sends; it may have done so by itself already, or be about to."""
    tell_sign_ups(server.app)
    send_mail(server.app)
    deadline = time.monotonic() + 20
    while not box.texts(address) and time.monotonic() < deadline:
        time.sleep(0.1)
    (letter,) = box.texts(address)
    found = re.search(rf"{server.url}/sign-ups/\S+", letter)
    assert found is not None
    return found[0]


def _change_and_cancel(page: Page, link: str) -> None:
    page.goto(link)
    _tab_to(page, "a[href*='/people']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Muuta henkilöiden määrää")
    _tab_to(page, "#people")
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 henkilöä")).to_be_visible()
    _tab_to(page, "a[href*='/cancel']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Perutko ilmoittautumisen?")
    _tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ilmoittautuminen on peruttu")
    axe(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_who_runs_the_event(server: Server, browser: Browser, width: int) -> None:
    event, mine, _waits = full_event(server)
    with work(server.app) as session:
        user = make_user(session, Role.COORDINATOR)
        service.cancel(session, token=mine, at=now())
        sign_up(session, event, name="Ilta", people=1, note="Pähkinäallergia", at=now())
        sign_up(session, event, name="Onni", people=2, at=now())
        waiting = next(one for one in queries.list_sign_ups(session, event.id) if one.state is State.WAITING)
    with context_of(browser, viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(server.sign_in_url(user))
        page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"{server.url}/events/{event.id}")
        page.get_by_role("link", name="Ilmoittautuneet").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ilmoittautuneet")
        expect(page.get_by_text("Ei tiedä muutoksesta", exact=True)).to_be_visible()
        look_over(page, "list")
        for name, path in (("add", "/add"), ("sheet", "/print"), ("cancel-for", f"/{waiting.id}/cancel")):
            page.goto(f"{server.url}/events/{event.id}/sign-ups{path}")
            look_over(page, name)
        page.goto(f"{server.url}/events/{event.id}/sign-ups")
        page.get_by_role("button", name="Kerrottu").click()
        expect(page.get_by_text("Ei tiedä muutoksesta", exact=True)).to_have_count(0)


def test_the_mail_page(server: Server, browser: Browser) -> None:
    with work(server.app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
    for width in (390, 1280):
        with context_of(browser, viewport={"width": width, "height": 844}) as context:
            page = context.new_page()
            page.goto(server.sign_in_url(user))
            page.get_by_role("main").get_by_role("button").first.click()
            page.goto(f"{server.url}/mail")
            look_over(page, "mail")
