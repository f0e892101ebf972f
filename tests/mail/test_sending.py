"""The queue against a real mail server: once each, refusals, a server that is not there, and nothing kept."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from sqlalchemy import select

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.errors import Refused
from pilot_ops.mail import jobs, queries, service
from pilot_ops.mail.domain import ABANDONED_AFTER, KNOWN_FOR, PAUSES, Delivery, Fate
from pilot_ops.mail.models import LetterRow
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import list_messages
from tests.support.builders import NOON, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.mail import Postbox, mail_server, text_in
from tests.support.page import PageClient, post_form, sign_in, text_of
from tests.support.server import free_port


@pytest.fixture
def box() -> Iterator[tuple[Postbox, int]]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, box: tuple[Postbox, int]) -> Iterator[Flask]:
    """The service with the mail server."""
    app = with_mail(tmp_path, sqlite_url, box[1])
    yield app
    close(app)


def with_mail(data: Path, url: str, port: int, **settings: str) -> Flask:
    given = {"SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none", "MAIL_FROM": "Espoo <luonto@example.fi>", **settings}
    app = make_app(data, url, **given)
    app.test_client_class = PageClient
    return app


def put(app: Flask, key: str = "a", to: str = "aino@example.fi", **different: Any) -> bool:
    """Queue a letter that is due."""
    at = now()
    given = {"subject": "Pääset mukaan", "text": "Tervetuloa!\nÄlä myöhästy.", "due_at": at, "at": at}
    with work(app) as session:
        return service.queue(session, key=key, to=to, **{**given, **different})


def rows(app: Flask) -> dict[str, LetterRow]:
    with look(app) as session:
        found = {row.key: row for row in session.scalars(select(LetterRow))}
        session.expunge_all()
    return found


def make_due(app: Flask) -> None:
    """Let the time of every letter come."""
    with work(app) as session:
        for row in session.scalars(select(LetterRow)):
            row.due_at = now()


def told(app: Flask) -> list[Kind]:
    with look(app) as session:
        return [message.kind for message in list_messages(session)]


def test_a_letter_is_sent_once_and_then_only_its_key_is_kept(app: Flask, box: tuple[Postbox, int]) -> None:
    assert put(app)
    assert not put(app, text="Sama viesti toisin sanoin")
    assert jobs.send_mail(app) == 1
    assert jobs.send_mail(app) == 0
    (letter,) = box[0].letters
    assert (letter["To"], letter["From"]) == ("aino@example.fi", "Espoo <luonto@example.fi>")
    assert (letter["Subject"], text_in(letter)) == ("Pääset mukaan", "Tervetuloa!\nÄlä myöhästy.\n")
    row = rows(app)["a"]
    assert (row.address, row.subject, row.text, row.claim) == ("", "", "", None)
    assert row.sent_at is not None
    assert not put(app), "a letter that was sent is not queued again"
    assert told(app) == []


def test_what_is_not_due_waits(app: Flask, box: tuple[Postbox, int]) -> None:
    put(app, due_at=now() + timedelta(minutes=5))
    assert jobs.send_mail(app) == 0
    assert rows(app)["a"].tries == 0
    assert box[0].lines == 0, "nobody calls the server for nothing"


def test_no_address_is_not_queued(app: Flask) -> None:
    with pytest.raises(Refused):
        put(app, to="aino")
    assert rows(app) == {}


def test_a_subject_cannot_smuggle_a_header(app: Flask, box: tuple[Postbox, int]) -> None:
    put(app, subject="Hei\r\nBcc: kaikki@example.fi")
    jobs.send_mail(app)
    (letter,) = box[0].letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hei Bcc: kaikki@example.fi"


def test_a_refused_address_is_given_up_and_the_others_go(app: Flask, box: tuple[Postbox, int]) -> None:
    box[0].refuses["poissa@example.fi"] = "550 <poissa@example.fi> unknown"
    put(app, "a", to="poissa@example.fi")
    put(app, "b")
    assert jobs.send_mail(app) == 1
    kept = rows(app)
    assert (kept["a"].address, kept["a"].text, kept["a"].code) == ("", "", 550)
    assert kept["a"].given_up_at is not None
    assert box[0].lines == 1, "one connection for both"
    assert told(app) == [Kind.MAIL_NOT_SENT]
    with look(app) as session:
        assert [(lost.key, lost.code) for lost in queries.list_lost(session)] == [("a", 550)]
        assert queries.list_lost(session, prefix="b") == ()


@pytest.mark.parametrize("answer", ["451 try again", "450 busy"])
def test_a_temporary_refusal_is_tried_again_with_pauses(app: Flask, box: tuple[Postbox, int], answer: str) -> None:
    box[0].says = answer
    put(app)
    for tries in range(1, len(PAUSES) + 1):
        before = now()
        assert jobs.send_mail(app) == 0
        row = rows(app)["a"]
        assert (row.tries, row.claim, row.text) == (tries, None, "Tervetuloa!\nÄlä myöhästy.")
        assert timedelta(0) <= row.due_at - before - PAUSES[tries - 1] < timedelta(seconds=30)
        assert jobs.send_mail(app) == 0, "not before the pause is over"
        make_due(app)
    assert told(app) == []
    jobs.send_mail(app)
    row = rows(app)["a"]
    assert (row.address, row.code, row.tries) == ("", int(answer[:3]), len(PAUSES) + 1)
    assert row.given_up_at is not None
    assert told(app) == [Kind.MAIL_NOT_SENT]


def test_it_arrives_after_all(app: Flask, box: tuple[Postbox, int]) -> None:
    box[0].says = "451 try again"
    put(app)
    jobs.send_mail(app)
    box[0].says = ""
    make_due(app)
    assert jobs.send_mail(app) == 1


def test_a_dead_server_costs_one_try_a_run(sqlite_url: str, tmp_path: Path) -> None:
    app = with_mail(tmp_path, sqlite_url, free_port())
    for key in "abc":
        put(app, key)
    assert jobs.send_mail(app) == 0
    assert sorted(row.tries for row in rows(app).values()) == [0, 0, 1]
    close(app)


def test_a_server_that_hangs_up_is_called_again(app: Flask, box: tuple[Postbox, int]) -> None:
    box[0].says = "421 closing down"
    for key in "ab":
        put(app, key)
    assert jobs.send_mail(app) == 0
    assert sorted(row.tries for row in rows(app).values()) == [0, 1]
    box[0].says = ""
    make_due(app)
    assert jobs.send_mail(app) == 2
    assert box[0].lines == 2


def test_what_comes_too_late_is_not_sent(app: Flask, box: tuple[Postbox, int]) -> None:
    put(app, useless_at=now() - timedelta(seconds=1))
    assert jobs.send_mail(app) == 0
    assert box[0].letters == []
    assert rows(app)["a"].given_up_at is not None
    assert told(app) == [Kind.MAIL_NOT_SENT]


def test_what_is_being_sent_at_the_last_moment_is_not_told_as_lost(app: Flask) -> None:
    put(app, useless_at=now() + timedelta(minutes=1))
    mine, over = uuid4(), now() + timedelta(minutes=2)
    with work(app) as session:
        letter = service.claim(session, key="a", claim_id=mine, at=now())
        assert letter is not None
        assert not queries.has_useless(session, at=over)
        assert service.drop_useless(session, at=over) == 0
        sent = {"letter": letter, "claim_id": mine, "delivery": Delivery.SENT, "code": None, "at": over}
        assert service.note(session, **sent) is Fate.SENT
    assert told(app) == []


def test_without_a_server_letters_wait(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url)
    put(app, useless_at=now() - timedelta(seconds=1))
    assert jobs.send_mail(app) == 0
    assert rows(app)["a"].given_up_at is None
    close(app)


@pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"])
def test_many_processes_send_each_letter_once(
    request: pytest.FixtureRequest, tmp_path: Path, box: tuple[Postbox, int], database: str
) -> None:
    app = with_mail(tmp_path, request.getfixturevalue(database), box[1])
    for number in range(30):
        put(app, f"letter {number}", to=f"n{number}@example.fi")
    together = Barrier(6)

    def run(_number: int) -> int:
        together.wait()
        return jobs.send_mail(app)

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(run, range(6)))
    assert sum(sent) == 30
    assert sorted(str(letter["To"]) for letter in box[0].letters) == sorted(f"n{n}@example.fi" for n in range(30))
    close(app)


def test_without_the_claim_some_would_be_sent_twice(
    app: Flask, box: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: here whoever reads the queue takes the letter."""
    for number in range(20):
        put(app, f"letter {number}", to=f"n{number}@example.fi")

    def take(session: Any, *, key: str, claim_id: Any, at: datetime) -> Any:
        row = session.get(LetterRow, key)
        row.tries, row.claim = row.tries + 1, claim_id
        return service.Letter(key, row.address or "gone@example.fi", row.subject, row.text, "fi", at, None, row.tries)

    monkeypatch.setattr(service, "claim", take)
    together = Barrier(4)

    def run(_number: int) -> int:
        together.wait()
        return jobs.send_mail(app)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert len(box[0].letters) > 20


def test_who_died_with_a_letter_in_hand_is_followed_by_another(app: Flask, box: tuple[Postbox, int]) -> None:
    put(app)
    died, other = uuid4(), uuid4()
    with work(app) as session:
        first = service.claim(session, key="a", claim_id=died, at=now())
    assert first is not None
    assert jobs.send_mail(app) == 0
    later = now() + ABANDONED_AFTER
    with work(app) as session:
        second = service.claim(session, key="a", claim_id=other, at=later)
        assert second is not None
        assert second.tries == 2
        late = {"letter": first, "claim_id": died, "delivery": Delivery.SENT, "code": None, "at": later}
        assert service.note(session, **late) is None
        assert service.note(session, **{**late, "letter": second, "claim_id": other}) is Fate.SENT


def test_what_is_withdrawn_is_gone(app: Flask) -> None:
    put(app, "sign-up:1:reminder")
    put(app, "sign-up:11:reminder")
    with work(app) as session:
        service.withdraw(session, prefixes=["sign-up:1:"])
    assert list(rows(app)) == ["sign-up:11:reminder"]


def test_old_letters_are_forgotten(app: Flask) -> None:
    for key in "ab":
        put(app, key)
    jobs.send_mail(app)
    put(app, "c")
    with work(app) as session:
        session.get(LetterRow, "a").sent_at = now() - KNOWN_FOR - timedelta(seconds=9)  # type: ignore[union-attr]
    with work(app) as session:
        assert jobs.forget_mail(session, day=local_day(NOON), now=now()).done == 1
    assert sorted(rows(app)) == ["b", "c"]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1, which this process trusts."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    return context


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=(given.login, given.password) == (b"luonto", b"p@ss:word"))


@pytest.mark.parametrize(("password", "sent"), [("p%40ss%3Aword", 1), ("wrong", 0)])
def test_starttls_and_a_password(
    sqlite_url: str, tmp_path: Path, certificate: ssl.SSLContext, password: str, sent: int
) -> None:
    options = {"tls_context": certificate, "require_starttls": True, "auth_required": True, "authenticator": _knows}
    with mail_server(**options) as (box, port):
        app = with_mail(tmp_path, sqlite_url, port, SMTP_URL=f"smtp://luonto:{password}@127.0.0.1:{port}?tls=starttls")
        put(app)
        assert jobs.send_mail(app) == sent
        row = rows(app)["a"]
        # A password that is wrong is no fault of the letter: it waits.
        assert (len(box.letters), row.given_up_at) == (sent, None)
        close(app)


def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    sqlite_url: str, tmp_path: Path, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(tls_context=certificate) as (box, port):
        app = with_mail(tmp_path, sqlite_url, port, SMTP_URL=f"smtp://127.0.0.1:{port}")
        put(app)
        assert jobs.send_mail(app) == 0
        assert box.letters == []
        close(app)


def test_the_page_shows_the_queue_and_nobody(app: Flask, box: tuple[Postbox, int]) -> None:
    box[0].refuses["poissa@example.fi"] = "550 unknown"
    put(app, "lost letter", to="poissa@example.fi")
    put(app, "b")
    jobs.send_mail(app)
    put(app, "c")
    with work(app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
    client = app.test_client()
    assert isinstance(client, PageClient)
    sign_in(client, user)
    assert "Sähköpostia ei saatu perille" in text_of(client.get("/attention"))
    page = client.get("/mail")
    text = text_of(page)
    assert "127.0.0.1" in text
    assert "1 viesti odottaa lähtöä 1 viesti lähetetty 30 päivän aikana 1 viesti ei mennyt perille" in text
    assert "lost letter" in text
    assert "550" in text
    assert "example.fi" not in text.replace("henkilo", "").split("Perille")[1]
    assert post_form(client, "/mail").status_code == 302
    assert "Sähköpostia ei saatu perille. Kunnossa" in text_of(client.get("/attention"))
    assert "Poista huomautus" not in text_of(client.get("/mail"))


def test_the_page_without_a_server_says_so(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url)
    app.test_client_class = PageClient
    with work(app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
    client = app.test_client()
    assert isinstance(client, PageClient)
    sign_in(client, user)
    assert "Sähköpostia ei ole otettu käyttöön" in text_of(client.get("/mail"))
    close(app)
