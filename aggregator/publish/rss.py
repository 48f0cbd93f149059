"""RSS 2.0, with atom:link for the feed's own address."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache

from aggregator.model import StoredItem
from aggregator.publish.channel import ENTRIES, GENERATOR, LANG, Channel, Site, categories
from aggregator.publish.xml import document, element

_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MEDIA_TYPE = "application/rss+xml"


def rss(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    return whole(channel, [_item(channel.site, item) for item in items])


def whole(channel: Channel, items: Sequence[str]) -> bytes:
    """A document of items that have been written already."""
    opening = f'<rss version="2.0" xmlns:atom="{_ATOM}" xmlns:dc="{_DUBLIN_CORE}"><channel>'
    return document(opening, [*_head(channel), *items], "</channel></rss>")


def _head(channel: Channel) -> list[str]:
    parts = [
        element("title", channel.title), element("link", channel.page), element("description", channel.subtitle),
        element("language", LANG), element("lastBuildDate", format_datetime(channel.updated)),
        element("generator", GENERATOR), element("atom:link", rel="self", type=MEDIA_TYPE, href=channel.address),
    ]  # fmt: skip
    return [*parts, element("atom:link", rel="hub", href=channel.hub)] if channel.hub else parts


@lru_cache(ENTRIES)
def _item(site: Site, item: StoredItem) -> str:
    parts = [
        element("title", item.heading), element("link", item.link or site.item_page(item)),
        element("guid", site.item_id(item), isPermaLink="false"), element("pubDate", format_datetime(item.dated)),
        element("dc:creator", item.source_title),
        element("atom:link", rel="related", type="text/html", href=site.item_page(item)),
    ]  # fmt: skip
    parts += [element("description", item.summary)] if item.summary else []
    parts += [element("category", slug, domain=site.scheme(axis)) for axis, slug, _ in categories(item)]
    parts.append(element("source", item.source_title, url=item.source_url or f"{site}/source/{item.source_id}.rss"))
    return "\n ".join(["<item>", *parts, "</item>"])
