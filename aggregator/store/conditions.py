"""ItemQuery → SQL, once for both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, select

from aggregator.model import AXES
from aggregator.query import FIELDS, ItemQuery
from aggregator.store import search
from aggregator.store.tables import ItemRow, SightingRow, TagRow, table

ITEM = table(ItemRow)
TAG = table(TagRow)
SIGHTING = table(SightingRow)


def conditions(query: ItemQuery, dialect: str) -> list[ColumnElement[bool]]:
    """What a row of `item` must fulfil."""
    found: list[ColumnElement[bool]] = []
    for field in FIELDS:
        wanted = query.values(field.name)
        unwanted = query.values(field.name, excluded=True)
        if wanted and "all" not in wanted:
            found.append(_has(field.name, wanted))
        if unwanted:
            found.append(~_has(field.name, unwanted))
    found += _span(query.since, query.until)
    if query.q:
        found.append(search.matches(query.q, dialect))
    return found


def _has(field: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if field in AXES:
        tagged: Any = select(TAG.c.item_id).where(TAG.c.axis == field, TAG.c.slug.in_(values))
        return ITEM.c.id.in_(tagged)  # type: ignore[no-any-return]
    if field == "source":
        # Every source that carried the item, not only the one whose text it has.
        sighted = select(SIGHTING.c.item_id).where(SIGHTING.c.source_id.in_(values))
        return ITEM.c.id.in_(sighted)  # type: ignore[no-any-return]
    return ITEM.c[field].in_(values)  # type: ignore[no-any-return]


def _span(since: date | None, until: date | None) -> Iterator[ColumnElement[bool]]:
    if since:
        yield ITEM.c.dated >= datetime.combine(since, time(), UTC)
    if until:
        yield ITEM.c.dated <= datetime.combine(until, time.max, UTC)
