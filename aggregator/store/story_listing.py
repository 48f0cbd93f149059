"""Stories by query, newest first. A story stands once in a listing: where the newest of its reports that the query
finds stands among the items, so that pages are as stable as those of items.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, Engine, select

from aggregator.model import StoredStory, Voices
from aggregator.query import ItemQuery
from aggregator.store.db import reading
from aggregator.store.first_reports import fellows, walked
from aggregator.store.places import found_among, places
from aggregator.store.span import Cursor, Span, paged
from aggregator.store.stories import stories
from aggregator.store.tables import STORY


class PlacedStory(NamedTuple):
    """A story at its place."""

    place: Cursor
    story: StoredStory


@dataclass(frozen=True, slots=True)
class StoryListing:
    """A page of stories, newest first, and whether there are newer and older ones."""

    stories: tuple[PlacedStory, ...]
    has_newer: bool
    has_older: bool


def listing(
    db: Engine, query: ItemQuery, *, limit: int, before: Cursor | None = None, after: Cursor | None = None
) -> StoryListing:
    """Stories older than `before`, or newer than `after`, or the newest."""
    span = Span(before, after)
    with reading(db) as connection:
        found = walked(
            lambda size, part: places(connection, query, size, part, oldest_first=after is not None),
            partial(_newest, connection, query), limit + 1, span, oldest_first=after is not None,
        )  # fmt: skip
    shown, has_newer, has_older = paged(found, limit, span)
    told = stories(db, [story for _, story in shown])
    standing = tuple(PlacedStory(place, told[story]) for place, story in shown if story in told)
    return StoryListing(standing, has_newer, has_older)


def voices(db: Engine, ids: Collection[int]) -> dict[int, Voices]:
    """How many tell each of some stories."""
    with reading(db) as connection:
        rows = connection.execute(select(STORY.c.id, STORY.c.reports, STORY.c.independent).where(STORY.c.id.in_(ids)))
        return {row.id: Voices(row.reports, row.independent) for row in rows}


def _newest(connection: Connection, query: ItemQuery, some: Sequence[Cursor]) -> list[tuple[Cursor, int]]:
    """The places, of some, at which a story stands, with its id."""
    heads: dict[int, Cursor] = {}
    for place, story in fellows(connection, [place.id for place in some], partial(found_among, connection, query)):
        heads.setdefault(story, place)
    story_at = {place: story for story, place in heads.items()}
    return [(place, story_at[place]) for place in some if place in story_at]
