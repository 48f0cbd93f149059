"""Numbers of stories: none is ever given again, for addresses and messages that were sent refer to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from aggregator.store.notes import leave_within, read_within
from aggregator.store.statements import batches
from aggregator.store.tables import ITEM, STORY

_PRUNED = "last_story"  # the note of the highest number that a story had which is not there any more


def last_given(connection: Connection) -> int:
    """The highest number that a story has, or had."""
    pruned = read_within(connection, _PRUNED)
    return max(connection.scalar(select(func.max(STORY.c.id))) or 0, int(pruned or 0))


def keep_in_mind(connection: Connection, pruned: int) -> None:
    """That a story of this number was pruned. PostgreSQL keeps in mind by itself what it has given, but not beyond a
    move or a backup.
    """
    leave_within(connection, _PRUNED, str(max(pruned, last_given(connection))), datetime.now(UTC))


def stories_of(connection: Connection, ids: Iterable[Any]) -> set[int]:
    """The numbers of the stories that some items are in."""
    found: set[int] = set()
    for some in batches(ids):
        query = select(ITEM.c.story_id).where(ITEM.c.id.in_(some), ITEM.c.story_id.is_not(None))
        found.update(connection.scalars(query.distinct()))
    return found
