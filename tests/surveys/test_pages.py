"""Answering the survey as a stranger, and reading its results."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.surveys.domain import Answer, Otherwise
from pilot_ops.surveys.models import SurveyAnswerRow
from pilot_ops.surveys.queries import list_answers
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of
from tests.support.tickets import allocate, code_at, hand_out, make_batch, make_point, make_type, use, venue_of

GOOD = {"before": "2", "after": "4", "otherwise": "no", "line": "Ihana päivä"}


def ticket(app: Flask, used: int = 1) -> str:
    """The code of a wristband that was used so many times."""
    with work(app) as session:
        kind, point = make_type(session), make_point(session)
        make_batch(session, kind, 1)
        allocate(session, kind, point, 1)
        hand_out(session, kind, 1, point, at=now() - timedelta(days=9))
        for number in range(used):
            use(session, kind, 1, venue_of(kind), at=now() - timedelta(days=5) + timedelta(hours=number))
        return code_at(session, kind, 1)


def test_a_used_ticket_offers_it_and_then_no_more(app: Flask, client: PageClient) -> None:
    code = ticket(app)
    link = soup(client.get(f"/t/{code}")).find("a", href=f"/t/{code}/survey")
    assert link is not None
    response = post_form(client, f"/t/{code}/survey", **GOOD)
    assert response.headers["Location"] == f"/t/{code}/survey/thanks"
    assert "Kiitos vastauksesta!" in text_of(client.get(f"/t/{code}/survey/thanks"))
    assert soup(client.get(f"/t/{code}")).find("a", href=f"/t/{code}/survey") is None
    assert "Kiitos, vastaus on jo annettu" in text_of(client.get(f"/t/{code}/survey"))
    with look(app) as session:
        (kept,) = list_answers(session)
    assert (kept.before, kept.after, kept.otherwise, kept.line) == (2, 4, Otherwise.NO, "Ihana päivä")
    assert kept.month == local_day(now()).replace(day=1)


def test_an_unused_ticket_offers_none(app: Flask, client: PageClient) -> None:
    code = ticket(app, used=0)
    assert soup(client.get(f"/t/{code}")).find("a", href=f"/t/{code}/survey") is None
    page = client.get(f"/t/{code}/survey")
    assert soup(page).find("form") is None


def test_bad_input_comes_back_with_sentences(app: Flask, client: PageClient) -> None:
    code = ticket(app)
    page = post_form(client, f"/t/{code}/survey", after="4", line="x" * 501)
    html = soup(page)
    for field in ("before", "otherwise", "line"):
        assert html.find(id=f"{field}-e") is not None
    assert html.find(id="after-e") is None
    said = {link.get_text() for link in html.select(".errors a")}
    assert {"Valitse, miten voit ennen käyntiä", "Valitse, olisitko mennyt ilman tätä lippua"} <= said
    assert html.select_one("input[name=after][value='4']").has_attr("checked")  # type: ignore[union-attr]
    assert "x" * 501 in page.get_data(as_text=True)
    assert html.title.get_text().startswith("Virhe:")  # type: ignore[union-attr]
    strange = post_form(client, f"/t/{code}/survey", data={**GOOD, "before": "9"})
    assert soup(strange).find(id="before-e") is not None
    with look(app) as session:
        assert list_answers(session) == ()


def test_the_form_sent_twice_is_one_answer(app: Flask, client: PageClient) -> None:
    code = ticket(app, used=3)
    page = client.get(f"/t/{code}/survey")
    values = fill(find_form(page, f"/t/{code}/survey"), GOOD)
    for _ in range(2):
        assert client.post(f"/t/{code}/survey", data=values).status_code == 302
    with look(app) as session:
        assert len(list_answers(session)) == 1


def test_who_comes_too_late_is_told(app: Flask, client: PageClient) -> None:
    code = ticket(app)
    values = fill(find_form(client.get(f"/t/{code}/survey"), f"/t/{code}/survey"), GOOD)
    client.post(f"/t/{code}/survey", data=values)
    late = client.post(f"/t/{code}/survey", data={**values, "answer_id": str(uuid4())})
    assert "Tämän lipun käynneistä on jo vastattu" in text_of(late)


def test_it_works_over_https(app: Flask, client: PageClient) -> None:
    """The check of a form over https asks where it came from: the page lets the browser say so, to us alone."""
    code = ticket(app)
    address = f"https://localhost/t/{code}/survey"
    page = client.get(address)
    assert page.headers["Referrer-Policy"] == "same-origin"
    values = fill(find_form(page, f"/t/{code}/survey"), GOOD)
    assert client.post(address, data=values, headers={"Referer": address}).status_code == 302


@pytest.mark.parametrize("lang", ["fi", "plain", "sv", "en"])
def test_each_tongue_is_kept_to_the_end(app: Flask, client: PageClient, lang: str) -> None:
    code = ticket(app)
    assert soup(client.get(f"/t/{code}?lang={lang}")).find("a", href=f"/t/{code}/survey?lang={lang}") is not None
    address = f"/t/{code}/survey?lang={lang}"
    response = post_form(client, address, action=address, **GOOD)
    assert response.headers["Location"] == f"/t/{code}/survey/thanks?lang={lang}"
    assert client.get(response.headers["Location"]).status_code == 200


def answers(app: Flask, number: int, month: date = date(2026, 7, 1), **different: object) -> UUID:
    """So many answers about a new type."""
    with work(app) as session:
        kind = make_type(session)
        for turn in range(number):
            given = {"before": 2, "after": 4, "otherwise": Otherwise.NO, "line": f"Rivi {turn}", **different}
            kept = Answer(uuid4(), kind.id, month, **given)  # type: ignore[arg-type]
            values = {name: getattr(kept, name) for name in SurveyAnswerRow.__table__.columns.keys()}  # noqa: SIM118
            session.add(SurveyAnswerRow(**values))
    return kind.id


def test_results_hide_the_few(app: Flask, client: PageClient) -> None:
    answers(app, 4)
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    text = text_of(client.get("/surveys"))
    assert "alle 5" in text
    assert "Rivi" not in text


def test_results_show_the_many(app: Flask, client: PageClient) -> None:
    answers(app, 6)
    answers(app, 5, before=3, after=3)
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    assert soup(client.get("/tickets")).find("a", href="/surveys") is not None
    page = client.get("/surveys")
    text = text_of(page)
    # All answered alike: a mean of 2,0 could be others too, but the shares of so few kinds are hidden.
    assert "Vointi ennen käyntiä, keskiarvo asteikolla 1–5 2,0" in text
    assert "Muutos +2,0" in text
    assert "ei näytetä" in text
    assert "Rivi 5" in text


def test_results_as_files_hide_the_same(app: Flask, client: PageClient) -> None:
    answers(app, 4)
    answers(app, 7)
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    text = client.get("/surveys/csv").get_data().decode("utf-8-sig")
    assert "answers;;alle 5" in text
    assert "answers;;7" in text
    assert "before;mean;2" in text
    assert "otherwise;no;ei näytetä" in text
    assert text.count("line;;Rivi") == 7
    book = load_workbook(BytesIO(client.get("/surveys/xlsx").get_data()))
    assert [cell.value for cell in book.active[1]] == ["type", "year", "question", "answer", "value"]  # type: ignore[index]
    assert client.get("/surveys/pdf").status_code == 404


def test_without_answers_the_page_says_where_they_come_from(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    assert "Kysely avautuu lipun omalla sivulla" in text_of(client.get("/surveys"))
