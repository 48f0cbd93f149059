"""Stories that rest: all their items are off topic now, as after an edit or a change of the rules, so none tells them.

What comes back takes up its story again, so that addresses stay and nobody is told twice. A story rests as long as the
item is there that spoke for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from aggregator.model import Membership
from aggregator.store.statements import batches
from aggregator.store.story_numbers import keep_in_mind
from aggregator.store.tables import ITEM, RESTING, STORY


def led_by(connection: Connection, items: Iterable[Any]) -> dict[int, int]:
    """The resting stories that some items spoke for, by item."""
    found: dict[int, int] = {}
    for some in batches(items):
        query = select(STORY.c.lead_id, STORY.c.id).where(STORY.c.lead_id.in_(some), text(RESTING))
        found |= {row.lead_id: row.id for row in connection.execute(query)}
    return found


def woken(connection: Connection, placed: Sequence[Membership]) -> tuple[dict[Any, int], dict[int, Any]]:
    """Of items that are put into stories: the resting stories that new ones take up again, by what grouping calls them,
    and what those that rest are part of from now on.
    """
    resting = led_by(connection, [m.item for m in placed])
    again: dict[Any, int] = {}
    part_of: dict[int, Any] = {}
    for membership in placed:
        story, number = membership.story, resting.get(int(membership.item))
        if number and (isinstance(story, str) or story in again):
            part_of[number] = story
        elif number:
            again[story] = number
    return again, part_of


def lay_to_rest(connection: Connection, empty: Collection[int]) -> None:
    """Stories without items; those of which nothing is left are pruned, with all that was merged into them."""
    leads = select(STORY.c.id).join(ITEM, ITEM.c.id == STORY.c.lead_id)
    resting = set(connection.scalars(leads.where(STORY.c.id.in_(empty))))
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
