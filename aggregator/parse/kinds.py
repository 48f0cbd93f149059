"""The table of source kinds: adding one means a module here and a row below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from aggregator.model import Entry, Feed
from aggregator.parse.document import Document
from aggregator.parse.feed import parse_feed
from aggregator.parse.html_list import parse_html_list
from aggregator.parse.json_list import parse_json_list
from aggregator.parse.mend import mended
from aggregator.parse.rhythm import rhythm_of
from aggregator.parse.sitemap import parse_sitemap

KINDS: dict[str, Callable[[Document], Feed]] = {
    "feed": parse_feed,  # RSS, RDF, Atom, JSON Feed
    "json": parse_json_list,  # any JSON document, by dotted paths
    "html": parse_html_list,  # a list page, by CSS selectors
    "sitemap": parse_sitemap,  # a sitemap, or an index of them
}
_TEXTS = ("id", "link", "title", "summary")


def parse(kind: str, document: Document) -> Feed:
    """The entries of a document, as many and as long as its limits allow; raises ParseError if it holds none."""
    document = mended(document)
    feed = KINDS[kind](document)
    most = document.limits
    kept = tuple(_shortened(entry, most.field) for entry in _newest(feed.entries, most.items))
    left_out = len(feed.entries) - len(kept)
    warning = f"{left_out} of {len(feed.entries)} entries were left out (max_items)" if left_out else feed.warning
    rhythm = rhythm_of(document.body, kept, document.now)
    return replace(feed, entries=kept, warning=warning, rhythm=rhythm)


def _newest(entries: Sequence[Entry], most: int) -> Sequence[Entry]:
    """The first so many, or the last, if most of the document goes from older to newer."""
    if len(entries) <= most:
        return entries
    dates = [entry.published for entry in entries if entry.published]
    rising = sum((later > earlier) - (later < earlier) for earlier, later in pairwise(dates))
    return entries[-most:] if rising > 0 else entries[:most]


def _shortened(entry: Entry, most: int) -> Entry:
    long = {name: text[:most] for name in _TEXTS if len(text := getattr(entry, name)) > most}
    return replace(entry, **long) if long else entry
