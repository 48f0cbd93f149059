"""Opening the database and beginning transactions."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from aggregator.errors import DatabaseAddressError, StoreError
from aggregator.store.errors import ConflictError, in_words

DEFAULT_URL = "sqlite:///data/aggregator.db"
_BUSY_SECONDS = 30
_MAPPED = 2_000_000_000  # bytes
_AGAIN = 0.01  # seconds
_LONG_WAL = "wal_autocheckpoint=4000"  # pages: a first pull changes the same ones over and over
# Compiling a query, or starting a process that helps with it, takes longer than any of ours; and a page's look-ups are
# few, whatever is guessed of their number.
_SHORT_QUERIES = "-c datestyle=ISO -c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
# A server that does not answer is as good as gone: seconds, and milliseconds, until that is said.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip
_SECRETS = ("password", "sslpassword")  # parameters of PostgreSQL's addresses
_HIDDEN = re.compile(r"^.*(?=@)|(?<=password=)[^&]*")  # of what is no address: any of it may be the password


def open_database(url: str = DEFAULT_URL) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; a SQLite file and its folder are made when first used."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseAddressError(
            f"{address_of(url)!r} is no database address; write sqlite:///data/aggregator.db or postgresql://…"
        ) from None
    if parsed.host and "@" in parsed.host:
        raise DatabaseAddressError("the password in the database's address has an @; write it as %40")
    if parsed.drivername in ("postgresql", "postgres"):
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=asked_of_postgres(parsed),
            json_serializer=_to_json, json_deserializer=from_json,
        )  # fmt: skip
    if parsed.drivername != "sqlite":
        raise DatabaseAddressError(f"{parsed.drivername!r} is not supported; use sqlite or postgresql")
    if parsed.host:
        meant = "/".join(filter(None, (parsed.host, parsed.database)))
        raise DatabaseAddressError(f"{address_of(url)!r} has two slashes, as before a host; write sqlite:///{meant}")
    if not parsed.database or parsed.database == ":memory:":
        raise DatabaseAddressError("the database's address names no file; write sqlite:///data/aggregator.db")
    if parsed.query:
        raise DatabaseAddressError("a SQLite database's address takes no parameters; leave out what is behind the ?")
    engine = create_engine(
        parsed, connect_args={"timeout": _BUSY_SECONDS}, json_serializer=_to_json, json_deserializer=from_json
    )
    event.listen(engine, "do_connect", lambda *_: _make_folder(Path(str(parsed.database)).parent))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def asked_of_postgres(url: URL, *options: str) -> dict[str, Any]:
    """What each connection to PostgreSQL asks for, beside what its address says."""
    asked = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    asked["options"] = " ".join(filter(None, [_SHORT_QUERIES, str(url.query.get("options", "")), *options]))
    return asked


def address_of(url: str | URL) -> str:
    """A database's address as others may see it: without the password, wherever it stands."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or "@" in (parsed.host or ""):
        return _HIDDEN.sub("***", str(url))
    return parsed.difference_update_query(_SECRETS).render_as_string(hide_password=True)


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


def _one_moment(db: Engine) -> dict[str, Any]:
    """The options of a transaction that sees the store as it was at its first statement."""
    return {} if db.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class _View:
    """A transaction that many reads share; it begins with the first of them."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def of(self, db: Engine) -> Connection:
        if self._connection is None:
            self._connection = db.connect().execution_options(**_one_moment(db))
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_VIEW: ContextVar[_View | None] = ContextVar("view", default=None)
_JOINT: ContextVar[Connection | None] = ContextVar("joint", default=None)


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
    view, joint = _VIEW.get(), _JOINT.get()
    try:
        if joint is not None:
            yield joint
        elif view is None:
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
    try:
        with db.connect().execution_options(**_one_moment(db)) as connection:
            yield connection
    except DBAPIError as error:
        raise in_words("the database cannot be read", error) from error


@contextmanager
def together(db: Engine) -> Iterator[None]:
    """Whatever is read and written within goes into one transaction, each `writing` whole or not at all.

    Nothing is stored before the end of it, where it may fail as any `writing` may.
    """
    with writing(db) as connection:
        token = _JOINT.set(connection)
        try:
            yield
        finally:
            _JOINT.reset(token)


@contextmanager
def _part(joint: Connection) -> Iterator[None]:
    """A savepoint; SQLAlchemy's own takes as long as what is done within."""
    joint.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        joint.exec_driver_sql("ROLLBACK TO part")
        raise
    finally:
        joint.exec_driver_sql("RELEASE part")


@contextmanager
def writing(db: Engine) -> Iterator[Connection]:
    """One transaction: all of it is stored, or nothing. Raises ConflictError, UnavailableError or StoreError."""
    joint = _JOINT.get()
    try:
        if joint is not None:
            with _part(joint):
                yield joint
        else:
            with db.connect().execution_options(writes=True) as connection, connection.begin():
                yield connection
    except IntegrityError as error:
        raise ConflictError(str(error.orig)) from error
    except DBAPIError as error:
        raise in_words("the database cannot be written", error) from error
