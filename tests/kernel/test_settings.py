"""Settings: defaults, what overrides them, and a wrong one is named."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pilot_ops.kernel.settings import BadSettings, MailServer, Settings, read_settings
from tests.support.databases import close, make_app

KEY = "a key that is certainly long enough"


def _read(data: Path, **given: str) -> Settings:
    return read_settings({"PILOT_OPS_DATA": str(data), **{f"PILOT_OPS_{name}": value for name, value in given.items()}})


def test_without_settings_everything_has_a_value(tmp_path: Path) -> None:
    settings = _read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/pilot_ops.sqlite"
    assert (settings.embedded, settings.https) == (True, False)
    assert (settings.municipality, settings.holiday_country) == ("Espoo", "FI")


def test_another_city_is_settings_alone(tmp_path: Path) -> None:
    settings = _read(
        tmp_path,
        MUNICIPALITY="Malmö",
        PROGRAMME="Må bra",
        HOLIDAY_COUNTRY="SE",
        PUBLIC_URL="https://pilot.example.se/",
        SESSION_HOURS="8",
    )
    assert (settings.municipality, settings.programme, settings.holiday_country) == ("Malmö", "Må bra", "SE")
    assert (settings.public_url, settings.https, settings.session_hours) == ("https://pilot.example.se", True, 8)


def test_what_the_examples_of_the_api_are_told_is_no_wrong_setting(tmp_path: Path) -> None:
    assert _read(tmp_path, URL="https://pilot.example.fi", TOKEN="pilotops_x") == _read(tmp_path)
    with pytest.raises(BadSettings, match="PILOT_OPS_TOKENS: there is no such setting"):
        _read(tmp_path, TOKENS="pilotops_x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "not a url"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "pilot.example.fi"),
        ("PUBLIC_URL", "ftp://pilot.example.fi"),
        ("PUBLIC_URL", "https://pilot.example.fi/?a=b"),
        ("PUBLIC_URL", "https://pilot.example.fi:abc/"),
        ("PUBLIC_URL", "https://:443"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("HOLIDAY_COUNTRY", "Finland"),
        ("HOLIDAY_REGION", "Uusimaa"),
        ("SMTP_URL", "mail.example.fi"),
        ("SMTP_URL", "smtp://:587"),
        ("SMTP_URL", "smtp://host:587?tls=perhaps"),
        ("SMTP_URL", "smtps://host?tls=none"),
        ("SMTP_URL", "smtp://me:secret@host?tls=none"),
        ("SMTP_URL", "smtp://host:abc"),
        ("MAIL_FROM", "luonto@example.fi"),
        ("SIGN_IN_LIMIT", "sometimes"),
        ("EVENT_SIGN_UP_LIMIT", "many"),
        ("SIGN_UP_DAYS", "-1"),
        ("SIGN_UP_DAYS", "91"),
        ("SIGN_IN_LINK_HOURS", "0"),
        ("SIGN_IN_LINK_HOURS", "99999999999"),
        ("SESSION_HOURS", "many"),
        ("SESSION_HOURS", "99999999999"),
        ("LIMIT_STORAGE", "foo"),
        ("LIMIT_STORAGE", "async+memory://"),
        ("LIMIT_STORAGE", "redis://host:abc"),
        ("MORE_LANGUAGES", "arabic language"),
        ("MORE_LANGUAGES", "../ar"),
        ("MAP_LINK", "kartta"),
        ("MAP_LINK", "https://kartta.example.fi/"),
        ("MAP_LINK", "https://kartta.example.fi/{place}"),
        ("ROUTE_LINK", "javascript:{lat}"),
        ("ROUTE_LINK", "https://kartta.example.fi/{lat"),
        ("MAP_SEARCH", "https://kartta.example.fi/{lat}"),
        ("PROXIES", "-1"),
        ("PROCESSES", "1.5"),
        ("THREADS", ""),
        ("THREADS", "99999999999"),
        ("COLOUR", "blue"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings) as bad:
        _read(tmp_path, **{name: value})
    assert [problem.split(":")[0] for problem in bad.value.problems] == [f"PILOT_OPS_{name}"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://host", ("host", 587, "", "", "starttls")),
        ("smtp://me:p%40ss@host:2525?tls=starttls", ("host", 2525, "me", "p@ss", "starttls")),
        ("smtps://me:x@host", ("host", 465, "me", "x", "tls")),
        ("smtp://localhost?tls=none", ("localhost", 25, "", "", "none")),
    ],
)
def test_the_mail_server(tmp_path: Path, url: str, expected: tuple[object, ...]) -> None:
    settings = _read(tmp_path, SMTP_URL=url, MAIL_FROM="Espoo <luonto@example.fi>")
    assert settings.mail_server == MailServer(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize("sender", ["", "Espoo", "a@b@c", "Espoo <ä@example.fi>", "a@example.fi\nBcc: b@example.fi"])
def test_mail_needs_a_sender(tmp_path: Path, sender: str) -> None:
    assert _read(tmp_path).mail_server is None
    with pytest.raises(BadSettings, match="PILOT_OPS_MAIL_FROM"):
        _read(tmp_path, SMTP_URL="smtp://host", MAIL_FROM=sender)


def test_a_region_is_one_of_its_country(tmp_path: Path) -> None:
    assert _read(tmp_path, HOLIDAY_COUNTRY="DE", HOLIDAY_REGION="BY").holiday_region == "BY"
    with pytest.raises(BadSettings, match=r"PILOT_OPS_HOLIDAY_REGION: DE has no region 'XX'; it has BB, BE"):
        _read(tmp_path, HOLIDAY_COUNTRY="DE", HOLIDAY_REGION="XX")
    with pytest.raises(BadSettings, match="PILOT_OPS_HOLIDAY_REGION: SE has no regions; leave it empty"):
        _read(tmp_path, HOLIDAY_COUNTRY="SE", HOLIDAY_REGION="AB")


def test_all_wrong_settings_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as bad:
        _read(tmp_path, THREADS="-1", PUBLIC_URL="x", COLOUR="blue")
    assert sorted(problem.split(":")[0] for problem in bad.value.problems) == [
        "PILOT_OPS_COLOUR",
        "PILOT_OPS_PUBLIC_URL",
        "PILOT_OPS_THREADS",
    ]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_needs_a_key_of_its_own(tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://user:p%40ss@host/name"
    with pytest.raises(BadSettings, match="PILOT_OPS_SECRET_KEY: is required with PostgreSQL"):
        _read(tmp_path, DATABASE_URL=url)
    settings = _read(tmp_path, DATABASE_URL=url, SECRET_KEY=KEY)
    assert (settings.database_url, settings.embedded) == ("postgresql+psycopg://user:p%40ss@host/name", False)


def test_the_key_is_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    data = tmp_path / "new"
    with ThreadPoolExecutor(8) as pool:
        keys = {settings.secret_key for settings in pool.map(lambda _number: _read(data), range(8))}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert _read(data, SECRET_KEY=KEY).secret_key == KEY


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x")
    with pytest.raises(BadSettings, match="restore it from the backup"):
        _read(tmp_path)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettings, match=r"PILOT_OPS_SECRET_KEY: cannot be kept in .*; set PILOT_OPS_DATA"):
        _read(tmp_path / "file" / "below")


def test_over_tls_cookies_and_pages_stay_there(tmp_path: Path) -> None:
    for address, secure in (("https://pilot.example.fi", True), ("http://127.0.0.1:8000", False)):
        app = make_app(tmp_path, PUBLIC_URL=address)
        headers = app.test_client().get("/sign-in").headers
        assert ("Strict-Transport-Security" in headers) is secure
        assert app.config["SESSION_COOKIE_SECURE"] is secure
        close(app)
