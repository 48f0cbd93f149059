"""Looking for damage: what should hold in a whole store, and does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Select,
    case,
    cast,
    except_,
    func,
    literal,
    select,
    text,
    union_all,
)

from aggregator.model import Tier
from aggregator.store import search
from aggregator.store.db import reading
from aggregator.store.tables import ITEM, POSTING, SIGHTING, TAG, TALLY, TOTAL


def faults(db: Engine) -> list[str]:
    """Every fault as a sentence; an empty list for a whole store."""
    with reading(db) as connection:
        return [*_engine(connection), *_orphans(connection), *_lists(connection), *_search(connection)]


def _engine(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        said = connection.scalar(text("PRAGMA integrity_check"))
        if said != "ok":
            yield f"SQLite's integrity check says: {said}"
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"a row of {row[0]} refers to a {row[2]} that is not there"


def _orphans(connection: Connection) -> Iterator[str]:
    unseen = select(func.count()).select_from(ITEM).where(ITEM.c.id.not_in(select(SIGHTING.c.item_id)))
    if number := connection.scalar(unseen):
        yield f"{number} items were seen in no source"


def _lists(connection: Connection) -> Iterator[str]:
    """Postings against what is stored of items, counts against postings."""
    yield from _difference(connection, _places(), select(POSTING), "places in lists")
    tiers = [func.sum(case((ITEM.c.tier == str(tier), 1), else_=0)) for tier in Tier]
    names = (POSTING.c.axis, POSTING.c.slug)
    day = _day(connection.dialect.name)
    for table, keys in ((TOTAL, names), (TALLY, (*names, day))):
        counted = select(*keys, *tiers).join(ITEM, ITEM.c.id == POSTING.c.item_id).group_by(*keys)
        kept = select(table).where(table.c.core + table.c.adjacent + table.c.off != 0)
        yield from _difference(connection, counted, kept, "counts")


def _places() -> Select[Any]:
    of_tags = select(TAG.c.axis, TAG.c.slug, ITEM.c.dated, ITEM.c.id).join(ITEM, ITEM.c.id == TAG.c.item_id)
    of_tiers = select(literal("tier"), ITEM.c.tier, ITEM.c.dated, ITEM.c.id)
    of_languages = select(literal("lang"), ITEM.c.lang, ITEM.c.dated, ITEM.c.id).where(ITEM.c.lang != "")
    of_sources = select(literal("source"), SIGHTING.c.source_id, ITEM.c.dated, ITEM.c.id)
    of_sources = of_sources.join(ITEM, ITEM.c.id == SIGHTING.c.item_id).distinct()
    return select(union_all(of_tags, of_tiers, of_languages, of_sources).subquery())


def _day(dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.date(cast(POSTING.c.dated, BigInteger) / 1_000_000, "unixepoch")
    return cast(func.timezone("UTC", POSTING.c.dated), Date)


def _difference(connection: Connection, should: Select[Any], kept: Select[Any], what: str) -> Iterator[str]:
    for left, right, words in ((should, kept, "missing"), (kept, should, "left over or wrong")):
        differing = except_(left, right).subquery()
        if number := connection.scalar(select(func.count()).select_from(differing)):
            yield f"{number} {what} are {words}"


def _search(connection: Connection) -> Iterator[str]:
    indexed = search.item_id(connection.dialect.name)
    missing = select(func.count()).select_from(ITEM).where(ITEM.c.id.not_in(select(indexed).select_from(search.SEARCH)))
    if number := connection.scalar(missing):
        yield f"{number} items are missing from the search index"
    left_over = select(func.count()).select_from(search.SEARCH).where(indexed.not_in(select(ITEM.c.id)))
    if number := connection.scalar(left_over):
        yield f"{number} entries of the search index have no item"
