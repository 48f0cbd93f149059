"""What is known before a look at a source, and what the look changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from aggregator.model.item import Merged, TaggedItem
from aggregator.model.source import SourceState, Standing, Status


class KnownEntry(NamedTuple):
    """A stored entry of this source, the fingerprint it had, and the item that it is."""

    item_id: int
    fingerprint: str
    owned: bool = True  #: whether the item is this source's: only then may the source edit it
    key: str = ""
    title: str = ""
    published: datetime | None = None
    standing: Standing = (-1, "")  #: of the source whose words the item has


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Who holds a key already: the item, its title, and the entries under which this source has shown it."""

    item_id: int
    title: str
    entry_ids: frozenset[str] = frozenset()
    standing: Standing = (-1, "")  #: of the source whose words the item has


@dataclass(frozen=True, slots=True)
class Known:
    """All that `decide` needs to know of the store for one document."""

    sighted: Mapping[str, KnownEntry] = field(default_factory=dict)  #: by entry id
    holders: Mapping[str, KnownItem] = field(default_factory=dict)  #: by key
    shown: frozenset[str] = frozenset()  #: ids of the entries that it showed when it was last read


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for a stored item: from its own source, which has edited them, or from one of higher standing, which
    takes it over. Of an edit, the store keeps the earlier title and summary as a version.
    """

    item_id: int
    new: TaggedItem


@dataclass(frozen=True, slots=True)
class Sighting:
    """An item that is already stored, seen as an entry of another source (or under another id)."""

    item_id: int
    entry_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one look at one source changes; written in one transaction."""

    state: SourceState
    now: datetime
    new: tuple[TaggedItem, ...] = ()
    edits: tuple[Edit, ...] = ()
    takeovers: tuple[Edit, ...] = ()  #: items of sources of lower standing, which speak in this one's words from now on
    sightings: tuple[Sighting, ...] = ()
    left: frozenset[str] = frozenset()  #: ids of entries that the document does not show any more
    back: frozenset[str] = frozenset()  #: ids of entries that it did not show when it was last read


@dataclass(frozen=True, slots=True)
class Report:
    """How one look at one source went, for people."""

    source_id: str
    status: Status
    found: int = 0
    new: int = 0
    edited: int = 0
    sighted: int = 0
    merged: tuple[Merged, ...] = ()
    error: str = ""
    seconds: float = 0.0
    unstored: bool = False  #: whether the store, and not the source, is at fault

    @property
    def failed(self) -> bool:
        return self.status.failed
