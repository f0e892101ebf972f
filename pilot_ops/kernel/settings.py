"""The settings, read once from config.py and the environment, checked, and frozen."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Config
from limits import parse_many
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from pilot_ops.kernel.paths import CONFIG, ROOT
from pilot_ops.kernel.text import tidy

PREFIX = "PILOT_OPS_"
# What programs that read the API are told of it, as the examples in docs/examples are: no settings of the service, and
# no reason for its commands not to run in the same shell.
_OF_READERS = {"URL", "TOKEN"}
_SHORTEST_KEY = 32
_LONGEST_DAYS = 90
_LONGEST_HOURS = 366 * 24
_MOST_PARTS = 1000
# Counted in the service's own database: no storage of the library's.
DATABASE_LIMITS = "database://"
# What links to maps may hold.
_PLACE, _ADDRESS, _NUMBER = {"lat", "lon", "address"}, {"address"}, {"id"}
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# How a connection to the mail server may be kept from others, by the scheme of its address.
_MAIL_TLS = {"smtp": {"starttls", "none"}, "smtps": {"tls"}}
_SENDER = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LIMIT_STORAGES = {"memory", "redis", "rediss"}


class BadSettings(Exception):
    """One or more settings are missing or wrong; ``problems`` names each of them in one line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail. ``tls`` is starttls, tls (from the first byte on) or none."""

    host: str
    port: int
    user: str
    password: str
    tls: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its final, checked value. Meanings: config.py."""

    data: Path
    database_url: str
    secret_key: str
    public_url: str
    municipality: str
    programme: str
    help_contact: str
    more_languages: tuple[str, ...]
    map_link: str
    route_link: str
    map_search: str
    unit_link: str
    linked_events_url: str
    controller: str
    privacy_official: str
    privacy_contact: str
    data_protection_officer: str
    hosting: str
    accessibility_contact: str
    supervisor: str
    supervisor_contact: str
    feedback_limit: str
    holiday_country: str
    holiday_region: str
    mail_server: MailServer | None
    mail_from: str
    backups: Path | None
    backups_kept: int
    sign_in_limit: str
    lookup_limit: str
    api_limit: str
    wrong_code_limit: str
    event_sign_up_limit: str
    sign_up_days: int
    sign_in_link_hours: int
    session_hours: int
    limit_storage: str
    proxies: int
    processes: int
    threads: int

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        """Whether residents reach the service over TLS, so that cookies may demand it."""
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from config.py, overridden by the environment. BadSettings names everything that is wrong."""
    environment = os.environ if environment is None else environment
    defaults = Config(str(ROOT))
    defaults.from_pyfile(str(CONFIG))
    reader = _Reader({name: environment.get(PREFIX + name, value) for name, value in defaults.items()})
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in {*defaults, *_OF_READERS}:
            reader.problems.append(f"{name}: there is no such setting")
    data = Path(reader.raw["DATA"] or _default_data()).absolute()
    database_url = reader.take("DATABASE_URL", lambda value: _database_url(value, data))
    country = reader.take("HOLIDAY_COUNTRY", _country) or ""
    smtp_url = reader.take("SMTP_URL", _smtp_url) or ""
    settings = Settings(
        data=data,
        database_url=database_url or "sqlite://",
        secret_key=reader.take("SECRET_KEY", lambda value: _secret_key(value, data, database_url)) or "",
        public_url=reader.take("PUBLIC_URL", _public_url) or "",
        municipality=str(reader.raw["MUNICIPALITY"]),
        programme=str(reader.raw["PROGRAMME"]),
        help_contact=reader.line("HELP_CONTACT"),
        more_languages=tuple((reader.take("MORE_LANGUAGES", _codes) or "").split()),
        map_link=reader.take("MAP_LINK", lambda value: _link_to(value, _PLACE)) or "",
        route_link=reader.take("ROUTE_LINK", lambda value: _link_to(value, _PLACE)) or "",
        map_search=reader.take("MAP_SEARCH", lambda value: _link_to(value, _ADDRESS)) or "",
        unit_link=reader.take("UNIT_LINK", lambda value: _link_to(value, _NUMBER)) or "",
        linked_events_url=reader.take("LINKED_EVENTS_URL", _public_url) or "",
        controller=reader.line("CONTROLLER"),
        privacy_official=reader.line("PRIVACY_OFFICIAL"),
        privacy_contact=reader.line("PRIVACY_CONTACT"),
        data_protection_officer=reader.line("DATA_PROTECTION_OFFICER"),
        hosting=reader.line("HOSTING"),
        accessibility_contact=reader.line("ACCESSIBILITY_CONTACT"),
        supervisor=reader.line("SUPERVISOR"),
        supervisor_contact=reader.line("SUPERVISOR_CONTACT"),
        feedback_limit=reader.take("FEEDBACK_LIMIT", _limit) or "",
        holiday_country=country,
        holiday_region=reader.take("HOLIDAY_REGION", lambda value: _region(value, country)) or "",
        mail_server=_mail_server(smtp_url) if smtp_url else None,
        mail_from=reader.take("MAIL_FROM", lambda value: _mail_from(value, smtp_url)) or "",
        backups=Path(reader.raw["BACKUPS"]).absolute() if reader.raw["BACKUPS"] else None,
        backups_kept=reader.number("BACKUPS_KEPT", least=1, most=_MOST_PARTS),
        sign_in_limit=reader.take("SIGN_IN_LIMIT", _limit) or "",
        lookup_limit=reader.take("LOOKUP_LIMIT", _limit) or "",
        api_limit=reader.take("API_LIMIT", _limit) or "",
        wrong_code_limit=reader.take("WRONG_CODE_LIMIT", _limit) or "",
        event_sign_up_limit=reader.take("EVENT_SIGN_UP_LIMIT", _limit) or "",
        sign_up_days=reader.number("SIGN_UP_DAYS", least=0, most=_LONGEST_DAYS),
        sign_in_link_hours=reader.number("SIGN_IN_LINK_HOURS", least=1, most=_LONGEST_HOURS),
        session_hours=reader.number("SESSION_HOURS", least=1, most=_LONGEST_HOURS),
        limit_storage=reader.take("LIMIT_STORAGE", _limit_storage) or "",
        proxies=reader.number("PROXIES", least=0, most=_MOST_PARTS),
        processes=reader.number("PROCESSES", least=0, most=_MOST_PARTS),
        threads=reader.number("THREADS", least=0, most=_MOST_PARTS),
    )
    if reader.problems:
        raise BadSettings(reader.problems)
    return settings


class _Reader:
    """Collects the problems of all settings, so that one start names them all."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.problems: list[str] = []

    def take(self, name: str, parse: Callable[[Any], str]) -> str | None:
        try:
            return parse(self.raw[name])
        except ValueError as wrong:
            self.problems.append(f"{PREFIX}{name}: {wrong}")
            return None

    def line(self, name: str) -> str:
        return tidy(str(self.raw[name]))

    def number(self, name: str, *, least: int, most: int) -> int:
        try:
            value = int(self.raw[name])
        except (TypeError, ValueError):
            value = least - 1
        if not least <= value <= most:
            self.problems.append(f"{PREFIX}{name}: must be a whole number from {least} to {most}")
        return value


def _default_data() -> Path:
    """``var/`` beside a checkout; below the working folder for an installed wheel."""
    return (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "var"


def _database_url(value: str | None, data: Path) -> str:
    if not value:
        return f"sqlite:///{data / 'pilot_ops.sqlite'}"
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("must be sqlite:///file or postgresql://user:password@host/name") from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("must be sqlite:///file or postgresql://user:password@host/name")
    if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("must name a file, as sqlite:///file: memory forgets everything")
    return url.render_as_string(hide_password=False)


def _secret_key(value: str | None, data: Path, database_url: str | None) -> str:
    if value:
        if len(value) < _SHORTEST_KEY:
            raise ValueError(f"must have at least {_SHORTEST_KEY} characters")
        return value
    if database_url is None:
        return ""  # that is the problem to solve first
    if not database_url.startswith("sqlite"):
        raise ValueError("is required with PostgreSQL, the same on every node")
    return _kept_key(data / "secret_key")


def _kept_key(file: Path) -> str:
    """The key made at the first start; the first of several processes to make it wins."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            _make_key(file)
    except OSError as wrong:
        raise ValueError(f"cannot be kept in {file}: {wrong.strerror}; set {PREFIX}DATA to a folder of yours") from None
    key = file.read_text().strip()
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"the key in {file} is too short; restore it from the backup or set {PREFIX}SECRET_KEY")
    return key


def _make_key(file: Path) -> None:
    # Linked into place whole, so that no other process can read half a key.
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as writing:
            writing.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        os.unlink(draft)


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be like https://pilot.example.fi")
    _ = parts.port  # ValueError where it is none
    return value.rstrip("/")


def _codes(value: str) -> str:
    codes = [code.strip() for code in str(value).split(",") if code.strip()]
    if not all(_LANGUAGE_CODE.fullmatch(code) for code in codes):
        raise ValueError("must be language codes such as 'ar' or 'ar, so'")
    return " ".join(codes)


def _link_to(value: str, allowed: set[str]) -> str:
    """A link into which coordinates, an address or a number are put; empty for none."""
    value = str(value).strip()
    try:
        names = {name for _text, name, _spec, _conversion in Formatter().parse(value) if name is not None}
    except ValueError:
        names = {""}
    if value and (not value.startswith("https://") or not names or not names <= allowed):
        wanted = " and ".join(f"{{{name}}}" for name in sorted(allowed))
        raise ValueError(f"must be a link that begins with https:// and holds {wanted}, or be empty")
    return value


def _country(value: str) -> str:
    # The codes alone: the list with regions would read the holidays of 250 countries whenever a command starts.
    from holidays.registry import EntityLoader

    if value not in EntityLoader.get_country_codes():
        raise ValueError("must be a country code such as FI")
    return value


def _region(value: str, country: str) -> str:
    from holidays import country_holidays

    if not value or not country:
        return ""  # without a country, that is the problem to solve first
    regions = country_holidays(country).subdivisions
    if value not in regions:
        known = f"has no region {value!r}; it has {', '.join(regions)}" if regions else "has no regions; leave it empty"
        raise ValueError(f"{country} {known}")
    return value


def _smtp_url(value: str) -> str:
    if value:
        _mail_server(value)
    return value


def _mail_server(value: str) -> MailServer:
    """The parts of an address like ``smtp://user:password@host:587?tls=starttls``. ValueError where it is none."""
    parts = urlsplit(value)
    tls = parse_qs(parts.query).get("tls", ["starttls" if parts.scheme == "smtp" else "tls"])[0]
    if parts.scheme not in _MAIL_TLS or not parts.hostname or tls not in _MAIL_TLS[parts.scheme]:
        raise ValueError("must be like smtp://user:password@host:587?tls=starttls, smtps://host:465 or ?tls=none")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls == "none":
        raise ValueError("must not send a password without TLS")
    return MailServer(parts.hostname, parts.port or {"starttls": 587, "tls": 465, "none": 25}[tls], user, password, tls)


def _mail_from(value: str, smtp_url: str) -> str:
    if not value and not smtp_url:
        return ""
    if not smtp_url:
        raise ValueError(f"needs {PREFIX}SMTP_URL, the server that takes the mail")
    if not _SENDER.fullmatch(parseaddr(value)[1]) or "\n" in value:
        raise ValueError("must be who mail is from, like 'Programme <name@city.fi>'")
    return value


def _limit_storage(value: str) -> str:
    if value == DATABASE_LIMITS:
        return value
    if value.partition("://")[0] not in _LIMIT_STORAGES:
        raise ValueError("must be database://, memory:// or redis://host:6379")
    try:
        storage_from_string(value)
    except ConfigurationError as wrong:
        raise ValueError(str(wrong)) from None
    return value


def _limit(value: str) -> str:
    try:
        parse_many(value)
    except ValueError:
        raise ValueError("must be like '10 per 5 minutes'") from None
    return value
