"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from aggregator.model import StoredItem
from aggregator.publish.channel import ENTRIES, LANG, UNKNOWN_LANG, Channel, Site
from aggregator.text.language import with_script

MEDIA_TYPE = "application/feed+json"


def json_feed(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    return whole(channel, [_item(channel.site, item) for item in items])


def whole(channel: Channel, items: Sequence[bytes]) -> bytes:
    """A document of items that have been written already."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.subtitle,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "authors": [{"name": channel.author}],
        "language": LANG,
        "_aggregator": {"about": f"{channel.site}/about"},
        **({"hubs": [{"type": "WebSub", "url": channel.hub}]} if channel.hub else {}),
        "items": [],
    }
    opening, closing = to_json(feed)[:-2], b"]}"
    return opening + b",\n".join(items) + closing


@lru_cache(ENTRIES)
def _item(site: Site, item: StoredItem) -> bytes:
    said = {
        "id": site.item_id(item),
        "url": item.link or site.item_page(item),
        "title": item.heading,
        "content_html": item.summary,
        "date_published": item.dated.isoformat(),
        "date_modified": item.changed.isoformat(),
        "authors": [{"name": item.source_title, **({"url": item.source_site} if item.source_site else {})}],
        "language": with_script(item.lang, item.heading) or UNKNOWN_LANG,
        "tags": [str(tag) for tag in item.tags],
    }
    extension = {
        "about": f"{site}/about",
        "page": site.item_page(item),
        "tier": str(item.tier),
        "story": item.story_id,
        "source": {"id": item.source_id, "title": item.source_title, "class": item.source_class},
        "evidence": {str(tag): [words._asdict() for words in tag.evidence] for tag in item.tags},
    }
    kept = {key: value for key, value in said.items() if value or key == "content_html"}
    return to_json(kept | {"_aggregator": extension})
