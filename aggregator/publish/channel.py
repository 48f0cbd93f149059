"""What every feed format says of a list of items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aggregator.model import StoredItem
from aggregator.tagging.labels import axis_title

_FIRST_YEAR = 2026  # part of every id (RFC 4151): never change it


@dataclass(frozen=True, slots=True)
class Channel:
    """A listing as a feed: `page` is the same listing for people, `address` the feed's own."""

    title: str
    subtitle: str
    site: str  #: the site's public address, without a slash at the end
    page: str
    address: str
    updated: datetime
    author: str

    def item_page(self, item: StoredItem) -> str:
        return f"{self.site}/item/{item.id}"

    def item_id(self, item: StoredItem) -> str:
        """An id that stays whatever happens to titles, links and tags, while the site has one address (RFC 4151)."""
        return f"tag:{urlsplit(self.site).hostname},{_FIRST_YEAR}:item/{item.id}"

    def id(self) -> str:
        parts = urlsplit(self.page)
        return f"tag:{parts.hostname},{_FIRST_YEAR}:{parts.path}{'?' + parts.query if parts.query else ''}"

    def scheme(self, axis: str) -> str:
        return f"{self.site}/{axis}/"


def categories(item: StoredItem) -> list[tuple[str, str, str]]:
    """(axis, slug, label for people) of every tag."""
    return [(tag.axis, tag.slug, f"{axis_title(tag.axis)}: {tag.slug}") for tag in item.tags]


def updated_of(items: tuple[StoredItem, ...], otherwise: datetime) -> datetime:
    """When a list last changed in anything that is shown: never the time at which it is written out."""
    return max((item.changed for item in items), default=otherwise)
