"""Opening the database, and what two processes may do at once."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, event, insert, text

from aggregator.errors import StoreError
from aggregator.store import ConflictError, items, notes, open_database, sources
from aggregator.store import db as database
from aggregator.store.db import one_view, reading, writing
from aggregator.store.tables import NOTE
from tests.conftest import opened
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, store, titles


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no database address"),
        ("data/aggregator.db", "no database address"),
        ("postgresql://localhost:port/news", "no database address"),
        ("mysql://localhost/news", "'mysql' is not supported"),
        ("sqlite+aiosqlite:///x.db", "not supported"),
        ("sqlite://", "names no file"),
        ("sqlite://data/x.db", "'sqlite://data/x.db' has two slashes, as before a host; write sqlite:///data/x.db"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////tmp/news.db?mode=ro", "takes no parameters"),
        ("postgresql://u:secret@db:54x2/x", r"'\*\*\*@db:54x2/x' is no database address"),
        ("postgresql:u:secret@db/x?password=secret", r"'\*\*\*@db/x\?password=\*\*\*' is no database address"),
        ("postgresql://u:se@cret@db/x", "has an @; write it as %40"),
    ],
)
def test_a_bad_address_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        open_database(url)


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    for engine in opened(f"sqlite:///{tmp_path}/new/folder/news.db"):
        with reading(engine) as connection:
            assert connection.scalar(text("SELECT 1")) == 1
    assert (tmp_path / "new" / "folder" / "news.db").exists()


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for engine in opened(f"sqlite:///{tmp_path}/file/news.db"):
        with pytest.raises(StoreError, match=r"folder.*file"):
            sources.due(engine, START)


def test_both_spellings_of_postgresql_are_understood(postgres_url: str) -> None:
    for engine in opened(postgres_url.replace("postgresql://", "postgres://")):
        assert sources.due(engine, START) == []


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000)])
def test_sqlite_is_set_up_for_several_processes(sqlite_db: Engine, pragma: str, value: object) -> None:
    with reading(sqlite_db) as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_an_item_of_an_unknown_source_is_refused(db: Engine) -> None:
    with pytest.raises(ConflictError):
        items.apply(db, make_changes("nobody", new=(make_item(),)))
    assert titles(db) == []


def test_what_is_written_before_an_error_is_not_stored(db: Engine) -> None:
    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupted() -> None:
        with writing(db) as connection:
            connection.execute(insert(NOTE).values(key="half", value="done", at=START))
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()
    assert notes.read(db, "half") == ""


def test_a_reader_is_not_kept_waiting_by_a_writer(db: Engine, database_url: str) -> None:
    store(db, make_item("before"))
    with writing(db) as connection:
        connection.execute(text("UPDATE item SET title = 'half written'"))
        for reader in opened(database_url):
            assert titles(reader) == ["Title before"]


def test_a_reader_sees_one_state_from_beginning_to_end(sqlite_db: Engine) -> None:
    with reading(sqlite_db) as connection:
        before = connection.scalar(text("SELECT count(*) FROM item"))
        store(sqlite_db, make_item())
        assert connection.scalar(text("SELECT count(*) FROM item")) == before == 0
    assert titles(sqlite_db) == ["Title a"]


def test_many_writers_at_once_all_succeed(db: Engine, database_url: str) -> None:
    writers = 4
    add_sources(db, *(make_source(f"source-{number}") for number in range(writers)))
    barrier = Barrier(writers)

    def write(number: int) -> None:
        for engine in opened(database_url):
            barrier.wait(10)
            for round_ in range(10):
                item = make_item(f"{number}-{round_}")
                items.apply(engine, make_changes(f"source-{number}", new=(item,)))

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    assert len(titles(db, limit=100)) == writers * 10


def crossing(engine: Engine, first: str, second: str, barrier: Barrier) -> None:
    """Writes two notes, the second when the other thread has written its first."""

    def change(connection: Connection, key: str) -> None:
        connection.execute(text("UPDATE note SET value = 'changed' WHERE key = :key"), {"key": key})

    with writing(engine) as connection:
        change(connection, first)
        barrier.wait(10)
        change(connection, second)


def test_writers_in_each_others_way_are_told_to_try_again(postgres_url: str) -> None:
    barrier = Barrier(2)
    for engine in opened(postgres_url):
        for key in ("a", "b"):
            notes.leave(engine, key, "before", START)
        with ThreadPoolExecutor(2) as threads:
            runs = [threads.submit(crossing, engine, *keys, barrier) for keys in (("a", "b"), ("b", "a"))]
            errors = [error for run in runs if (error := run.exception())]
        assert [type(error) for error in errors] == [ConflictError]
        assert notes.read(engine, "a") == notes.read(engine, "b") == "changed"


def test_a_database_that_stays_locked_is_a_store_error(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None)
    for engine in opened(sqlite_url):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="cannot be written: database is locked"):
            notes.leave(engine, "key", "value", START)
        other.execute("ROLLBACK")
        notes.leave(engine, "key", "value", START)
        assert notes.read(engine, "key") == "value"
    other.close()


def as_folder(path: Path) -> None:
    path.mkdir()


def as_text(path: Path) -> None:
    path.write_text("This is a letter, not a database. " * 100)


def as_unmigrated(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(as_folder, "unable to open"), (as_text, "not a database"), (as_unmigrated, "no such table")],
)
def test_what_is_no_database_is_a_store_error(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    spoil(tmp_path / "bad.db")
    for engine in opened(f"sqlite:///{tmp_path}/bad.db"):
        with pytest.raises(StoreError, match=f"cannot be read: .*{words}"):
            sources.health(engine)
        with pytest.raises(StoreError, match=f"cannot be written: .*{words}"):
            notes.leave(engine, "key", "value", START)


def test_a_server_that_does_not_answer_is_a_store_error(tmp_path: Path) -> None:
    for engine in opened(f"postgresql://nobody@/news?host={tmp_path}"):
        with pytest.raises(StoreError, match=r"cannot be read: .*failed: No such file"):
            sources.health(engine)


def test_a_server_that_takes_no_notice_is_a_store_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for engine in opened(f"postgresql://nobody@127.0.0.1:{port}/news?connect_timeout=2"):
            with pytest.raises(StoreError, match=r"cannot be read: .*timeout expired.*look whether its server runs"):
                sources.health(engine)


def test_options_of_an_address_are_kept(postgres_url: str) -> None:
    sign = "&" if "?" in postgres_url else "?"
    for engine in opened(f"{postgres_url}{sign}options=-csearch_path%3Delsewhere"):
        with reading(engine) as connection:
            said = [connection.scalar(text(f"SHOW {name}")) for name in ("search_path", "jit", "DateStyle")]
        assert said == ["elsewhere", "off", "ISO, MDY"]


def test_the_parts_of_a_page_share_a_transaction(db: Engine) -> None:
    begun: list[Connection] = []
    event.listen(db, "begin", begun.append)
    with one_view():
        for _ in range(3):
            with reading(db) as connection:
                connection.execute(text("SELECT 1"))
    assert len(begun) == 1
    with reading(db) as connection:
        connection.execute(text("SELECT 1"))
    assert len(begun) == 2


def test_the_parts_of_a_page_see_the_same_moment(db: Engine) -> None:
    store(db, make_item("a"))
    with one_view():
        assert titles(db) == ["Title a"]
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(store, db, make_item("b")).result(10)
        assert titles(db) == ["Title a"]
    assert len(titles(db)) == 2


def test_a_part_that_cannot_be_read_costs_no_other_part(db: Engine) -> None:
    with one_view():
        with pytest.raises(StoreError, match="cannot be read"), reading(db) as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))
        with reading(db) as connection:
            assert connection.scalar(text("SELECT 1")) == 1
    assert "Checked out connections: 0" in db.pool.status()
