"""Fresh, migrated databases for tests: a copied SQLite file, or a copy of a database of a real PostgreSQL server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from pilot_ops.app import create_app
from pilot_ops.kernel.db import db, reading, transaction
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.kernel.settings import read_settings

PREPARE = "run `sh .ci/prepare test`"
SECRET = "a secret for tests that is long enough"
_OWNER = "postgres"
_COMPILED = tempfile.TemporaryDirectory(prefix="pilot-ops-templates-")


def make_app(data: Path, url: str = "", **settings: str) -> Flask:
    """An app on a data folder and database; settings by their names without prefix. Faults are raised, not shown."""
    environment = {"DATA": str(data), "SECRET_KEY": SECRET, "SIGN_IN_LIMIT": "1000 per minute", **settings}
    if url:
        environment["DATABASE_URL"] = url
    app = create_app(read_settings({f"PILOT_OPS_{name}": value for name, value in environment.items()}))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    # Each app compiles its templates anew; a page's test would spend most of its time on that.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_COMPILED.name)
    return app


def close(app: Flask) -> None:
    """Let go of the app's database connections."""
    with app.app_context():
        db.engine.dispose()


def migrate(app: Flask) -> None:
    """Bring the app's database to the newest tables."""
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))


@contextmanager
def work(app: Flask) -> Iterator[Session]:
    """A session of the app that is committed at the end. Not around requests: they would share its context."""
    with app.app_context(), transaction() as session:
        yield session


@contextmanager
def look(app: Flask) -> Iterator[Session]:
    """A session of the app for reading. Not around requests: they would share its context."""
    with app.app_context(), reading() as session:
        yield session


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    app = make_app(folder)
    migrate(app)
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    close(app)
    return folder / "pilot_ops.sqlite"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    file = tmp_path / "pilot_ops.sqlite"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL server, reached over a socket in its own folder."""

    folder: Path

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{_OWNER}@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of our own with nothing in it, for as long as the tests run."""
    with postgres_server() as server:
        yield server


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a PostgreSQL server in a new folder and stop it at the end; ``durable`` waits for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="pilot-ops-pg-"))
    if os.geteuid() == 0:
        owner = _owner()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    try:
        _run("initdb", "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        fast = "" if durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200 {fast}"
        _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Postgres(folder)
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str | Path) -> None:
    # PostgreSQL refuses to run as root.
    user = _OWNER if os.geteuid() == 0 else None
    command = [_program(program), *map(str, arguments)]
    # A file, not a pipe: the server would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{program}: {output.read()}")


def _owner() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_OWNER)
    except KeyError:
        pytest.fail(f"PostgreSQL is missing: {PREPARE}")


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        pytest.fail(f"PostgreSQL is missing: {PREPARE}")
    return program


_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database, to be copied."""
    postgres.run("CREATE DATABASE template_of_tests")
    app = make_app(tmp_path_factory.mktemp("postgres"), postgres.url("template_of_tests"))
    migrate(app)
    close(app)
    return "template_of_tests"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
