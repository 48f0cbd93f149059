"""A process that is killed at any moment leaves a store that is whole, and the next run brings it up to date.

KILLS sets how many times it is killed; the moments are drawn from SEED.
"""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest

from aggregator.store import sources
from aggregator.store.check import faults
from tests.conftest import opened
from tests.refresh.nursery import SOURCES, documents, ingest
from tests.refresh.victims import Contents, Nursery, contents, fresh, running_nursery

KILLS = int(os.environ.get("KILLS", "8"))
SEED = int(os.environ.get("SEED", "2025"))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with running_nursery() as running:
        yield running


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
        assert sources.fetch_progress(db) == (len(SOURCES), len(SOURCES), len(SOURCES))
