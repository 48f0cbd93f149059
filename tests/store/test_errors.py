"""What a database says when it cannot do its work: a sentence with a remedy, and whether trying again may help."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from aggregator.errors import StoreError
from aggregator.store import UnavailableError, notes, open_database, sources
from aggregator.store.db import reading, writing
from tests.conftest import opened
from tests.fakes import START
from tests.samples import make_source


def note(db: Engine) -> None:
    notes.leave(db, "key", "value", START)


def no_room(db: Engine) -> None:
    """Lets SQLite have no more pages than it has."""
    with writing(db) as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        connection.execute(text("INSERT INTO note VALUES ('key', hex(zeroblob(100000)), 0)"))


def overwritten(db: Engine) -> None:
    sources.sync(db, [make_source(f"source-{n}", title="long " * 200) for n in range(50)], START)
    db.dispose()
    file = Path(db.url.database or "")
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    note(db)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_room, "database or disk is full; free some room"),
        (overwritten, "malformed; restore a backup with `aggregator db restore`"),
    ],
)
def test_sqlite_says_what_to_do(sqlite_db: Engine, spoil: Callable[[Engine], None], words: str) -> None:
    with pytest.raises(StoreError, match=words) as raised:
        spoil(sqlite_db)
    assert not isinstance(raised.value, UnavailableError)


@pytest.mark.parametrize(("before", "after"), [("/test", "/none"), ("postgres:@", "nobody:@"), ("dev", "nowhere")])
def test_postgresql_says_what_to_do(postgres_url: str, before: str, after: str) -> None:
    for db in opened(postgres_url.replace(before, after)):
        with pytest.raises(StoreError, match=r"cannot be written: .*AGGREGATOR_DATABASE_URL"):
            note(db)


def end(url: str, pid: object) -> None:
    """Ends a connection from the server's side."""
    for db in opened(url):
        with db.begin() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend({pid})"))


def test_a_connection_that_the_server_has_ended_is_made_again(postgres_url: str) -> None:
    for db in opened(postgres_url):
        with reading(db) as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
        end(postgres_url, pid)
        note(db)
        assert notes.read(db, "key") == "value"


def write_after(db: Engine, before: Callable[[Connection], object]) -> None:
    """A transaction that something happens to before it writes."""
    with writing(db) as connection:
        before(connection)
        connection.execute(text("DELETE FROM note"))


def test_a_connection_that_is_lost_in_the_middle_is_called_unavailable(postgres_url: str) -> None:
    for db in opened(postgres_url):
        with pytest.raises(UnavailableError, match="look whether its server runs"):
            write_after(db, lambda this: end(postgres_url, this.scalar(text("SELECT pg_backend_pid()"))))
        note(db)


def test_a_server_that_takes_no_writes_says_so(postgres_url: str) -> None:
    for db in opened(postgres_url):
        with pytest.raises(StoreError, match="takes no writes"):
            write_after(db, lambda this: this.execute(text("SET TRANSACTION READ ONLY")))


def test_a_file_without_tables_names_the_command(tmp_path: Path, sqlite_template: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(StoreError, match="no such table: note; run `aggregator db upgrade`"):
        note(db)
    db.dispose()
    shutil.copyfile(sqlite_template, tmp_path / "new.db")
    note(db)
    db.dispose()
