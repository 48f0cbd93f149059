"""The values that travel, in the order in which they come to be.

Source → Page | NotModified | Failure → Feed of Entry → Item → Tagging → Changes → Report; Dispatch → Membership → Story

All are frozen. Times are aware and in UTC. Text that came from a feed is untrusted up to and including Entry;
from Item on it is clean: titles are plain text, summaries are sanitised HTML, links are http(s) or empty.
"""

from aggregator.model.changes import Changes, Edit, Holder, Known, Report, Sighted, Sighting
from aggregator.model.digest import ClosedDigest, Cutting, Digest, EditorsNote, Erratum, Latecomer, Piece
from aggregator.model.document import Entry, Failure, Feed, Grade, Hints, Limits, NotModified, Outcome, Page, left_alone
from aggregator.model.extensions import Extensions
from aggregator.model.item import (
    AXES,
    SLUG,
    Correction,
    Evidence,
    Found,
    Identity,
    Item,
    Merged,
    Reading,
    StoredItem,
    Tag,
    TaggedItem,
    Tagging,
    Tier,
    is_tag,
)
from aggregator.model.news import News, Wanted
from aggregator.model.source import (
    ASKED_TO_WAIT,
    CLASSES,
    READING,
    REFUSALS,
    Redirect,
    Rhythm,
    Selectors,
    Source,
    SourceState,
    Standing,
    Status,
    Validators,
    standing,
)
from aggregator.model.story import Dispatch, Membership, StoredStory, Story, Voices

__all__ = [
    "ASKED_TO_WAIT",
    "AXES",
    "CLASSES",
    "READING",
    "REFUSALS",
    "SLUG",
    "Changes",
    "ClosedDigest",
    "Correction",
    "Cutting",
    "Digest",
    "Dispatch",
    "Edit",
    "EditorsNote",
    "Entry",
    "Erratum",
    "Evidence",
    "Extensions",
    "Failure",
    "Feed",
    "Found",
    "Grade",
    "Hints",
    "Holder",
    "Identity",
    "Item",
    "Known",
    "Latecomer",
    "Limits",
    "Membership",
    "Merged",
    "News",
    "NotModified",
    "Outcome",
    "Page",
    "Piece",
    "Reading",
    "Redirect",
    "Report",
    "Rhythm",
    "Selectors",
    "Sighted",
    "Sighting",
    "Source",
    "SourceState",
    "Standing",
    "Status",
    "StoredItem",
    "StoredStory",
    "Story",
    "Tag",
    "TaggedItem",
    "Tagging",
    "Tier",
    "Validators",
    "Voices",
    "Wanted",
    "is_tag",
    "left_alone",
    "standing",
]
