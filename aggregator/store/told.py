"""Stories by query, newest first. A story stands once in a listing: where the newest of its reports that the query
finds stands among the items, so that pages are as stable as those of items.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, Engine, select

from aggregator.model import StoredStory, Voices
from aggregator.query import ItemQuery
from aggregator.store.db import reading
from aggregator.store.places import found_among, places
from aggregator.store.span import Cursor, Span, paged
from aggregator.store.stories import stories
from aggregator.store.tables import ITEM, STORY

_LONGER = 2  # items read for each story that is wanted; and how many times as long each next stretch is
_LONGEST = 5000  # items of a stretch: where few belong to a story, as off topic, there are many of these


class Standing(NamedTuple):
    """A story at its place."""

    place: Cursor
    story: StoredStory


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of stories, newest first, and whether there are newer and older ones."""

    stories: tuple[Standing, ...]
    has_newer: bool
    has_older: bool


def listing(
    db: Engine, query: ItemQuery, *, limit: int, before: Cursor | None = None, after: Cursor | None = None
) -> Listing:
    """Stories older than `before`, or newer than `after`, or the newest."""
    span = Span(before, after)
    with reading(db) as connection:
        found = _walked(connection, query, limit + 1, span, oldest_first=after is not None)
    shown, has_newer, has_older = paged(found, limit, span)
    told = stories(db, [story for _, story in shown])
    standing = tuple(Standing(place, told[story]) for place, story in shown if story in told)
    return Listing(standing, has_newer, has_older)


def voices(db: Engine, ids: Collection[int]) -> dict[int, Voices]:
    """How many tell each of some stories."""
    with reading(db) as connection:
        rows = connection.execute(select(STORY.c.id, STORY.c.reports, STORY.c.independent).where(STORY.c.id.in_(ids)))
        return {row.id: Voices(row.reports, row.independent) for row in rows}


def _walked(
    connection: Connection, query: ItemQuery, number: int, span: Span, *, oldest_first: bool
) -> list[tuple[Cursor, int]]:
    found: list[tuple[Cursor, int]] = []
    size = number * _LONGER
    while len(found) < number:
        some = places(connection, query, size, span, oldest_first=oldest_first)
        found += _newest(connection, query, some)
        if len(some) < size:
            break
        span = replace(span, after=some[-1]) if oldest_first else replace(span, before=some[-1])
        size = min(size * _LONGER, _LONGEST)
    return found[:number]


def _newest(connection: Connection, query: ItemQuery, some: Sequence[Cursor]) -> list[tuple[Cursor, int]]:
    """The places, of some, at which a story stands, with its id."""
    ids = [place.id for place in some]
    held = select(ITEM.c.story_id).where(ITEM.c.id.in_(ids), ITEM.c.story_id.is_not(None)).distinct()
    theirs = ITEM.c.story_id.in_(connection.scalars(held).all())
    story_of = {row.id: row.story_id for row in connection.execute(select(ITEM.c.id, ITEM.c.story_id).where(theirs))}
    heads: dict[int, Cursor] = {}
    for place in found_among(connection, query, select(ITEM.c.dated, ITEM.c.id.label("item_id")).where(theirs)):
        heads.setdefault(story_of[place.id], place)
    return [(place, story_of[place.id]) for place in some if heads.get(story_of.get(place.id, 0)) == place]
