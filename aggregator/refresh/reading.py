"""From bytes to items: everything that is computed from a stranger's document. Pure; done in a child process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.errors import ParseError
from aggregator.model import (
    Correction,
    IdentifiedEntry,
    Item,
    Limits,
    Page,
    Reading,
    ReadRequest,
    ReadResult,
    Source,
    TaggedItem,
)
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.publish.channel import written_here
from aggregator.refresh.decide import unfamiliar
from aggregator.refresh.discover import feed_links
from aggregator.refresh.identify import fingerprint, identify
from aggregator.refresh.normalise import MAX_NAME, normalise
from aggregator.refresh.reused import is_another
from aggregator.refresh.rules import worth_keeping, worth_tagging
from aggregator.tagging import Tagger, tagger_for
from aggregator.tagging.correct import corrected, correction_for
from aggregator.text.html import shorten, text_of
from aggregator.text.terms import searchable
from aggregator.text.urls import as_told

OWN_FEED = "this is a feed of the site itself; subscribe to the sources that it reads instead"
PERHAPS_OWN_FEED = (
    "this is a feed of AI Policy Wire, perhaps of this very site; name the sources that it reads instead, or write "
    "[site] url in feeds.toml, by which it can be told from others"
)

__all__ = ["feed_links", "read", "read_items"]


def read_items(page: Page, wanted: ReadRequest) -> ReadResult:
    """What a document brings; raises ParseError.

    Entries that are new or edited become items: linked, cleaned, tagged, without those that the source's rules leave
    out.
    """
    reading = read(wanted.source, page, wanted.now, wanted.limits, wanted.familiar)
    fresh = [found for found in reading.entries if unfamiliar(found, wanted.familiar)]
    own_title = shorten(text_of(reading.title), MAX_NAME)
    tagged = tuple(_refined(fresh, as_told(page.url), reading.lang, wanted, wanted.source.name(own_title)))
    present = frozenset(found.identity.entry_id for found in reading.entries)
    return ReadResult(tagged, present, reading.merged, reading.warning, reading.rhythm, reading.parts, own_title)


def read(
    source: Source, page: Page, now: datetime, limits: Limits = Limits(), familiar: Mapping[str, str] | None = None
) -> Reading:
    """The entries of a document and who they are; raises ParseError."""
    if written_here(page.body, limits.site):
        raise ParseError(OWN_FEED if limits.site else PERHAPS_OWN_FEED)
    zone, base = ZoneInfo(source.timezone), as_told(page.url)  # what we are known by is no part of any link
    document = Document(page.body, base, page.content_type, source.selectors, zone, now, limits)
    feed = parse(source.kind, document)
    identified, merged = identify(source.id, feed.entries, base, familiar)
    found = tuple(IdentifiedEntry(identity, fingerprint(entry), entry) for identity, entry in identified)
    return Reading(feed.title, feed.lang, found, tuple(merged), feed.warning, feed.rhythm, feed.parts)


def _refined(
    fresh: Sequence[IdentifiedEntry], base: str, lang: str, wanted: ReadRequest, publisher: str
) -> Iterator[TaggedItem]:
    """`base` is the address that relative links count from, `lang` the document's language, `publisher` the source's
    name.
    """
    source, tagger = wanted.source, tagger_for(wanted.extensions)
    for found in fresh:
        item = normalise(found, source, base, lang, wanted.now)
        text = text_of(found.entry.summary) if source.include or source.exclude else item.text
        if worth_tagging(item, text, source):
            item, correction = _corrected(item, wanted)
            tagged = _tagged(item, source, publisher, tagger, correction)
            if worth_keeping(tagged, text, source):
                yield tagged


def _corrected(item: Item, wanted: ReadRequest) -> tuple[Item, Correction | None]:
    """What a person says of the item that an entry makes. An item that is corrected keeps its key, whatever link its
    entry gets.
    """
    before = wanted.corrected.get(item.identity.entry_id)
    if before and not is_another(before, item):
        item = replace(item, identity=item.identity._replace(key=before.key))
    return item, correction_for(wanted.corrections, item.identity.key, item.link)


def _tagged(item: Item, source: Source, publisher: str, tagger: Tagger, correction: Correction | None) -> TaggedItem:
    given = source.given_tags
    tagging = corrected(tagger.tag(item.title, item.text, given, publisher), given, correction)
    return TaggedItem(item, tagging, searchable(item.title, item.text))
