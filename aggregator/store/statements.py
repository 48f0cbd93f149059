"""Statements that SQLAlchemy makes slowly, or that the engines say in two ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Connection, Dialect, Integer, any_, bindparam, func, select

T = TypeVar("T")
_OTHER_WAYS = ("hashjoin", "mergejoin", "bitmapscan", "seqscan", "material", "sort")
_ADVISORY_LOCK = 7_246_091  # any number, the same in all processes


@contextmanager
def as_written(connection: Connection, without: Sequence[str] = _OTHER_WAYS) -> Iterator[None]:
    """Makes PostgreSQL walk indexes and join row by row, whatever numbers of rows it estimates.

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


def batches(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Values in as many lists as one IN can take each."""
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def take_write_lock(connection: Connection) -> None:
    """Makes transactions that say this wait for one another: SQLite has one writer anyway, PostgreSQL has many."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


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
