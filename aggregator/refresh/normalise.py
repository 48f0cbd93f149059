"""Entry → Item: link, text, dates and language made clean; sanitising comes last. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.model import Entry, Identity, Item, Source
from aggregator.refresh.identify import fingerprint
from aggregator.text.dates import sane
from aggregator.text.html import excerpt, plain, shorten, text_of
from aggregator.text.language import detect
from aggregator.text.urls import web_link

EXCERPT = 700  # characters of plain text: enough to judge an item by
TITLE = 1000


def normalise(identity: Identity, entry: Entry, source: Source, base: str, feed_lang: str, now: datetime) -> Item:
    """An item fit to be stored and shown; `base` is the address that relative links count from."""
    link = web_link(entry.link, base)
    summary = excerpt(entry.summary, link or base, EXCERPT)
    text = plain(summary)
    title = shorten(text_of(entry.title), TITLE)
    return Item(
        identity=identity,
        link=link,
        title=title,
        summary="" if text == title else summary,
        published=_not_in_future(entry.published or entry.updated, now),
        updated=_not_in_future(entry.updated, now),
        lang=detect(f"{title} {text}", entry.lang, source.lang, feed_lang),
        fingerprint=fingerprint(entry),
    )


def _not_in_future(moment: datetime | None, now: datetime) -> datetime | None:
    # A day of grace: publishers' clocks and zones are often wrong by hours.
    utc = sane(moment)
    return utc if utc and utc <= now + timedelta(days=1) else None
