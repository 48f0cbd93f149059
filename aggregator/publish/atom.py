"""Atom 1.0 (RFC 4287), with archives (RFC 5005)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from aggregator.model import StoredItem
from aggregator.publish.channel import (
    ENTRIES,
    GENERATOR,
    LANG,
    UNKNOWN_LANG,
    Channel,
    NameOf,
    Site,
    categories,
    timestamp,
)
from aggregator.publish.xml import document, element
from aggregator.text.language import with_script

NAMESPACE = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA_TYPE = "application/atom+xml"


def atom(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    history = f' xmlns:fh="{_HISTORY}"' if channel.archive else ""
    opening = f'<feed xmlns="{NAMESPACE}"{history} xml:lang="{LANG}">'
    entries = (_entry(channel.site, channel.name_of, item) for item in items)
    return document(opening, [*head(channel), *entries], "</feed>")


def head(channel: Channel) -> list[str]:
    """What a feed says of itself, before its entries."""
    parts = [
        element("id", channel.id()), element("title", channel.title), element("subtitle", channel.subtitle),
        element("updated", timestamp(channel.updated)), f"<author>{element('name', channel.author)}</author>",
        element("link", rel="self", type=MEDIA_TYPE, href=channel.address),
        element("link", rel="alternate", type="text/html", href=channel.page),
    ]  # fmt: skip
    parts += [element("link", rel="hub", href=channel.hub)] if channel.hub else []
    parts += [element("link", rel=link.rel, type=MEDIA_TYPE, href=link.href) for link in channel.links]
    return [*parts, element("generator", GENERATOR), *(["<fh:archive/>"] if channel.archive else [])]


@lru_cache(ENTRIES)
def _entry(site: Site, name_of: NameOf, item: StoredItem) -> str:
    page, updated = site.item_page(item), element("updated", timestamp(item.changed))
    lang = element("entry", **{"xml:lang": with_script(item.lang, item.heading) or UNKNOWN_LANG}).removesuffix("/>")
    parts = [
        element("id", site.item_id(item)), element("title", item.heading),
        element("link", rel="alternate", href=item.link or page),
        element("link", rel="related", type="text/html", href=page),
        element("published", timestamp(item.dated)), updated, f"<author>{element('name', item.source_title)}</author>",
    ]  # fmt: skip
    parts += [element("summary", item.summary, type="html")] if item.summary else []
    parts += [_category(slug, site.scheme(axis), label) for axis, slug, label in categories(item, name_of)]
    return "\n ".join([f"{lang}>", *parts, _source(site, item, updated), "</entry>"])


@lru_cache(maxsize=10_000)  # a feed has hundreds of them, and few that differ
def _category(term: str, scheme: str, label: str) -> str:
    return element("category", term=term, scheme=scheme, label=label)


def _source(site: Site, item: StoredItem, updated: str) -> str:
    """Where the entry comes from. Our own id for it: publishers change theirs, and their addresses."""
    links = element("link", rel="via", href=item.source_url) if item.source_url else ""
    links += element("link", rel="alternate", href=item.source_site) if item.source_site else ""
    named = element("id", site.source_id(item)) + element("title", item.source_title)
    return f"<source>{named}{updated}{links}</source>"
