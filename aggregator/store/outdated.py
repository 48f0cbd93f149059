"""Items that were tagged with another version of the taxonomy, or of what people say of them, than they should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select

from aggregator.model import StoredItem
from aggregator.store import reads
from aggregator.store.db import reading
from aggregator.store.statements import batches
from aggregator.store.tables import ITEM
from aggregator.tagging.correct import GIVEN

BATCH = 500


def outdated(
    db: Engine, taxonomy: str, of_sources: Mapping[str, str], of_items: Mapping[str, str], thorough: bool = True
) -> Iterator[list[StoredItem]]:
    """In batches; if not `thorough`, those only whose version no item should have: they are found at once.

    `of_sources` has the versions of the items of sources that feeds.toml lists, by source; `of_items` those of items
    that are corrected, by key. What a source gave that is not listed any more, its items keep.
    """
    stored = _versions(db)
    if not thorough:
        stored = sorted(set(stored) - {taxonomy, *of_sources.values(), *of_items.values()})
    conditions = [ITEM.c.taxonomy == version for version in stored if version.partition("+")[0] != taxonomy]
    current = [version for version in stored if version.partition("+")[0] == taxonomy]
    conditions += [c for version in current if (c := _misplaced(version, of_sources, of_items)) is not None]
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for key, version in of_items.items():
        keys[version].append(key)
    of_this = func.substr(ITEM.c.taxonomy, 1, len(taxonomy)) == taxonomy  # all others are found above
    conditions += [ITEM.c.key.in_(some) & (ITEM.c.taxonomy != version) & of_this for version, some in keys.items()]
    for condition in conditions:
        last = 0
        while found := _batch(db, condition, last):
            last = found[-1].id
            yield found


def _misplaced(version: str, of_sources: Mapping[str, str], of_items: Mapping[str, str]) -> ColumnElement[bool] | None:
    """The condition that an item has a version that is its source's no more; None if no item can."""
    others = [source for source, wanted in of_sources.items() if wanted != version]
    listed = ITEM.c.source_id.in_(others)
    if "+" in version and GIVEN not in version:  # of a correction
        listed = or_(listed, ITEM.c.source_id.not_in(list(of_sources)))
    elif not others:
        return None
    return and_(ITEM.c.taxonomy == version, listed, ITEM.c.key.not_in(list(of_items)))


def _batch(db: Engine, condition: ColumnElement[bool], after_id: int) -> list[StoredItem]:
    with reading(db) as connection:
        return reads.some(connection, (condition, ITEM.c.id > after_id), BATCH)


def _versions(db: Engine) -> list[str]:
    """All versions that items were tagged with; each is looked up in the index, for there are few of them."""
    found: list[str] = []
    with reading(db) as connection:
        least = select(func.min(ITEM.c.taxonomy))
        version = connection.scalar(least)
        while version is not None:
            found.append(version)
            version = connection.scalar(least.where(ITEM.c.taxonomy > version))
    return found


def with_keys(db: Engine, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of the stored items that have one of some keys, the source whose words they have, and the link; by key."""
    found: dict[str, tuple[str, str]] = {}
    with reading(db) as connection:
        for some in batches(keys):
            rows = connection.execute(select(ITEM.c.key, ITEM.c.source_id, ITEM.c.link).where(ITEM.c.key.in_(some)))
            found |= {row.key: (row.source_id, row.link) for row in rows}
    return found
