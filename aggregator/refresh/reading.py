"""From bytes to items: everything that is computed from a stranger's document. Pure; done in a child process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.model import Correction, Extensions, Found, Item, Limits, Page, Reading, Source, TaggedItem
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.refresh.discover import feed_links
from aggregator.refresh.identify import fingerprint, identify
from aggregator.refresh.normalise import normalise
from aggregator.refresh.rules import worth_keeping, worth_tagging
from aggregator.tagging import Tagger, tagger_for
from aggregator.tagging.correct import corrected
from aggregator.text.terms import searchable

__all__ = ["feed_links", "read", "refine"]


def read(source: Source, page: Page, now: datetime, limits: Limits = Limits()) -> Reading:
    """The entries of a document and who they are; raises ParseError."""
    zone = ZoneInfo(source.timezone)
    document = Document(page.body, page.url, page.content_type, source.selectors, zone, now, limits)
    feed = parse(source.kind, document)
    identified, merged = identify(source.id, feed.entries, page.url)
    found = tuple(Found(identity, fingerprint(entry), entry) for identity, entry in identified)
    return Reading(feed.title, feed.lang, found, tuple(merged), feed.warning, feed.rhythm, feed.parts)


def refine(
    source: Source,
    base: str,
    lang: str,
    now: datetime,
    fresh: Sequence[Found],
    extensions: Extensions,
    corrections: Mapping[str, Correction],
) -> list[TaggedItem]:
    """The items that entries make, without those that the source's rules leave out.

    `base` is the address that relative links count from, `lang` the document's language; `extensions` are those of
    the taxonomy, `corrections` are by entry id.
    """
    tagger = tagger_for(extensions)
    items = (normalise(found, source, base, lang, now) for found in fresh)
    wanted = (item for item in items if worth_tagging(item, source))
    tagged = (_tagged(item, source, tagger, corrections.get(item.identity.entry_id)) for item in wanted)
    return [item for item in tagged if worth_keeping(item, source)]


def _tagged(item: Item, source: Source, tagger: Tagger, correction: Correction | None) -> TaggedItem:
    tagging = corrected(tagger.tag(item.title, item.text, source.given_tags, source.title), correction)
    return TaggedItem(item, tagging, searchable(item.title, item.text))
