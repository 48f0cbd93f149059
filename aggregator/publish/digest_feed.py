"""Digests as Atom (RFC 4287): one entry a digest, complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aggregator.publish.atom import NAMESPACE, head
from aggregator.publish.channel import LANG, Channel, timestamp
from aggregator.publish.digest import Page, html
from aggregator.publish.xml import document, element

_NONE_YET = datetime(2026, 1, 1, tzinfo=UTC)


def digests_as_atom(channel: Channel, digests: Sequence[Page]) -> bytes:
    channel = replace(channel, updated=max(map(_updated, digests), default=_NONE_YET))
    opening = f'<feed xmlns="{NAMESPACE}" xml:lang="{LANG}">'
    return document(opening, [*head(channel), *(_entry(channel, page) for page in digests)], "</feed>")


def _entry(channel: Channel, page: Page) -> str:
    updated = timestamp(_updated(page))
    parts = [
        element("id", channel.site.named(page.address.removeprefix(f"{page.site}/"))), element("title", page.title),
        element("link", rel="alternate", type="text/html", href=page.address), element("published", updated),
        element("updated", updated), element("content", html(page), type="html"),
    ]  # fmt: skip
    return "\n ".join(["<entry>", *parts, "</entry>"])


def _updated(page: Page) -> datetime:
    """When it was closed: what has come since stands below, and is no reason to read it again."""
    return page.closed.closed if page.closed else page.digest.end
