"""What we make of an entry: clean text, an identity, tags with the words that earned them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aggregator.model.document import Entry, KeyDates
from aggregator.model.source import Rhythm

NAMED_AXES = ("company", "model", "region", "body", "initiative")  #: whose values texts name; the others are judged
AXES = (*NAMED_AXES, "topic", "status")

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"  #: what the values of an axis are called, and sources


def is_tag(text: str) -> bool:
    """Whether a text is `axis/slug`, which no other phrase of a rule is."""
    return text.partition("/")[0] in AXES


class Tier(StrEnum):
    """How much an item concerns us."""

    CORE = "core"  # AI policy or AI releases of China or the United States
    ADJACENT = "adjacent"  # other AI news
    OFF = "off"  # about something else; kept and listable, so that nothing is dropped unseen


class Identity(NamedTuple):
    """Who an entry is: within its source, and across all sources."""

    entry_id: str
    key: str


class Merged(NamedTuple):
    """An entry that a document holds twice, and why the two are one."""

    title: str
    entry_id: str
    why: str


@dataclass(frozen=True)  # no slots: see Entry
class IdentifiedEntry:
    """An entry of a document with who it is, and the fingerprint of what it says."""

    identity: Identity
    fingerprint: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document holds, before anything is known of the store."""

    title: str = ""
    lang: str = ""
    entries: tuple[IdentifiedEntry, ...] = ()
    merged: tuple[Merged, ...] = ()
    warning: str = ""  #: what was wrong with a document that could be read all the same
    rhythm: Rhythm = Rhythm()
    parts: tuple[str, ...] = ()  #: documents whose entries belong to it


@dataclass(frozen=True)  # no slots: see Entry
class Item:
    """An entry made clean: what we store and show."""

    identity: Identity
    link: str
    title: str
    summary: str
    text: str  #: the summary as plain text
    published: datetime | None
    updated: datetime | None
    lang: str
    fingerprint: str  #: hash of the raw entry: an equal one needs no work
    about: datetime | None = None  #: when it was published, more or less, where its page names the day alone
    key_dates: KeyDates = KeyDates()


class Evidence(NamedTuple):
    """The words that earned a tag: `text` stands at [start, end) of the item's `field` (title, or summary's text)."""

    field: str
    start: int
    end: int
    text: str
    rule: str

    @property
    def carried(self) -> bool:
        """Whether another tag brought the tag along."""
        return self.rule.startswith("carried by ")


@dataclass(frozen=True)  # no slots: see Entry
class Tag:
    """`axis/slug`, with what earned it. Evidence is the evidence of the carrier where a tag was carried along."""

    axis: str
    slug: str
    evidence: tuple[Evidence, ...] = ()

    def __str__(self) -> str:
        return f"{self.axis}/{self.slug}"


@dataclass(frozen=True)  # no slots: see Entry
class Tagging:
    """The tagger's whole answer for one text."""

    tags: tuple[Tag, ...]
    tier: Tier
    score: float  #: how much the text speaks of AI; relevance begins at the taxonomy's threshold
    version: str  #: hash of the taxonomy that gave it

    @property
    def relevant(self) -> bool:
        return self.tier is not Tier.OFF


@dataclass(frozen=True)
class Correction:
    """What a person says of one item's tags: it wins over the tagger."""

    link: str  #: as it was written; it also keeps two corrections apart that say the same
    add: tuple[str, ...]  #: axis/slug
    remove: tuple[str, ...]
    tier: Tier | None
    why: str


@dataclass(frozen=True)  # no slots: see Entry
class TaggedItem:
    """An item with all that is computed of it."""

    item: Item
    tagging: Tagging
    terms: str  #: what a search finds it by


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as stored, for pages, feeds and the command line."""

    id: int
    source_id: str
    source_title: str
    source_class: str
    link: str
    title: str
    heading: str  #: the title; where there is none, how the text begins
    summary: str
    published: datetime | None
    updated: datetime | None
    first_seen: datetime
    changed: datetime
    dated: datetime  #: the time it is listed under: published, never later than first seen
    lang: str
    tier: Tier
    tags: tuple[Tag, ...]
    key: str = ""  #: who it is across sources
    story_id: int | None = None  #: None until it has been grouped, and where it is off topic
    story_reason: str = ""  #: why it is in its story
    copy_of: int | None = None  #: the item whose text it repeats
    source_site: str = ""  #: the source's page for people, "" if not said
    source_url: str = ""  #: the document that is read, without a password
    key_dates: KeyDates = KeyDates()

    @property
    def relevant(self) -> bool:
        return self.tier is not Tier.OFF

    def slugs(self, axis: str) -> tuple[str, ...]:
        return tuple(tag.slug for tag in self.tags if tag.axis == axis)
