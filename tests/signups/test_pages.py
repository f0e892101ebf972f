"""Signing up as a stranger, with the link afterwards, and the pages of who runs the event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from pilot_ops.events import service as events
from pilot_ops.events.queries import get_event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.i18n import day_plain
from pilot_ops.signups import service
from pilot_ops.signups.domain import Contact, ContactKind, Need, State
from pilot_ops.signups.models import SignUpRow
from tests.support.builders import ADMIN, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of
from tests.support.signups import AINO, change_event, make_event, sign_up

TONGUES = ["fi", "plain", "sv", "en"]
PHONE = Contact(ContactKind.PHONE, "0401234567")


@pytest.fixture
def mailing(sqlite_url: str, tmp_path: Path) -> Iterator[PageClient]:
    """A client of a service that sends mail."""
    app = make_app(tmp_path, sqlite_url, SMTP_URL="smtp://127.0.0.1:9?tls=none", MAIL_FROM="luonto@example.fi")
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    yield client
    close(app)


def event_in(app: Flask, days: float = 10, **different: object) -> str:
    """The path of signing up for an event that begins in so many days."""
    with work(app) as session:
        event = make_event(session, starts_at=now() + timedelta(days=days), at=now(), **different)  # type: ignore[arg-type]
    return f"/outdoors/{event.id}/sign-up"


def staff(app: Flask, path: str) -> str:
    """The path of the list of the event that ``path`` signs up for."""
    return f"/events/{path.split('/')[2]}/sign-ups"


def rows(app: Flask) -> list[SignUpRow]:
    with look(app) as session:
        found = list(session.scalars(select(SignUpRow).order_by(SignUpRow.number)))
        session.expunge_all()
    return found


def as_coordinator(client: PageClient, role: Role = Role.COORDINATOR) -> None:
    with work(client.application) as session:
        user = make_user(session, role)
    sign_in(client, user)


def test_signing_up_and_looking_at_it(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    page = client.get(path)
    assert "10 paikkaa jäljellä" in text_of(page)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    done = post_form(client, path, name="Aino", people="2", needs=["wheelchair", "guide-dog"], note="Tulen bussilla")
    own = done.headers["Location"]
    text = text_of(client.get(own))
    assert "Olet mukana" in text
    assert "Paikkasi on varattu" in text
    assert "2 henkilöä" in text
    assert f"http://127.0.0.1:8000{own}" in text
    (row,) = rows(app)
    assert (row.name, row.people, row.needs, row.note) == ("Aino", 2, "guide-dog wheelchair", "Tulen bussilla")
    assert (row.contact_kind, row.tongue) == (ContactKind.NONE, "fi")
    assert "8 paikkaa jäljellä" in text_of(client.get(path))


def test_a_full_event_offers_the_waiting_list_and_tells_the_place(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=1)
    first = post_form(client, path, name="Eino").headers["Location"]
    assert "Tapahtuma on täynnä" in text_of(client.get(path))
    post_form(client, path, name="Ilta")
    own = post_form(client, path, name="Aino", contact="040 123 4567").headers["Location"]
    text = text_of(client.get(own))
    assert "Olet jonossa" in text
    assert "Sijasi jonossa: 2. Soitamme, jos pääset mukaan." in text
    assert post_form(client, f"{first}/cancel").headers["Location"] == first
    assert "Ilmoittautuminen on peruttu" in text_of(client.get(first))
    assert "Sijasi jonossa: 1." in text_of(client.get(own))


def test_the_public_page_tells_at_once_that_an_event_is_full(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=2)
    public = path.removesuffix("/sign-up")
    assert "Ilmoittaudu mukaan" in text_of(client.get(public))
    assert post_form(client, path, name="Aino", people="2").status_code == 302
    page = client.get(public)
    assert "Tapahtuma on täynnä." in text_of(page)
    assert "Ilmoittaudu mukaan" not in text_of(page)
    assert [link.get_text(strip=True) for link in soup(page).select(f"a[href^='{path}']")] == ["Ilmoittaudu jonoon"]


def test_nobody_is_led_to_a_sign_up_that_is_closed(app: Flask, client: PageClient) -> None:
    path = event_in(app, days=-1 / 24)
    page = client.get(path.removesuffix("/sign-up"))
    assert not soup(page).select(f"a[href^='{path}']")
    assert "Ei tarvitse ilmoittautua" not in text_of(page)


def test_bad_input_comes_back_with_sentences(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    given = {"name": " ", "people": "11", "needs": ["quiet-place"], "note": "x" * 201, "contact": "soita ovikelloa"}
    html = soup(post_form(client, path, **given))
    for field in ("name", "people", "note", "contact"):
        assert html.find(id=f"{field}-e") is not None, field
    assert html.title.get_text().startswith("Virhe:")  # type: ignore[union-attr]
    assert html.select_one("input[value=quiet-place]").has_attr("checked")  # type: ignore[union-attr]
    assert html.find(id="people")["value"] == "11"  # type: ignore[index]
    assert html.find(id="contact")["value"] == "soita ovikelloa"  # type: ignore[index]
    for people in ("0", "-1", "kolme", "", "1.5"):
        assert soup(post_form(client, path, name="Aino", people=people)).find(id="people-e") is not None
    html = soup(post_form(client, path, name="Aino", contact="aino@example.fi"))
    assert "Kirjoita puhelinnumero" in html.find(id="contact-e").get_text()  # type: ignore[union-attr]
    strange = fill(find_form(client.get(path), path), {"name": "Aino", "needs": ["money"]})
    assert soup(client.post(path, data=strange)).find(id="needs-e") is not None
    assert rows(app) == []


def test_the_end_of_an_event_that_lasts_for_days_has_its_day(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    with work(app) as session:
        event = get_event(session, UUID(path.split("/")[2]))
        times = {"starts_at": event.starts_at, "ends_at": event.starts_at + timedelta(days=2)}
        events.reschedule(session, ADMIN, event_id=event.id, **times, at=now())
        ends = day_plain(local_day(times["ends_at"]))
    assert f"–{ends} kello" in text_of(client.get(f"{path}?lang=plain"))


def test_the_form_sent_twice_is_one_sign_up(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    values = fill(find_form(client.get(path), path), {"name": "Aino", "people": "2"})
    answers = [client.post(path, data=values) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(rows(app)) == 1
    assert "Tämä lomake on jo lähetetty" in text_of(client.post(path, data={**values, "people": "3"}))


def test_mail_is_offered_where_it_is_sent_and_not_where_it_is_not(
    app: Flask, client: PageClient, mailing: PageClient
) -> None:
    path = event_in(app)
    text = text_of(client.get(path))
    assert "Tämä palvelu ei lähetä sähköpostia" in text
    assert "muistutus" not in text
    assert "Puhelinnumero (ei pakollinen)" in text
    assert "Sähköposti" not in text
    text = text_of(mailing.get(path))
    assert "ei lähetä" not in text
    assert "muistutus edellisenä päivänä" in text
    assert "Sähköposti tai puhelinnumero" in text
    own = post_form(mailing, path, name="Aino", contact="aino@example.fi").headers["Location"]
    assert "Lähetämme sen myös sähköpostiisi" in text_of(mailing.get(own))


@pytest.mark.parametrize("lang", TONGUES)
def test_each_tongue_is_kept_to_the_end(app: Flask, client: PageClient, lang: str) -> None:
    path = event_in(app, capacity=3)
    address = f"{path}?lang={lang}"
    own = post_form(client, address, action=address, name="Aino").headers["Location"]
    assert own.endswith(f"?lang={lang}")
    page = soup(client.get(own))
    people, cancel = (page.find("a", href=own.replace("?", f"/{step}?"))["href"] for step in ("people", "cancel"))  # type: ignore[index]
    assert post_form(client, people, action=people, people="2").headers["Location"] == own
    assert post_form(client, cancel, action=cancel).headers["Location"] == own
    assert client.get(own).status_code == 200
    assert [row.tongue for row in rows(app)] == [lang]
    lost = client.get(f"/sign-ups/wrong?lang={lang}")
    assert lost.status_code == 404
    assert soup(lost).select_one(f"main a[href='/outdoors?lang={lang}']") is not None, "it leads on"


@pytest.mark.parametrize("lang", TONGUES)
def test_the_page_says_what_is_kept_and_how_long(app: Flask, client: PageClient, lang: str) -> None:
    html = soup(client.get(f"{event_in(app)}?lang={lang}"))
    card = html.find("section", attrs={"aria-labelledby": "privacy-h"})
    assert card is not None
    assert "7" in card.get_text()


def test_changing_how_many_come(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=3)
    own = post_form(client, path, name="Aino").headers["Location"]
    assert post_form(client, f"{own}/people", people="3").status_code == 302
    refused = post_form(client, f"{own}/people", people="4")
    assert "Paikkoja ei ole enempää" in text_of(refused)
    assert soup(refused).find(id="people")["value"] == "4"  # type: ignore[index]
    post_form(client, f"{own}/people", people="2")
    assert "Paikkoja on jäljellä 1." in text_of(post_form(client, f"{own}/people", people="4"))
    assert [row.people for row in rows(app)] == [2]


def test_looking_never_changes_anything(app: Flask, client: PageClient) -> None:
    own = post_form(client, event_in(app), name="Aino").headers["Location"]
    for step in ("", "/people", "/cancel"):
        assert client.get(own + step).status_code == 200
    assert [row.state for row in rows(app)] == [State.IN]


def test_a_cancelled_sign_up_is_gone_for_good(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    own = post_form(client, path, name="Aino", note="Salaisuus").headers["Location"]
    for _ in range(2):
        assert post_form(client, f"{own}/cancel").status_code == 302
    page = client.get(own)
    assert "Tietosi on poistettu" in text_of(page)
    assert "Aino" not in text_of(page)
    assert soup(page).find("a", href=path) is not None
    assert "Tämä ilmoittautuminen on peruttu" in text_of(post_form(client, f"{own}/people", people="2"))


@pytest.mark.parametrize("lang", TONGUES)
def test_an_event_that_takes_nobody_says_so(app: Flask, client: PageClient, lang: str) -> None:
    begun, without = event_in(app, days=-0.01), event_in(app, sign_up=False)
    off = {}
    for how in (events.cancel, events.postpone):
        path = off[how] = event_in(app)
        with work(app) as session:
            event_id = UUID(path.split("/")[2])
            how(session, ADMIN, event_id=event_id, notice=Translated("Myrskyvaroitus"), at=now())
    for path in (begun, without, *off.values()):
        page = client.get(f"{path}?lang={lang}")
        assert page.status_code == 200
        assert soup(page).find("form") is None
    assert "Myrskyvaroitus" in text_of(client.get(f"{off[events.cancel]}?lang={lang}"))


def test_a_draft_is_nobodys_business(app: Flask, client: PageClient) -> None:
    assert client.get(event_in(app, publish=False)).status_code == 404
    assert client.get(f"/outdoors/{uuid4()}/sign-up").status_code == 404


def test_who_has_signed_up_sees_a_cancellation(app: Flask, client: PageClient) -> None:
    path = event_in(app)
    own = post_form(client, path, name="Aino").headers["Location"]
    with work(app) as session:
        notice = Translated("Myrskyvaroitus", "Stormvarning", "Storm warning")
        events.cancel(session, ADMIN, event_id=UUID(path.split("/")[2]), notice=notice, at=now())
    text = text_of(client.get(own))
    assert "Tapahtuma on peruttu. Myrskyvaroitus" in text
    assert "Paikkasi on varattu" not in text
    assert "Storm warning" in text_of(client.get(f"{own}?lang=en"))
    # What was told can still be taken back, and nothing else can be changed.
    page = soup(client.get(own))
    assert page.find("a", href=f"{own}/cancel")
    assert not page.find("a", href=f"{own}/people")
    post_form(client, f"{own}/cancel")
    assert rows(app)[0].name == ""


def test_floods_are_stopped(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url, EVENT_SIGN_UP_LIMIT="3 per hour", WRONG_CODE_LIMIT="4 per hour")
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    path = event_in(app)
    assert post_form(client, path, name=" ").status_code == 200, "what is not taken is not counted"
    answers = [post_form(client, path, name=f"Nimi {number}").status_code for number in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(rows(app)) == 3
    assert client.get(path).status_code == 200
    assert [client.get(f"/sign-ups/wrong{number}").status_code for number in range(6)] == [404] * 4 + [429] * 2
    close(app)


def test_it_works_over_https(app: Flask, client: PageClient) -> None:
    address = f"https://localhost{event_in(app)}"
    values = fill(find_form(client.get(address), address[17:]), {"name": "Aino"})
    assert client.post(address, data=values, headers={"Referer": address}).status_code == 302


def test_the_list_of_who_comes(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=3)
    as_coordinator(client)
    assert "Kukaan ei ole vielä ilmoittautunut" in text_of(client.get(staff(app, path)))
    needs = frozenset({Need.WHEELCHAIR, Need.TRANSPORT_AID})
    with work(app) as session:
        event_id = UUID(path.split("/")[2])
        sign_up(session, event_id, name="Aino", people=3, needs=needs, note="Allergia", contact=PHONE, at=now())
        sign_up(session, event_id, name="Eino", contact=AINO, at=now())
    text = text_of(client.get(staff(app, path)))
    assert "Mukana 3 / 3 1 ilmoittautuminen Jonossa 1 1 ilmoittautuminen" in text
    assert "Aino 3 pyörätuoli, apuväline lainaan. Allergia 0401234567" in text
    assert "1. Eino 1 – aino@example.fi" in text
    sheet = text_of(client.get(f"{staff(app, path)}/print"))
    assert "3 henkilöä mukana" in sheet
    assert "Aino 3 pyörätuoli, apuväline lainaan. Allergia 0401234567" in sheet
    assert "aino@example.fi" not in sheet


def test_who_phoned_is_added(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=2)
    as_coordinator(client)
    address = f"{staff(app, path)}/add"
    assert post_form(client, address, name="Aino", people="2", contact="0401234567").status_code == 302
    assert "Aino on mukana" in text_of(client.get(staff(app, path)))
    assert "soittaja tulee jonoon" in text_of(client.get(address))
    post_form(client, address, name="Eino")
    assert "Eino on jonossa" in text_of(client.get(staff(app, path)))
    assert soup(post_form(client, address, name="")).find(id="name-e") is not None


def test_somebody_is_cancelled_for(app: Flask, client: PageClient, mailing: PageClient) -> None:
    path = event_in(app)
    as_coordinator(client)
    with work(app) as session:
        one = sign_up(session, UUID(path.split("/")[2]), name="Aino", contact=AINO, at=now())
    address = f"{staff(app, path)}/{one.id}/cancel"
    assert "kerro hänelle itse" in text_of(client.get(address))
    as_coordinator(mailing)
    assert "Hän saa siitä sähköpostin" in text_of(mailing.get(address))
    assert post_form(client, address).status_code == 302
    assert [row.state for row in rows(app)] == [State.CANCELLED]
    assert client.get(f"/events/{uuid4()}/sign-ups/{one.id}/cancel").status_code == 404
    other = event_in(app)
    assert client.get(f"{staff(app, other)}/{one.id}/cancel").status_code == 404


def test_whom_to_call(app: Flask, mailing: PageClient) -> None:
    path = event_in(app, capacity=2)
    with work(app) as session:
        event_id = UUID(path.split("/")[2])
        first = sign_up(session, event_id, name="Ilta", contact=AINO, at=now())
        sign_up(session, event_id, name="Aino", contact=PHONE, at=now())
        sign_up(session, event_id, name="Eino", contact=PHONE, at=now())
        sign_up(session, event_id, name="Onni", at=now())
    as_coordinator(mailing)
    assert "Ei tiedä muutoksesta" not in text_of(mailing.get(staff(app, path)))
    with work(app) as session:
        service.cancel(session, token=service.link_token(session, first.id), at=now())
    # Onni left no way to be reached: the page of the link tells.
    page = mailing.get(staff(app, path))
    assert "1 ilmoittautunut ei tiedä muutoksesta" in text_of(page)
    (form,) = [form for form in soup(page).find_all("form") if str(form.get("action")).endswith("/told")]
    assert "Eino" in form.get_text()
    with work(app) as session:
        change_event(session, get_event(session, event_id), starts_at=now() + timedelta(days=12), at=now())
    assert "2 ilmoittautunutta ei tiedä muutoksesta" in text_of(mailing.get(staff(app, path)))
    assert post_form(mailing, staff(app, path), action=str(form["action"])).status_code == 302
    text = text_of(mailing.get(staff(app, path)))
    assert "1 ilmoittautunut ei tiedä muutoksesta" in text


@pytest.mark.parametrize(
    ("tongue", "sentence"),
    [
        ("fi", "Tapahtumaan mahtuu enintään 4 henkilöä. Pienennä määrää."),
        ("plain", "Tapahtumaan mahtuu enintään 4. Kirjoita pienempi luku."),
        ("sv", "Evenemanget rymmer högst 4 personer. Minska antalet."),
        ("en", "The event has room for at most 4 people. Lower the number."),
    ],
)
def test_a_group_larger_than_the_event_reads_so_beside_the_field(
    app: Flask, client: PageClient, tongue: str, sentence: str
) -> None:
    path = f"{event_in(app, capacity=4)}?lang={tongue}"
    page = soup(post_form(client, path, name="Aino", people="5", note="Tulemme bussilla"))
    assert sentence in page.find(id="people-e").get_text()  # type: ignore[union-attr]
    assert page.find(id="people")["value"] == "5"  # type: ignore[index]
    assert page.find(id="note")["value"] == "Tulemme bussilla"  # type: ignore[index]
    assert " 4." in page.find(id="people-h").get_text()  # type: ignore[union-attr]
    assert rows(app) == []


def test_who_waits_for_ever_since_the_event_became_smaller_is_told_so(app: Flask, client: PageClient) -> None:
    path = event_in(app, capacity=6)
    post_form(client, path, name="Eino", people="6")
    own = post_form(client, path, name="Aino", people="5").headers["Location"]
    with work(app) as session:
        change_event(session, get_event(session, UUID(path.split("/")[2])), capacity=4, at=now())
    assert "enintään 4 henkilöä, joten ryhmänne ei pääse jonosta" in text_of(client.get(own))
    assert "Jonosta ei pääse näin mukaan." in text_of(client.get(f"{own}?lang=plain"))
    as_coordinator(client)
    assert text_of(client.get(staff(app, path))).count("Ei mahdu tapahtumaan") == 1
