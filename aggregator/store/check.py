"""Looking for damage: what should hold in a whole store, and does not."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, func, select, text

from aggregator.store import search
from aggregator.store.conditions import ITEM, SIGHTING, TAG
from aggregator.store.db import reading


def faults(db: Engine) -> list[str]:
    """Every fault as a sentence; an empty list for a whole store."""
    with reading(db) as connection:
        return [*_engine(connection), *_orphans(connection), *_search(connection)]


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
    stray = (
        select(func.count()).select_from(TAG.join(ITEM, ITEM.c.id == TAG.c.item_id)).where(TAG.c.dated != ITEM.c.dated)
    )
    if number := connection.scalar(stray):
        yield f"{number} tags have another date than their item"


def _search(connection: Connection) -> Iterator[str]:
    indexed = search.item_id(connection.dialect.name)
    missing = select(func.count()).select_from(ITEM).where(ITEM.c.id.not_in(select(indexed).select_from(search.SEARCH)))
    if number := connection.scalar(missing):
        yield f"{number} items are missing from the search index"
    left_over = select(func.count()).select_from(search.SEARCH).where(indexed.not_in(select(ITEM.c.id)))
    if number := connection.scalar(left_over):
        yield f"{number} entries of the search index have no item"
