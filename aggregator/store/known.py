"""What is known of a document's entries before it is decided what they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Engine, bindparam, select

from aggregator.model import KnownEntry, KnownItem, Standing, standing
from aggregator.store.db import reading
from aggregator.store.statements import batches
from aggregator.store.tables import ITEM, SIGHTING, SOURCE

_SOME: BindParameter[str] = bindparam("some", expanding=True)
_THESE: BindParameter[str] = bindparam("these", expanding=True)
_OF_SOURCE = (
    select(
        SIGHTING.c.entry_id, SIGHTING.c.item_id, SIGHTING.c.fingerprint, ITEM.c.source_id, ITEM.c.key, ITEM.c.title,
        ITEM.c.published, SOURCE.c.source_class, SOURCE.c.listed,
    )
    .join(ITEM, ITEM.c.id == SIGHTING.c.item_id)
    .join(SOURCE, SOURCE.c.id == ITEM.c.source_id)
    .where(SIGHTING.c.source_id == bindparam("this"))
)  # fmt: skip
_SIGHTED = _OF_SOURCE.where(SIGHTING.c.entry_id.in_(_SOME))
_KEYED = _OF_SOURCE.where(ITEM.c.key.in_(_SOME))
_SHOWN = select(SIGHTING.c.source_id, SIGHTING.c.entry_id, SIGHTING.c.fingerprint).where(
    SIGHTING.c.source_id.in_(_THESE), SIGHTING.c.gone.is_(None)
)
_HOLDERS = (
    select(
        ITEM.c.key, ITEM.c.id, ITEM.c.title, ITEM.c.source_id, SOURCE.c.source_class, SOURCE.c.listed,
        SIGHTING.c.source_id.label("by"), SIGHTING.c.entry_id,
    )
    .join(SOURCE, SOURCE.c.id == ITEM.c.source_id)
    .outerjoin(SIGHTING, (SIGHTING.c.item_id == ITEM.c.id) & SIGHTING.c.source_id.in_(_THESE))
    .where(ITEM.c.key.in_(_SOME))
)  # fmt: skip


def shown(db: Engine, source_ids: Sequence[str]) -> list[dict[str, str]]:
    """Of each source, the fingerprints of the stored entries that its document showed when it was last read, by entry
    id.
    """
    found: dict[str, dict[str, str]] = {source_id: {} for source_id in source_ids}
    with reading(db) as connection:
        for source_id, entry_id, fingerprint in connection.execute(_SHOWN, {"these": source_ids}):
            found[source_id][entry_id] = fingerprint
    return [found[source_id] for source_id in source_ids]


def keyed(db: Engine, source_id: str, keys: Iterable[str]) -> dict[str, KnownEntry]:
    """Those of a source's entries, by id, that are items with one of some keys."""
    found: dict[str, KnownEntry] = {}
    with reading(db) as connection:
        for some in batches(keys):
            for row in connection.execute(_KEYED, {"this": source_id, "some": some}):
                found[row.entry_id] = _sighted(row, source_id)
    return found


def sighted(db: Engine, entries: Mapping[str, Iterable[str]]) -> dict[str, dict[str, KnownEntry]]:
    """Those of some sources' entries that are stored, by source and entry id."""
    found: dict[str, dict[str, KnownEntry]] = {source_id: {} for source_id in entries}
    with reading(db) as connection:
        for source_id, ids in entries.items():  # one after the other: SQLite would look for pairs from end to end
            for some in batches(ids):
                for row in connection.execute(_SIGHTED, {"this": source_id, "some": some}):
                    found[source_id][row.entry_id] = _sighted(row, source_id)
    return found


def _sighted(row: Any, source_id: str) -> KnownEntry:
    owned = row.source_id == source_id
    return KnownEntry(row.item_id, row.fingerprint, owned, row.key, row.title, row.published, _standing(row))


def holders(db: Engine, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, KnownItem]]:
    """Who holds the keys that some sources want, by source and key."""
    items: dict[str, Any] = {}
    entry_ids: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    by_source = {source_id: list(keys) for source_id, keys in wanted.items()}
    with reading(db) as connection:
        for some in batches({key for keys in by_source.values() for key in keys}):
            for row in connection.execute(_HOLDERS, {"these": list(wanted), "some": some}):
                items[row.key] = row
                entry_ids[row.by, row.key].add(row.entry_id)
    return {
        source_id: {key: _holder(items[key], entry_ids[source_id, key]) for key in keys if key in items}
        for source_id, keys in by_source.items()
    }


def _holder(row: Any, entry_ids: Iterable[str]) -> KnownItem:
    return KnownItem(row.id, row.title, frozenset(entry_ids), _standing(row))


def _standing(row: Any) -> Standing:
    return standing(row.source_class, row.source_id, listed=row.listed)
