"""A stranger with a ticket: the link in its QR on a phone, plain Finnish, the survey by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.text import Translated
from pilot_ops.surveys.domain import Otherwise
from pilot_ops.surveys.queries import list_answers
from pilot_ops.tickets.domain import link_of
from tests.support.browser import axe, context_of, forgive
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.server import Server, running_server
from tests.support.tickets import allocate, code_at, hand_out, make_batch, make_point, make_type, make_venue, use

WRONG = "A" * 17


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service, with a line on how to get help."""
    settings = {"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("public")), "PILOT_OPS_HELP_CONTACT": "Soita 09 123 4567"}
    with running_server(settings) as server:
        yield server


@pytest.fixture(scope="module")
def code(server: Server) -> str:
    """The code of a wristband that was used three times."""
    with work(server.app) as session:
        pool = make_venue(session, name="Tapiolan uimahalli", address="Kirkkopolku 3", link="https://example.fi/auki")
        name = Translated("Uintiranneke, 10 käyntiä", "Simarmband, 10 besök", "Swim wristband, 10 visits")
        kind, point = make_type(session, name=name, venues=frozenset({pool.id})), make_point(session)
        make_batch(session, kind, 1)
        allocate(session, kind, point, 1)
        hand_out(session, kind, 1, point, at=now() - timedelta(days=9))
        for number in range(3):
            use(session, kind, 1, pool, at=now() - timedelta(days=5) + timedelta(hours=number))
        return code_at(session, kind, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_public_page_at_every_width(
    server: Server, browser: Browser, code: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        forgive(context, "status of 404")
        page = context.new_page()
        for lang in ("fi", "plain", "sv"):
            for path in (f"/t/{code}", f"/t/{WRONG}", f"/t/{code}/survey", f"/t/{code}/survey/thanks"):
                page.goto(f"{server.url}{path}?lang={lang}")
                axe(page)
                wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
                assert wide[0] <= wide[1], f"{path} is {wide[0]} wide in {wide[1]}"


def test_the_camera_opens_the_link_of_the_qr(server: Server, browser: Browser, code: str) -> None:
    """In the capitals that the QR has; without a script, and without a cookie before the survey."""
    with context_of(browser, viewport={"width": 390, "height": 844}, java_script_enabled=False) as context:
        page = context.new_page()
        asked: list[Request] = []
        page.on("request", lambda request: asked.append(request))
        page.goto(link_of(server.url, code))
        expect(page.locator(".plate__in")).to_have_text("7 / 10 käyntiä jäljellä")
        assert context.cookies() == []
        assert [request for request in asked if request.resource_type == "script"] == []
        assert len([request for request in asked if request.resource_type != "other"]) <= 4
        page.get_by_role("link", name="Selkosuomi").click()
        expect(page.get_by_text("Voit käyttää lippua vielä 7 kertaa.")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Swim wristband, 10 visits")
        expect(page.get_by_role("link", name="09 123 4567")).to_have_attribute("href", "tel:091234567")


def test_a_mistyped_code_is_typed_again(server: Server, browser: Browser, code: str) -> None:
    with context_of(browser, viewport={"width": 320, "height": 640}) as context:
        forgive(context, "status of 404")
        page = context.new_page()
        page.goto(f"{server.url}/t/{WRONG}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Koodia ei löydy")
        page.get_by_label("Lipun koodi").fill(f"{code[:4].lower()} {code[4:8]} {code[8:]}")
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Uintiranneke, 10 käyntiä")


def _tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on something that matches."""
    for _ in range(40):
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {what}")


def test_the_survey_by_keyboard_alone(server: Server, browser: Browser, code: str) -> None:
    with look(server.app) as session:
        before = len(list_answers(session))
    with context_of(browser, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{server.url}/t/{code}")
        _tab_to(page, "a[href$='/survey']")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Miltä käynti tuntui?")
        # Sent too early: the sentences lead back to what is missing.
        _tab_to(page, "main form button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        axe(page)
        _tab_to(page, "input[name=before]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        _tab_to(page, "input[name=after]")
        page.keyboard.press("Space")
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        _tab_to(page, "input[name=otherwise]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        _tab_to(page, "textarea")
        page.keyboard.type("Vesi oli lämmintä")
        _tab_to(page, "main form button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Kiitos vastauksesta!")
        axe(page)
    with look(server.app) as session:
        (kept,) = [answer for answer in list_answers(session) if answer.line == "Vesi oli lämmintä"]
        assert len(list_answers(session)) == before + 1
    assert (kept.before, kept.after, kept.otherwise) == (2, 5, Otherwise.PERHAPS)


@pytest.mark.parametrize("width", [390, 1280])
def test_results_and_wrong_codes(server: Server, browser: Browser, width: int) -> None:
    with work(server.app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
    with context_of(browser, viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(server.sign_in_url(user))
        page.get_by_role("main").get_by_role("button").first.click()
        for path in ("/surveys", "/tickets/wrong-codes", "/attention"):
            page.goto(server.url + path)
            axe(page)
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1], f"{path} is {wide[0]} wide in {wide[1]}"
