"""Copies of the whole store: a SQLite file of a SQLite store, an export of a PostgreSQL store.

A copy is made while writers are at work, and holds what the store held at one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from aggregator.errors import StoreError
from aggregator.store import migrate, rows
from aggregator.store.db import snapshot, writing
from aggregator.store.export import export, import_file
from aggregator.store.files import written_whole
from aggregator.store.progress import Progress, unseen

_SQLITE = b"SQLite format 3\0"  # how its files begin
_PAGES = 2000  # that are copied at once


def backup(db: Engine, file: Path, progress: Progress = unseen) -> None:
    """Writes a copy of the store. Raises StoreError if the file is there already or cannot be written."""
    if db.dialect.name != "sqlite":
        export(db, file, progress)
        return
    with written_whole(file) as part, _said(f"{file} cannot be written"):
        _copy_pages(_path(db), part, progress)
        with closing(sqlite3.connect(part)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def restore(db: Engine, file: Path, progress: Progress = unseen) -> None:
    """Fills an empty database from a backup of either engine.

    Raises StoreError if the file is no backup or damaged, or the database is not empty.
    """
    if not _is_sqlite(file):
        import_file(db, file, progress)
    elif db.dialect.name == "sqlite":
        _require_whole(file)
        _require_empty(db)
        with _said("the database cannot be written"):
            _copy_pages(file, _path(db), progress)
        migrate.upgrade(db)
    elif (schema := _require_whole(file)) != migrate.HEAD:
        raise StoreError(
            f"{file} has schema {schema}, this program {migrate.HEAD}; restore it into a SQLite database, then run "
            "`aggregator db move`"
        )
    else:
        move(_as_it_is(file), db, progress)


def move(source: Engine, target: Engine, progress: Progress = unseen) -> dict[str, tuple[int, int]]:
    """Fills an empty database from another one, in one transaction. Nothing is changed at the source.

    Answers how many rows each table has, at the source and at the target.
    """
    migrate.require_current(source)
    with snapshot(source) as before, rows.filling(target, progress) as after:
        counts = {table.name: rows.count(before, table) for table in rows.copied()}
        for table in rows.copied():
            done = 0
            for some in rows.read(before, table):
                after.load(table, some)
                done += len(some)
                progress(table.name, done, counts[table.name])
        return {table.name: (counts[table.name], rows.count(after.connection, table)) for table in rows.copied()}


def _path(db: Engine) -> Path:
    return Path(db.url.database or "")


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as source:
            return source.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error


def _require_empty(db: Engine) -> None:
    with writing(db) as connection:
        migrate.upgrade_within(connection)
        rows.require_empty(connection)
    db.dispose()


def _as_it_is(file: Path) -> Engine:
    """A SQLite file that is read and in no way changed."""
    return create_engine("sqlite://", creator=lambda: _read_only(file), poolclass=NullPool)


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _require_whole(file: Path) -> str:
    """Looks before the copy, so that a damaged one costs nothing; answers its schema."""
    try:
        with closing(_read_only(file)) as source:
            (said,) = source.execute("PRAGMA quick_check(1)").fetchone()
            (schema,) = source.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(f"{file} is damaged or no backup ({error}); use another copy") from error
    if said != "ok":
        raise StoreError(f"{file} is damaged ({' '.join(said.split())}); use another copy")
    if schema > migrate.HEAD:
        raise StoreError(f"{file} was made by a later version of this program (schema {schema}); install that version")
    return str(schema)


def _copy_pages(source: Path, target: Path, progress: Progress) -> None:
    def shown(_status: int, remaining: int, total: int) -> None:
        progress("pages", total - remaining, total)

    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
        # What is read of one transaction is one state of the database: the copy never starts again.
        before.execute("BEGIN")
        before.execute("SELECT count(*) FROM sqlite_master").fetchone()
        before.backup(after, pages=_PAGES, progress=shown)


@contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        remedy = (
            "look whether its folder is there" if "unable to open" in str(error) else "free some room, or try again"
        )
        raise StoreError(f"{what}: {error}; {remedy}") from error
