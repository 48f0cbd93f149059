"""Opening the database and beginning transactions."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Integer,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from aggregator.errors import StoreError
from aggregator.store.trouble import ConflictError, in_words

DEFAULT_URL = "sqlite:///data/aggregator.db"
_BUSY_SECONDS = 30
_MAPPED = 2_000_000_000  # bytes
_AGAIN = 0.01  # seconds
_LONG_WAL = "wal_autocheckpoint=4000"  # pages: a first pull changes the same ones over and over
# Compiling a query, or starting a process that helps with it, takes longer than any of ours; and a page's look-ups are
# few, whatever is guessed of their number.
_SHORT_QUERIES = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
_OTHER_WAYS = ("hashjoin", "mergejoin", "bitmapscan", "seqscan", "material", "sort")
_PASSWORD = re.compile(r"(://[^/]*?:).*@")
_TURN = 7_246_091  # any number, the same in all processes


def open_database(url: str = DEFAULT_URL) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; a SQLite file's folder is made if it is missing."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        shown = _PASSWORD.sub(r"\1***@", url)
        raise StoreError(
            f"{shown!r} is no database address; write sqlite:///data/aggregator.db or postgresql://…"
        ) from None
    if parsed.host and "@" in parsed.host:
        raise StoreError("the password in the database's address has an @; write it as %40")
    if parsed.drivername in ("postgresql", "postgres"):
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"options": _SHORT_QUERIES},
            json_serializer=_to_json, json_deserializer=from_json,
        )  # fmt: skip
    if parsed.drivername != "sqlite":
        raise StoreError(f"{parsed.drivername!r} is not supported; use sqlite or postgresql")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("the database's address names no file; write sqlite:///data/aggregator.db")
    _make_folder(Path(parsed.database).parent)
    engine = create_engine(
        parsed, connect_args={"timeout": _BUSY_SECONDS}, json_serializer=_to_json, json_deserializer=from_json
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _to_json(value: Any) -> str:
    return to_json(value).decode()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {folder} of the database cannot be made: {error.strerror}") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    _use_wal(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "cache_size=-8000", _LONG_WAL):
        connection.execute(f"PRAGMA {pragma}")


def read_in_place(db: Engine) -> None:
    """From now on, pages of SQLite's file are read where the system holds them, by connections that are opened: copies
    of them take a third of the time of a page that looks up a thousand items.
    """
    if db.dialect.name == "sqlite":
        event.listen(db, "connect", lambda connection, _: connection.execute(f"PRAGMA mmap_size={_MAPPED}"))


def _use_wal(connection: Any) -> None:
    # Where two processes turn a new file into WAL at once, SQLite does not wait but refuses one of them.
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: upgrading a reader would fail where two do it.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _View:
    """A transaction that many reads share; it begins with the first of them."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def of(self, db: Engine) -> Connection:
        if self._connection is None:
            self._connection = db.connect()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_VIEW: ContextVar[_View | None] = ContextVar("view", default=None)


@contextmanager
def one_view() -> Iterator[None]:
    """Whatever is read within is read in one transaction: beginning one for each part of a page takes a while."""
    view = _View()
    token = _VIEW.set(view)
    try:
        yield
    finally:
        _VIEW.reset(token)
        view.close()


@contextmanager
def reading(db: Engine) -> Iterator[Connection]:
    """A transaction to read in; raises StoreError."""
    view = _VIEW.get()
    try:
        if view is None:
            with db.connect() as connection:
                yield connection
        else:
            yield view.of(db)
    except DBAPIError as error:
        if view is not None:
            view.close()  # what is read next may find the database again
        raise in_words("the database cannot be read", error) from error


@contextmanager
def snapshot(db: Engine) -> Iterator[Connection]:
    """The store as it is now, through any number of statements, whatever is written meanwhile; raises StoreError."""
    options = {} if db.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with db.connect().execution_options(**options) as connection:
            yield connection
    except DBAPIError as error:
        raise in_words("the database cannot be read", error) from error


@contextmanager
def writing(db: Engine) -> Iterator[Connection]:
    """One transaction: all of it is stored, or nothing. Raises ConflictError, UnavailableError or StoreError."""
    try:
        with db.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except IntegrityError as error:
        raise ConflictError(str(error.orig)) from error
    except DBAPIError as error:
        raise in_words("the database cannot be written", error) from error


@contextmanager
def as_written(connection: Connection, without: Sequence[str] = _OTHER_WAYS) -> Iterator[None]:
    """Queries that walk an index and look up each row in others are done so, whatever is guessed of their numbers.

    PostgreSQL takes an axis and a slug for independent, and a list for a tenth as long as it is; so it reads two lists
    from end to end to put them side by side, where a page needs the first fifty of one.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    connection.exec_driver_sql(";".join(f"SET LOCAL enable_{way} = off" for way in without))
    yield
    connection.exec_driver_sql(";".join(f"SET LOCAL enable_{way} = on" for way in without))


def one_of(column: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """The condition that a column has one of many values, which are sent as one: `several` makes it of them."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam("several")).table_valued("value").c.value))
    return column == any_(bindparam("several", type_=ARRAY(Integer)))


def several(ids: Sequence[int], connection: Connection) -> dict[str, Any]:
    """The parameter of a statement with `one_of`."""
    return {"several": json.dumps(list(ids)) if connection.dialect.name == "sqlite" else list(ids)}


def one_at_a_time(connection: Connection) -> None:
    """Makes transactions that say this wait for one another: SQLite has one writer anyway, PostgreSQL has many."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))


def bulk_insert(connection: Connection, table: Any, rows: Sequence[dict[str, Any]], otherwise: str = "") -> None:
    """Adds many rows, all with the same columns; SQLAlchemy's own way takes longer for each than SQLite does.

    `otherwise` is a clause for rows that are there already (ON CONFLICT …).
    """
    if rows:
        statement, processors = _insertion(connection.dialect, table, tuple(rows[0]))
        columns = zip(*(row.values() for row in rows), strict=True)
        made = [map(fit, column) if fit else column for fit, column in zip(processors, columns, strict=True)]
        connection.exec_driver_sql(statement + otherwise, list(zip(*made, strict=True)))


@lru_cache(maxsize=100)
def _insertion(dialect: Dialect, table: Any, columns: tuple[str, ...]) -> tuple[str, list[Callable[[Any], Any] | None]]:
    """An INSERT in the driver's own words, and what makes the values of each column fit for it."""
    places = ["?" if dialect.paramstyle == "qmark" else "%s"] * len(columns)
    quoted = dialect.identifier_preparer.quote
    into = f"{quoted(table.name)} ({', '.join(map(quoted, columns))})"
    statement = f"INSERT INTO {into} VALUES ({', '.join(places)})"  # noqa: S608 - our names
    types = [table.c[name].type.dialect_impl(dialect) for name in columns]
    return statement, [of.bind_processor(dialect) for of in types]
