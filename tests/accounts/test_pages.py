"""Signing in, one's own account and people, as pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from pilot_ops.accounts import queries
from pilot_ops.accounts.domain import User
from pilot_ops.accounts.routes import safe_next
from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.web.assets import asset
from pilot_ops.kernel.web.guard import access_of
from pilot_ops.parks.queries import parks_of
from tests.support.builders import NOON, change_user, make_park, make_pilot, make_user, set_password
from tests.support.databases import close, look, make_app, migrate, work
from tests.support.page import PageClient, fill, find_form, link_for, post_form, sign_in, soup, text_of

PASSWORD = "kolme hyvää sanaa"


@pytest.fixture
def boss(app: Flask, client: PageClient) -> User:
    """An administrator who is signed in."""
    with work(app) as session:
        user = make_user(session, name="Aino Hallinto")
    sign_in(client, user)
    return user


def _person_with_password(app: Flask, role: Role = Role.MANAGER) -> User:
    with work(app) as session:
        user = make_user(session, role)
        return set_password(session, user, PASSWORD)


def _cookies(response: TestResponse) -> dict[str, str]:
    found = {}
    for header in response.headers.getlist("Set-Cookie"):
        for name in SimpleCookie(header):
            found[name] = header
    return found


def test_signing_in_by_password_leads_where_one_wanted(app: Flask, client: PageClient) -> None:
    user = _person_with_password(app)
    asked = client.get("/account?from=mail")
    assert asked.status_code == 302
    url = asked.headers["Location"]
    response = post_form(client, url, action="/sign-in", email=user.details.email, password=PASSWORD)
    assert response.headers["Location"] == "/account?from=mail"
    assert user.name in text_of(client.get("/account"))


def test_a_wrong_password_keeps_the_address_and_is_logged(app: Flask, client: PageClient) -> None:
    user = _person_with_password(app)
    response = post_form(client, "/sign-in", email=user.details.email, password="wrong wrong wrong")
    assert soup(response).find("input", {"name": "email"})["value"] == user.details.email
    assert "Osoite tai salasana ei täsmää" in text_of(response)
    assert "wrong wrong" not in response.get_data(as_text=True)
    assert soup(response).title.text.startswith("Virhe:")
    with look(app) as session:
        assert [entry.subject for entry in list_entries(session, action="sign-in.failed")] == [user.details.email]


@pytest.mark.parametrize("email", ["", "x" * 300, "\x00", "ei osoite"])
def test_odd_addresses_are_answered_with_a_sentence(client: PageClient, email: str) -> None:
    response = post_form(client, "/sign-in", email=email, password="x")
    assert soup(response).select(".field__error")


def test_a_link_is_used_by_its_button_and_not_by_looking(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session)
    link = link_for(client, user)
    for _look in range(3):
        assert user.name in text_of(client.get(link))
    assert post_form(client, link).status_code == 302
    assert client.get("/account").status_code == 200
    assert client.get(link).status_code == 404


def test_a_link_lets_nobody_in_twice(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session)
    link, other = link_for(client, user), app.test_client()
    other.get(link)
    token = soup(other.get(link)).find("input", {"name": "csrf_token"})["value"]
    post_form(client, link)
    response = other.post(link, data={"csrf_token": token}, follow_redirects=True)
    assert (response.status_code, response.request.path) == (404, link)
    assert other.get("/account").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil",
     "///evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example", "http:evil.example",
     "/\n\\x", "/a\\b", "/a\tb", "/a\nb"],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(app: Flask, client: PageClient, target: str) -> None:
    user = _person_with_password(app)
    response = post_form(client, "/sign-in", next=target, email=user.details.email, password=PASSWORD)
    assert response.headers["Location"] == "/"


def test_paths_of_our_own_are_kept(app: Flask) -> None:
    with app.test_request_context():
        assert [safe_next(path) for path in ("/users?page=2#x", "/", "", None)] == ["/users?page=2#x", "/", "/", "/"]


def test_too_many_tries_are_turned_away(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, SIGN_IN_LIMIT="3 per 5 minutes")
    app.test_client_class = PageClient
    client = app.test_client()
    statuses = [post_form(client, "/sign-in", email="a@example.fi", password="x").status_code for _try in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.get("/sign-in").status_code == 200
    close(app)


def test_too_many_tries_at_one_account_are_turned_away_from_wherever_they_come(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, SIGN_IN_LIMIT="3 per 5 minutes", PROXIES="1")
    app.test_client_class = PageClient
    statuses = []
    for number, email in enumerate(("a@example.fi", " A@example.fi", "a@EXAMPLE.fi", "a@example.fi", "b@example.fi")):
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"
        statuses.append(post_form(client, "/sign-in", email=email, password="x").status_code)
    assert statuses == [200, 200, 200, 429, 200]
    close(app)


def test_too_many_guesses_of_the_old_password_are_turned_away(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, SIGN_IN_LIMIT="3 per 5 minutes")
    app.test_client_class = PageClient
    client, user = app.test_client(), _person_with_password(app)
    sign_in(client, user)
    statuses = [post_form(client, "/account", old="x", password=PASSWORD).status_code for _try in range(4)]
    assert statuses == [200, 200, 200, 429]
    close(app)


def test_tries_are_counted_together_by_all_processes(tmp_path: Path, on_both: Flask) -> None:
    url = on_both.config["PILOT_OPS"].database_url
    apps = [make_app(tmp_path, url, SIGN_IN_LIMIT="3 per 5 minutes") for _process in range(2)]
    statuses = []
    for number in range(5):
        apps[number % 2].test_client_class = PageClient
        client = apps[number % 2].test_client()
        statuses.append(post_form(client, "/sign-in", email="a@example.fi", password="x").status_code)
    assert statuses == [200, 200, 200, 429, 429]
    for app in apps:
        close(app)


def test_a_new_window_of_tries_begins_when_the_old_one_is_over(tmp_path: Path, sqlite_url: str) -> None:
    app = make_app(tmp_path, sqlite_url, SIGN_IN_LIMIT="1 per 5 minutes")
    app.test_client_class = PageClient
    client = app.test_client()
    with time_machine.travel(NOON, tick=False) as clock:
        statuses = []
        for _try in range(2):
            statuses += [post_form(client, "/sign-in", email="a@example.fi", password="x").status_code for _ in "ab"]
            clock.shift(timedelta(minutes=5))
    assert statuses == [200, 429, 200, 429]
    close(app)


@pytest.mark.parametrize("path", ["/sign-in", "/language", "/users/new", "/sign-out"])
def test_a_post_without_its_token_is_refused(client: PageClient, boss: User, path: str) -> None:
    response = client.post(path, data={"email": "a@example.fi", "language": "en"})
    assert response.status_code == 400
    assert soup(response).h1


def test_signing_out(client: PageClient, boss: User) -> None:
    response = post_form(client, "/account", action="/sign-out")
    assert response.headers["Location"] == "/sign-in"
    assert "Olet kirjautunut ulos" in text_of(client.get("/sign-in"))
    assert client.get("/account").headers["Location"].startswith("/sign-in?next=")


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, client: PageClient, boss: User) -> None:
    copied = client.get_cookie("pilot_ops_session")
    assert copied is not None
    post_form(client, "/account", action="/sign-out")
    thief = app.test_client()
    thief.set_cookie("pilot_ops_session", copied.value)
    assert thief.get("/account").status_code == 302


def test_a_session_ends_after_its_hours_however_busy(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park, user = make_park(session), make_user(session)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, user)
        for _time in range(2):
            clock.shift(timedelta(hours=6))
            assert post_form(client, f"/parks/{park.id}", name="Suvela").status_code == 302
        clock.shift(timedelta(hours=2))
        assert client.get("/account").status_code == 302


def test_the_device_is_one_that_the_service_named(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session)
    chosen = "11111111-1111-4111-8111-111111111111"
    client.set_cookie("pilot_ops_device", chosen)
    sign_in(client, user)
    kept = client.get_cookie("pilot_ops_device")
    assert kept is not None
    sign_in(client, user)
    with look(app) as session:
        first, second = list_entries(session, action="signed-in")
    assert str(first.device_id) == str(second.device_id) == kept.value.partition(".")[0] != chosen


def test_sessions_end_at_once_when_the_administrator_says_so(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    theirs = app.test_client()
    sign_in(theirs, user)
    assert theirs.get("/account").status_code == 200
    url = f"/users/{user.id}"
    assert post_form(client, url, action=f"{url}/sign-out").headers["Location"] == url
    assert theirs.get("/account").status_code == 302


def test_adding_a_person_shows_a_link_that_works_once(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        park = make_park(session, name="Suvela")
    response = post_form(
        client, "/users/new", name="Veeti", email="veeti@example.fi", role="park-staff", parks=[str(park.id)]
    )
    link = soup(response).find("input", id="link")["value"]
    assert link.startswith("http://127.0.0.1:8000/sign-in/")
    with look(app) as session:
        user = queries.find_user_by_email(session, "veeti@example.fi")
        assert user is not None
        assert parks_of(session, user.id) == {park.id}
    theirs = app.test_client()
    assert post_form(theirs, link.removeprefix("http://127.0.0.1:8000")).status_code == 302
    assert "Suvela" in text_of(theirs.get("/account"))


def test_what_was_typed_about_a_person_is_kept(app: Flask, client: PageClient, boss: User) -> None:
    response = post_form(client, "/users/new", name="Veeti", email="veeti", role="park-staff")
    page = soup(response)
    assert page.find("input", {"name": "name"})["value"] == "Veeti"
    assert page.find("input", {"name": "email"})["value"] == "veeti"
    assert page.find("option", selected=True, value="park-staff")
    assert "Kirjoita sähköpostiosoite" in text_of(response)


def test_the_address_of_another_person_is_not_called_ones_own(client: PageClient, boss: User) -> None:
    post_form(client, "/account", action="/language", language="en")
    assert "Enter the email address" in text_of(post_form(client, "/users/new"))


def test_park_staff_without_a_park_is_refused_beside_the_field(client: PageClient, boss: User) -> None:
    response = post_form(client, "/users/new", name="Veeti", email="veeti@example.fi", role="park-staff")
    assert "Valitse ainakin yksi puisto" in text_of(response)


def test_changing_a_person(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    response = post_form(client, f"/users/{user.id}", name="Uusi Nimi", language="sv")
    assert response.headers["Location"] == "/users"
    page = client.get("/users")
    assert "Tallennettu: Uusi Nimi" in text_of(page)
    with look(app) as session:
        changed = queries.get_user(session, user.id)
    assert (changed.name, changed.details.language, changed.details.role) == ("Uusi Nimi", "sv", Role.MANAGER)


def test_a_stale_page_does_not_let_in_whom_another_shut_out(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    url = f"/users/{user.id}"
    form = fill(find_form(client.get(url), url), {"name": "Uusi Nimi"})
    with work(app) as session:
        change_user(session, user, active=False)
    response = client.post(url, data=form)
    assert "Joku muutti näitä tietoja juuri" in text_of(response)
    assert soup(response).find("input", {"name": "name"})["value"] == "Uusi Nimi"
    with look(app) as session:
        assert not queries.get_user(session, user.id).details.active


def test_names_are_shown_as_text(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        make_user(session, Role.MANAGER, name="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in text_of(client.get("/users"))


def test_unknown_people_are_not_found(client: PageClient, boss: User) -> None:
    for path in ("/users/00000000-0000-0000-0000-000000000001", "/users/seven"):
        assert client.get(path).status_code == 404


def test_setting_and_changing_the_password_keeps_this_device_signed_in(client: PageClient, boss: User) -> None:
    assert post_form(client, "/account", password=PASSWORD).status_code == 302
    assert "Salasana on vaihdettu" in text_of(client.get("/account"))
    wrong = post_form(client, "/account", old="wrong", password="toinen hyvä sana")
    assert "Nykyinen salasana ei täsmää" in text_of(wrong)
    assert post_form(client, "/account", old=PASSWORD, password="toinen hyvä sana").status_code == 302


def test_the_language_follows_the_person_and_else_the_browser(app: Flask, client: PageClient, boss: User) -> None:
    assert soup(client.get("/account")).html["lang"] == "fi"
    response = post_form(client, "/account", action="/language", language="sv", next="/users")
    assert response.headers["Location"] == "/users"
    assert soup(client.get("/users")).html["lang"] == "sv"
    stranger = app.test_client()
    assert soup(stranger.get("/sign-in", headers={"Accept-Language": "en-GB,en"})).html["lang"] == "en"
    assert soup(stranger.get("/sign-in", headers={"Accept-Language": "de"})).html["lang"] == "fi"
    post_form(stranger, "/sign-in", action="/language", language="en")
    assert soup(stranger.get("/sign-in", headers={"Accept-Language": "sv"})).html["lang"] == "en"


@pytest.fixture
def https(tmp_path: Path) -> Iterator[Flask]:
    """The app as residents reach it: over TLS."""
    app = make_app(tmp_path, PUBLIC_URL="https://pilot.example.fi")
    migrate(app)
    app.test_client_class = PageClient
    yield app
    close(app)


def test_cookies_are_for_this_site_and_not_for_scripts(app: Flask, https: Flask) -> None:
    for service_, secure in ((app, False), (https, True)):
        client = service_.test_client()
        base = "https://pilot.example.fi" if secure else "http://localhost"
        with work(service_) as session:
            user = make_user(session)
        link = link_for(client, user)
        token = soup(client.get(link, base_url=base)).find("input", {"name": "csrf_token"})["value"]
        response = client.post(link, data={"csrf_token": token}, base_url=base, headers={"Referer": base + link})
        cookies = _cookies(response)
        assert {"pilot_ops_session", "pilot_ops_device"} <= set(cookies)
        for header in cookies.values():
            assert "HttpOnly" in header
            assert "SameSite=Lax" in header
            assert ("Secure" in header) is secure


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/users", "/health", "/no-such-page", "/sign-in/nothing"])
def test_every_answer_carries_the_security_headers(client: PageClient, boss: User, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_are_not_kept_by_browsers(app: Flask, client: PageClient, boss: User, kind: str) -> None:
    with work(app) as session:
        pilot = make_pilot(session)
    assert client.get(f"/costs/{pilot.id}/ledger/{kind}").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept(app: Flask, client: PageClient) -> None:
    with app.test_request_context():
        url = asset("css/base.css")
    with client.get(url) as response:
        assert "immutable" in response.headers["Cache-Control"]


def test_the_menu_shows_what_the_role_may_see(app: Flask, client: PageClient, boss: User) -> None:
    with work(app) as session:
        manager = make_user(session, Role.MANAGER)
    theirs = app.test_client()
    sign_in(theirs, manager)
    assert soup(client.get("/account")).select('nav a[href="/users"]')
    assert not soup(theirs.get("/account")).select('nav a[href="/users"]')
    assert theirs.get("/users").status_code == 403
    assert access_of(app.view_functions["accounts.users"]) == "users:edit"


@pytest.mark.parametrize("role", list(Role))
def test_everybody_lands_on_a_page(app: Flask, role: Role) -> None:
    client = app.test_client()
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    assert client.get("/", follow_redirects=True).status_code == 200
