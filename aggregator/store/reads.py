"""What pages, feeds and the command line read. Every listing is an ItemQuery, newest first, paged by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, Select, func, literal, select, tuple_

from aggregator.model import Evidence, StoredItem, Tag, Tier
from aggregator.query import ItemQuery
from aggregator.store.conditions import ITEM, SIGHTING, TAG, conditions
from aggregator.store.db import reading
from aggregator.store.items import VERSION
from aggregator.store.sources import SOURCE
from aggregator.text.html import plain, shorten

PAGE = 50
_HEADING = 80  # characters of the text of an item without a title


class Cursor(NamedTuple):
    """A place in a listing: between pages, stable while items come in."""

    dated: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of items, newest first, and whether there are newer and older ones."""

    items: tuple[StoredItem, ...]
    has_newer: bool
    has_older: bool


class Carrier(NamedTuple):
    """A source that carried an item."""

    source_id: str
    title: str
    source_class: str
    seen: datetime


class Version(NamedTuple):
    """What an item said until a certain time."""

    title: str
    summary: str
    until: datetime


def listing(
    db: Engine, query: ItemQuery, *, limit: int = PAGE, before: Cursor | None = None, after: Cursor | None = None
) -> Listing:
    """Items older than `before`, or newer than `after`, or the newest."""
    place = tuple_(ITEM.c.dated, ITEM.c.id)
    wanted = _items().where(*conditions(query, db.dialect.name)).limit(limit + 1)
    if after:
        wanted = wanted.where(place > tuple_(*_bound(after))).order_by(ITEM.c.dated, ITEM.c.id)
    else:
        wanted = wanted.order_by(ITEM.c.dated.desc(), ITEM.c.id.desc())
        wanted = wanted.where(place < tuple_(*_bound(before))) if before else wanted
    with reading(db) as connection:
        rows = connection.execute(wanted).all()
        more = len(rows) > limit
        shown = rows[:limit][::-1] if after else rows[:limit]
        items = tuple(_with_tags(connection, shown))
    return Listing(items, has_newer=more if after else before is not None, has_older=bool(after) or more)


def between(db: Engine, query: ItemQuery, start: datetime, end: datetime, limit: int) -> tuple[StoredItem, ...]:
    """Items dated from `start` up to `end`, newest first."""
    span = (ITEM.c.dated >= start, ITEM.c.dated < end)
    wanted = _items().where(*span, *conditions(query, db.dialect.name))
    with reading(db) as connection:
        rows = connection.execute(wanted.order_by(ITEM.c.dated.desc(), ITEM.c.id.desc()).limit(limit)).all()
        return tuple(_with_tags(connection, rows))


def _bound(cursor: Cursor) -> tuple[Any, Any]:
    return literal(cursor.dated, ITEM.c.dated.type), literal(cursor.id)


def _items() -> Select[Any]:
    return select(ITEM, SOURCE.c.title.label("source_title"), SOURCE.c.source_class).join(
        SOURCE, SOURCE.c.id == ITEM.c.source_id
    )


def _with_tags(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredItem]:
    tags: defaultdict[int, list[Tag]] = defaultdict(list)
    ids = [row.id for row in rows]
    for tag in connection.execute(select(TAG).where(TAG.c.item_id.in_(ids)).order_by(TAG.c.axis, TAG.c.slug)):
        tags[tag.item_id].append(Tag(tag.axis, tag.slug, tuple(Evidence(*words) for words in tag.evidence)))
    return [_stored(row, tuple(tags[row.id])) for row in rows]


def _stored(row: Row[Any], tags: tuple[Tag, ...]) -> StoredItem:
    same = ("id", "source_id", "source_title", "source_class", "link", "title", "summary", "published", "updated",
            "first_seen", "changed", "dated", "lang", "key")  # fmt: skip
    return StoredItem(
        **{name: getattr(row, name) for name in same},
        heading=row.title or shorten(plain(row.summary), _HEADING) or row.link or "(no title)",
        tier=Tier(row.tier),
        tags=tags,
    )


def item(db: Engine, item_id: int) -> StoredItem | None:
    with reading(db) as connection:
        rows = connection.execute(_items().where(ITEM.c.id == item_id)).all()
        return _with_tags(connection, rows)[0] if rows else None


def carriers(db: Engine, item_id: int) -> list[Carrier]:
    """All sources that carried the item, in the order in which they were seen to."""
    seen = func.min(SIGHTING.c.seen).label("seen")  # a source may show it under several entry ids
    query = (
        select(SOURCE.c.id, SOURCE.c.title, SOURCE.c.source_class, seen)
        .join(SIGHTING, SIGHTING.c.source_id == SOURCE.c.id)
        .where(SIGHTING.c.item_id == item_id)
        .group_by(SOURCE.c.id, SOURCE.c.title, SOURCE.c.source_class)
        .order_by(seen, SOURCE.c.id)
    )
    with reading(db) as connection:
        return [Carrier(*row) for row in connection.execute(query)]


def versions(db: Engine, item_id: int) -> list[Version]:
    query = select(VERSION.c.title, VERSION.c.summary, VERSION.c.until).where(VERSION.c.item_id == item_id)
    with reading(db) as connection:
        return [Version(*row) for row in connection.execute(query.order_by(VERSION.c.until))]


def count(db: Engine, query: ItemQuery) -> int:
    with reading(db) as connection:
        return connection.scalar(select(func.count()).select_from(ITEM).where(*conditions(query, db.dialect.name))) or 0


def facets(db: Engine, query: ItemQuery) -> dict[str, list[tuple[str, int]]]:
    """How many items of the query carry each tag, by axis, most first."""
    ids = select(ITEM.c.id).where(*conditions(query, db.dialect.name))
    number = func.count().label("number")
    counted = (
        select(TAG.c.axis, TAG.c.slug, number)
        .where(TAG.c.item_id.in_(ids))
        .group_by(TAG.c.axis, TAG.c.slug)
        .order_by(number.desc(), TAG.c.slug)
    )
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    with reading(db) as connection:
        for axis, slug, items in connection.execute(counted):
            found[axis].append((slug, items))
    return dict(found)


def newest(db: Engine, query: ItemQuery, before: datetime | None = None) -> datetime | None:
    """When the newest item of the query is dated, or the newest of those before a moment."""
    with reading(db) as connection:
        where = conditions(query, db.dialect.name)
        where += [ITEM.c.dated < before] if before else []
        return connection.scalar(select(ITEM.c.dated).where(*where).order_by(ITEM.c.dated.desc()).limit(1))


def last_look(db: Engine) -> datetime | None:
    """When data was last fetched from any source."""
    with reading(db) as connection:
        return connection.scalar(select(func.max(SOURCE.c.last_success)))


def outdated(db: Engine, version: str, corrected: Mapping[str, str], after_id: int, limit: int) -> list[StoredItem]:
    """Items that another version of the taxonomy tagged, by id; `corrected` has the versions of those that are
    corrected, by key.
    """
    of_rules = ITEM.c.key.not_in(corrected) & (ITEM.c.taxonomy != version)
    of_people = ITEM.c.key.in_(corrected) & ITEM.c.taxonomy.not_in(corrected.values())
    query = _items().where(of_rules | of_people, ITEM.c.id > after_id).order_by(ITEM.c.id).limit(limit)
    with reading(db) as connection:
        return _with_tags(connection, connection.execute(query).all())
