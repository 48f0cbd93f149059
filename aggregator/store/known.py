"""What is known of a document's entries before it is decided what they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import BindParameter, Engine, bindparam, select

from aggregator.model import Holder, Sighted, standing
from aggregator.store.db import reading
from aggregator.store.tables import ITEM, SIGHTING, SOURCE

_BATCH = 500  # values in one IN list
_SOME: BindParameter[str] = bindparam("some", expanding=True)
_OF_SOURCE = (
    select(SIGHTING.c.entry_id, SIGHTING.c.item_id, SIGHTING.c.fingerprint, ITEM.c.source_id, ITEM.c.key)
    .join(ITEM, ITEM.c.id == SIGHTING.c.item_id)
    .where(SIGHTING.c.source_id == bindparam("this"))
)
_SIGHTED = _OF_SOURCE.where(SIGHTING.c.entry_id.in_(_SOME))
_SHOWN = select(SIGHTING.c.entry_id, SIGHTING.c.fingerprint).where(
    SIGHTING.c.source_id == bindparam("this"), SIGHTING.c.gone.is_(None)
)
_HOLDERS = (
    select(ITEM.c.key, ITEM.c.id, ITEM.c.title, ITEM.c.source_id, SOURCE.c.source_class, SIGHTING.c.entry_id)
    .join(SOURCE, SOURCE.c.id == ITEM.c.source_id)
    .outerjoin(SIGHTING, (SIGHTING.c.item_id == ITEM.c.id) & (SIGHTING.c.source_id == bindparam("this")))
    .where(ITEM.c.key.in_(_SOME))
)


def shown(db: Engine, source_id: str) -> dict[str, str]:
    """Fingerprints of the stored entries that a source's document showed when it was last read, by entry id."""
    with reading(db) as connection:
        return {row.entry_id: row.fingerprint for row in connection.execute(_SHOWN, {"this": source_id})}


def keys(db: Engine, source_id: str) -> dict[str, str]:
    """Which items all entries of a source are that it ever showed: their keys by entry id."""
    with reading(db) as connection:
        return {row.entry_id: row.key for row in connection.execute(_OF_SOURCE, {"this": source_id})}


def sighted(db: Engine, source_id: str, entry_ids: Iterable[str]) -> dict[str, Sighted]:
    """Those of a source's entries that are stored, by entry id."""
    found: dict[str, Sighted] = {}
    with reading(db) as connection:
        for some in _batches(entry_ids):
            found |= _by_entry(connection.execute(_SIGHTED, {"this": source_id, "some": some}), source_id)
    return found


def _by_entry(rows: Iterable[Any], source_id: str) -> dict[str, Sighted]:
    return {row.entry_id: Sighted(row.item_id, row.fingerprint, row.source_id == source_id, row.key) for row in rows}


def holders(db: Engine, source_id: str, keys: Iterable[str]) -> dict[str, Holder]:
    """Who holds these keys, by key."""
    items: dict[str, Any] = {}
    entry_ids: defaultdict[str, set[str]] = defaultdict(set)
    with reading(db) as connection:
        for some in _batches(keys):
            for row in connection.execute(_HOLDERS, {"this": source_id, "some": some}):
                items[row.key] = row
                entry_ids[row.key] |= {row.entry_id} if row.entry_id else set()
    return {
        key: Holder(row.id, row.title, frozenset(entry_ids[key]), standing(row.source_class, row.source_id))
        for key, row in items.items()
    }


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    listed = list(values)
    return (listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH))
