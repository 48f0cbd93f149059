"""Items in the order in which they were stored, whatever they are dated."""

from __future__ import annotations

from sqlalchemy import Engine, func, select, text, true

from aggregator.model import StoredItem
from aggregator.store.db import reading
from aggregator.store.reads import items_by_id
from aggregator.store.tables import ITEM, UNGROUPED


def last(db: Engine) -> int:
    """The id of the last item before the first one that waits for its story; 0 if there is none.

    Until an item is grouped, nobody knows whether a feed of first reports would show it.
    """
    with reading(db) as connection:
        waiting = connection.scalar(select(func.min(ITEM.c.id)).where(text(UNGROUPED)))
        before = ITEM.c.id < waiting if waiting else true()
        return connection.scalar(select(func.max(ITEM.c.id)).where(before)) or 0


def between(db: Engine, after: int, until: int, limit: int) -> list[StoredItem]:
    """The items stored after one and up to another, the last ones first, without the evidence of their tags."""
    these = select(ITEM.c.id).where(ITEM.c.id > after, ITEM.c.id <= until).order_by(ITEM.c.id.desc()).limit(limit)
    with reading(db) as connection:
        ids = connection.scalars(these).all()
        found = items_by_id(connection, ids, evidence=False)
    return [found[item_id] for item_id in ids]
