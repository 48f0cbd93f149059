"""What is wanted of a source's document, and what it brings: all that goes to the child that reads it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.model.changes import KnownEntry
from aggregator.model.document import Limits
from aggregator.model.extensions import Extensions
from aggregator.model.item import Correction, Merged, TaggedItem
from aggregator.model.source import Rhythm, Source


@dataclass(frozen=True)  # no slots: see Entry
class ReadRequest:
    """Which items are wanted of a document: those of entries that are new or edited, as these rules make them."""

    source: Source
    now: datetime
    limits: Limits = field(default_factory=Limits)
    familiar: Mapping[str, str] = field(default_factory=dict)  #: fingerprints by entry id, which need no work
    extensions: Extensions = field(default_factory=Extensions)  #: of the taxonomy
    corrections: Mapping[str, Correction] = field(default_factory=dict)  #: by the items' keys
    corrected: Mapping[str, KnownEntry] = field(default_factory=dict)  #: entries that are corrected items, by id


@dataclass(frozen=True)
class ReadResult:
    """The items that were wanted of a document, and what is told of all its entries."""

    tagged: tuple[TaggedItem, ...] = ()
    present: frozenset[str] = frozenset()  #: the ids of its entries
    merged: tuple[Merged, ...] = ()
    warning: str = ""  #: what was wrong with a document that could be read all the same
    rhythm: Rhythm = Rhythm()
    parts: tuple[str, ...] = ()  #: documents whose entries belong to it
    own_title: str = ""  #: what the document calls itself, as plain text
