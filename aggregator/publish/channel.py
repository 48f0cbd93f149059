"""What every feed format says of a list of items."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from aggregator.model import StoredItem
from aggregator.tagging.labels import axis_title

_FIRST_YEAR = 2026  # part of every id (RFC 4151): never change it
GENERATOR = "AI Policy Wire"
LANG = "en"  # of titles and subtitles, which are ours
UNKNOWN_LANG = "und"  # of an item that names none (RFC 5646): else it would take the feed's
STYLESHEET = "/static/feed.css"
_OWN = re.compile(rb'<generator>AI Policy Wire</generator>|"_aggregator":')
ENTRIES = 1000  # of a format that a process holds: after a look, most of a feed is as it was before
_HEAD = 20_000  # bytes in which a feed names its generator


class Site(str):
    """A site's public address, without a slash at the end; the ids and pages of what it has."""

    __slots__ = ()

    def item_page(self, item: StoredItem) -> str:
        return f"{self}/item/{item.id}"

    def item_id(self, item: StoredItem) -> str:
        """An id that stays whatever happens to titles, links and tags, while the site has one address (RFC 4151)."""
        return self.named(f"item/{item.id}")

    def source_id(self, item: StoredItem) -> str:
        return self.named(f"source/{item.source_id}")

    def scheme(self, axis: str) -> str:
        return f"{self}/{axis}/"

    def named(self, name: str) -> str:
        """The id of a thing of ours (RFC 4151)."""
        return f"tag:{_host(self)},{_FIRST_YEAR}:{name}"


class Link(NamedTuple):
    """Where else to go from a feed: rel and address."""

    rel: str
    href: str


NameOf = Callable[[str, str], str]


def _slug(_axis: str, slug: str) -> str:
    return slug


@dataclass(frozen=True, slots=True)
class Channel:
    """A listing as a feed: `page` is the same listing for people, `address` the feed's own."""

    title: str
    subtitle: str
    site: Site
    page: str
    address: str
    updated: datetime
    author: str
    hub: str = ""  #: that tells subscribers of news (WebSub)
    links: tuple[Link, ...] = ()  #: to the other documents of the same feed (RFC 5005)
    named: str = ""  #: the address that its id is made of, where that is not the page
    archive: bool = False  #: whether it is complete and will stay as it is (RFC 5005, section 4)
    name_of: NameOf = _slug  #: the name of a tag

    def id(self) -> str:
        parts = urlsplit(self.named or self.page)
        return self.site.named(f"{parts.path}{'?' + parts.query if parts.query else ''}")


@lru_cache(maxsize=100)
def _host(site: str) -> str | None:
    return urlsplit(site).hostname


def categories(item: StoredItem, name_of: NameOf = _slug) -> list[tuple[str, str, str]]:
    """(axis, slug, label for people) of every tag."""
    return [(tag.axis, tag.slug, f"{axis_title(tag.axis)}: {name_of(tag.axis, tag.slug)}") for tag in item.tags]


def timestamp(moment: datetime) -> str:
    """A moment in UTC and whole seconds (RFC 3339)."""
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def updated_of(items: tuple[StoredItem, ...], otherwise: datetime) -> datetime:
    """When a list last changed in anything that is shown: never the time at which it is written out."""
    return max((item.changed for item in items), default=otherwise)


def written_here(document: bytes, site: str) -> bool:
    """Whether a document is a feed of the site; of one that has no address, whether this program wrote it."""
    head = document[:_HEAD]
    return _OWN.search(head) is not None and (not site or Site(site).named("").encode() in head)
