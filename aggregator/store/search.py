"""Full-text search: where the two engines differ most. Both index the terms of text/terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    any_,
    column,
    delete,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy import table as lightweight

from aggregator.search import Clause, Expression, expression
from aggregator.text.html import plain
from aggregator.text.terms import Phrase, searchable

SEARCH = lightweight("item_search", column("item_id"), column("terms"))


def item_id(dialect: str) -> ColumnElement[int]:
    """The index's key: a full-text table of SQLite has no other than its rowid."""
    return literal_column("rowid") if dialect == "sqlite" else SEARCH.c.item_id


def index(connection: Connection, rows: list[tuple[int, str]]) -> None:
    """Adds items to the index, given as ids with their terms."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO item_search (rowid, terms) VALUES (?, ?)", rows)
    else:
        statement = "INSERT INTO item_search (item_id, terms) VALUES (%s, to_tsvector('simple', %s))"
        connection.exec_driver_sql(statement, rows)


def clear(connection: Connection) -> None:
    """Takes everything out of the index."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))
    else:
        connection.execute(delete(SEARCH))


def unindex(connection: Connection, item: int, title: str, summary: str) -> None:
    """Takes an item out of the index; `title` and `summary` are those that it was indexed with."""
    if connection.dialect.name == "sqlite":
        # The index keeps no texts (it would be half of the database's size), so it has to be told which to forget.
        forget = text("INSERT INTO item_search (item_search, rowid, terms) VALUES ('delete', :item_id, :terms)")
        connection.execute(forget, {"item_id": item, "terms": searchable(title, plain(summary))})
    else:
        connection.execute(delete(SEARCH).where(SEARCH.c.item_id == item))


def finds_at_most(connection: Connection, q: str, number: int) -> bool:
    """Whether a search finds few items; counts no further than it must. Raises QueryError if `q` cannot be read."""
    said = expression(q)
    if not said.clauses:
        return not said  # without a word nothing is found; with unwanted ones only, nearly everything
    found = _found(said, connection.dialect.name).limit(number + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(found)) or 0) <= number


def matches(q: str, item: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """The condition that an item is one of those that a search finds. Raises QueryError if `q` cannot be read."""
    said = expression(q)
    if not said:
        return false()
    if not said.clauses:
        return item.not_in(_found(_excluded(said), dialect))
    return item.in_(_found(said, dialect))


def among(connection: Connection, q: str, ids: Sequence[int]) -> set[int]:
    """Which of these items a search finds. Raises QueryError if `q` cannot be read."""
    said = expression(q)
    if not ids or not said:
        return set()
    looked_for = said if said.clauses else _excluded(said)
    found = set(ids) & set(connection.scalars(_found_among(connection, looked_for, ids)))
    return found if said.clauses else set(ids) - found


def _excluded(said: Expression) -> Expression:
    """What a search finds that has nothing but unwanted phrases: everything but this."""
    return Expression((said.unwanted,))


def _found_among(connection: Connection, said: Expression, ids: Sequence[int]) -> Select[Any]:
    dialect = connection.dialect.name
    this = item_id(dialect)
    these: ColumnElement[bool] = this == any_(literal(list(ids), ARRAY(Integer)))
    if dialect == "sqlite":
        # FTS5 runs through a range in no time, and takes long to find its way to each of many ids.
        these = this.between(min(ids), max(ids))
    return _found(said, dialect).where(these)


def _found(said: Expression, dialect: str) -> Select[Any]:
    """The ids of items that a search with something wanted finds."""
    if dialect == "sqlite":
        rows: Select[Any] = select(item_id(dialect)).select_from(SEARCH)
        return rows.where(literal_column("item_search").op("MATCH")(fts5(said)))
    wanted = [_holds_any(clause) for clause in said.clauses]
    return select(SEARCH.c.item_id).where(*wanted, *(~_holds_any([phrase]) for phrase in said.unwanted))


def fts5(said: Expression) -> str:
    """A search with something wanted in the language of FTS5.

    Terms hold letters and digits only, so quoting them is all the escaping that is needed.
    """
    wanted = " AND ".join(f"({_any_of(clause)})" for clause in said.clauses)
    return f"({wanted}) NOT ({_any_of(said.unwanted)})" if said.unwanted else wanted


def _any_of(phrases: Clause) -> str:
    return " OR ".join('"' + " ".join(phrase) + '"' for phrase in phrases)


def _holds_any(phrases: Iterable[Phrase]) -> ColumnElement[bool]:
    """PostgreSQL's condition that an item holds one of the phrases."""
    queries: Iterator[Any] = (func.phraseto_tsquery("simple", " ".join(phrase)) for phrase in phrases)
    return SEARCH.c.terms.op("@@")(reduce(lambda one, other: one.op("||")(other), queries))
