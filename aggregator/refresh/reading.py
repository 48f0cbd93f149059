"""From bytes to items: everything that is computed from a stranger's document. Pure; done in a child process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.model import Found, Item, Limits, Page, Reading, Source
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.refresh.discover import feed_links
from aggregator.refresh.identify import fingerprint, identify
from aggregator.refresh.normalise import normalise
from aggregator.refresh.rules import worth_tagging

__all__ = ["feed_links", "read", "refine"]


def read(source: Source, page: Page, now: datetime, limits: Limits = Limits()) -> Reading:
    """The entries of a document and who they are; raises ParseError."""
    zone = ZoneInfo(source.timezone)
    document = Document(page.body, page.url, page.content_type, source.selectors, zone, now, limits)
    feed = parse(source.kind, document)
    identified, merged = identify(source.id, feed.entries, page.url)
    found = tuple(Found(identity, fingerprint(entry), entry) for identity, entry in identified)
    return Reading(feed.title, feed.lang, found, tuple(merged), feed.warning, feed.rhythm, feed.parts)


def refine(source: Source, base: str, lang: str, now: datetime, fresh: Sequence[Found]) -> list[Item]:
    """The items that entries make, without those that the source's rules leave out.

    `base` is the address that relative links count from, `lang` the document's language.
    """
    items = (normalise(found.identity, found.entry, source, base, lang, now) for found in fresh)
    return [item for item in items if worth_tagging(item, source)]
