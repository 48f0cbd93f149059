"""Stories: the items that tell of one event, whatever their language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from aggregator.model.item import StoredItem, Tag, Tier

Id = int | str


class Dispatch(NamedTuple):
    """What grouping needs of an item."""

    id: Id
    title: str
    text: str  #: the summary as plain text
    source: str  #: the publisher's id or name
    source_class: str  #: one of CLASSES
    dated: datetime
    lang: str = ""
    link: str = ""  #: canonical, "" if the item has no page of its own
    tags: tuple[Tag, ...] = ()


class Membership(NamedTuple):
    """Why an item belongs to a story."""

    item: Id
    story: Id  #: the id of the story's first item
    reason: str  #: in words, "" where the item begins the story
    copy_of: Id | None = None  #: the item whose text this one repeats
    likeness: float = 0.0  #: to what the story had in common when the item came; 1 for a copy, 0 for the first item


class Voices(NamedTuple):
    """How many tell a story."""

    reports: int
    independent: int  #: copies, what one publisher says twice, and what one agency told, are one voice


class Story(NamedTuple):
    """Items that tell of one event, with the one that speaks for them."""

    id: Id
    members: tuple[Id, ...]  #: in the order of their dates
    lead: Id
    voices: Voices


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A story as stored, with all that it consists of."""

    id: int
    lead: StoredItem
    items: tuple[StoredItem, ...]  #: in the order of their dates
    voices: Voices
    changed: datetime  #: when its lead or its number of items last changed

    @property
    def tier(self) -> Tier:
        """The best of its items'."""
        return min((item.tier for item in self.items), key=list(Tier).index)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Those of the lead, and those that at least half of its items carry."""
        own = {(tag.axis, tag.slug): tag for tag in self.lead.tags}
        carried = Counter((tag.axis, tag.slug) for item in self.items for tag in item.tags)
        for tag in chain.from_iterable(item.tags for item in self.items):
            if 2 * carried[tag.axis, tag.slug] >= len(self.items):
                own.setdefault((tag.axis, tag.slug), tag)
        return tuple(own[name] for name in sorted(own))
