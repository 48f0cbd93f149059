"""Feeds of what we say ourselves, digests and sources in trouble, as Atom, RSS and JSON Feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple

from pydantic_core import to_json

from aggregator.publish import atom, jsonfeed, rss
from aggregator.publish.channel import LANG, Channel, timestamp
from aggregator.publish.xml import document, element

NONE_YET = datetime(2026, 1, 1, tzinfo=UTC)


class Notice(NamedTuple):
    """Something of ours to read; it stands in its feed as a whole."""

    name: str  #: what its id is made of
    title: str
    page: str  #: its address for people
    moment: datetime
    html: str


def newest(notices: Iterable[Notice]) -> datetime:
    """When a feed of them changed last."""
    return max((notice.moment for notice in notices), default=NONE_YET)


def _atom(channel: Channel, notices: Sequence[Notice]) -> bytes:
    opening = f'<feed xmlns="{atom.NAMESPACE}" xml:lang="{LANG}">'
    return document(opening, [*atom.head(channel), *(_entry(channel, notice) for notice in notices)], "</feed>")


def _entry(channel: Channel, notice: Notice) -> str:
    moment = timestamp(notice.moment)
    parts = [
        element("id", channel.site.named(notice.name)), element("title", notice.title),
        element("link", rel="alternate", type="text/html", href=notice.page), element("published", moment),
        element("updated", moment), element("content", notice.html, type="html"),
    ]  # fmt: skip
    return "\n ".join(["<entry>", *parts, "</entry>"])


def _rss(channel: Channel, notices: Sequence[Notice]) -> bytes:
    return rss.whole(channel, [_item(channel, notice) for notice in notices])


def _item(channel: Channel, notice: Notice) -> str:
    parts = [
        element("title", notice.title), element("link", notice.page),
        element("guid", channel.site.named(notice.name), isPermaLink="false"),
        element("pubDate", format_datetime(notice.moment)), element("description", notice.html),
    ]  # fmt: skip
    return "\n ".join(["<item>", *parts, "</item>"])


def _json(channel: Channel, notices: Sequence[Notice]) -> bytes:
    return jsonfeed.whole(channel, [_object(channel, notice) for notice in notices])


def _object(channel: Channel, notice: Notice) -> bytes:
    return to_json({
        "id": channel.site.named(notice.name),
        "url": notice.page,
        "title": notice.title,
        "content_html": notice.html,
        "date_published": notice.moment.isoformat(),
    })  # fmt: skip


WRITERS: dict[str, Callable[[Channel, Sequence[Notice]], bytes]] = {"atom": _atom, "rss": _rss, "json": _json}
