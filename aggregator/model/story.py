"""Stories: the items that tell of one event, whatever their language."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from aggregator.model.item import Tag

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
    independent: int  #: copies, and what one publisher says twice, are one voice


class Story(NamedTuple):
    """Items that tell of one event, with the one that speaks for them."""

    id: Id
    members: tuple[Id, ...]  #: in the order of their dates
    lead: Id
    voices: Voices
