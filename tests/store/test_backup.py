"""Backups while writers are at work, restored into either engine; moving from one database to another."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from aggregator.errors import StoreError
from aggregator.store import backup as copies
from aggregator.store import items, migrate, rows
from aggregator.store.backup import backup, move, restore
from aggregator.store.check import faults
from aggregator.store.db import writing
from tests.conftest import opened
from tests.fakes import START
from tests.samples import make_changes, make_item, store, titles
from tests.store.worlds import HOUR, content, fill, is_empty, works


def test_a_backup_is_restored_into_either_engine(db: Engine, empty_db: Engine, tmp_path: Path) -> None:
    fill(db)
    backup(db, tmp_path / "wire.backup")
    before = (tmp_path / "wire.backup").read_bytes()
    assert [file.name for file in tmp_path.glob("*wire*")] == ["wire.backup"]
    restore(empty_db, tmp_path / "wire.backup")
    assert (tmp_path / "wire.backup").read_bytes() == before
    assert [file.name for file in tmp_path.glob("*wire*")] == ["wire.backup"]
    assert content(empty_db) == content(db)
    assert faults(empty_db) == []
    assert works(empty_db)


def test_a_backup_holds_one_moment_while_a_writer_is_at_work(
    db: Engine, database_url: str, empty_db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(db, *(make_item(f"a{n}", tags=["topic/policy"], summary="word " * 200) for n in range(300)))
    monkeypatch.setattr(copies, "_PAGES", 5)
    monkeypatch.setattr(rows, "BATCH", 20)
    stop, written = Event(), Event()

    def write() -> None:
        for other in opened(database_url):
            number = 0
            while not stop.is_set():
                pair = (make_item(f"left {number}"), make_item(f"right {number}"))
                items.apply(other, make_changes("news", START + HOUR, new=pair))
                number += 1
                written.set()

    def slowly(_what: str, done: int, of: int) -> None:
        if 0 < done < of:
            written.clear()
            written.wait(5)  # the writer has time for a transaction between any two parts

    writer = Thread(target=write)
    writer.start()
    try:
        written.wait(5)
        backup(db, tmp_path / "backup", slowly)
    finally:
        stop.set()
        writer.join()
    restore(empty_db, tmp_path / "backup")
    assert faults(empty_db) == []
    found = titles(empty_db, limit=10_000)
    lefts, rights = ({t.split()[-1] for t in found if side in t} for side in ("left", "right"))
    assert lefts == rights
    assert 300 + 2 * len(lefts) == len(found) < len(titles(db, limit=10_000))


def test_a_backup_overwrites_nothing(db: Engine, tmp_path: Path) -> None:
    (tmp_path / "wire.db").write_text("mine")
    with pytest.raises(StoreError, match=r"wire.db is there already and is not overwritten; name another file"):
        backup(db, tmp_path / "wire.db")
    assert (tmp_path / "wire.db").read_text() == "mine"


def test_a_backup_needs_its_folder(sqlite_db: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"look whether its folder is there"):
        backup(sqlite_db, tmp_path / "nowhere" / "wire.db")


def test_a_backup_that_fails_leaves_no_file(db: Engine, tmp_path: Path) -> None:
    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupt(_what: str, _done: int, _of: int) -> None:
        raise Interrupted

    store(db, make_item())
    there = set(tmp_path.iterdir())
    with pytest.raises(Interrupted):
        backup(db, tmp_path / "wire.db", interrupt)
    assert {path for path in tmp_path.iterdir() if path.suffix not in ("", ".db-wal", ".db-shm")} <= there
    assert not (tmp_path / "wire.db").exists()


def test_a_filled_database_takes_no_backup(db: Engine, tmp_path: Path) -> None:
    store(db, make_item("mine"))
    backup(db, tmp_path / "backup")
    before = content(db)
    with pytest.raises(StoreError, match=r"not empty.*AGGREGATOR_DATABASE_URL"):
        restore(db, tmp_path / "backup")
    assert content(db) == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:5000] + b"\xff" * 30_000 + data[35_000:])


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE album (title text)")


def of_a_later_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")


def text_file(path: Path) -> None:
    path.write_text("Dear reader\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (cut, "damaged.*another copy"),
        (overwritten, "damaged.*another copy"),
        (of_another_program, "no backup.*alembic_version"),
        (of_a_later_version, "later version.*9999.*install that version"),
        (text_file, "line 1: this is no header of an export"),
        (Path.unlink, "cannot be read: No such file"),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    sqlite_db: Engine, empty_db: Engine, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    fill(sqlite_db)
    backup(sqlite_db, tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(StoreError, match=f"backup.*{words}"):
        restore(empty_db, tmp_path / "backup")
    assert is_empty(empty_db)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(empty_db: Engine, tmp_path: Path) -> None:
    for old in opened(f"sqlite:///{tmp_path}/old.db"):
        with writing(old) as connection:
            from alembic import command

            command.upgrade(migrate._config(connection), "0001")
    if empty_db.dialect.name == "sqlite":
        restore(empty_db, tmp_path / "old.db")
        assert migrate.revision(empty_db) == migrate.HEAD
    else:
        with pytest.raises(StoreError, match=r"schema 0001.*restore it into a SQLite database.*db move"):
            restore(empty_db, tmp_path / "old.db")


def test_moving_copies_every_row_and_changes_nothing_where_it_came_from(db: Engine, empty_db: Engine) -> None:
    fill(db)
    before = content(db)
    counts = move(db, empty_db)
    assert counts == {name: (len(all_), len(all_)) for name, all_ in before.items()}
    assert content(empty_db) == content(db) == before
    assert faults(empty_db) == []
    assert works(empty_db)


def test_a_move_into_a_filled_database_is_refused(db: Engine, postgres_url: str) -> None:
    fill(db)
    for target in opened(postgres_url):
        store(target, make_item("theirs"))
        with pytest.raises(StoreError, match="not empty"):
            move(db, target)


def test_a_move_that_fails_leaves_the_target_empty(db: Engine, empty_db: Engine) -> None:
    fill(db)

    def interrupt(what: str, _done: int, _of: int) -> None:
        if what == "search index":
            raise StoreError("the plug was pulled")

    with pytest.raises(StoreError, match="plug"):
        move(db, empty_db, interrupt)
    assert is_empty(empty_db)
    move(db, empty_db)
    assert content(empty_db) == content(db)


def test_a_sqlite_file_may_be_copied_as_a_backup(sqlite_db: Engine, empty_db: Engine, tmp_path: Path) -> None:
    fill(sqlite_db)
    sqlite_db.dispose()
    shutil.copyfile(tmp_path / "aggregator.db", tmp_path / "copied.db")
    restore(empty_db, tmp_path / "copied.db")
    assert content(empty_db) == content(sqlite_db)
