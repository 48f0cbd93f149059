"""A process that is killed at any moment leaves a store that is whole, and the next run brings it up to date.

KILLS sets how many times it is killed; the moments are drawn from SEED.
"""

from __future__ import annotations

import os
import random
import re
import select
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, text

from aggregator.store import reads, sources
from aggregator.store.check import faults
from aggregator.store.db import reading
from tests.conftest import opened
from tests.refresh.nursery import SOURCES, documents, ingest
from tests.samples import ALL

KILLS = int(os.environ.get("KILLS", "8"))
SEED = int(os.environ.get("SEED", "2025"))


class Nursery:
    """The process that forks the children to be killed."""

    def __init__(self, process: Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._input, self._output = process.stdin, process.stdout

    def run(self, url: str, kill_after: float | None = None) -> int:
        """Lets a child ingest into the database and kills it after some seconds; how it ended, 0 if by itself."""
        print(url, file=self._input, flush=True)
        child = int(self._output.readline())
        if not select.select([self._output], [], [], kill_after)[0]:
            os.kill(child, signal.SIGKILL)
        return int(self._output.readline())


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.refresh.nursery"]
    root = Path(__file__).parents[2]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=root) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Nursery(process)


class Contents(NamedTuple):
    """What a store holds, whoever came first: items by key, who carried them, what the index finds."""

    items: list[tuple[str, str, frozenset[str]]]
    sightings: list[tuple[str, str, str]]
    indexed: list[tuple[int, str]]


def contents(db: Engine) -> Contents:
    with reading(db) as connection:
        keys = {row.id: row.key for row in connection.execute(text("SELECT id, key FROM item"))}
        seen = connection.execute(text("SELECT source_id, entry_id, item_id FROM sighting")).all()
        connection.execute(text("CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, item_search, instance)"))
        words = connection.execute(text("SELECT doc, group_concat(term, ' ') FROM word GROUP BY doc")).all()
        connection.execute(text("DROP TABLE temp.word"))
    listed = reads.listing(db, ALL, limit=10_000).items
    return Contents(
        sorted((keys[item.id], item.title, frozenset(map(str, item.tags))) for item in listed),
        sorted((source_id, entry_id, keys[item_id]) for source_id, entry_id, item_id in seen),
        sorted((keys[item_id], terms) for item_id, terms in words),
    )


def fresh(template: Path, path: Path) -> str:
    """A new database that knows the sources."""
    shutil.copyfile(template, path)
    for db in opened(f"sqlite:///{path}"):
        sources.sync(db, SOURCES)
    return f"sqlite:///{path}"


class Undisturbed(NamedTuple):
    """What a run brings that nobody disturbs, and how long it takes."""

    contents: Contents
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(nursery: Nursery, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    url = fresh(sqlite_template, tmp_path_factory.mktemp("undisturbed") / "news.db")
    started = perf_counter()
    assert nursery.run(url) == 0
    seconds = perf_counter() - started
    (held,) = (contents(db) for db in opened(url))
    return Undisturbed(held, seconds)


def test_an_undisturbed_run_stores_every_entry_in_its_last_edition(undisturbed: Undisturbed) -> None:
    published = {link for feed in documents(2).values() for link in re.findall(r"<link>(.*?)</link>", feed.decode())}
    assert len(undisturbed.contents.items) == len(undisturbed.contents.indexed) == len(published)
    assert len(undisturbed.contents.sightings) > len(published)
    assert any("edition 2" in title for _, title, _ in undisturbed.contents.items)
    assert all(tags for _, _, tags in undisturbed.contents.items)


@pytest.mark.parametrize("round_", range(KILLS))
def test_a_killed_run_leaves_a_whole_store_and_the_next_run_completes_it(
    round_: int, nursery: Nursery, undisturbed: Undisturbed, sqlite_template: Path, tmp_path: Path
) -> None:
    url = fresh(sqlite_template, tmp_path / "news.db")
    # The moments are spread over the length of a run, each at random within its share; the last may come too late.
    moment = (round_ + random.Random(f"{SEED} {round_}").random()) / KILLS * undisturbed.seconds
    ended = nursery.run(url, kill_after=moment)
    assert ended == signal.SIGKILL or moment > undisturbed.seconds / 4
    for db in opened(url):
        assert faults(db) == []
    ingest(url, editions=(2,))
    for db in opened(url):
        assert faults(db) == []
        assert contents(db) == undisturbed.contents
        assert sources.answered(db) == (len(SOURCES), len(SOURCES))
