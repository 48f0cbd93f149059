"""A disk that fills: what was stored can be read, what was not is said, and comes in with the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.refresh.context import Context
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import notes
from aggregator.store.backup import backup
from aggregator.store.check import faults
from tests.conftest import opened
from tests.fakes import START, Clock, FakeWeb, look
from tests.refresh.nursery import SOURCES, documents, ingest
from tests.refresh.victims import contents, fresh
from tests.samples import make_item, store, titles

ROOT = Path(__file__).parents[2]
LIMITED = """
import resource, sys
from aggregator.refresh.store_thread import StoreThread
from aggregator.refresh.context import Context
from aggregator.store import open_database
from tests.fakes import Clock, FakeWeb, look
from tests.refresh.nursery import SOURCES, documents
db = open_database(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
web, parts = FakeWeb(documents(1)), Context(StoreThread(db), Clock())
for source in SOURCES:  # one after the other: transactions that are joined need less room, and how many are is chance
    report = look(web, parts, source)[source.id]
    print(report.unstored, report.error)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Takes the room of a disk but for some bytes."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - leave))
    return ballast


def test_a_limit_on_files_is_said_and_the_next_run_completes_the_store(sqlite_template: Path, tmp_path: Path) -> None:
    url, undisturbed = (fresh(sqlite_template, tmp_path / name) for name in ("news.db", "undisturbed.db"))
    size = (tmp_path / "news.db").stat().st_size
    command = [sys.executable, "-c", LIMITED, url, str(size + 60_000)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    refused = [line for line in done.stdout.splitlines() if line.startswith("True")]
    assert refused
    assert all("the database cannot be written: disk I/O error; look at its disk" in line for line in refused)
    for each in (url, undisturbed):
        for db in opened(each):
            assert faults(db) == []
        ingest(each)
    (held,), (expected,) = ([contents(db) for db in opened(each)] for each in (url, undisturbed))
    assert held == expected


def test_a_disk_that_fills_is_said_and_the_next_run_completes_the_store(
    sqlite_template: Path, small_disk: Path, tmp_path: Path
) -> None:
    url, undisturbed = (
        fresh(sqlite_template, small_disk / "news.db"),
        fresh(sqlite_template, tmp_path / "undisturbed.db"),
    )
    for db in opened(url):
        ballast = fill(small_disk, 100_000)
        reports = look(FakeWeb(documents(1)), Context(StoreThread(db), Clock()), *SOURCES)
        refused = [report.error for report in reports.values() if report.unstored]
        assert refused
        assert {error.split(": ")[1] for error in refused} == {
            "database or disk is full; free some room on its disk; what was being stored is tried again later"
        }
        assert faults(db) == []
        assert len(titles(db, limit=100)) == len(contents(db).indexed)
        ballast.unlink()
    for each in (url, undisturbed):
        ingest(each)
    (held,), (expected,) = ([contents(db) for db in opened(each)] for each in (url, undisturbed))
    assert held == expected


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing(sqlite_template: Path, small_disk: Path) -> None:
    for db in opened(fresh(sqlite_template, small_disk / "news.db")):
        store(db, *(make_item(str(n), summary="word " * 500) for n in range(200)))
        fill(small_disk, 200_000)
        there = set(small_disk.iterdir())
        with pytest.raises(StoreError, match=r"copy.db cannot be written: database or disk is full; free some room"):
            backup(db, small_disk / "copy.db")
        assert set(small_disk.iterdir()) == there
        notes.leave(db, "key", "still written", START)
