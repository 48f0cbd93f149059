"""Full-text search: where the two engines differ most. Both index the terms of text/terms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    delete,
    false,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import table as lightweight

from aggregator.search import Clause, Expression, expression
from aggregator.store.statements import as_written
from aggregator.text.html import plain
from aggregator.text.terms import Phrase, goes_on, searchable

SEARCH = lightweight("item_search", column("item_id"), column("terms"))


def item_id(dialect: str) -> ColumnElement[int]:
    """The index's key: a full-text table of SQLite has no other than its rowid."""
    return literal_column("rowid") if dialect == "sqlite" else SEARCH.c.item_id


def index(connection: Connection, rows: list[tuple[int, str]]) -> None:
    """Adds items to the index, given as ids with their terms."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO item_search (rowid, terms) VALUES (?, ?)", rows)
    else:
        values = "SELECT id, to_tsvector('simple', terms) FROM unnest(%s::integer[], %s::text[]) AS new (id, terms)"
        ids, terms = zip(*rows, strict=True)
        connection.exec_driver_sql(f"INSERT INTO item_search (item_id, terms) {values}", (list(ids), list(terms)))


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


def few(connection: Connection, q: str, most: int) -> list[int] | None:
    """The items that a search finds, or None if they are more; looks no further than it must.

    Raises QueryError if `q` cannot be read.
    """
    said = expression(q)
    if not said.clauses:
        return None if said else []  # with unwanted words only, nearly everything is found
    with as_written(connection, without=("seqscan",)):
        ids = connection.scalars(_found(said, connection.dialect.name).limit(most + 1)).all()
    return None if len(ids) > most else list(ids)


def fits(q: str, listed: FromClause, dialect: str) -> ColumnElement[bool]:
    """The condition that an item of a list, its column `item_id`, is one that a search finds.

    Raises QueryError if `q` cannot be read.
    """
    said = expression(q)
    if not said:
        return false()
    found = _found(said if said.clauses else _excluded(said), dialect)
    this = item_id(dialect)
    if dialect == "sqlite":
        # FTS5 runs through a range in no time, and takes long to find its way to each of many ids.
        least, most = (select(end(listed.c.item_id)).scalar_subquery() for end in (func.min, func.max))
        fitting: ColumnElement[bool] = listed.c.item_id.in_(found.where(this.between(least, most)))
    else:
        fitting = found.where(this == listed.c.item_id).exists()
    return fitting if said.clauses else ~fitting


def _excluded(said: Expression) -> Expression:
    """What a search finds that has nothing but unwanted phrases: everything but this."""
    return Expression((said.unwanted,))


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
    return " OR ".join(f'"{" ".join(phrase)}"{" *" if goes_on(phrase) else ""}' for phrase in phrases)


def _holds_any(phrases: Iterable[Phrase]) -> ColumnElement[bool]:
    """PostgreSQL's condition that an item holds one of the phrases."""
    return SEARCH.c.terms.op("@@")(reduce(lambda one, other: one.op("||")(other), map(_tsquery, phrases)))


def _tsquery(phrase: Phrase) -> Any:
    if goes_on(phrase):
        return func.to_tsquery("simple", " <-> ".join(f"'{term}'" for term in phrase) + ":*")
    return func.phraseto_tsquery("simple", " ".join(phrase))
