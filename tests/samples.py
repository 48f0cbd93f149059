"""Values of the model with everything filled in, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, select, text

from aggregator.model import (
    Changes,
    Evidence,
    Identity,
    Item,
    Source,
    SourceState,
    Status,
    StoredItem,
    Tag,
    TaggedItem,
    Tagging,
    Tier,
)
from aggregator.query import ItemQuery, parse_query
from aggregator.store import items, reads, sources
from aggregator.store.db import reading
from aggregator.text.html import plain
from aggregator.text.terms import searchable
from tests.fakes import START

ALL = ItemQuery()


def make_source(source_id: str = "news", **said: Any) -> Source:
    """A source at https://<id>.example/feed."""
    values = {"url": f"https://{source_id}.example/feed", "title": source_id.title()} | said
    return Source(source_id, **values)


def make_tag(name: str) -> Tag:
    """company/baidu, earned by the first word of the title."""
    axis, _, slug = name.partition("/")
    return Tag(axis, slug, (Evidence("title", 0, 5, "first", "name"),))


def make_item(name: str = "a", tags: Iterable[str] = (), tier: Tier = Tier.CORE, **parts: Any) -> TaggedItem:
    """An item at https://news.example/<name>, published at the start of the clock."""
    link = f"https://news.example/{name}"
    item = Item(
        identity=Identity(f"id-{name}", link.removeprefix("https:")),
        link=link,
        title=f"Title {name}",
        summary=f"<p>Summary {name}</p>",
        text=f"Summary {name}",
        published=START,
        updated=None,
        lang="en",
        fingerprint=f"print-{name}",
    )
    tagging = Tagging(tuple(map(make_tag, tags)), tier, 2.5, "taxonomy-1")
    item = replace(item, **parts)
    if "summary" in parts:
        item = replace(item, text=plain(item.summary))
    return TaggedItem(item, tagging, searchable(item.title, item.text))


def make_changes(source_id: str = "news", now: datetime = START, **what: Any) -> Changes:
    """What a successful look at a source changes."""
    return Changes(SourceState(source_id, Status.OK, last_look=now, last_success=now), now, **what)


def store(db: Engine, *new: TaggedItem, source_id: str = "news", now: datetime = START) -> None:
    """Stores new items of a source, which is added if it is not there."""
    known = {health.id for health in sources.health(db)}
    if source_id not in known:
        add_sources(db, make_source(source_id))
    items.apply(db, make_changes(source_id, now, new=new))


def add_sources(db: Engine, *added: Source) -> None:
    """Adds sources to those that are there."""
    there = [make_source(health.id, title=health.title, url=health.url) for health in sources.health(db)]
    sources.sync(db, [*there, *added], START)


def titles(db: Engine, query: str | ItemQuery = ALL, **place: Any) -> list[str]:
    """The titles of a listing, newest first. A query may be written as in an address: "company=baidu&q=chips"."""
    return [item.title for item in reads.listing(db, as_query(query), **place).items]


def only(db: Engine, query: str | ItemQuery = ALL) -> StoredItem:
    """The one item that a query finds."""
    (item,) = reads.listing(db, as_query(query)).items
    return item


def as_query(query: str | ItemQuery) -> ItemQuery:
    if isinstance(query, ItemQuery):
        return query
    return parse_query([tuple(part.split("=", 1)) for part in query.split("&")], START.date())  # type: ignore[misc]


def fetch_log(db: Engine) -> list[Row[Any]]:
    """Every look that was recorded, in order."""
    with reading(db) as connection:
        return list(connection.execute(select(sources.FETCH).order_by(sources.FETCH.c.id)))


def number_of_stories(db: Engine) -> int:
    """How many stories there are that are told, and that no other one has taken the place of."""
    with reading(db) as connection:
        return connection.scalar(text("SELECT count(*) FROM story WHERE merged_into IS NULL AND reports > 0")) or 0
