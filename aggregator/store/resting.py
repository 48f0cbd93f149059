"""Stories that rest: all their items are off topic now, as after an edit or a change of the rules, so none tells them.

Each of those items remembers its story, and the first that comes back takes it up again, so that addresses stay and
nobody is told twice. A story rests as long as one of them is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from aggregator.model import Membership
from aggregator.store.statements import batches
from aggregator.store.story_numbers import keep_in_mind
from aggregator.store.tables import ITEM, STORY

OFF_TOPIC = {
    "story_id": None, "story_reason": "", "copy_of": None, "likeness": 0.0,
    "rested_in": func.coalesce(ITEM.c.story_id, ITEM.c.rested_in),
}  # fmt: skip


def remembered(connection: Connection, items: Iterable[Any]) -> dict[int, int]:
    """The stories that some items remember, by item."""
    found: dict[int, int] = {}
    for some in batches(items):
        query = select(ITEM.c.id, ITEM.c.rested_in).where(ITEM.c.id.in_(some), ITEM.c.rested_in.is_not(None))
        found |= {row.id: row.rested_in for row in connection.execute(query)}
    return found


def woken(connection: Connection, placed: Sequence[Membership]) -> tuple[dict[Any, int], dict[int, Any]]:
    """Of items that are put into stories: the resting stories that new ones take up again, by what grouping calls them,
    and what those that rest are part of from now on.
    """
    known = remembered(connection, [m.item for m in placed])
    resting: set[int] = set()
    for some in batches(sorted(set(known.values()))):
        at_rest = (STORY.c.reports == 0, STORY.c.merged_into.is_(None))
        resting.update(connection.scalars(select(STORY.c.id).where(STORY.c.id.in_(some), *at_rest)))
    again: dict[Any, int] = {}
    part_of: dict[int, Any] = {}
    for membership in placed:
        story, number = membership.story, known.get(int(membership.item))
        if number not in resting:
            continue
        resting.remove(number)  # which the first of its items takes up
        if isinstance(story, str) or story in again:
            part_of[number] = story
        else:
            again[story] = number
    return again, part_of


def lay_to_rest(connection: Connection, empty: Collection[int]) -> None:
    """Stories without items; those that no item remembers are pruned, with all that was merged into them."""
    resting = set(connection.scalars(select(ITEM.c.rested_in).where(ITEM.c.rested_in.in_(empty))))
    connection.execute(update(STORY).where(STORY.c.id.in_(resting)).values(reports=0, independent=0))
    gone = set(empty) - resting
    while gone:
        merged = set(connection.scalars(select(STORY.c.id).where(STORY.c.merged_into.in_(gone)))) - gone
        if not merged:
            break
        gone |= merged
    if gone:
        keep_in_mind(connection, max(gone))
        connection.execute(update(STORY).where(STORY.c.id.in_(gone)).values(merged_into=None))
        connection.execute(delete(STORY).where(STORY.c.id.in_(gone)))
