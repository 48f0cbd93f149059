"""Full-text search: where the two engines differ most. Both index the terms of text/terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    delete,
    false,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import table as lightweight

from aggregator.store.tables import ItemRow, table
from aggregator.text.html import plain
from aggregator.text.terms import phrases, terms

SEARCH = lightweight("item_search", column("item_id"), column("terms"))
_BREAK = "完完完"  # a term to both engines, yet none that a text or a query has: theirs are pairs


def searchable(title: str, summary: str) -> str:
    """What is indexed of an item; a break keeps phrases from reaching from the title into the summary."""
    return " ".join([*terms(title), _BREAK, *terms(plain(summary))])


def item_id(dialect: str) -> ColumnElement[int]:
    """The index's key: a full-text table of SQLite has no other than its rowid."""
    return literal_column("rowid") if dialect == "sqlite" else SEARCH.c.item_id


def index(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Adds items to the index; `rows` have item_id and terms."""
    if not (rows := list(rows)):
        return
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO item_search (rowid, terms) VALUES (:item_id, :terms)"), rows)
    else:
        statement = "INSERT INTO item_search (item_id, terms) VALUES (:item_id, to_tsvector('simple', :terms))"
        connection.execute(text(statement), rows)


def unindex(connection: Connection, item_ids: Sequence[int]) -> None:
    connection.execute(delete(SEARCH).where(item_id(connection.dialect.name).in_(item_ids)))


def matches(query: str, dialect: str) -> ColumnElement[bool]:
    """The condition that an item is found by a search."""
    wanted, unwanted = phrases(query)
    if not wanted and not unwanted:
        return false()
    item = table(ItemRow).c.id
    conditions = [item.in_(_found(wanted, dialect))] if wanted else []
    conditions += [item.not_in(_found([phrase], dialect)) for phrase in unwanted]
    return and_(*conditions)


def _found(wanted: Iterable[Sequence[str]], dialect: str) -> Select[Any]:
    """The ids of items that hold every phrase."""
    if dialect == "sqlite":
        # Terms hold letters and digits only, so quoting them is all the escaping that FTS5 needs.
        match = " AND ".join('"' + " ".join(phrase) + '"' for phrase in wanted)
        rows: Select[Any] = select(item_id(dialect)).select_from(SEARCH)
        return rows.where(literal_column("item_search").op("MATCH")(match))
    queries = [func.phraseto_tsquery("simple", " ".join(phrase)) for phrase in wanted]
    return select(SEARCH.c.item_id).where(*(SEARCH.c.terms.op("@@")(query) for query in queries))
