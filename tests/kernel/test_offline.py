"""What makes the pages an app without a network: manifest, worker, the offline page, and what is kept."""

from __future__ import annotations

import json
import re
import struct
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.web.offline import KEEP
from pilot_ops.schedule.domain import MealDay
from tests.support.builders import calendar_with, close_with, day_of, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, soup, text_of


@pytest.fixture
def day(app: Flask, client: PageClient) -> MealDay:
    """Today's meal day, with its park's staff signed in."""
    today = local_day(now())
    with work(app) as session:
        season = {"starts_on": today, "ends_on": today + timedelta(days=1), "weekdays": 0b1111111}
        pilot = make_pilot(session, calendar=calendar_with(today, today + timedelta(days=1)), **season)
        found = day_of(session, pilot, today)
        user = make_user(session, Role.PARK_STAFF, [found.park_id])
    sign_in(client, user)
    return found


def kept_pages(day: MealDay) -> list[str]:
    return [f"/today/{day.park_id}", f"/days/{day.id}/close", f"/days/{day.id}/cancel", "/phone"]


def worker_files(client: PageClient) -> list[str]:
    """The files that the worker's script keeps."""
    files: list[str] = json.loads(re.search(r"files: (\[.*?\])", client.get("/sw.js").text)[1])  # type: ignore[index]
    return files


def test_the_manifest_names_the_service_and_icons_of_the_size_they_say(client: PageClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.text)
    assert (manifest["short_name"], manifest["lang"], manifest["start_url"]) == ("Pilot Ops", "fi", "/")
    assert (manifest["scope"], manifest["display"]) == ("/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for icon in manifest["icons"]:
        with client.get(icon["src"]) as file:
            assert (file.status_code, file.mimetype) == (200, icon["type"])
            width, height = struct.unpack(">II", file.data[16:24])
        assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_is_asked_for_anew_and_is_another_with_other_files(app: Flask, client: PageClient) -> None:
    answer = client.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert f'version: "{app.config["STATIC_DIGEST"]}"' in answer.text
    app.config["STATIC_DIGEST"] = "another"
    assert client.get("/sw.js").text != answer.text


def test_the_worker_keeps_files_that_exist(app: Flask, client: PageClient) -> None:
    files = worker_files(client)
    start = re.search(r'^import start from "([^"]+)";', client.get("/sw.js").text)
    assert start is not None
    assert start[1] in files
    assert len(files) == len(set(files))
    for file in files:
        assert file.startswith(f"/static/{app.config['STATIC_DIGEST']}/")
        with client.get(file) as answer:
            assert answer.status_code == 200, file


def test_the_worker_keeps_everything_that_the_kept_pages_name(client: PageClient, day: MealDay) -> None:
    files = worker_files(client)
    for path in [*kept_pages(day), "/offline"]:
        page = soup(client.get(path))
        named = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link", "img", "use", "source"])]
        static = {urlsplit(name).path for name in named if name and name.startswith("/static/")}
        modules = {tag["data-module"] for tag in page.find_all(attrs={"data-module": True})}
        assert {path.rpartition("/")[2] for path in static} >= {"all.css", "boot.js"}
        assert static - set(files) == set(), path
        assert [name for name in modules if not any(file.endswith(f"/js/{name}.js") for file in files)] == [], path


def test_a_static_file_that_did_not_change_is_not_sent_again(client: PageClient) -> None:
    """Browsers ask for the worker's scripts with every page, to see whether they are new."""
    (file,) = [file for file in worker_files(client) if file.endswith("js/kernel/worker.js")]
    compressed = {"Accept-Encoding": "br"}
    with client.get(file, headers=compressed) as first:
        assert first.headers["Content-Encoding"] == "br"
    with client.get(file, headers={**compressed, "If-None-Match": first.headers["ETag"]}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "Ei verkkoa"), ("sv", "Ingen uppkoppling"), ("en", "No connection")]
)
def test_the_offline_page_is_there_for_anybody(client: PageClient, language: str, title: str) -> None:
    page = client.get("/offline", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert soup(page).h1.text == title
    assert KEEP not in page.headers


def test_the_pages_of_a_day_in_a_park_are_kept(client: PageClient, day: MealDay) -> None:
    for path in kept_pages(day):
        page = client.get(path)
        assert (page.status_code, page.headers.get(KEEP)) == (200, "1"), path
        assert soup(page).body["data-worker"] == "/sw.js"


def test_no_other_page_is_kept(app: Flask, client: PageClient, day: MealDay) -> None:
    for path in ("/today", f"/days/{day.id}", "/account", "/sign-in", f"/days/{day.id}/paper"):
        assert KEEP not in client.get(path, follow_redirects=path != "/today").headers, path
    with work(app) as session:
        close_with(session, day, delivered=0, at=now())
    assert KEEP not in client.get(f"/today/{day.park_id}").headers


def test_those_who_do_not_count_have_no_worker(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = client.get("/account")
    assert "data-worker" not in page.text
    assert "/phone" not in {link["href"] for link in soup(page).find_all("a")}


def test_the_counting_page_carries_the_days_to_come(client: PageClient, day: MealDay) -> None:
    page = client.get(f"/today/{day.park_id}")
    days = json.loads(str(soup(page).select_one("[data-days]")["data-days"]))
    assert [carried["day"] for carried in days] == [day.day.isoformat(), (day.day + timedelta(days=1)).isoformat()]
    assert [days[0][name] for name in ("close", "cancel", "info")] == [
        f"/days/{day.id}/close",
        f"/days/{day.id}/cancel",
        f"/days/{day.id}",
    ]
    assert day.id.hex not in text_of(page)
