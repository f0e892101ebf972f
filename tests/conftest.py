"""Fixtures: an app on a fresh database, its client, sessions, and the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor
from tests.support.browser import browser, desk, phone
from tests.support.builders import ADMIN
from tests.support.databases import (
    close,
    make_app,
    postgres,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
    work,
)
from tests.support.page import PageClient

__all__ = ["browser", "desk", "phone", "postgres", "postgres_template", "postgres_url", "sqlite_template", "sqlite_url"]


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on a fresh, migrated SQLite database. No app context is open: ``work(app)`` opens one."""
    app = make_app(tmp_path, sqlite_url)
    app.test_client_class = PageClient
    yield app
    close(app)


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on SQLite and once more on PostgreSQL, for whatever must happen once only."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    app = make_app(tmp_path, url)
    app.test_client_class = PageClient
    yield app
    close(app)


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser's worth of cookies against the app; every page it gets is checked."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """One open transaction, committed at the end: for services and queries. With a client use ``work(app)``."""
    with work(app) as session:
        yield session


@pytest.fixture
def admin() -> Actor:
    """An actor who may do everything."""
    return ADMIN
