"""What the store could make again from its items, tags and sightings: postings, counts and the search index.

It is kept with every change (store/postings), checked against the items (store/check), left out of exports, and made
anew where a store is filled from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from aggregator.model import Tier
from aggregator.store import search
from aggregator.store.db import bulk_insert
from aggregator.store.lists import number_of
from aggregator.store.progress import Progress, unseen
from aggregator.store.tables import ITEM, POSTING, SIGHTING, TAG, TALLY, TOTAL
from aggregator.text.html import plain
from aggregator.text.terms import searchable

DERIVED = frozenset({POSTING.name, TALLY.name, TOTAL.name})  # and the search index, which SQLModel cannot declare
_BATCH = 1000  # items that are indexed at once


def rebuild(connection: Connection, progress: Progress = unseen) -> None:
    """Makes everything that is derived anew, within a transaction; every writer waits for it."""
    progress("lists and counts", 0, 3)
    connection.execute(delete(TOTAL))
    names = [column.name for column in totals().selected_columns]
    counted = [dict(zip(names, row, strict=True)) for row in connection.execute(totals())]
    bulk_insert(connection, TOTAL, [row | {"list": number_of(row["axis"], row["slug"])} for row in counted])
    for step, (table, rows) in enumerate(((POSTING, places()), (TALLY, days(connection.dialect.name))), 1):
        progress("lists and counts", step, 3)
        connection.execute(delete(table))
        # In the order of the key, a table is written from one end to the other.
        ordered = rows.order_by(*rows.selected_columns[: len(table.primary_key)])
        connection.execute(insert(table).from_select([column.name for column in table.columns], ordered))
    progress("lists and counts", 3, 3)
    _index(connection, progress)


def places() -> Select[Any]:
    """What should stand in `posting`, by the numbers that `total` has; null for a list that it does not have."""
    named = _named().subquery()
    found = select(TOTAL.c.list, named.c.dated, named.c.id)
    return found.outerjoin_from(named, TOTAL, (TOTAL.c.axis == named.c.axis) & (TOTAL.c.slug == named.c.slug))


def totals() -> Select[Any]:
    """What should stand in `total`, but the number of each list."""
    named = _named().subquery()
    keys = (named.c.axis, named.c.slug)
    return select(*keys, *_tiers()).join(ITEM, ITEM.c.id == named.c.id).group_by(*keys)


def days(dialect: str) -> Select[Any]:
    """What should stand in `tally`, by the postings."""
    keys = (POSTING.c.list, _day(dialect))
    return select(*keys, *_tiers()).join(ITEM, ITEM.c.id == POSTING.c.item_id).group_by(*keys)


def _tiers() -> list[ColumnElement[Any]]:
    return [func.sum(case((ITEM.c.tier == str(tier), 1), else_=0)).label(str(tier)) for tier in Tier]


def _named() -> Select[Any]:
    """Where items stand: axis, slug, dated, id."""
    of_tags = select(TAG.c.axis, TAG.c.slug, ITEM.c.dated, ITEM.c.id).join(ITEM, ITEM.c.id == TAG.c.item_id)
    of_tiers = select(literal("tier"), ITEM.c.tier, ITEM.c.dated, ITEM.c.id)
    of_languages = select(literal("lang"), ITEM.c.lang, ITEM.c.dated, ITEM.c.id).where(ITEM.c.lang != "")
    of_sources = select(literal("source"), SIGHTING.c.source_id, ITEM.c.dated, ITEM.c.id)
    of_sources = of_sources.join(ITEM, ITEM.c.id == SIGHTING.c.item_id).distinct()
    return select(union_all(of_tags, of_tiers, of_languages, of_sources).subquery())


def _day(dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.date(cast(POSTING.c.dated, BigInteger) / 1_000_000, "unixepoch").label("day")
    return cast(func.timezone("UTC", POSTING.c.dated), Date).label("day")


def _index(connection: Connection, progress: Progress) -> None:
    search.clear(connection)
    number = connection.scalar(select(func.count()).select_from(ITEM)) or 0
    done = 0
    for rows in _batches(connection):
        progress("search index", done, number)
        search.index(connection, [(row.id, searchable(row.title, plain(row.summary))) for row in rows])
        done += len(rows)
    progress("search index", done, number)


def _batches(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    items = select(ITEM.c.id, ITEM.c.title, ITEM.c.summary).order_by(ITEM.c.id).limit(_BATCH)
    rows = connection.execute(items).all()
    while rows:
        yield rows
        rows = connection.execute(items.where(ITEM.c.id > rows[-1].id)).all()
