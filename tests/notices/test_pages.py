"""The notices in every tongue, the form of feedback, and what is really kept in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from pilot_ops import tables
from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import Base
from pilot_ops.kernel.paths import STATIC, TEMPLATES
from pilot_ops.notices.domain import EVERYTHING, FOR_ANYBODY, Store
from pilot_ops.notices.queries import list_feedback
from pilot_ops.phones import service as phones
from pilot_ops.phones.domain import Home, HomeKind
from tests.support.builders import ADMIN, make_park, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.page import PageClient, fill, find_form, link_for, post_form, sign_in, soup, text_of

TONGUES = ("fi", "plain", "sv", "en")
NOTICES = ("accessibility", "privacy", "cookies")
NOT_TOLD = {
    "fi": "Kaupunki ei ole vielä kertonut tätä.",
    "plain": "Kaupunki ei ole vielä kertonut tätä.",
    "sv": "Staden har inte meddelat detta ännu.",
    "en": "The city has not told this yet.",
}
SETTINGS = {
    "MUNICIPALITY": "Mallila",
    "CONTROLLER": "Mallilan kaupunki, Torikatu 1",
    "PRIVACY_OFFICIAL": "Hyvinvointijohtaja",
    "PRIVACY_CONTACT": "tieto@mallila.example",
    "DATA_PROTECTION_OFFICER": "vastaava@mallila.example",
    "HOSTING": "Mallilan konesali, Suomi",
    "ACCESSIBILITY_CONTACT": "09 123 4567",
    "SUPERVISOR": "Valvontavirasto",
    "SUPERVISOR_CONTACT": "valvonta@virasto.example",
}
GOOD = {"text": "Painike on liian pieni", "page": "/lunch", "contact": "minut@example.fi"}


def user_of(app: Flask, role: Role) -> User:
    with work(app) as session:
        return make_user(session, role)


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_has_the_same_points_in_every_tongue(app: Flask, client: PageClient, notice: str) -> None:
    shapes, texts = set(), set()
    for tongue in TONGUES:
        page = client.get(f"/{notice}?lang={tongue}")
        main = soup(page).main
        assert main is not None
        ids = tuple(str(heading.get("id", "")) for heading in main.find_all("h2"))
        codes = tuple(code.get_text() for code in main.find_all("code"))
        shapes.add((ids, len(main.find_all("li")), codes))
        texts.add(main.get_text())
    assert len(shapes) == 1
    assert len(texts) == len(TONGUES)


def test_the_privacy_notice_has_its_twelve_points(client: PageClient) -> None:
    headings = [heading.get_text() for heading in soup(client.get("/privacy?lang=fi")).find_all("h2")]
    assert [text.partition(".")[0] for text in headings[:12]] == [str(number) for number in range(1, 13)]
    assert headings[12] == "Oikeutesi"


@pytest.mark.parametrize("tongue", TONGUES)
def test_what_the_city_has_not_told_is_said(client: PageClient, tongue: str) -> None:
    privacy = text_of(client.get(f"/privacy?lang={tongue}"))
    assert privacy.count(NOT_TOLD[tongue]) == 5
    accessibility = text_of(client.get(f"/accessibility?lang={tongue}"))
    assert accessibility.count(NOT_TOLD[tongue]) == 1
    assert "Traficom saavutettavuus@traficom.fi" in accessibility


def test_another_city_speaks_for_itself(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, **SETTINGS)
    app.test_client_class = PageClient
    client = app.test_client()
    for tongue in TONGUES:
        pages = [client.get(f"/{notice}?lang={tongue}") for notice in NOTICES]
        texts = " ".join(text_of(page) for page in pages)
        assert [value for value in SETTINGS.values() if value not in texts] == []
        assert NOT_TOLD[tongue] not in texts
        assert "Espoo" not in texts.replace("Hyvinvoiva Espoo", "")
        assert soup(pages[0]).find("a", href="tel:091234567") is not None
    close(app)


def test_how_long_backups_are_kept_is_told_where_there_are_any(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, BACKUPS=str(tmp_path), BACKUPS_KEPT="37")
    client = app.test_client()
    assert [tongue for tongue in TONGUES if " 37 " not in text_of(client.get(f"/privacy?lang={tongue}"))] == []
    close(app)


def test_the_notices_have_no_city_in_them() -> None:
    for file in (TEMPLATES / "notices").rglob("*.html"):
        assert not re.search("espoo|esbo", file.read_text(encoding="utf-8"), re.IGNORECASE), file


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_foot_leads_to_the_notices(app: Flask, client: PageClient, tongue: str) -> None:
    foot = soup(client.get(f"/cookies?lang={tongue}")).footer
    assert foot is not None
    assert {f"/{notice}?lang={tongue}" for notice in NOTICES} <= {link["href"] for link in foot.find_all("a")}


def test_the_foot_of_staff_pages_leads_there_too(app: Flask, client: PageClient) -> None:
    sign_in(client, user_of(app, Role.MANAGER))
    foot = soup(client.get("/attention")).footer
    assert foot is not None
    assert {f"/{notice}" for notice in NOTICES} <= {link["href"] for link in foot.find_all("a")}


@pytest.mark.parametrize("tongue", TONGUES)
def test_feedback_is_given_and_answered(app: Flask, client: PageClient, tongue: str) -> None:
    address = f"/accessibility?lang={tongue}"
    response = post_form(client, address, action=address, **GOOD)
    assert response.headers["Location"] == f"/accessibility/thanks?lang={tongue}"
    assert "14" in text_of(client.get(response.headers["Location"]))
    sign_in(client, user_of(app, Role.COORDINATOR))
    assert soup(client.get("/attention")).find("a", href="/feedback") is not None
    page = client.get("/feedback")
    assert "Painike on liian pieni" in text_of(page)
    assert soup(page).find("a", href="mailto:minut@example.fi") is not None
    with look(app) as session:
        (kept,) = list_feedback(session)
    assert (kept.page, kept.contact) == ("/lunch", "minut@example.fi")
    post_form(client, "/feedback", action=f"/feedback/{kept.id}/answered")
    assert "Kaikkeen palautteeseen on vastattu." in text_of(client.get("/feedback"))
    assert soup(client.get("/attention")).find("li", string=re.compile("odottaa vastausta")) is None


def test_feedback_needs_no_contact(app: Flask, client: PageClient) -> None:
    post_form(client, "/accessibility", text="Ei toimi")
    sign_in(client, user_of(app, Role.ADMINISTRATOR))
    assert "Nimetön: vastausta ei voi lähettää." in text_of(client.get("/feedback"))


def test_bad_input_comes_back_with_sentences(app: Flask, client: PageClient) -> None:
    page = post_form(client, "/accessibility", text=" ", page="x" * 201, contact="minut@example.fi")
    html = soup(page)
    assert html.find(id="text-e") is not None
    assert html.find(id="page-e") is not None
    assert html.find(id="contact-e") is None
    assert html.find(id="contact")["value"] == "minut@example.fi"  # type: ignore[index]
    assert html.title.get_text().startswith("Virhe:")  # type: ignore[union-attr]
    long = post_form(client, "/accessibility", text="x" * 2001)
    assert "Lyhennä teksti: enintään 2000 merkkiä" in text_of(long)
    with look(app) as session:
        assert list_feedback(session) == ()


def test_the_form_sent_twice_is_one(app: Flask, client: PageClient) -> None:
    values = fill(find_form(client.get("/accessibility"), "/accessibility"), GOOD)
    for _ in range(2):
        assert client.post("/accessibility", data=values).status_code == 302
    with look(app) as session:
        assert len(list_feedback(session)) == 1


def test_too_much_feedback_from_one_network_waits(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, FEEDBACK_LIMIT="2 per hour")
    app.test_client_class = PageClient
    client = app.test_client()
    address = "/accessibility?lang=sv"
    for _ in range(2):
        assert post_form(client, address, action=address, text="Nej").status_code == 302
    stopped = post_form(client, address, action=address, text="Nej")
    assert stopped.status_code == 429
    assert "Vänta tio minuter" in text_of(stopped)
    assert client.get(address).status_code == 200
    close(app)


def test_administrators_see_what_is_missing_and_nobody_else(app: Flask, client: PageClient) -> None:
    stranger = text_of(client.get("/privacy"))
    sign_in(client, user_of(app, Role.ADMINISTRATOR))
    for address in ("/privacy", "/feedback", "/attention"):
        names = {code.get_text() for code in soup(client.get(address)).select(".note--warn code")}
        assert names == {f"PILOT_OPS_{name}" for name in list(SETTINGS)[1:7]}
    assert "PILOT_OPS_" not in stranger
    other = app.test_client()
    sign_in(other, user_of(app, Role.COORDINATOR))
    assert "PILOT_OPS_" not in text_of(other.get("/attention"))


def _lives(header: str) -> tuple[str, int | None]:
    age = re.search(r"Max-Age=(\d+)", header)
    return header.partition("=")[0], int(age[1]) // 86400 if age else None


def test_the_cookies_are_exactly_those_that_are_told(app: Flask) -> None:
    """Everything that sets a cookie is done, by a stranger, a person and a phone."""
    client = app.test_client()
    with work(app) as session:
        user, park = make_user(session), make_park(session)
        code = phones.make_code(session, ADMIN, home=Home(HomeKind.PARK, park.id), hours=1, at=now())
    responses = [client.get("/cookies"), client.get("/privacy"), client.get("/t")]
    assert [header for response in responses for header in response.headers.getlist("Set-Cookie")] == []
    responses = [client.get("/sign-in"), post_form(client, link_for(client, user)), client.get("/attention")]
    responses.append(client.post("/language", data=fill(find_form(responses[2], "/language"), {"language": "sv"})))
    phone = app.test_client()
    responses.append(post_form(phone, f"/join/{code}"))
    found = dict(_lives(header) for response in responses for header in response.headers.getlist("Set-Cookie"))
    told = {kept.name: kept.days for kept in EVERYTHING if kept.store is Store.COOKIE}
    found["pilot_ops_session"] = None  # of one signed in it lives as long as the session: the page says so in hours
    assert found == told


def test_no_other_code_sets_a_cookie() -> None:
    """Three places set cookies, and no script does."""
    package = Path(tables.__file__).parent
    setting = [path.name for path in sorted(package.rglob("*.py")) if ".set_cookie(" in path.read_text("utf-8")]
    assert setting == ["routes.py", "guard.py"]
    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert [path.name for path in scripts if "document.cookie" in path.read_text("utf-8")] == []


def test_what_scripts_keep_is_told() -> None:
    """Names in constants of the scripts that keep something."""
    named: set[str] = set()
    for path in (STATIC / "js").rglob("*.js"):
        text = path.read_text("utf-8")
        if re.search(r"localStorage|storage\.setItem|caches\.open|openDB|export const CACHES", text):
            named |= set(re.findall(r"""const (?:KEPT|NAME|CACHES?|OPTIONS) = "([^"]+)""", text))
    assert named == {kept.name for kept in EVERYTHING if kept.store is not Store.COOKIE}


def test_strangers_get_only_what_is_told_to_anybody() -> None:
    assert {kept.name for kept in FOR_ANYBODY} == {"pilot_ops_session", "pilot_ops_language"}


# Every table: those with data of people, which the privacy notice must tell of, and the others.
OF_PEOPLE = {
    "accessibility_feedback",
    "audit_entries",
    "event_closings",
    "ledger_entries",
    "letter_turns",
    "letters",
    "meal_records",
    "park_staff",
    "phones",
    "place_staff",
    "print_jobs",
    "programme_expenses",
    "report_texts",
    "report_versions",
    "sessions",
    "sign_in_links",
    "sign_ups",
    "stock_moves",
    "stock_takings",
    "sync_events",
    "taps",
    "ticket_events",
    "tries",
    "users",
}
OF_NOBODY = {
    "api_tokens",
    "benefit_targets",
    "measure_parts",
    "measures",
    "programme_decisions",
    "programme_years",
    "agreements",
    "audit_head",
    "client_groups",
    "closures",
    "enrolment_codes",
    "event_series",
    "events",
    "invoices",
    "job_runs",
    "locked_months",
    "meal_days",
    "messages",
    "order_terms",
    "parks",
    "pilot_parks",
    "pilots",
    "places",
    "point_groups",
    "print_files",
    "shifts",
    "sign_up_counts",
    "survey_answers",
    "survey_turns",
    "tap_totals",
    "ticket_batches",
    "ticket_type_venues",
    "ticket_types",
    "tickets",
    "units",
    "wrong_codes",
}


def test_every_table_is_known_to_the_privacy_notice() -> None:
    """A new table: write it into one of the two, and if it is of people, into templates/notices/privacy/*.html."""
    assert set(Base.metadata.tables) - (OF_PEOPLE | OF_NOBODY) == set()
    assert OF_PEOPLE.isdisjoint(OF_NOBODY)


@pytest.mark.parametrize("asked", ["endpoint=x", "_scheme=javascript", "_external=1", "_anchor=evil", "_method=PATCH"])
def test_the_switch_leads_to_this_page_whatever_the_address_says(client: PageClient, asked: str) -> None:
    page = client.get(f"/privacy?lang=fi&{asked}&kept=yes")
    assert page.status_code == 200
    links = [str(link["href"]) for link in soup(page).select("a[href*='lang=sv']") if "kept=yes" in str(link["href"])]
    assert links == ["/privacy?lang=sv&kept=yes"]
