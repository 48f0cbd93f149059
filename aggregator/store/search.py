"""Full-text search: where the two engines differ most. Both index the terms of text/terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
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

from aggregator.text.html import plain
from aggregator.text.terms import Phrase, phrases, searchable

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


def unindex(connection: Connection, item: int, title: str, summary: str) -> None:
    """Takes an item out of the index; `title` and `summary` are those that it was indexed with."""
    if connection.dialect.name == "sqlite":
        # The index keeps no texts (it would be half of the database's size), so it has to be told which to forget.
        forget = text("INSERT INTO item_search (item_search, rowid, terms) VALUES ('delete', :item_id, :terms)")
        connection.execute(forget, {"item_id": item, "terms": searchable(title, plain(summary))})
    else:
        connection.execute(delete(SEARCH).where(SEARCH.c.item_id == item))


def finds_at_most(connection: Connection, query: str, number: int) -> bool:
    """Whether a search finds few items; counts no further than it must."""
    wanted, unwanted = phrases(query)
    if not wanted:
        return not unwanted  # without a word nothing is found; with excluded ones only, nearly everything
    found = _found(wanted, connection.dialect.name).limit(number + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(found)) or 0) <= number


def matches(query: str, item: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """The condition that an item is one of those that a search finds."""
    wanted, unwanted = phrases(query)
    if not wanted and not unwanted:
        return false()
    conditions = [item.in_(_found(wanted, dialect))] if wanted else []
    conditions += [item.not_in(_found([phrase], dialect)) for phrase in unwanted]
    return and_(*conditions)


def among(connection: Connection, query: str, ids: Sequence[int]) -> set[int]:
    """Which of these items a search finds."""
    wanted, unwanted = phrases(query)
    found = set(ids) & _found_among(connection, wanted, ids) if wanted else set(ids)
    for phrase in unwanted:
        found -= _found_among(connection, [phrase], ids)
    return found


def _found_among(connection: Connection, wanted: Iterable[Phrase], ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    dialect = connection.dialect.name
    this = item_id(dialect)
    these: ColumnElement[bool] = this == any_(literal(list(ids), ARRAY(Integer)))
    if dialect == "sqlite":
        # FTS5 runs through a range in no time, and takes long to find its way to each of many ids.
        these = this.between(min(ids), max(ids))
    return set(connection.scalars(_found(wanted, dialect).where(these)))


def _found(wanted: Iterable[Sequence[str]], dialect: str) -> Select[Any]:
    """The ids of items that hold every phrase."""
    if dialect == "sqlite":
        # Terms hold letters and digits only, so quoting them is all the escaping that FTS5 needs.
        match = " AND ".join('"' + " ".join(phrase) + '"' for phrase in wanted)
        rows: Select[Any] = select(item_id(dialect)).select_from(SEARCH)
        return rows.where(literal_column("item_search").op("MATCH")(match))
    queries = [func.phraseto_tsquery("simple", " ".join(phrase)) for phrase in wanted]
    return select(SEARCH.c.item_id).where(*(SEARCH.c.terms.op("@@")(query) for query in queries))
