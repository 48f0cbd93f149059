"""Pruning: what is older than it should be kept, and shown by no source any more, is taken out with all that is about
it.

An item that a source's document still holds would come back, as new, at the next look; so it stays. One that has only
just left the document may have done so by mistake; so it stays for some days more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, select, update
from sqlmodel import SQLModel

from aggregator.model import Tier
from aggregator.query import ItemQuery
from aggregator.store import search
from aggregator.store.db import reading, writing
from aggregator.store.lists import number_of
from aggregator.store.postings import Ledger, hold, posted
from aggregator.store.progress import Progress, unseen
from aggregator.store.resting import remembered
from aggregator.store.span import ALL, Cursor, Span, within
from aggregator.store.stories import recount
from aggregator.store.tables import ITEM, POSTING, SIGHTING, SOURCE

GRACE = timedelta(days=7)  # after which an entry that a document no longer shows is held to be gone
_BATCH = 200  # items in one transaction: no page and no look is kept waiting for long


def prunable(db: Engine, before: Mapping[Tier, datetime], now: datetime) -> dict[Tier, int]:
    """How many items of each tier would be pruned; `before` is the date before which items of a tier are not kept."""
    with reading(db) as connection:
        return {
            tier: connection.scalar(select(func.count()).select_from(_old(tier, moment, now).subquery())) or 0
            for tier, moment in before.items()
        }


def prune(db: Engine, before: Mapping[Tier, datetime], now: datetime, progress: Progress = unseen) -> dict[Tier, int]:
    """Takes out what `prunable` counts, batch by batch; answers how many items of each tier. Raises ConflictError."""
    done = dict.fromkeys(before, 0)
    for tier, number in prunable(db, before, now).items():
        for some in _batches(db, _old(tier, before[tier], now), now):
            done[tier] += some
            progress(f"items of the tier {tier}", done[tier], max(number, done[tier]))
    return done


def _old(tier: Tier, before: datetime, now: datetime) -> Select[Any]:
    listed = (
        select(SIGHTING.c.item_id)
        .join(SOURCE, SOURCE.c.id == SIGHTING.c.source_id)
        .where(SIGHTING.c.item_id == POSTING.c.item_id, SOURCE.c.listed, SOURCE.c.enabled)
        .where(SIGHTING.c.gone.is_(None) | (SIGHTING.c.gone > now - GRACE))
    )
    # The newest item stays: SQLite gives the id that follows the last one, and no id is given twice.
    newest = select(func.max(ITEM.c.id)).scalar_subquery()
    this = (POSTING.c.list == number_of("tier", tier), POSTING.c.dated < before)
    return select(POSTING.c.dated, POSTING.c.item_id).where(*this, ~listed.exists(), POSTING.c.item_id < newest)


def _batches(db: Engine, old: Select[Any], now: datetime) -> Iterator[int]:
    """Prunes, and says how many items each time."""
    ordered = old.order_by(POSTING.c.dated, POSTING.c.item_id).limit(_BATCH)
    span = ALL
    while True:
        with writing(db) as connection:
            further = within(ItemQuery(), span, POSTING.c.dated, POSTING.c.item_id)
            found = [Cursor(*row) for row in connection.execute(ordered.where(*further))]
            ids = [place.id for place in found]
            hold(connection, ids)
            # Asked again: until it was held, an item could be shown by another source, or edited.
            ids = [row.item_id for row in connection.execute(old.where(POSTING.c.item_id.in_(ids)))]
            _take_out(connection, ids, now)
        if not found:
            return
        span = Span(after=found[-1])
        yield len(ids)


def _take_out(connection: Connection, ids: list[int], now: datetime) -> None:
    """Items with everything that refers to them."""
    these = ITEM.c.id.in_(ids)
    ledger = Ledger(connection)
    ledger.change(posted(connection, ids), ())
    for item in connection.execute(select(ITEM.c.id, ITEM.c.title, ITEM.c.summary).where(these)):
        search.unindex(connection, item.id, item.title, item.summary)
    stories = set(connection.scalars(select(ITEM.c.story_id).where(these, ITEM.c.story_id.is_not(None))))
    for table, column in _referring():
        refers = table.c[column.name].in_(ids)
        if column.nullable:
            connection.execute(update(table).where(refers).values({column.name: None}))
        else:
            connection.execute(delete(table).where(refers))
    stories.update(remembered(connection, ids).values())
    connection.execute(delete(ITEM).where(these))
    recount(connection, stories)
    ledger.settle(now)


def _referring() -> Iterator[tuple[Any, Any]]:
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is ITEM:
                yield table, key.parent
