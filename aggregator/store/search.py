"""Full-text search: the one place where the two engines differ. Both index the terms of text/terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, column, false, func, literal_column, select, table, text

from aggregator.store.tables import ItemRow
from aggregator.text.html import plain
from aggregator.text.terms import phrases, terms

SEARCH = table("item_search", column("item_id"), column("terms"))


def searchable(title: str, summary: str) -> str:
    """What is indexed of an item; a break keeps phrases from reaching from the title into the summary."""
    return " ".join([*terms(title), "\u00b6", *terms(plain(summary))])


def index(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Adds items to the index; `rows` have item_id and terms."""
    value = ":terms" if connection.dialect.name == "sqlite" else "to_tsvector('simple', :terms)"
    key = "rowid" if connection.dialect.name == "sqlite" else "item_id"
    if rows := list(rows):
        connection.execute(text(f"INSERT INTO item_search ({key}, terms) VALUES (:item_id, {value})"), rows)  # noqa: S608


def unindex(connection: Connection, item_ids: Sequence[int]) -> None:
    key = "rowid" if connection.dialect.name == "sqlite" else "item_id"
    statement = text(f"DELETE FROM item_search WHERE {key} = :item_id")  # noqa: S608
    connection.execute(statement, [{"item_id": item_id} for item_id in item_ids])


def matches(query: str, dialect: str) -> ColumnElement[bool]:
    """The condition that an item is found by a search."""
    wanted, unwanted = phrases(query)
    if not wanted and not unwanted:
        return false()
    item_id = ItemRow.__table__.c.id  # type: ignore[attr-defined]
    conditions = [item_id.in_(_found(wanted, dialect))] if wanted else []
    conditions += [item_id.not_in(_found([phrase], dialect)) for phrase in unwanted]
    return and_(*conditions)


def _found(wanted: Iterable[Sequence[str]], dialect: str) -> Select[Any]:
    """The ids of items that hold every phrase."""
    if dialect == "sqlite":
        # Terms hold letters and digits only, so quoting them is all the escaping that FTS5 needs.
        match = " AND ".join('"' + " ".join(phrase) + '"' for phrase in wanted)
        rows: Select[Any] = select(literal_column("rowid")).select_from(SEARCH)
        return rows.where(literal_column("item_search").op("MATCH")(match))
    queries = [func.phraseto_tsquery("simple", " ".join(phrase)) for phrase in wanted]
    return select(SEARCH.c.item_id).where(*(SEARCH.c.terms.op("@@")(query) for query in queries))
