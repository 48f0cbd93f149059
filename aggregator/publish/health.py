"""The health of the sources as Atom (RFC 4287), for whoever looks after them: an entry for each that is in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from aggregator.publish.atom import NAMESPACE, head
from aggregator.publish.channel import LANG, Channel, timestamp
from aggregator.publish.xml import document, element

_EVER = datetime(2026, 1, 1, tzinfo=UTC)  # since when a source is in trouble that never was well


class Trouble(NamedTuple):
    """A source that fails, is gone or has fallen silent."""

    source_id: str
    title: str
    kind: str  #: error, gone or silent
    reason: str
    since: datetime | None  #: when it was last well; None if it never was


def health(channel: Channel, troubles: Sequence[Trouble]) -> bytes:
    """A trouble is one entry for as long as it lasts, and a new one if it comes again."""
    channel = replace(channel, updated=max((_since(trouble) for trouble in troubles), default=_EVER))
    opening = f'<feed xmlns="{NAMESPACE}" xml:lang="{LANG}">'
    return document(opening, [*head(channel), *(_entry(channel, trouble) for trouble in troubles)], "</feed>")


def _entry(channel: Channel, trouble: Trouble) -> str:
    since = timestamp(_since(trouble))
    parts = [
        element("id", channel.site.named(f"source/{trouble.source_id}/{trouble.kind}/{since}")),
        element("title", f"{trouble.title}: {trouble.kind}"),
        element("link", rel="alternate", type="text/html", href=f"{channel.site}/source/{trouble.source_id}"),
        element("updated", since), element("summary", trouble.reason),
    ]  # fmt: skip
    return "\n ".join(["<entry>", *parts, "</entry>"])


def _since(trouble: Trouble) -> datetime:
    return trouble.since or _EVER
