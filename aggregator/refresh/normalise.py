"""Entry → Item: link, text, dates and language made clean; sanitising comes last. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregator.model import IdentifiedEntry, Item, Source
from aggregator.text.dates import sane
from aggregator.text.html import excerpt, shorten, text_of
from aggregator.text.key_dates import key_dates
from aggregator.text.language import detect
from aggregator.text.redirectors import page_link

MAX_EXCERPT = 700  # characters of plain text: enough to judge an item by
MAX_TITLE = 1000
MAX_NAME = 100  # of a source


def normalise(found: IdentifiedEntry, source: Source, base: str, feed_lang: str, now: datetime) -> Item:
    """An item fit to be stored and shown; `base` is the address that relative links count from."""
    entry = found.entry
    link = page_link(entry.link, base)
    title = shorten(text_of(entry.title), MAX_TITLE)
    summary, text = excerpt(entry.summary, link or base, MAX_EXCERPT)
    if text == title:
        summary = text = ""
    published = _not_in_future(entry.published or entry.updated, now)
    told = (published or now).astimezone(ZoneInfo(source.timezone)).date()
    return Item(
        identity=found.identity,
        link=link,
        title=title,
        summary=summary,
        text=text,
        published=published,
        updated=_not_in_future(entry.updated, now),
        lang=detect(f"{title} {text}", entry.lang, source.lang, feed_lang),
        fingerprint=found.fingerprint,
        about=_noon(published, source) if source.kind != "feed" and published else None,
        key_dates=entry.key_dates.completed(key_dates(told, title, text)),
    )


def _noon(published: datetime, source: Source) -> datetime | None:
    """The middle of a day that is named without a time: in nearly all zones it is the same day."""
    local = published.astimezone(ZoneInfo(source.timezone))
    return local.replace(hour=12).astimezone(UTC) if local.time() == time() else None


def _not_in_future(moment: datetime | None, now: datetime) -> datetime | None:
    # A day of grace: publishers' clocks and zones are often wrong by hours.
    utc = sane(moment)
    return utc if utc and utc <= now + timedelta(days=1) else None
