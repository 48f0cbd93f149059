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
    Integer,
    Row,
    Select,
    TableValuedAlias,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
)

from aggregator.store import search
from aggregator.store.lists import number_of
from aggregator.store.progress import Progress, unseen
from aggregator.store.statements import bulk_insert
from aggregator.store.tables import ITEM, POSTING, SIGHTING, TALLY, TOTAL
from aggregator.store.types import TIERS
from aggregator.text.html import plain
from aggregator.text.terms import searchable

DERIVED = frozenset({POSTING.name, TALLY.name, TOTAL.name})  # and the search index, which SQLModel cannot declare
_BATCH = 1000  # items that are indexed at once


def rebuild(connection: Connection, progress: Progress = unseen) -> None:
    """Makes everything that is derived anew, within a transaction; every writer waits for it."""
    progress("lists and counts", 0, 3)
    connection.execute(delete(TOTAL))
    dialect = connection.dialect.name
    names = [column.name for column in totals(dialect).selected_columns]
    counted = [dict(zip(names, row, strict=True)) for row in connection.execute(totals(dialect))]
    bulk_insert(connection, TOTAL, [row | {"list": number_of(row["axis"], row["slug"])} for row in counted])
    for step, (table, rows) in enumerate(((POSTING, places(dialect)), (TALLY, days(dialect))), 1):
        progress("lists and counts", step, 3)
        connection.execute(delete(table))
        # In the order of the key, a table is written from one end to the other.
        ordered = rows.order_by(*rows.selected_columns[: len(table.primary_key)])
        connection.execute(insert(table).from_select([column.name for column in table.columns], ordered))
    progress("lists and counts", 3, 3)
    _index(connection, progress)


def places(dialect: str) -> Select[Any]:
    """What should stand in `posting`, by the numbers that `total` has; null for a list that it does not have."""
    named = _named(dialect).subquery()
    tier = case(*((named.c.tier == tier, number) for number, tier in enumerate(TIERS)))
    found = select(TOTAL.c.list, named.c.dated, named.c.id, tier)
    return found.outerjoin_from(named, TOTAL, (TOTAL.c.axis == named.c.axis) & (TOTAL.c.slug == named.c.slug))


def totals(dialect: str) -> Select[Any]:
    """What should stand in `total`, but the number of each list."""
    named = _named(dialect).subquery()
    keys = (named.c.axis, named.c.slug)
    return select(*keys, *_tiers(named.c.tier)).group_by(*keys)


def days(dialect: str) -> Select[Any]:
    """What should stand in `tally`, by the postings."""
    keys = (POSTING.c.list, _day(dialect))
    return select(*keys, *_tiers(POSTING.c.tier)).group_by(*keys)


def _tiers(tier: ColumnElement[str]) -> list[ColumnElement[Any]]:
    return [func.sum(case((tier == name, 1), else_=0)).label(name) for name in TIERS]


def _named(dialect: str) -> Select[Any]:
    """Where items stand: axis, slug, dated, id, tier."""
    where = (ITEM.c.dated, ITEM.c.id, ITEM.c.tier)
    of_tiers = select(literal("tier").label("axis"), ITEM.c.tier.label("slug"), *where)
    of_languages = select(literal("lang"), ITEM.c.lang, *where).where(ITEM.c.lang != "")
    of_sources = select(literal("source"), SIGHTING.c.source_id, *where)
    of_sources = of_sources.join(ITEM, ITEM.c.id == SIGHTING.c.item_id).distinct()
    each, name, slash = _each_tag(dialect)
    axis, slug = func.substr(name, 1, slash - 1), func.substr(name, slash + 1)
    of_tags = select(axis, slug, *where).join_from(ITEM, each, true()).where(ITEM.c.tags != "")
    return select(union_all(of_tiers, of_languages, of_sources, of_tags).subquery())


def _each_tag(dialect: str) -> tuple[TableValuedAlias, ColumnElement[str], ColumnElement[int]]:
    """The tags of an item as rows, what a row says, and where in it the slash stands."""
    if dialect == "sqlite":
        names = func.json_each('["' + func.replace(ITEM.c.tags, " ", '","') + '"]')
        each = names.table_valued("value")
        return each, each.c.value, func.instr(each.c.value, "/", type_=Integer)
    each = func.unnest(func.string_to_array(ITEM.c.tags, " ")).table_valued("name").render_derived()
    return each, each.c.name, func.strpos(each.c.name, "/", type_=Integer)


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
