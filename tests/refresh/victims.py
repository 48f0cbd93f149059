"""Processes that ingest and are killed while they do, and what a store holds afterwards."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from aggregator.store import reads, sources
from aggregator.store.db import reading
from tests.conftest import opened
from tests.fakes import START
from tests.refresh.nursery import SOURCES
from tests.samples import ALL


class Nursery:
    """The process that forks the children to be killed."""

    def __init__(self, process: Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._input, self._output = process.stdin, process.stdout

    def run(self, url: str, kill_after: float | None = None) -> int:
        """Lets a child ingest into the database and kills it after some seconds; how it ended, 0 if by itself."""
        return self.end(self.begin(url), kill_after)

    def begin(self, url: str) -> int:
        """Lets a child ingest into the database; its process id."""
        print(url, file=self._input, flush=True)
        return int(self._output.readline())

    def end(self, child: int, kill_after: float | None = None) -> int:
        """Waits for the child that was begun, or kills it after some seconds; how it ended, 0 if by itself."""
        if not select.select([self._output], [], [], kill_after)[0]:
            os.kill(child, signal.SIGKILL)
        return int(self._output.readline())


@contextmanager
def running_nursery() -> Iterator[Nursery]:
    """A nursery that has loaded everything and waits."""
    command = [sys.executable, "-m", "tests.refresh.nursery"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Nursery(process)


class Contents(NamedTuple):
    """What a store holds, whoever came first: items by key, who carried them, what the index finds."""

    items: list[tuple[str, str, frozenset[str]]]
    sightings: list[tuple[str, str, str]]
    indexed: list[tuple[str, str]]


def contents(db: Engine) -> Contents:
    with reading(db) as connection:
        keys = {row.id: row.key for row in connection.execute(text("SELECT id, key FROM item"))}
        seen = connection.execute(text("SELECT source_id, entry_id, item_id FROM sighting")).all()
        words = _words(connection)
    listed = reads.listing(db, ALL, limit=10_000).items
    return Contents(
        sorted((keys[item.id], item.title, frozenset(map(str, item.tags))) for item in listed),
        sorted((source_id, entry_id, keys[item_id]) for source_id, entry_id, item_id in seen),
        sorted((keys[item_id], terms) for item_id, terms in words),
    )


def _words(connection: Connection) -> list[tuple[int, str]]:
    """What is indexed of each item."""
    if connection.dialect.name == "postgresql":
        indexed = "SELECT item_id, terms::text FROM item_search"
        return [(row[0], row[1]) for row in connection.execute(text(indexed))]
    connection.execute(text("CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, item_search, instance)"))
    words = connection.execute(text("SELECT doc, group_concat(term, ' ') FROM word GROUP BY doc")).all()
    connection.execute(text("DROP TABLE temp.word"))
    return [(row[0], row[1]) for row in words]


def with_sources(url: str) -> str:
    """The database, which knows the sources from then on."""
    for db in opened(url):
        sources.sync(db, SOURCES, START)
    return url


def fresh(template: Path, path: Path) -> str:
    """A new SQLite database that knows the sources."""
    shutil.copyfile(template, path)
    return with_sources(f"sqlite:///{path}")
