"""The public page of a code: what it says, what it never says, and what guessing comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, select

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import db
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.contact import Piece, pieces
from pilot_ops.kernel.web.limits import TryRow
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import MANY_WRONG, Action, Selection, State, link_of
from tests.support.builders import make_user
from tests.support.databases import close, look, make_app, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    make_venue,
    move,
    use,
    venue_of,
)

WRONG = "A" * 17
TODAY = local_day(now())


def make_ticket(app: Flask, state: State = State.HANDED_OUT, used: int = 0, **different: object) -> str:
    """The code of a ticket that has come so far."""
    with work(app) as session:
        group = make_group(session, "Salainen ryhmä")
        point = make_point(session, name="Salainen jakopiste", groups=frozenset({group.id}))
        pool = make_venue(session, name="Tapiolan uimahalli", address="Kirkkopolku 3", link="https://example.fi/auki")
        given = {"name": Translated("Uintiranneke", "Simarmband", "Swim wristband"), "venues": frozenset({pool.id})}
        kind = make_type(session, **{**given, **different})
        make_batch(session, kind, 1)
        if state is not State.IN_STOCK:
            allocate(session, kind, point, 1)
        if state is State.HANDED_OUT:
            hand_out(session, kind, 1, point, group_id=group.id, at=now() - timedelta(days=9))
        for number in range(used):
            use(session, kind, 1, venue_of(kind), at=now() - timedelta(days=5) + timedelta(hours=number))
        if state in {State.VOIDED, State.LOST}:
            how = Action.VOID if state is State.VOIDED else Action.LOSE
            move(session, how, Selection(kind.id, first=1, last=1))
        return code_at(session, kind, 1)


def test_what_is_left_where_and_how_to_get_help(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, used=3, valid_until=TODAY + timedelta(days=30))
    text = text_of(client.get(f"/t/{code}"))
    assert "7 / 10 käyntiä jäljellä" in text
    assert "Viimeinen päivä on" in text
    assert "Tapiolan uimahalli" in text
    assert "Kirkkopolku 3" in text
    assert "Kysy paikasta, josta sait lipun." in text
    page = soup(client.get(f"/t/{code}"))
    assert page.find("a", href="https://example.fi/auki") is not None
    assert page.find("script") is None


def test_no_history_point_group_or_time(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, used=3)
    for lang in ("fi", "plain", "sv", "en"):
        html = client.get(f"/t/{code}?lang={lang}").get_data(as_text=True)
        assert "Salainen" not in html
        for day in range(12):
            moment = TODAY - timedelta(days=day)
            assert f"{moment.day}.{moment.month}." not in html


def test_the_link_in_the_qr_opens_it(app: Flask, client: PageClient) -> None:
    code = make_ticket(app)
    link = link_of("http://localhost", code)
    assert link.isupper()
    assert client.get(link.removeprefix("HTTP://LOCALHOST")).status_code == 200
    assert client.get(f"/t/{code.lower()}").status_code == 200


def test_headers_keep_it_between_us_and_set_no_cookie(app: Flask, client: PageClient) -> None:
    code = make_ticket(app)
    for address in (f"/t/{code}", "/t", f"/t/{WRONG}"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("state", "different", "says"),
    [
        (State.IN_STOCK, {}, "Tämä lippu ei ole vielä käytössä"),
        (State.AT_POINT, {}, "Tämä lippu ei ole vielä käytössä"),
        (State.VOIDED, {}, "Tämä lippu ei ole voimassa."),
        (State.LOST, {}, "Tämä lippu ei ole voimassa."),
        (State.HANDED_OUT, {"uses": 1}, "Tämä lippu on voimassa."),
        (State.HANDED_OUT, {"valid_from": TODAY + timedelta(days=2)}, "Tämä lippu ei ole vielä voimassa."),
    ],
)
def test_each_state_has_kind_words(
    app: Flask, client: PageClient, state: State, different: dict[str, object], says: str
) -> None:
    code = make_ticket(app, state, **different)
    text = text_of(client.get(f"/t/{code}"))
    assert says in text
    assert not any(word in text.lower() for word in ("kadonn", "mitätöi", "korvattu"))
    assert ("jäljellä" in text) == (state is State.HANDED_OUT)


def test_used_up_and_expired(app: Flask, client: PageClient) -> None:
    used = _single_use(app)
    assert "Kaikki käynnit on käytetty" in text_of(client.get(f"/t/{used}"))
    old = _expired(app)
    assert "Tämä lippu on vanhentunut. Viimeinen päivä oli" in text_of(client.get(f"/t/{old}"))


def _single_use(app: Flask) -> str:
    with work(app) as session:
        kind, point = make_type(session, uses=1), make_point(session)
        make_batch(session, kind, 1)
        allocate(session, kind, point, 1)
        hand_out(session, kind, 1, point, at=now() - timedelta(days=2))
        use(session, kind, 1, venue_of(kind), at=now() - timedelta(days=1))
        return code_at(session, kind, 1)


def _expired(app: Flask) -> str:
    with work(app) as session:
        kind, point = make_type(session, valid_until=TODAY - timedelta(days=1)), make_point(session)
        make_batch(session, kind, 1)
        allocate(session, kind, point, 1)
        hand_out(session, kind, 1, point, at=now() - timedelta(days=5))
        return code_at(session, kind, 1)


def test_three_languages_and_plain_finnish_by_a_link(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, used=3)
    says = {
        "fi": ("fi", "7 / 10 käyntiä jäljellä"),
        "plain": ("fi", "Voit käyttää lippua vielä 7 kertaa."),
        "sv": ("sv", "Simarmband"),
        "en": ("en", "Swim wristband"),
    }
    for lang, (language, words) in says.items():
        page = client.get(f"/t/{code}?lang={lang}")
        assert soup(page).html["lang"] == language  # type: ignore[index]
        assert words in text_of(page)
        switch = soup(page).select("nav.lang a .only-wide")
        assert [link.get_text() for link in switch] == ["Suomi", "Selkosuomi", "Svenska", "English"]
        current = [link["href"] for link in soup(page).select("nav.lang a[aria-current]")]
        assert current == [f"/t/{code}?lang={lang}"]


def test_plain_finnish_is_short(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, used=3, valid_until=TODAY + timedelta(days=30))
    page = soup(client.get(f"/t/{code}?lang=plain"))
    sentences = [part for tag in page.select("main p") for part in tag.get_text(" ", strip=True).split(". ")]
    assert sentences
    assert max(len(sentence.split()) for sentence in sentences) <= 11


def test_a_page_that_offers_no_choice_takes_none(app: Flask, client: PageClient) -> None:
    page = client.get("/sign-in?lang=sv", headers={"Accept-Language": "fi"})
    assert soup(page).html["lang"] == "fi"  # type: ignore[index]


def test_an_unknown_code_can_be_typed_again(app: Flask, client: PageClient) -> None:
    code = make_ticket(app)
    page = client.get(f"/t/{WRONG}")
    assert page.status_code == 404
    assert "Tällaista koodia ei ole" in text_of(page)
    field = soup(page).find("input", id="code")
    assert field is not None
    assert field["value"] == WRONG
    response = client.get("/t", query_string={"code": f" {code[:4].lower()} {code[4:]} "})
    assert response.headers["Location"] == f"/t/{code}"
    assert client.get("/t", query_string={"code": link_of("https://x.fi", code)}).headers["Location"] == f"/t/{code}"
    assert client.get("/t", query_string={"code": "lippu"}).status_code == 404
    assert client.get("/t").status_code == 200


@pytest.fixture
def limited(sqlite_url: str, tmp_path: Path) -> Iterator[PageClient]:
    """A client of a service with tight limits."""
    app = make_app(tmp_path, sqlite_url, LOOKUP_LIMIT="30 per minute", WRONG_CODE_LIMIT="5 per 10 minutes")
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    yield client
    close(app)


def test_guessing_is_stopped_and_counted(limited: PageClient) -> None:
    app = limited.application
    code = make_ticket(app)
    assert [limited.get(f"/t/{WRONG[:-1]}{last}").status_code for last in "23456"] == [404] * 5
    stopped = limited.get(f"/t/{WRONG}")
    assert stopped.status_code == 429
    assert "Odota kymmenen minuuttia" in text_of(stopped)
    # Nothing tells a right code from a wrong one now, on none of the pages of codes.
    assert [limited.get(address).status_code for address in (f"/t/{code}", f"/T/{code}", f"/t/{code}/survey")] == [
        429
    ] * 3
    assert limited.get(f"/t/{code}", environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 200
    with look(app) as session:
        assert queries.count_wrong_codes(session, TODAY) == {(TODAY, "public"): 5}


def test_wrong_codes_on_the_page_of_the_survey_count_too(limited: PageClient) -> None:
    assert [limited.get(f"/t/{WRONG}/survey").status_code for _ in range(6)] == [404] * 5 + [429]


def test_one_subscriber_has_one_network(limited: PageClient) -> None:
    for number in range(5):
        limited.get(f"/t/{WRONG}", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{number}"})
    assert limited.get(f"/t/{WRONG}", environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}).status_code == 429
    assert limited.get(f"/t/{WRONG}", environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"}).status_code == 404


def test_opening_a_code_too_often_is_stopped(limited: PageClient) -> None:
    code = make_ticket(limited.application)
    answers = [limited.get(f"/t/{code}").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_a_right_code_writes_nothing(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, used=1)
    client.get(f"/t/{code}")
    written: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    client.get(f"/t/{code}")
    assert written == []
    with look(app) as session:
        assert session.scalars(select(TryRow)).all() == []


def test_administrators_see_wrong_codes(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
        for _ in range(3):
            service.note_wrong_code(session, source="public", day=TODAY)
        service.note_wrong_code(session, source="use", day=TODAY)
        service.note_wrong_code(session, source="use", day=TODAY - timedelta(days=40))
    sign_in(client, user)
    assert soup(client.get("/audit")).find("a", href="/tickets/wrong-codes") is not None
    row = soup(client.get("/tickets/wrong-codes")).select("tbody tr")
    assert [[cell.get_text() for cell in one.find_all("td")] for one in row] == [["3", "0", "1", "4"]]


def test_many_wrong_codes_need_attention_until_somebody_has_looked(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session)
        for _ in range(MANY_WRONG):
            service.note_wrong_code(session, source="public", day=TODAY)
        service.tell_of_wrong_codes(session, day=TODAY, at=now())
        assert list_messages(session) == ()
    client.get(f"/t/{WRONG}")
    with look(app) as session:
        assert [(message.kind, message.day) for message in list_messages(session)] == [(Kind.WRONG_CODES, TODAY)]
    sign_in(client, user)
    assert "Vääriä lippujen koodeja on kokeiltu yli 100 kertaa" in text_of(client.get("/attention"))
    post_form(client, "/tickets/wrong-codes")
    assert "Väärät koodit merkitty nähdyiksi" in text_of(client.get("/audit"))
    with look(app) as session:
        assert list_messages(session) == ()


@pytest.mark.parametrize(
    ("role", "state", "does"),
    [
        (Role.POINT_STAFF, State.AT_POINT, "Luovuta tämä lippu"),
        (Role.VENUE, State.HANDED_OUT, "Käytä tämä lippu"),
        (Role.COORDINATOR, State.AT_POINT, "Luovuta tämä lippu"),
        (Role.COORDINATOR, State.HANDED_OUT, "Käytä tämä lippu"),
        (Role.PARK_STAFF, State.HANDED_OUT, None),
    ],
)
def test_who_works_with_tickets_has_one_big_button(
    app: Flask, client: PageClient, role: Role, state: State, does: str | None
) -> None:
    code = make_ticket(app, state)
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    button = soup(client.get(f"/t/{code}")).select(".btn--accent")
    assert [one.get_text(strip=True) for one in button] == ([does] if does else [])
    assert all(code in str(one["href"]) for one in button)


def test_help_as_the_city_wrote_it() -> None:
    assert pieces("Lippuneuvonta 09 123 4567 ma–pe 9–15, liput@example.fi") == [
        Piece("Lippuneuvonta "),
        Piece("09 123 4567", "tel:091234567"),
        Piece(" ma–pe 9–15, "),
        Piece("liput@example.fi", "mailto:liput@example.fi"),
    ]
    assert pieces("Katso https://example.fi/apua.") == [
        Piece("Katso "),
        Piece("https://example.fi/apua", "https://example.fi/apua"),
        Piece("."),
    ]
    assert pieces("") == []


def test_help_is_shown(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url, HELP_CONTACT="Soita +358 40 123 4567 <b>")
    app.test_client_class = PageClient
    page = soup(app.test_client().get("/t"))
    link = page.find("a", href="tel:+358401234567")
    assert link is not None
    assert "<b>" in page.get_text()
    close(app)


def test_a_type_is_named_even_without_translations(app: Flask, client: PageClient) -> None:
    code = make_ticket(app, name=Translated("Uintiranneke"))
    assert "Uintiranneke" in text_of(client.get(f"/t/{code}?lang=en"))


def test_a_page_is_light(app: Flask) -> None:
    """What a phone is sent for it, font included, in three requests and without a script."""
    code = make_ticket(app, used=2)
    app.test_client_class = None
    client = app.test_client()

    def get(address: str, encoding: str = "br") -> bytes:
        with client.get(address, headers={"Accept-Encoding": encoding}) as response:
            return response.get_data()

    links = BeautifulSoup(get(f"/t/{code}", "identity"), "html.parser").select("link[rel=stylesheet], link[as=font]")
    assert len(links) == 2
    page = len(get(f"/t/{code}"))
    assert page < 4_000
    assert page + sum(len(get(str(link["href"]))) for link in links) < 26_000
