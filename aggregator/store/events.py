"""Stories that are news to someone: what a query finds among those that began after a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, select

from aggregator.query import ItemQuery
from aggregator.store.db import reading
from aggregator.store.places import places
from aggregator.store.span import Span
from aggregator.store.statements import batches
from aggregator.store.tables import ITEM, STORY

_MOST = 20_000  # reports that are looked at
_NEWS = timedelta(days=7)  # old at most, when it comes in: public bodies date their papers days back


def told_since(db: Engine, query: ItemQuery, begun: datetime, dated_from: datetime) -> list[int]:
    """The stories of which a query finds a report, and that began after `begun`, by id.

    None of their reports came in before it, or is dated before it; and the first of them was news when it came in: what
    a new source brings along of last month is none. Reports that are dated before `dated_from` are not looked at.
    """
    found: set[int] = set()
    with reading(db) as connection:
        ids = [place.id for place in places(connection, query, _MOST, Span(start=dated_from))]
        for some in batches(ids):
            held = select(ITEM.c.story_id).where(ITEM.c.id.in_(some), ITEM.c.story_id.is_not(None))
            found.update(connection.scalars(held.distinct()))
        return sorted(story for some in batches(sorted(found)) for story in _begun(connection, some, begun))


def _begun(connection: Connection, stories: Sequence[int], begun: datetime) -> Iterator[int]:
    seen, dated = func.min(ITEM.c.first_seen), func.min(ITEM.c.dated)
    query = select(ITEM.c.story_id, seen, dated).where(ITEM.c.story_id.in_(stories)).group_by(ITEM.c.story_id)
    for story, seen_first, dated_first in connection.execute(query):
        if min(seen_first, dated_first) >= begun and seen_first - dated_first <= _NEWS:
            yield story


def merged_into(db: Engine, stories: Collection[int]) -> dict[int, list[int]]:
    """The stories in whose place each of some stories stands now, at once or by way of others."""
    found: dict[int, list[int]] = {}
    now = {story: story for story in stories}  # where each of them stands
    waiting = sorted(now)
    with reading(db) as connection:
        while waiting:
            gone: list[int] = []
            for some in batches(waiting):
                query = select(STORY.c.id, STORY.c.merged_into).where(STORY.c.merged_into.in_(some))
                for story, into in connection.execute(query):
                    if story not in now:
                        now[story] = now[into]
                        found.setdefault(now[story], []).append(story)
                        gone.append(story)
            waiting = sorted(gone)
    return found
