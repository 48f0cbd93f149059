"""Two writers that are killed at any moment, and a PostgreSQL server that is: the store is whole, and made complete.

KILLS sets how many times writers are killed on each engine, SERVER_KILLS how many times the server is; the moments are
drawn from SEED.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep

import pytest

from aggregator.store.check import faults
from tests.conftest import ENGINES, migrated, opened
from tests.postgres import Postgres, running_server
from tests.refresh.nursery import ingest
from tests.refresh.victims import Contents, Nursery, contents, fresh, running_nursery, with_sources

KILLS = int(os.environ.get("KILLS", "4"))
SERVER_KILLS = int(os.environ.get("SERVER_KILLS", "2"))
SEED = int(os.environ.get("SEED", "2025"))


def moment(round_: int, rounds: int, seconds: float) -> float:
    """When to kill: spread over the length of a run, each at random within its share."""
    return (round_ + random.Random(f"{SEED} {round_}").random()) / rounds * seconds


@pytest.fixture(scope="module")
def nurseries() -> Iterator[tuple[Nursery, Nursery]]:
    with running_nursery() as one, running_nursery() as other:
        yield one, other


@pytest.fixture(scope="module", params=ENGINES)
def undisturbed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, nurseries: tuple[Nursery, Nursery]
) -> tuple[str, Contents, float]:
    """The engine; what two writers bring that nobody disturbs, and how long they take."""
    url = empty(request, request.param, tmp_path_factory.mktemp("undisturbed") / "news.db")
    started = perf_counter()
    assert [one.end(child) for one, child in [(one, one.begin(url)) for one in nurseries]] == [0, 0]
    seconds = perf_counter() - started
    ingest(url, editions=(2,))
    (held,) = (contents(db) for db in opened(url))
    return request.param, held, seconds


def empty(request: pytest.FixtureRequest, engine: str, path: Path) -> str:
    """A new database of an engine that knows the sources."""
    template = request.getfixturevalue(f"{engine}_template")
    if engine == "sqlite":
        return fresh(template, path)
    server: Postgres = request.getfixturevalue("postgres")
    return with_sources(server.create(template))


@pytest.mark.parametrize("round_", range(KILLS))
def test_two_writers_that_are_killed_leave_a_whole_store(
    round_: int,
    undisturbed: tuple[str, Contents, float],
    nurseries: tuple[Nursery, Nursery],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine, expected, seconds = undisturbed
    url = empty(request, engine, tmp_path_factory.mktemp("killed") / "news.db")
    children = [(one, one.begin(url)) for one in nurseries]
    sleep(moment(round_, KILLS, seconds))
    assert {one.end(child, 0) for one, child in children} <= {signal.SIGKILL, 0}
    for db in opened(url):
        assert faults(db) == []
    ingest(url, editions=(2,))
    for db in opened(url):
        assert faults(db) == []
        assert contents(db) == expected
    if engine == "postgres":
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture(scope="module")
def mortal() -> Iterator[Postgres]:
    """A server of the module's own, to be killed."""
    with running_server() as server:
        server.keep_promises()
        yield server


def filled(server: Postgres) -> tuple[str, Thread]:
    """A new database, and what is about to fill it."""
    url = server.create()
    migrated(url)
    return url, Thread(target=ingest, args=(with_sources(url),))


@pytest.mark.parametrize("round_", range(SERVER_KILLS))
def test_a_server_that_is_killed_is_waited_for_and_nothing_is_lost(round_: int, mortal: Postgres) -> None:
    url, writer = filled(mortal)
    started = perf_counter()
    writer.run()
    seconds = perf_counter() - started
    (expected,) = (contents(db) for db in opened(url))
    url, writer = filled(mortal)
    writer.start()
    sleep(moment(round_, SERVER_KILLS, seconds))
    mortal.kill()
    mortal.start()
    writer.join(60)
    assert not writer.is_alive()
    for db in opened(url):
        assert faults(db) == []
        assert contents(db) == expected
