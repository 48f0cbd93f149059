"""What pages, feeds and the command line read. Every listing is an ItemQuery, newest first, paged by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, Text, bindparam, cast, func, select

from aggregator.model import KeyDates, StoredItem, Tier
from aggregator.query import ItemQuery
from aggregator.store import tags
from aggregator.store.db import reading
from aggregator.store.places import places, selection
from aggregator.store.span import Cursor, Span, paged
from aggregator.store.statements import as_written
from aggregator.store.states import DISPLAY_NAME
from aggregator.store.tables import EVIDENCE, ITEM, SIGHTING, SOURCE, VERSION
from aggregator.store.types import words_of
from aggregator.text.html import plain, shorten
from aggregator.text.urls import as_told, without_credentials

PAGE = 50
_LONG_PAGE = 500
_HEADING = 80  # characters of the text of an item without a title
_MOST = 2000  # items that a process holds: some megabytes


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


class ItemVersion(NamedTuple):
    """What an item said until a certain time."""

    title: str
    summary: str
    until: datetime


def listing(
    db: Engine, query: ItemQuery, *, limit: int = PAGE, before: Cursor | None = None, after: Cursor | None = None,
    evidence: bool = True,
) -> Listing:  # fmt: skip
    """Items older than `before`, or newer than `after`, or the newest. Without the evidence of their tags, a page takes
    a third less time.
    """
    span, backwards = Span(before, after), after is not None
    with reading(db) as connection:
        these = selection(connection, query, limit + 1, span, oldest_first=backwards)
        with as_written(connection):
            found = _read(connection.execute(_items(evidence).where(ITEM.c.id.in_(these))))
    found.sort(key=lambda item: (item.dated, item.id), reverse=not backwards)
    return Listing(*paged(found, limit, span))


def walk(db: Engine, query: ItemQuery, *, evidence: bool = False) -> Iterator[StoredItem]:
    """All items of a query, newest first, a page at a time: memory stays small however many there are."""
    cursor = None
    while True:
        page = listing(db, query, limit=_LONG_PAGE, before=cursor, evidence=evidence)
        yield from page.items
        if not page.has_older:
            return
        cursor = Cursor(page.items[-1].dated, page.items[-1].id)


def between(db: Engine, query: ItemQuery, start: datetime, end: datetime, limit: int) -> tuple[StoredItem, ...]:
    """Items dated from `start` up to `end`, newest first, without the words that earned their tags."""
    with reading(db) as connection:
        found = places(connection, query, limit, Span(start=start, end=end))
        items = items_by_id(connection, [place.id for place in found], evidence=False)
        return tuple(items[place.id] for place in found)


def oldest(db: Engine, query: ItemQuery, start: datetime) -> datetime | None:
    """When the oldest item of the query at or after a moment is dated."""
    with reading(db) as connection:
        found = places(connection, query, 1, Span(start=start), oldest_first=True)
        return found[0].dated if found else None


def newest(db: Engine, query: ItemQuery, before: datetime | None = None) -> datetime | None:
    """When the newest item of the query is dated, or the newest of those before a moment."""
    with reading(db) as connection:
        found = places(connection, query, 1, Span(end=before))
        return found[0].dated if found else None


def ends(db: Engine, query: ItemQuery) -> tuple[datetime | None, datetime | None]:
    """When the oldest and the newest item of the query are dated."""
    with reading(db) as connection:
        first, last = (places(connection, query, 1, oldest_first=oldest_first) for oldest_first in (True, False))
        return (first[0].dated, last[0].dated) if first and last else (None, None)


def naming_days(db: Engine, day: date, *, ahead: bool, limit: int = 500) -> list[StoredItem]:
    """Items that name days on which comments close or something takes effect: those next to a day, from it on or
    before it, at most so many of each kind.
    """
    ids: set[int] = set()
    with reading(db) as connection:
        for column in (ITEM.c[name] for name in _DAYS):
            nearest = (column >= day, column) if ahead else (column < day, column.desc())
            ids.update(connection.scalars(select(ITEM.c.id).where(nearest[0]).order_by(nearest[1]).limit(limit)))
        return list(items_by_id(connection, sorted(ids), evidence=False).values())


def items_by_id(connection: Connection, ids: Sequence[int], evidence: bool = True) -> dict[int, StoredItem]:
    """Items inside a transaction that has begun, by id."""
    rows = connection.execute(_THESE if evidence else _BARELY, {"ids": ids})
    return {item.id: item for item in _read(rows)}


_AS_STORED = (
    "id", "source_id", "source_title", "source_class", "source_site", "link", "title", "summary", "published",
    "updated", "first_seen", "changed", "dated", "lang", "key", "story_id", "story_reason", "copy_of",
)  # fmt: skip
_DAYS = KeyDates._fields


@lru_cache  # making a statement takes as long as running it
def _items(evidence: bool = True) -> Select[Any]:
    columns = {**dict(ITEM.c.items()), "source_title": DISPLAY_NAME, "source_class": SOURCE.c.source_class}
    columns["source_site"] = SOURCE.c.site_url
    shown = select(*(columns[name] for name in (*_AS_STORED, *_DAYS)), SOURCE.c.url, ITEM.c.tier, ITEM.c.tags)
    shown = shown.join_from(ITEM, SOURCE, SOURCE.c.id == ITEM.c.source_id)
    if not evidence:
        return shown
    return shown.add_columns(cast(EVIDENCE.c.words, Text)).outerjoin(EVIDENCE, EVIDENCE.c.item_id == ITEM.c.id)


_THESE, _BARELY = (
    _items(evidence).where(ITEM.c.id.in_(bindparam("ids", expanding=True))) for evidence in (True, False)
)


def _read(rows: Iterable[Row[Any]]) -> list[StoredItem]:
    return [_stored(tuple(row)) for row in rows]


@lru_cache(_MOST)  # a page has many that were read before
def _stored(row: tuple[Any, ...]) -> StoredItem:
    said = dict(zip(_AS_STORED, row, strict=False))
    comments_close_on, effective_on, url, tier, names, *earned = row[len(said) :]
    heading = said["title"] or shorten(plain(said["summary"]), _HEADING) or said["link"] or "(no title)"
    carried = tags.read_with(names, words_of(*earned)) if any(earned) else tags.read(names)
    said |= {"source_site": without_credentials(said["source_site"]), "source_url": as_told(url)}
    days = KeyDates(comments_close_on, effective_on)
    return StoredItem(**said, heading=heading, tier=Tier(tier), tags=carried, key_dates=days)


def was_there(db: Engine, item_id: int) -> bool:
    """Whether an id that no item has now was given once."""
    with reading(db) as connection:
        return 0 < item_id <= (connection.scalar(select(func.max(ITEM.c.id))) or 0)


def item(db: Engine, item_id: int) -> StoredItem | None:
    with reading(db) as connection:
        found = _read(connection.execute(_items().where(ITEM.c.id == item_id)))
        return found[0] if found else None


def score(db: Engine, item_id: int) -> float:
    """How much an item speaks of AI, in points."""
    with reading(db) as connection:
        return float(connection.scalar(select(ITEM.c.score).where(ITEM.c.id == item_id)) or 0)


def carriers(db: Engine, item_id: int) -> list[Carrier]:
    """All sources that carried the item, in the order in which they were seen to."""
    seen = func.min(SIGHTING.c.seen).label("seen")  # a source may show it under several entry ids
    query = (
        select(SOURCE.c.id, DISPLAY_NAME, SOURCE.c.source_class, seen)
        .join(SIGHTING, SIGHTING.c.source_id == SOURCE.c.id)
        .where(SIGHTING.c.item_id == item_id)
        .group_by(SOURCE.c.id, DISPLAY_NAME, SOURCE.c.source_class)
        .order_by(seen, SOURCE.c.id)
    )
    with reading(db) as connection:
        return [Carrier(*row) for row in connection.execute(query)]


def versions(db: Engine, item_id: int) -> list[ItemVersion]:
    query = select(VERSION.c.title, VERSION.c.summary, VERSION.c.until).where(VERSION.c.item_id == item_id)
    with reading(db) as connection:
        return [ItemVersion(*row) for row in connection.execute(query.order_by(VERSION.c.until, VERSION.c.id))]


def first_seen(db: Engine) -> datetime | None:
    """When the first item that is stored came in."""
    with reading(db) as connection:
        return connection.scalar(select(ITEM.c.first_seen).order_by(ITEM.c.id).limit(1))


def last_success(db: Engine) -> datetime | None:
    """When data was last fetched from any source."""
    with reading(db) as connection:
        return connection.scalar(select(func.max(SOURCE.c.last_success)))


def some(connection: Connection, conditions: Iterable[ColumnElement[bool]], limit: int) -> list[StoredItem]:
    """Items that meet conditions, by id, inside a transaction that has begun."""
    return _read(connection.execute(_items().where(*conditions).order_by(ITEM.c.id).limit(limit)))
