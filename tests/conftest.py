"""Fixtures that every test may ask for. Values to feed them with are in tests/fakes.py and tests/samples.py."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from aggregator.refresh.context import Context
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import migrate, open_database
from aggregator.tagging import Extensions, Tagger, tagger_for
from tests.fakes import Clock, FakeWeb
from tests.postgres import Postgres, running_server
from tests.processes import free_port, page_with, started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("any pace", deadline=None)  # the machine's is nothing that a test should decide
settings.load_profile("any pace")
settings.register_profile("long", max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("thousand", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
ENGINES = ("sqlite", "postgres")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at 2025-03-16 12:00 UTC until it is moved."""
    return Clock()


@pytest.fixture
def web() -> FakeWeb:
    """An empty Web: give it documents by address."""
    return FakeWeb()


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    """The tagger with the taxonomy that ships with the program."""
    return tagger_for(Extensions())


@pytest.fixture
def parts(db: Engine, clock: Clock) -> Context:
    """What a refresh works with, on both engines."""
    return Context(StoreThread(db), clock)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one for each test process."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The address of a migrated PostgreSQL database to copy."""
    url = postgres.create()
    migrated(url)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite file of the test's own."""
    path = tmp_path / "aggregator.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of the test's own."""
    with postgres.database(postgres_template) as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of the test's own, on each engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture
def db(database_url: str) -> Iterator[Engine]:
    """A migrated database of the test's own, on each engine in turn."""
    yield from opened(database_url)


@pytest.fixture(params=ENGINES, scope="module")
def shared_db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated database for all tests of a module, on each engine in turn: for those that only read."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shared") / "aggregator.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield from opened(f"sqlite:///{path}")
        return
    with request.getfixturevalue("postgres").database(request.getfixturevalue("postgres_template")) as url:
        yield from opened(url)


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Engine]:
    """A migrated SQLite file, for what concerns SQLite only."""
    yield from opened(sqlite_url)


@pytest.fixture
def empty_db(empty_url: str) -> Iterator[Engine]:
    """A database without any table, on each engine in turn."""
    yield from opened(empty_url)


def opened(url: str) -> Iterator[Engine]:
    """An engine that leaves no connection behind."""
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def migrated(url: str) -> None:
    """Brings a database to the program's schema and lets go of it."""
    for engine in opened(url):
        migrate.upgrade(engine)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for a module: while it is there, no test of the process can run a loop of its own."""
    from tests.browsing import launched  # which takes a while, and most tests do without

    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demonstration, when all sample feeds have been fetched."""
    port = free_port()
    command = [sys.executable, str(Path(__file__).parent.parent / "scripts" / "demo.py"), "--port", str(port)]
    with started(command, tmp_path_factory.mktemp("demo") / "log", {}) as program:
        page_with(f"http://127.0.0.1:{port}/healthz", "sources 8 of 8 answered")
        yield f"http://127.0.0.1:{port}"
        assert program.interrupt() == 0, program.output
