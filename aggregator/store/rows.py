"""Rows of any table, as they are stored: read as a stream, and loaded into an empty store of either engine.

What is copied follows from the tables that are declared: one that is added later comes along by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import JSON, Column, Connection, Engine, MetaData, Table, func, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from aggregator.errors import StoreError
from aggregator.store import migrate
from aggregator.store.db import address_of, writing
from aggregator.store.derived import DERIVED, rebuild
from aggregator.store.progress import Progress, unseen
from aggregator.store.statements import bulk_insert, take_write_lock
from aggregator.store.story_numbers import last_given
from aggregator.store.tables import STORY
from aggregator.store.types import UtcDateTime

Values = tuple[Any, ...]  # of one row, in the order of the table's columns
BATCH = 1000  # rows


def copied() -> list[Table]:
    """The tables that are copied, those first that others refer to; what is derived is made anew instead."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in DERIVED]


def stored_type(column: Any) -> TypeEngine[Any]:
    """How a column's values are stored: what the program makes of them is none of a copy's business."""
    found = column.type
    if isinstance(found, TypeDecorator) and not isinstance(found, UtcDateTime):
        found = found.impl_instance
    # A value that is missing is NULL; the word null is for what is in a document.
    return JSON(none_as_null=True) if isinstance(found, JSON) else found


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def read(connection: Connection, table: Table) -> Iterator[list[Values]]:
    """All rows of a table, in batches, in the order of its key."""
    columns = [type_coerce(column, stored_type(column)) for column in table.columns]
    query = select(*columns).order_by(*table.primary_key)
    rows = connection.execution_options(stream_results=True).execute(query)
    while some := rows.fetchmany(BATCH):
        yield [tuple(row) for row in some]


class Filling:
    """A transaction that fills an empty database, table by table."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._later: list[tuple[Table, dict[str, Any], dict[str, Any]]] = []

    def load(self, table: Table, rows: Sequence[Values]) -> None:
        """Adds rows that were read from a store. Raises StoreError if the table does not take them."""
        _load(self.connection, table, self._without_later(table, rows))

    def _without_later(self, table: Table, rows: Sequence[Values]) -> Sequence[Values]:
        """Rows that refer to others of their own table do so when all of them are there."""
        names = table.columns.keys()
        own = [names.index(key.parent.name) for key in table.foreign_keys if key.column.table is table]
        if not own:
            return rows
        keys = [names.index(column.name) for column in table.primary_key]
        for row in rows:
            if refers := {names[place]: row[place] for place in own if row[place] is not None}:
                self._later.append((table, {names[place]: row[place] for place in keys}, refers))
        return [tuple(None if place in own else value for place, value in enumerate(row)) for row in rows]

    def finish(self, progress: Progress) -> None:
        """What remains when all rows are there."""
        for table, key, values in self._later:
            this = [table.c[name] == value for name, value in key.items()]
            self.connection.execute(update(table).where(*this).values(**values))
        _continue_sequences(self.connection)
        rebuild(self.connection, progress)
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("ANALYZE"))  # else it knows nothing of its tables until it looks by itself


@contextmanager
def filling(db: Engine, progress: Progress = unseen) -> Iterator[Filling]:
    """One transaction that fills an empty database: it gets its tables before, and what is derived after.

    Raises StoreError if there is something in it already. Whatever goes wrong, it stays as empty as it was.
    """
    with writing(db) as connection:
        take_write_lock(connection)
        migrate.upgrade_within(connection)
        require_empty(connection)
        filled = Filling(connection)
        yield filled
        filled.finish(progress)


def require_empty(connection: Connection) -> None:
    """Raises StoreError, with what is there and the remedy, if any table has a row."""
    counts = {table.name: count(connection, table) for table in SQLModel.metadata.sorted_tables}
    found = ", ".join(f"{number} of {name}" for name, number in counts.items() if number and name not in DERIVED)
    if any(counts.values()):
        place, found = address_of(connection.engine.url), found or "of lists and counts"
        raise StoreError(
            f"the database {place} is not empty, it has rows: {found}; name an empty one, such as a new file, in "
            "AGGREGATOR_DATABASE_URL, or as the URL to move to"
        )


def _load(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    made, dialect = _table_as_stored(table), connection.dialect
    try:
        if dialect.name == "postgresql":
            _copy(connection, made, rows)
        else:
            names = made.columns.keys()
            bulk_insert(connection, made, [dict(zip(names, row, strict=True)) for row in rows])
    except (DBAPIError, cast(Any, dialect.dbapi).Error) as error:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        raise StoreError(f"{table.name} does not take them: {said}") from error


@lru_cache(maxsize=100)
def _table_as_stored(table: Table) -> Table:
    return Table(table.name, MetaData(), *(Column(column.name, stored_type(column)) for column in table.columns))


def _copy(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    """PostgreSQL's COPY, which takes a tenth of the time of inserts."""
    dialect = connection.dialect
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    quoted = dialect.identifier_preparer.quote
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, table.columns.keys()))}) FROM STDIN"
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([made(value) if made else value for made, value in zip(processors, row, strict=True)])


def _continue_sequences(connection: Connection) -> None:
    """Ids that PostgreSQL gives follow those that came with the rows; SQLite's do so anyway."""
    if connection.dialect.name != "postgresql":
        return
    for table in copied():
        if (column := table.autoincrement_column) is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            of_rows = connection.scalar(select(func.max(column)))
            if highest := last_given(connection) if table.name == STORY.name else of_rows:
                connection.execute(select(func.setval(sequence, highest)))
