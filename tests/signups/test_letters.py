"""Letters to those who signed up, from the job through the queue to a real mail server, in every tongue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pilot_ops.events import service as events
from pilot_ops.events.domain import Event
from pilot_ops.events.queries import get_event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import HELSINKI, now
from pilot_ops.kernel.text import Translated
from pilot_ops.mail.jobs import send_mail
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import Contact, ContactKind, News
from pilot_ops.signups.jobs import delete_sign_ups, tell_sign_ups
from pilot_ops.signups.labels.letters import writer
from tests.support.builders import ADMIN, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.mail import Postbox, mail_server
from tests.support.page import PageClient, post_form, sign_in, text_of
from tests.support.recorder import recorded
from tests.support.signups import AINO, change_event, make_event, sign_up

TONGUES = ["fi", "plain", "sv", "en"]
STORM = Translated("Myrskyvaroitus", "Stormvarning", "Storm warning")


@pytest.fixture
def box() -> Iterator[tuple[Postbox, int]]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, box: tuple[Postbox, int]) -> Iterator[Flask]:
    """The service with the mail server."""
    settings = {"SMTP_URL": box[0].url(box[1]), "MAIL_FROM": "Espoo <luonto@example.fi>"}
    app = make_app(tmp_path, sqlite_url, PUBLIC_URL="https://luonto.example.fi", **settings)
    app.test_client_class = PageClient
    yield app
    close(app)


def make(app: Flask, days: float = 10, **different: object) -> Event:
    with work(app) as session:
        return make_event(session, starts_at=now() + timedelta(days=days), at=now(), **different)  # type: ignore[arg-type]


def sent(app: Flask, box: Postbox) -> list[str]:
    """What the timetable has sent now."""
    before = len(box.letters)
    tell_sign_ups(app)
    send_mail(app)
    return box.texts()[before:]


def address(tongue: str) -> Contact:
    return Contact(ContactKind.EMAIL, f"{tongue}@example.fi")


def everybody(app: Flask, event: Event) -> None:
    with work(app) as session:
        for tongue in TONGUES:
            sign_up(session, event, name="Aino", people=2, tongue=tongue, contact=address(tongue), at=now())


def test_a_welcome_in_each_tongue_with_a_link_that_works(app: Flask, box: tuple[Postbox, int]) -> None:
    event = make(app)
    everybody(app, event)
    assert len(sent(app, box[0])) == 4
    assert sent(app, box[0]) == []
    local = event.starts_at.astimezone(HELSINKI)
    clock = f"{local.hour}.{local.minute:02d}"
    said = {tongue: box[0].texts(f"{tongue}@") for tongue in TONGUES}
    for tongue, words in (
        (
            "fi",
            ("Olet mukana: Esteetön metsäretki", "Hei Aino!", "2 henkilöä", "Nuuksio, Haltia, Nuuksiontie 84, Espoo"),
        ),
        ("plain", ("Olet mukana: Esteetön metsäretki", "Sinulla on paikka.", f"Kello: {clock}", "Montako: 2")),
        ("sv", ("Tillgänglig skogstur", "2 personer", "Noux, Haltia")),
        ("en", ("Accessible forest walk", "2 people", "Nuuksio, Haltia")),
    ):
        (text,) = said[tongue]
        for word in (*words, clock, "09 123 4567", "Hyvinvoiva Espoo"):
            assert word in text, f"{tongue}: {word}"
        assert "%(" not in text
        found = re.search(r"https://luonto\.example\.fi(/sign-ups/\S+\?lang=(\w+))", text)
        assert found is not None
        assert found[2] == tongue
        client = app.test_client()
        assert client.get(found[1]).status_code == 200
    assert {letter["Content-Language"] for letter in box[0].letters} == {"fi", "sv", "en"}
    for tongue in ("sv", "en"):
        assert not re.search(r"Hei|Milloin|Missä|Ilmoit|Muuta|Tietosi|klo", said[tongue][0]), said[tongue][0]


def test_every_letter_can_be_written_in_every_tongue(app: Flask) -> None:
    event = make(app)
    written = set()
    with work(app) as session:
        events.cancel(session, ADMIN, event_id=event.id, notice=STORM, at=now())
    with look(app) as session:
        off = get_event(session, event.id)
    everybody(app, make(app))
    with look(app) as session:
        for event_id in queries.list_events_with_persons(session):
            for one in queries.list_sign_ups(session, event_id):
                for news in News:
                    subject, text = writer("https://x.fi", "Ohjelma")(news, one, off, "abc")
                    written.add((one.details.tongue, subject))
                    assert subject
                    assert "None" not in text
                    assert ("https://x.fi/sign-ups/abc" in text) == (news not in (News.CANCELLED, News.REMOVED))
                    assert (STORM.to(one.details.tongue) in text) == (news in (News.CANCELLED, News.POSTPONED))
    assert len(written) == len(TONGUES) * len(News)


def test_moving_up_cancelling_and_reminding(app: Flask, box: tuple[Postbox, int]) -> None:
    event = make(app, days=1.5, capacity=2)
    with work(app) as session:
        first = sign_up(session, event, people=2, at=now() - timedelta(days=5))
        sign_up(session, event, people=2, contact=AINO, at=now() - timedelta(days=5))
    (waiting,) = sent(app, box[0])
    assert waiting.startswith("Olet jonossa: Esteetön metsäretki")
    assert "Kerromme heti, jos pääset mukaan" in waiting
    with work(app) as session:
        service.cancel(session, token=service.link_token(session, first.id), at=now())
    (moved_up,) = sent(app, box[0])
    assert moved_up.startswith("Pääset mukaan: ")
    with work(app) as session:
        change_event(session, event, starts_at=now() + timedelta(hours=23), at=now())
    (moved,) = sent(app, box[0])
    assert moved.startswith("Aika tai paikka muuttui: ")
    (reminder,) = sent(app, box[0])
    assert reminder.startswith("Muistutus: ")
    assert sent(app, box[0]) == []
    with work(app) as session:
        events.cancel(session, ADMIN, event_id=event.id, notice=STORM, at=now())
    (cancelled,) = sent(app, box[0])
    assert cancelled.startswith("Peruttu: ")
    assert "Myrskyvaroitus" in cancelled
    assert sent(app, box[0]) == []


def test_an_address_that_is_none_shows_on_the_list(app: Flask, box: tuple[Postbox, int]) -> None:
    event = make(app)
    box[0].refuses["aino@example.fi"] = "550 unknown"
    with work(app) as session:
        sign_up(session, event, name="Aino", contact=AINO, at=now())
        user = make_user(session, Role.COORDINATOR)
    assert sent(app, box[0]) == []
    client = app.test_client()
    assert isinstance(client, PageClient)
    sign_in(client, user)
    assert "Viesti ei mennyt perille" in text_of(client.get(f"/events/{event.id}/sign-ups"))


def test_removed_by_who_runs_it(app: Flask, box: tuple[Postbox, int]) -> None:
    event = make(app)
    with work(app) as session:
        one = sign_up(session, event, tongue="sv", contact=AINO, at=now())
        user = make_user(session, Role.COORDINATOR)
    client = app.test_client()
    assert isinstance(client, PageClient)
    sign_in(client, user)
    assert post_form(client, f"/events/{event.id}/sign-ups/{one.id}/cancel").status_code == 302
    (text,) = sent(app, box[0])
    assert "Tillgänglig skogstur" in text
    assert "luonto.example.fi" not in text


def test_who_removed_somebody_sees_that_the_letter_did_not_reach_them(app: Flask, box: tuple[Postbox, int]) -> None:
    event, other = make(app), make(app)
    with work(app) as session:
        reached = sign_up(session, event, contact=address("fi"), at=now())
        lost = sign_up(session, event, name="Aino", people=2, contact=AINO, at=now())
        user = make_user(session, Role.COORDINATOR)
    assert len(sent(app, box[0])) == 2
    box[0].refuses["aino@example.fi"] = "550 unknown"
    client = app.test_client()
    assert isinstance(client, PageClient)
    sign_in(client, user)
    for one in (reached, lost):
        post_form(client, f"/events/{event.id}/sign-ups/{one.id}/cancel")
    assert "ei mennyt perille" not in text_of(client.get(f"/events/{event.id}/sign-ups"))
    assert len(sent(app, box[0])) == 1
    page = text_of(client.get(f"/events/{event.id}/sign-ups"))
    assert "Tieto perumisesta ei mennyt perille" in page
    assert page.count("viestistä luovuttiin") == 1
    assert "2 henkilöä, ilmoittautui" in page
    assert "Aino" not in page
    assert "ei mennyt perille" not in text_of(client.get(f"/events/{other.id}/sign-ups"))


@pytest.mark.parametrize(
    ("tongue", "said", "untold"),
    [
        ("fi", "Alkuperäinen aika: ", "Milloin: "),
        ("plain", "Vanha päivä: ", "\nPäivä: "),
        ("sv", "Ursprunglig tid: ", "När: "),
        ("en", "Original time: ", "When: "),
    ],
)
def test_the_old_time_of_what_is_postponed_is_not_told_as_its_time(
    app: Flask, box: tuple[Postbox, int], tongue: str, said: str, untold: str
) -> None:
    event = make(app)
    with work(app) as session:
        one = sign_up(session, event, tongue=tongue, contact=AINO, at=now())
        token = service.link_token(session, one.id)
    (welcome,) = sent(app, box[0])
    assert untold in welcome
    with work(app) as session:
        events.postpone(session, ADMIN, event_id=event.id, notice=STORM, at=now())
    (letter,) = sent(app, box[0])
    assert said in letter
    assert untold not in letter
    client = app.test_client()
    assert said.strip() in text_of(client.get(f"/sign-ups/{token}?lang={tongue}"))


def test_a_minute_without_news_writes_nothing(app: Flask, box: tuple[Postbox, int]) -> None:
    event = make(app, capacity=2)
    everybody(app, event)
    assert len(sent(app, box[0])) == 4
    with recorded(app) as statements:
        assert sent(app, box[0]) == []
    assert statements
    assert [statement for statement in statements if not statement.startswith("SELECT")] == []
    with work(app) as session:
        change_event(session, event, capacity=4, at=now())
    with recorded(app) as statements:
        assert len(sent(app, box[0])) == 1
    assert [statement for statement in statements if not statement.startswith("SELECT")] != []


def test_one_event_that_cannot_be_told_does_not_stop_the_others(
    app: Flask, box: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = make(app), make(app)
    with work(app) as session:
        for event in (good, bad):
            sign_up(session, event, contact=AINO, at=now())
    told = service.tell_all

    def stumble(session, *, event_id, **given):  # type: ignore[no-untyped-def]
        if event_id == bad.id:
            raise RuntimeError("no power")
        return told(session, event_id=event_id, **given)

    monkeypatch.setattr(service, "tell_all", stumble)
    assert len(sent(app, box[0])) == 1
    assert "were not told" in caplog.text


def test_the_job_forgets_after_the_days_of_the_setting(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url, SIGN_UP_DAYS="3")
    event = make(app)
    with work(app) as session:
        sign_up(session, event, at=now())
    ended = event.ends_at
    assert ended is not None
    for days, gone in ((2.9, 0), (3, 1)):
        at = ended + timedelta(days=days)
        with work(app) as session:
            assert delete_sign_ups(session, day=at.date(), now=at).done == gone
    close(app)


def test_nobody_who_waits_reads_that_they_can_come(app: Flask) -> None:
    event = make(app, capacity=1)
    with work(app) as session:
        sign_up(session, event, name="Aino", people=1, at=now())
        waiting = sign_up(session, event, name="Onni", people=1, tongue="plain", contact=address("plain"), at=now())
    with app.test_request_context():
        _subject, text = writer("https://luonto.example.fi", "Hyvinvoiva Espoo")(News.MOVED, waiting, event, "x")
    assert "Voit tulla" not in text
